/// What an entry of the log says of a decision, as far as its open bytes do (Protocol/AUDIT.md, receipts).
struct DecidedEntry: Equatable {
    private static let authorization: UInt16 = 0x0100
    private static let lifecycle: UInt16 = 0x0101

    /// The request's id, 16 bytes.
    let requestID: [UInt8]

    /// Reads it; nil for a record of another kind, and for one that is closed whole.
    init?(_ entry: RecordEntry) {
        guard entry.kind == Self.authorization || entry.kind == Self.lifecycle, entry.open.count >= 18 else {
            return nil
        }
        // The layout's version; then both halves of the id, each little-endian.
        requestID = entry.open[2..<10].reversed() + entry.open[10..<18].reversed()
    }

    /// What was decided on an authorization; nil for other records.
    ///
    /// It walks over the layout that is in the entry, whose closed parts are left out.
    static func outcome(_ entry: RecordEntry) -> (outcome: String, approvedAmount: Int64)? {
        guard entry.kind == authorization else { return nil }
        var bytes = OpenBytes(entry.open)
        guard let version = bytes.integer(2), version == 1 || version == 2,
            // Ids, kind, two amounts, time, two currencies, country, category; presence, entry mode, initiator, flags.
            bytes.skip(16 + 16 + 1 + 8 + 8 + 8 + 4 + 4 + 2 + 2 + 4)
        else { return nil }
        if version == 2 {
            guard let mask = bytes.integer(2) else { return nil }
            // What else the mask stands for is closed: trace number, rate, rounding, network and kind are not.
            for (bit, size) in [(2, 4), (4, 9), (5, 1), (6, 1), (7, 1)] where mask & (1 << bit) != 0 {
                guard bytes.skip(size) else { return nil }
            }
        }
        // The time; then what was seen, from a byte that says what follows.
        guard bytes.skip(8), let content = bytes.integer(1), bytes.skip(8) else { return nil }
        if content & 0x80 != 0 {
            // Status, profile, expiry, currency, three balances and a limit.
            guard bytes.skip(1 + 1 + 2 + 4 + 8 * 4) else { return nil }
            for (bit, size) in [(0, 24), (1, 24), (2, 24), (3, 24), (4, 16), (5, 160)] where content & (1 << bit) != 0 {
                guard bytes.skip(size) else { return nil }
            }
        }
        guard let outcome = bytes.integer(1), bytes.skip(1), let amount = bytes.integer(8) else { return nil }
        let names: [UInt64: String] = [1: "approved", 2: "declined", 3: "flagged"]
        return names[outcome].map { ($0, Int64(bitPattern: amount)) }
    }
}

/// Reads numbers one behind the other.
private struct OpenBytes {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func skip(_ count: Int) -> Bool {
        guard bytes.count - offset >= count else { return false }
        offset += count
        return true
    }

    mutating func integer(_ count: Int) -> UInt64? {
        guard bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
