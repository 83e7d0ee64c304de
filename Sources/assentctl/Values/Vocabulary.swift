public import ArgumentParser
public import Domain

/// A word of a closed vocabulary on the command line: `not-present`, `notPresent` and `NOT PRESENT` are the same.
///
/// Data carries the schema's name (`notPresent`), tables the plain words (`not present`).
public protocol Word: CaseIterable, ExpressibleByArgument, RawRepresentable where RawValue == UInt8 {}

extension Word {
    /// Finds the case whose name has the same letters and digits.
    public init?(argument: String) {
        let wanted = argument.lowercased().filter { $0.isLetter || $0.isNumber }
        guard let match = Self.allCases.first(where: { "\($0)".lowercased() == wanted }) else { return nil }
        self = match
    }

    /// The names for help and completion, in lower case with hyphens.
    public static var allValueStrings: [String] {
        allCases.map { $0.words.split(separator: " ").joined(separator: "-") }
    }

    /// What help shows as the default.
    public var defaultValueDescription: String { words.split(separator: " ").joined(separator: "-") }

    /// The name as in `Protocol/assent.xml`, for data.
    public var name: String { "\(self)" }

    /// The name as plain words, for people.
    public var words: String {
        "\(self)".reduce(into: "") { text, character in
            text += character.isUppercase ? " " + character.lowercased() : String(character)
        }
    }
}

extension CardStatus: Word {}
extension Outcome: Word {}
extension Presence: Word {}
extension EntryMode: Word {}
extension Initiator: Word {}
extension Reason: Word {}
extension RetryClass: Word {}

extension RequestKind: Word {
    /// The kind in one word, as `--kind` takes it; the schema's names are taken too.
    public init?(argument: String) {
        switch argument.lowercased() {
        case "authorize", "authorization": self = .authorization
        case "verify", "account-verification", "accountverification": self = .accountVerification
        case "balance", "balance-inquiry", "balanceinquiry": self = .balanceInquiry
        default: return nil
        }
    }

    /// The names for help and completion.
    public static var allValueStrings: [String] { ["authorize", "verify", "balance"] }

    /// What help shows as the default.
    public var defaultValueDescription: String { words }

    /// The kind in one word.
    public var words: String {
        switch self {
        case .authorization: "authorize"
        case .accountVerification: "verify"
        case .balanceInquiry: "balance"
        }
    }
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
