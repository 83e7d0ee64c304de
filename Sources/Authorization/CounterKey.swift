import Domain

/// By what one counter knows a payment; what it does not tell apart is zero.
struct CounterKey: BitwiseCopyable {
    private var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    static let byteCount = 64

    /// All that counters tell apart.
    @inline(__always)
    init(_ place: PaymentPlace, account: CardToken, currency: UInt32) {
        words = (
            account.high, account.low, place.merchantLow, place.merchantHigh, place.acquirerLow, place.acquirerHigh,
            place.terminal, place.codes | UInt64(currency) << 32
        )
    }

    /// Ones in what these keys tell apart.
    init(maskOf keys: CounterKeys) {
        words = (0, 0, 0, 0, 0, 0, 0, 0)
        if keys.contains(.card) { (words.0, words.1) = (.max, .max) }
        if keys.contains(.merchant) { (words.2, words.3) = (.max, .max) }
        if keys.contains(.acquirer) { (words.4, words.5) = (.max, .max) }
        if keys.contains(.terminal) { words.6 = .max }
        if keys.contains(.country) { words.7 |= 0xFFFF }
        if keys.contains(.category) { words.7 |= 0xFFFF << 16 }
        if keys.contains(.currency) { words.7 |= 0xFFFF_FFFF << 32 }
    }

    /// What a mask leaves of it.
    @inline(__always)
    func masked(by mask: CounterKey) -> CounterKey {
        var masked = self
        masked.words.0 &= mask.words.0
        masked.words.1 &= mask.words.1
        masked.words.2 &= mask.words.2
        masked.words.3 &= mask.words.3
        masked.words.4 &= mask.words.4
        masked.words.5 &= mask.words.5
        masked.words.6 &= mask.words.6
        masked.words.7 &= mask.words.7
        return masked
    }

    /// What it says of one key.
    @inline(__always)
    func value(of key: CounterKeys) -> CounterValue {
        switch key {
        case .card: CounterValue(low: words.1, high: words.0)
        case .merchant: CounterValue(low: words.2, high: words.3)
        case .acquirer: CounterValue(low: words.4, high: words.5)
        case .terminal: CounterValue(low: words.6, high: 0)
        case .country: CounterValue(low: words.7 & 0xFFFF, high: 0)
        case .category: CounterValue(low: words.7 >> 16 & 0xFFFF, high: 0)
        default: CounterValue(low: words.7 >> 32, high: 0)
        }
    }

    @inline(__always)
    static func == (left: CounterKey, right: CounterKey) -> Bool {
        var difference = (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
        difference |= (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3)
        difference |= (left.words.4 ^ right.words.4) | (left.words.5 ^ right.words.5)
        difference |= (left.words.6 ^ right.words.6) | (left.words.7 ^ right.words.7)
        return difference == 0
    }

    /// Mixed, and never zero; the same on every machine and in every run. The upper bits choose a shard.
    @inline(__always)
    func hash(counter: Int) -> UInt64 {
        var hash = UInt64(counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
        hash = Self.mixed(hash, words.0, words.1)
        hash = Self.mixed(hash, words.2, words.3)
        hash = Self.mixed(hash, words.4, words.5)
        hash = Self.mixed(hash, words.6, words.7)
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        hash ^= hash >> 33
        return hash == 0 ? 1 : hash
    }

    @inline(__always)
    private static func mixed(_ hash: UInt64, _ first: UInt64, _ second: UInt64) -> UInt64 {
        let product = (first ^ hash ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(
            by: second &+ hash ^ 0xE703_7ED1_A0B4_28DB
        )
        return (product.high ^ product.low) &+ hash &* 0xFF51_AFD7_ED55_8CCD
    }

    func combine(into digest: inout Digest128) {
        digest.combine(words.0, words.1)
        digest.combine(words.2, words.3)
        digest.combine(words.4, words.5)
        digest.combine(words.6, words.7)
    }
}
