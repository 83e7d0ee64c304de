import Domain

/// Where the card of a token lies: an open hash table, probed one place after the other, at most three quarters full.
///
/// An entry is the upper half of the token's hash and the card's slot plus one; zero is a free place. The table is
/// sorted by hash but for collisions, so growing reads one table and writes the other from front to back, without a
/// look at the cards.
struct CardIndex: ~Copyable {
    private var entries: OwnedBuffer<UInt64>
    private let memory: SlabMemory
    private var shift: UInt32
    private(set) var count = 0

    init(expectedCards: Int, memory: SlabMemory) {
        self.memory = memory
        var bits: UInt32 = 6
        while 1 << bits * 3 / 4 < expectedCards, bits < 30 { bits += 1 }
        entries = OwnedBuffer(repeating: 0, count: 1 << bits, memory: memory)
        shift = 32 - bits
    }

    /// Mixes a token's bits (the finaliser of MurmurHash3, A. Appleby, over both halves in turn).
    ///
    /// The same on every machine and in every run. Its low 32 bits are free for choosing a shard.
    @inline(__always)
    static func hash(_ token: CardToken) -> UInt64 {
        mixed(mixed(token.high &+ 0x9E37_79B9_7F4A_7C15) ^ token.low)
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ value >> 33
    }

    /// The slot for which `isMatch` holds among those whose hash agrees in its upper half.
    @inline(__always)
    func find(_ hash: UInt64, isMatch: (UInt32) -> Bool) -> UInt32? {
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        let mask = entries.count - 1
        var position = Int(tag &>> shift)
        while true {
            let entry = entries[position]
            if entry == 0 { return nil }
            let slot = UInt32(truncatingIfNeeded: entry) &- 1
            if UInt32(truncatingIfNeeded: entry >> 32) == tag, isMatch(slot) { return slot }
            position = (position &+ 1) & mask
        }
    }

    /// Adds a slot whose token is not in the table.
    mutating func insert(_ hash: UInt64, slot: UInt32) {
        if count >= entries.count / 4 * 3 { grow() }
        place((hash >> 32) << 32 | UInt64(slot + 1))
        count += 1
    }

    /// Where the table lies and how a hash is shifted, in one word: the table's address with the shift in its low bits,
    /// which are free because the table starts on a cache line.
    var hint: UInt { UInt(bitPattern: entries.address(of: 0)) | UInt(shift) }

    /// Where the search for a hash begins in the table that a hint describes, even if there is another by now: good for
    /// fetching ahead, and for nothing else.
    @inline(__always)
    static func address(of hash: UInt64, hint: UInt) -> UnsafeRawPointer? {
        let bucket = UInt(UInt32(truncatingIfNeeded: hash >> 32) &>> UInt32(truncatingIfNeeded: hint & 63))
        return UnsafeRawPointer(bitPattern: hint & ~63 &+ bucket &* 8)
    }

    /// How many bytes the table takes.
    var byteCount: Int { entries.count * 8 }

    private mutating func place(_ entry: UInt64) {
        let mask = entries.count - 1
        var position = Int(UInt32(truncatingIfNeeded: entry >> 32) >> shift)
        while entries[position] != 0 { position = (position + 1) & mask }
        entries[position] = entry
    }

    private mutating func grow() {
        var old = OwnedBuffer<UInt64>(repeating: 0, count: entries.count * 2, memory: memory)
        swap(&old, &entries)
        shift -= 1
        for index in 0..<old.count where old[index] != 0 { place(old[index]) }
    }
}
