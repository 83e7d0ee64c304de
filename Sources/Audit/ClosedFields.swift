internal import Cryptography
internal import Merkle

/// Which bytes of a record's payload are closed (Protocol/AUDIT.md, closed parts): names, texts and references that a
/// client filled in, by kind and layout version. What is not known is closed whole.
///
/// It walks over the layouts that `Authorization` writes, and checks no more of them than where fields end.
struct ClosedFields {
    /// The pieces, ascending; they neither overlap nor touch.
    private(set) var pieces: [Range<Int>] = []
    private var offset = 0

    init() { pieces.reserveCapacity(8) }

    /// Finds the pieces of a record.
    ///
    /// - Complexity: No allocation after the first record.
    mutating func find(kind: UInt16, payload: UnsafeRawBufferPointer) {
        pieces.removeAll(keepingCapacity: true)
        offset = 0
        if walk(kind, payload), fitsBundle(payload) { return }
        pieces.removeAll(keepingCapacity: true)
        if !payload.isEmpty { pieces.append(0..<payload.count) }
    }

    /// Whether the open bytes make an entry that is not too long.
    private func fitsBundle(_ payload: UnsafeRawBufferPointer) -> Bool {
        let headCount = RecordEntry.headerByteCount + (pieces.isEmpty ? 0 : SHA256Digest.byteCount)
        let openCount = payload.count - pieces.reduce(0) { $0 + $1.count }
        return headCount + openCount <= EntryBundle.entryByteCountMax
    }

    private mutating func walk(_ kind: UInt16, _ payload: UnsafeRawBufferPointer) -> Bool {
        guard let version = integer(payload, 2) else { return false }
        switch (kind, version) {
        case (0x0100, 1), (0x0100, 2): return walkAuthorization(payload, isExtended: version == 2)
        case (0x0101, 1): return walkLifecycle(payload)
        case (0x1000, 1):
            // Request id, actor, two times, token; status and currency.
            return skip(payload, 16 + 4 + 8 + 8 + 16 + 1 + 4) && close(payload, 4)
        case (0x1001, 1), (0x1002, 1): return true
        case (0x1006, 1):
            // As above; account, new token, reason, two statuses, currency, expiry.
            return skip(payload, 16 + 4 + 8 + 8 + 16 + 16 + 16 + 1 + 1 + 1 + 4 + 2) && close(payload, 4)
        case (0x1041, 1):
            // Request id, actor, two times; the key behind its count.
            guard skip(payload, 16 + 4 + 8 + 8), let keyCount = integer(payload, 4), skip(payload, keyCount) else {
                return false
            }
            return closeLong(payload)
        case (0x10A0, 1):
            // Request id, actor, two times, two numbers; the name behind its count; state, action, reason, points;
            // owner, note and condition are closed with their counts.
            guard skip(payload, 16 + 4 + 8 + 8 + 4 + 4), let nameCount = integer(payload, 4),
                skip(payload, nameCount + 1 + 1 + 1 + 4)
            else { return false }
            return closeLong(payload) && closeLong(payload) && closeLong(payload)
        case (0x10A1, 1): return true
        default: return false
        }
    }

    /// A text behind a count of four bytes.
    private mutating func closeLong(_ payload: UnsafeRawBufferPointer) -> Bool {
        guard let count = integer(payload, 4) else { return false }
        offset -= 4
        return close(payload, 4 + count)
    }

    private mutating func walkAuthorization(_ payload: UnsafeRawBufferPointer, isExtended: Bool) -> Bool {
        // Ids, kind, two amounts, time, two currencies, country, category.
        guard skip(payload, 16 + 16 + 1 + 8 + 8 + 8 + 4 + 4 + 2 + 2), close(payload, 16 + 16),
            // Presence, entry mode, initiator, flags.
            skip(payload, 4), closeCounted(payload), closeCounted(payload)
        else { return false }
        guard isExtended else { return true }
        guard let mask = integer(payload, 2) else { return false }
        for bit in 0..<4 where mask & (1 << bit) != 0 {
            guard bit == 2 ? skip(payload, 4) : close(payload, 16) else { return false }
        }
        return true
    }

    private mutating func walkLifecycle(_ payload: UnsafeRawBufferPointer) -> Bool {
        // Ids; kind, rounding, final, two sequence numbers; time; country, category; five of a byte.
        guard skip(payload, 16 + 16 + 5 + 8 + 2 + 2 + 5), closeCounted(payload), closeCounted(payload),
            let mask = integer(payload, 4)
        else { return false }
        for (bit, size) in Self.lifecycleSizes.enumerated() where mask & (1 << bit) != 0 {
            guard Self.lifecycleClosed & (1 << bit) != 0 ? close(payload, size) : skip(payload, size) else {
                return false
            }
        }
        return true
    }

    /// Bytes of the fields that a lifecycle request has by its mask, in the order of the bits.
    private static let lifecycleSizes = [8, 16, 16, 16, 4, 8, 16, 16, 16, 8, 4, 8, 4, 9, 16, 16]
    /// Of these, lifecycleID, acquirerID, originalTerminalID, retrievalReference, approvalCode, merchantID, terminalID.
    private static let lifecycleClosed = 0b1100_0001_1100_1100

    private mutating func skip(_ payload: UnsafeRawBufferPointer, _ count: Int) -> Bool {
        guard payload.count - offset >= count else { return false }
        offset += count
        return true
    }

    private mutating func close(_ payload: UnsafeRawBufferPointer, _ count: Int) -> Bool {
        guard payload.count - offset >= count else { return false }
        if let last = pieces.last, last.upperBound == offset {
            pieces[pieces.count - 1] = last.lowerBound..<offset + count
        } else {
            pieces.append(offset..<offset + count)
        }
        offset += count
        return true
    }

    /// A text behind a count of one byte.
    private mutating func closeCounted(_ payload: UnsafeRawBufferPointer) -> Bool {
        guard offset < payload.count else { return false }
        return close(payload, 1 + Int(payload[offset]))
    }

    private mutating func integer(_ payload: UnsafeRawBufferPointer, _ size: Int) -> Int? {
        guard payload.count - offset >= size else { return nil }
        var value = 0
        for index in (0..<size).reversed() { value = value << 8 | Int(payload[offset + index]) }
        offset += size
        return value
    }
}
