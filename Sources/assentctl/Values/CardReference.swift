import ArgumentParser
import Domain
import Wire

/// A card as people name it: by its token, or by its last four digits where they tell which.
struct CardReference: Equatable, ExpressibleByArgument {
    /// What was typed.
    let text: String

    init?(argument: String) { text = argument }

    static let help = ArgumentHelp("The card's token (a UUID), or its last four digits if no other card has them.")

    /// The token, without asking the daemon for more than which card has these digits.
    func token(in session: inout Session) throws(CommandFailure) -> CardToken {
        if let token = CardToken(text) {
            guard !token.isZero else { throw CommandFailure(.usage, "a card's token is never all zeros") }
            return token
        }
        guard let digits = LastFour(argument: text), let lastFour = Text16(digits.digits) else {
            throw CommandFailure(
                .usage,
                "'\(text)' names no card",
                hints: [
                    "Give its token, such as 0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b, or its last four digits.",
                    "List the cards with: assentctl card list",
                ]
            )
        }
        let cards = try CardReference.cards(ending: lastFour, in: &session)
        guard let first = cards.first else {
            throw CommandFailure(
                .invalidData,
                "no card ends in \(digits.digits)",
                hints: ["List the cards with: assentctl card list"]
            )
        }
        guard cards.count == 1 else {
            let some = cards.prefix(5).map { "  \($0.cardToken)  \($0.status.words)" }
            throw CommandFailure(
                .usage,
                "several cards end in \(digits.digits): which one?",
                hints: ["Give the token:"] + some
                    + (cards.count <= 5 ? [] : ["All of them: assentctl card list --last-four \(digits.digits)"])
            )
        }
        return first.cardToken
    }

    /// The first six cards whose number ends so.
    private static func cards(ending lastFour: Text16, in session: inout Session) throws(CommandFailure) -> [CardBlock]
    {
        var cards: [CardBlock] = []
        var after: UInt64 = 0
        repeat {
            let request = CardList(
                afterOrdinal: after,
                count: UInt32(6 - cards.count),
                lastFour: lastFour,
                profile: Text16()
            )
            let page = try session.ask(request, CardListReply.self)
            cards += page.cards.map(\.card)
            after = page.nextOrdinal
        } while after != 0 && cards.count < 6
        return cards
    }

    /// The card itself.
    func card(in session: inout Session) throws(CommandFailure) -> CardBlock {
        let token = try token(in: &session)
        return try session.ask(CardGet(cardToken: token), CardGetReply.self).card
    }

    /// The token for what cannot be undone: digits are refused, they may be mistyped.
    func exactToken(for action: String, in session: inout Session) throws(CommandFailure) -> CardToken {
        let token = try token(in: &session)
        guard CardToken(text) != nil else {
            throw CommandFailure(
                .usage,
                "this cannot be undone, so it takes the whole token",
                hints: ["If this is the card: assentctl card \(action) \(token)"]
            )
        }
        return token
    }
}
