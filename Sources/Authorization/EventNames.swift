public import Domain

/// Who a record is about, read without the rest of it.
public enum EventNames {
    /// The request's id and the card of a decision; `nil` for other records and for bytes that are none.
    ///
    /// Only for fetching ahead: nothing else about the record was looked at.
    @inline(__always)
    public static func names(kind: UInt16, payload: UnsafeRawBufferPointer) -> (id: RequestID, token: CardToken)? {
        guard kind == EventKind.authorization.rawValue || kind == EventKind.lifecycle.rawValue, payload.count >= 34
        else { return nil }
        // SAFETY: behind the version, both are within the 34 bytes just checked.
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: payload.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        return (RequestID(high: word(2), low: word(10)), CardToken(high: word(18), low: word(26)))
    }
}
