public import Domain

/// Who a record is about, read without the rest of it.
public enum EventNames {
    /// The request's id, its transmission time and the card of a decision or of a message of a payment's life; `nil`
    /// for other records and for bytes that are none.
    ///
    /// Nothing else about the record is looked at: whoever believes it reads the whole record as well.
    @inline(__always)
    public static func names(
        kind: UInt16,
        payload: UnsafeRawBufferPointer
    ) -> (id: RequestID, transmissionTime: Instant, token: CardToken)? {
        let timeOffset: Int
        switch kind {
        // Behind the version, the id and the token: kind and two amounts.
        case EventKind.authorization.rawValue: timeOffset = 34 + 17
        // Kind, rounding, whether it is final, sequence number and count.
        case EventKind.lifecycle.rawValue: timeOffset = 34 + 5
        default: return nil
        }
        guard payload.count >= timeOffset + 8 else { return nil }
        // SAFETY: all offsets lie within the bytes just counted.
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: payload.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        return (
            RequestID(high: word(2), low: word(10)),
            Instant(microseconds: Int64(bitPattern: word(timeOffset))),
            CardToken(high: word(18), low: word(26))
        )
    }
}
