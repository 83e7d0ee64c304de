import Domain

/// A counter ready for counting: a plain value.
struct CompiledCounter: BitwiseCopyable {
    /// Ones in what it tells apart.
    let mask: CounterKey
    /// No ticks where the counter is off.
    let window: CompiledWindow
    /// The record that made it: payments of before count for nothing in it.
    var since: UInt64
    /// What is kept for each key.
    let kind: Kind
    /// Of what the values are told apart, and how many, where that is the kind.
    let valueKey: CounterKeys
    let valuesMax: UInt16
    private let keys: UInt8

    /// What is kept.
    enum Kind: UInt8 {
        case totals, distinct, least, greatest, declines
    }

    /// Stands for the record that is being written.
    static let sinceNow = UInt64.max

    /// A counter; `nil`: one that is off.
    init(_ rule: CounterRule?, since: UInt64) {
        mask = CounterKey(maskOf: rule?.keys ?? [])
        window = CompiledWindow(rule?.window)
        keys = rule?.keys.rawValue ?? 0
        switch rule?.aggregate ?? .totals {
        case .totals: (kind, valueKey, valuesMax) = (.totals, [], 0)
        case .distinct(let key, let most): (kind, valueKey, valuesMax) = (.distinct, key, UInt16(most))
        case .least: (kind, valueKey, valuesMax) = (.least, [], 0)
        case .greatest: (kind, valueKey, valuesMax) = (.greatest, [], 0)
        case .declines: (kind, valueKey, valuesMax) = (.declines, [], 0)
        }
        self.since = since
    }

    @inline(__always)
    var isOn: Bool { window.ticks != 0 }

    /// Whether what one has counted is what the other would have.
    func counts(as other: CompiledCounter) -> Bool {
        keys == other.keys && window == other.window && kind == other.kind && valueKey == other.valueKey
            && valuesMax == other.valuesMax && (since == other.since || !isOn)
    }

    /// Whether a payment counts in it, that was first counted at a time, as of another time.
    @inline(__always)
    func has(_ payment: UInt64, at: Int64, now: Instant) -> Bool {
        isOn && payment > since
            && window.tick(now) - window.tick(Instant(microseconds: at)) < Int64(window.ticks)
    }
}
