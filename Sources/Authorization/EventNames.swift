public import Domain

/// Who a record is about, read without the rest of it.
public enum EventNames {
    /// The request's id, its transmission time and the card of a decision, of a message of a payment's life or of a
    /// command on a card; `nil` for other records and for bytes that are none.
    ///
    /// Nothing else about the record is looked at: whoever believes it reads the whole record as well.
    @inline(__always)
    public static func names(
        kind: EventKind,
        payload: UnsafeRawBufferPointer
    ) -> (id: RequestID, transmissionTime: Instant, token: CardToken)? {
        let timeOffset: Int
        var tokenOffset = 18
        switch kind {
        // Behind the version, the id and the token: kind and two amounts.
        case .authorization: timeOffset = 34 + 17
        // Kind, rounding, whether it is final, sequence number and count.
        case .lifecycle: timeOffset = 34 + 5
        // Behind the version and the id: who it was, and when; the card is behind the time.
        case .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced: (timeOffset, tokenOffset) = (30, 38)
        default: return nil
        }
        guard payload.count >= max(timeOffset + 8, tokenOffset + 16) else { return nil }
        // SAFETY: all offsets lie within the bytes just counted.
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: payload.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        return (
            RequestID(high: word(2), low: word(10)),
            Instant(microseconds: Int64(bitPattern: word(timeOffset))),
            CardToken(high: word(tokenOffset), low: word(tokenOffset + 8))
        )
    }
}
