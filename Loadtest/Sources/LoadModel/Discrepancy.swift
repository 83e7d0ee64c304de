/// What a reply or a balance contradicts: the card, what the model expects and what the daemon says.
public struct Discrepancy: Error, Equatable, Sendable, CustomStringConvertible {
    /// The card's ordinal in the load.
    public let card: Int
    /// What is wrong, in words.
    public let what: String
    /// By the model.
    public let expected: Int64
    /// By the daemon.
    public let found: Int64

    /// All fields.
    public init(card: Int, what: String, expected: Int64, found: Int64) {
        self.card = card
        self.what = what
        self.expected = expected
        self.found = found
    }

    /// One line for people.
    public var description: String { "card \(card): \(what): expected \(expected), found \(found)" }
}
