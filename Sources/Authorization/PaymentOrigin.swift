/// Where and when a payment was first counted, so that what becomes of it later reaches the same keys. A plain value of
/// 72 bytes.
public struct PaymentOrigin: StoredItem, Sendable {
    /// The payment's id: the record of its first event.
    let id: UInt64
    /// When it was first counted, in microseconds since the epoch.
    let at: Int64
    let place: PaymentPlace
    /// Bit n: counter n had no room for it.
    let uncounted: UInt64

    var hold: Int64 { 0 }
    var expiresAt: Int64 { .max }
}

extension PaymentOrigin {
    /// Whether a counter had no room for it.
    @inline(__always)
    func isLeftOut(of counter: Int) -> Bool { uncounted >> UInt64(counter) & 1 == 1 }
}
