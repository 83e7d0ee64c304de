import Domain

/// One payment as its merchant sees it: the names under which all its messages go.
struct Story {
    let number: Int
    /// The card, by its place in the simulation's cards.
    let card: Int
    let currency: Currency
    let amount: Int64
    /// The authorization's id, made before anything is sent.
    let requestID: RequestID
    let transmissionTime: Instant
    let category: MerchantCategory
    let authorizationKind: AuthorizationKind
    let presence: Presence
    /// Whether the authorization is on its way, or will not be sent.
    var isAuthorizationSent = false
    /// Other requests about it.
    var otherRequestIDs: [RequestID] = []
    /// What its answer said.
    var paymentID: LogSequenceNumber?
    var approvalCode: Text16?

    var lifecycleID: Text16 { Text16("L\(number)") ?? Text16() }
    var retrievalReference: Text16 { Text16("R\(number)") ?? Text16() }
    var stan: UInt32 { UInt32(number + 1) }
}
