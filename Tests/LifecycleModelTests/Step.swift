/// One event of a random sequence in the model's own words: what is sent, about which payment, and after how long.
///
/// A step says by which names it refers to its payment, not what they are: the story's names follow from its number,
/// and its payment's id from what happened before, so that a sequence still makes sense with some of its steps
/// left out.
struct Step: Equatable, Sendable {
    enum Kind: Int, CaseIterable, Sendable {
        case authorize, financial, verify, increment, refundAuthorization, advice, completion, clearing
        case refundClearing, clearingReversal, reversal, reversalAdvice, chargeback, representment, fraudReport
        case expiry, setStatus, setLimit, replaceCard
    }

    /// A way to name a payment.
    enum Name: Int, CaseIterable, Sendable {
        case payment, request, lifecycle, trace, retrieval
    }

    var kind: Kind
    /// The request's own id; a repeat has that of the step which it repeats.
    var request: Int
    /// Microseconds since the step before.
    var gap: Int64 = 1_000
    /// The card's token; from `Setting.cardCount` on none has it until a card is replaced.
    var card = 0
    /// The amount's currency, by its place in `Setting.currencies`.
    var currency = 0
    var amount: Int64?
    /// Which payment it is about: the number from which its names are made.
    var story = 0
    var names: [Name] = []
    var isFinal = false
    var part = 0
    var parts = 0
    var takesPart = false
    var category = 5_411
    var initiatedByMerchant = false
    /// 0 not said, 1 not there, 2 there.
    var presence = 0
    /// 0 not said, 1 final, 2 pre-authorization, 3 estimated.
    var amountKind = 0
    /// For `setStatus`: whether the card is frozen. For `setLimit`: unused.
    var freezes = false

    /// Whether it is answered by a message of a payment's life other than its authorization.
    var isLifecycle: Bool {
        switch kind {
        case .authorize, .financial, .verify, .setStatus, .setLimit, .replaceCard: false
        case .increment, .refundAuthorization, .advice, .completion, .clearing, .refundClearing, .clearingReversal,
            .reversal, .reversalAdvice, .chargeback, .representment, .fraudReport, .expiry:
            true
        }
    }
}

extension Step: CustomStringConvertible {
    var description: String {
        var words = ["#\(request) +\(gap)us \(kind)"]
        if let amount { words.append("\(amount) \(Setting.currencies[currency])") }
        words.append("card \(card)")
        if isLifecycle || kind == .authorize || kind == .financial { words.append("story \(story)") }
        if !names.isEmpty { words.append("by " + names.map { "\($0)" }.joined(separator: "+")) }
        if isFinal { words.append("final") }
        if parts > 0 { words.append("\(part) of \(parts)") }
        if takesPart { words.append("partial approval allowed") }
        words.append("category \(category)")
        if initiatedByMerchant { words.append("by the merchant") }
        if presence != 0 { words.append(presence == 1 ? "not present" : "present") }
        if amountKind != 0 { words.append(["", "final", "pre-authorization", "estimated"][amountKind]) }
        if kind == .setStatus { words.append(freezes ? "freeze" : "thaw") }
        return words.joined(separator: ", ")
    }
}

/// What every sequence starts from: three cards in currencies with 0, 2 and 3 decimals.
enum Setting {
    static let cardCount = 3
    static let currencies = ["JPY", "EUR", "KWD"]
    static let exponents = [0, 2, 3]
    /// Limits in minor units: two tight ones, where money runs out, and one that never does.
    static let limits: [Int64] = [3_000, 1_000_000_000, 900_000]
    /// What one payment may be, in minor units; 0: any amount.
    static let transactionLimits: [Int64] = [0, 0, 400_000]
    /// The default threshold for any payment is 5,000.00 in major units.
    static func threshold(currency: Int) -> Int64 { 5_000 * [1, 100, 1_000][currency] }
    /// When every sequence begins: 2026-01-01, in microseconds since the epoch.
    static let start: Int64 = 1_767_225_600_000_000
}
