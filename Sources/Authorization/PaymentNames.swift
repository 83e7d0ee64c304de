public import Domain

/// The names by which a message means a payment, strongest first: so that of two payments, one in memory and one
/// elsewhere, the same is taken wherever they are.
public struct PaymentNames {
    private let reference: PaymentReference
    private let keys: PaymentKeys
    private let amount: Int64?

    /// - Parameters:
    ///   - account: the account's own token, not that of a card which replaced it.
    ///   - amount: the message's amount; it belongs to the retrieval key.
    public init(_ reference: PaymentReference, account: CardToken, amount: Int64?) {
        self.reference = reference
        self.amount = amount
        keys = PaymentKeys(reference, account: account)
    }

    /// How far down a payment of the account comes: 0 by its id, 1 to 4 by a key, 5 to 7 by a key while it waits for
    /// its authorization, 8 by none.
    public func precedence(of payment: PaymentRecord) -> Int {
        if reference.paymentID?.rawValue == payment.id { return 0 }
        let first = payment.isAwaiting ? 5 : 1
        if keys.request != 0, payment.requestKey == keys.request { return first }
        if keys.lifecycle != 0, payment.lifecycleKey == keys.lifecycle { return first + 1 }
        if keys.trace != 0, payment.traceKey == keys.trace { return first + 2 }
        let isRetrieved = keys.retrieval != 0 && payment.retrievalKey == keys.retrieval
        if isRetrieved, !payment.isAwaiting, amount == nil || amount == payment.approved { return 4 }
        return Self.noPrecedence
    }

    /// How far down one comes that is named by the id of a request, be it the one that it is known by or another.
    static let identifierPrecedence = 1
    /// How far down one comes that has none of the names.
    public static let noPrecedence = 8

    /// The precedence of a payment that the strongest of the names means; 8 where there is no name.
    public var strongest: Int {
        if reference.paymentID != nil { return 0 }
        if keys.request != 0 { return 1 }
        if keys.lifecycle != 0 { return 2 }
        if keys.trace != 0 { return 3 }
        return keys.retrieval != 0 ? 4 : 8
    }
}
