import ArgumentParser
import Domain
import Wire

/// A word of a closed vocabulary, as in `Protocol/assent.xml`.
///
/// Data carries the schema's name (`notPresent`), tables the plain words (`not present`), options take either form.
protocol Word: CaseIterable, Equatable, Sendable {
    /// The name as plain words, for people.
    var words: String { get }
}

extension Word {
    /// The name as in the schema, for data.
    var name: String { "\(self)" }

    /// The name as plain words, for people.
    var words: String {
        name.reduce(into: "") { text, character in
            text += character.isUppercase ? " " + character.lowercased() : String(character)
        }
    }
}

extension AlternativeKind: Word {}
extension AuthorizationKind: Word {}
extension CardNetwork: Word {}
extension CardStatus: Word {}
extension EntryMode: Word {}
extension Initiator: Word {}
extension MatchRule: Word {}
extension Outcome: Word {}
extension PaymentEventKind: Word {}
extension PaymentStatus: Word {}
extension Presence: Word {}
extension Reason: Word {}
extension ReplacementReason: Word {}
extension RetryClass: Word {}
extension RoundingRule: Word {}
extension RuleAction: Word {}
extension RuleStage: Word {}

extension RequestKind: Word {
    /// The kind in one word, as commands and data name it.
    var words: String {
        switch self {
        case .authorization: "authorize"
        case .accountVerification: "verify"
        case .balanceInquiry: "balance"
        case .financial: "financial"
        }
    }
}

extension RequestKind {
    /// The kind as it is spoken of: `account verification`.
    var longWords: String {
        switch self {
        case .authorization: "authorization"
        case .accountVerification: "account verification"
        case .balanceInquiry: "balance inquiry"
        case .financial: "single message"
        }
    }
}

/// A word on the command line: `not-present`, `notPresent` and `NOT PRESENT` are the same.
struct Choice<Value: Word>: Equatable, Sendable, ExpressibleByArgument {
    let value: Value

    init(_ value: Value) { self.value = value }

    init?(argument: String) {
        let letters = { (text: String) in text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let wanted = letters(argument)
        guard
            let match = Value.allCases.first(where: {
                letters(Choice($0).option) == wanted || letters($0.name) == wanted
            })
        else { return nil }
        value = match
    }

    /// The word as help and completion show it.
    private var option: String {
        value.words.split(separator: " ").joined(separator: "-")
    }

    var defaultValueDescription: String { option }

    static var allValueStrings: [String] { Value.allCases.map { Choice($0).option } }

    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension Check {
    /// What the check asks, for people.
    var words: String {
        switch self {
        case .cardKnown: "card known"
        case .cardState: "card active"
        case .cardExpiry: "card not expired"
        case .currency: "currency"
        case .merchantBlockList: "merchant block list"
        case .merchantCategory: "merchant category"
        case .merchantCountry: "merchant country"
        case .presence: "card presence"
        case .velocity1: "velocity rule 1"
        case .velocity2: "velocity rule 2"
        case .velocity3: "velocity rule 3"
        case .velocity4: "velocity rule 4"
        case .transactionLimit: "transaction limit"
        case .amountThreshold: "amount threshold"
        case .spendingLimit: "available funds"
        case .rules: "rules"
        case .approval: "no approval needed"
        }
    }
}

extension CardStatus {
    /// How the status stands out.
    var style: Style {
        switch self {
        case .active: .good
        case .notActivated, .frozen: .warning
        case .cancelled, .lost, .stolen: .bad
        }
    }
}

extension Outcome {
    /// How the outcome stands out.
    var style: Style {
        switch self {
        case .approved: .good
        case .flagged: .warning
        case .declined: .bad
        }
    }

    /// The mark before it: `✓`, `✗` or `⚑`.
    var mark: String {
        switch self {
        case .approved: "✓"
        case .flagged: "⚑"
        case .declined: "✗"
        }
    }
}
