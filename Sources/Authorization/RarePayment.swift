/// Room for a payment that is hardly ever there: a reference, so that the values which have such a room stay small and
/// cheap to copy. Only a payment that is there takes memory of its own.
struct RarePayment: Sendable, Equatable {
    private final class Box: Sendable {
        let payment: PaymentRecord
        init(_ payment: PaymentRecord) { self.payment = payment }
    }

    private var box: Box?

    /// Whether no payment is there.
    @inline(__always)
    var isEmpty: Bool { box == nil }

    /// What is in the room.
    @inline(__always)
    var payment: PaymentRecord? {
        get { box?.payment }
        set { box = newValue.map(Box.init) }
    }

    /// A room with a payment in it, or an empty one.
    @inline(__always)
    init(_ payment: PaymentRecord? = nil) { box = payment.map(Box.init) }

    static func == (left: Self, right: Self) -> Bool { left.payment == right.payment }
}
