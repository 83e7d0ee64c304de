/// The chart of accounts. Each account exists once in every currency; raw values are in files and on the wire, and are
/// never changed nor reused.
///
/// Amounts are signed, a debit above zero and a credit below, so that the entries of every event, and with them every
/// book, add up to zero in each currency and each phase:
///
/// | event | pending | posted |
/// |---|---|---|
/// | a hold is made, raised (released, expired: back) | receivable debit, commitment credit | |
/// | a clearing, force post or late clearing (its reversal: back) | | receivable debit, settlement credit |
/// | a refund that clears | | settlement debit, receivable credit |
/// | a chargeback (a representment: back) | | disputes debit, receivable credit |
/// | any of these for a card that does not exist | | suspense in the place of receivable |
///
/// Where the merchant was paid in another currency, settlement is booked in that currency, and the position account
/// stands between: receivable debit and position credit in the billing currency, position debit and settlement credit
/// in the merchant's. So every currency balances by itself and nothing is lost in the exchange.
public enum LedgerAccount: UInt8, Sendable, CaseIterable {
    /// What a cardholder owes (an asset, one for each card): pending is the card's `held`, posted its `posted`.
    case receivable = 1
    /// What is owed to the network for what it has cleared (a liability).
    case settlement = 2
    /// What was promised by approving: the other side of every hold.
    case commitment = 3
    /// What was charged back, and is claimed from the network (an asset).
    case disputes = 4
    /// What the network has cleared for cards that do not exist, until somebody finds out whose it is.
    case suspense = 5
    /// What stands between billing currency and merchant currency.
    case position = 6

    /// The name in lower case, as tools print and take it.
    public var name: String {
        switch self {
        case .receivable: "receivable"
        case .settlement: "settlement"
        case .commitment: "commitment"
        case .disputes: "disputes"
        case .suspense: "suspense"
        case .position: "position"
        }
    }
}
