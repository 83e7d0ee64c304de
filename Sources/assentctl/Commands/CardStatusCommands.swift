import ArgumentParser
import Domain
import Platform
import Wire

/// A command that gives a card another status.
protocol CardStatusCommand: SessionCommand {
    /// The new status.
    static var status: CardStatus { get }
    /// Whether there is no way back.
    static var isFinal: Bool { get }

    var request: RequestOptions { get }
    var card: CardReference { get }
}

extension CardStatusCommand {
    /// The command's name and help.
    static func configured(_ name: String, _ abstract: String, _ discussion: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: abstract,
            discussion: discussion + "\n\nEXAMPLES\n  $ assentctl card \(name) "
                + (isFinal ? "0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b" : "4242")
        )
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let name = Self.configuration.commandName ?? ""
        let token = Self.isFinal ? try card.exactToken(for: name, in: &session) : try card.token(in: &session)
        let (id, time) = try request.resolved()
        let change = CardSetStatus(requestID: id, cardToken: token, transmissionTime: time, status: Self.status)
        let card = try session.tell(change, CardSetStatusReply.self, id: id).card
        try session.print { (output) throws(StreamError) in try output.emit(card.fields, table: card.text) }
    }
}

/// `assentctl card activate`.
struct CardActivateCommand: CardStatusCommand {
    static let configuration = configured(
        "activate",
        "Make a new card usable.",
        "The card must not have been activated yet."
    )
    static let status = CardStatus.active
    static let isFinal = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: CardReference.help) var card: CardReference
}

/// `assentctl card freeze`.
struct CardFreezeCommand: CardStatusCommand {
    static let configuration = configured(
        "freeze",
        "Stop a card for the time being.",
        "Every request is declined until `assentctl card unfreeze`."
    )
    static let status = CardStatus.frozen
    static let isFinal = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: CardReference.help) var card: CardReference
}

/// `assentctl card unfreeze`.
struct CardUnfreezeCommand: CardStatusCommand {
    static let configuration = configured(
        "unfreeze",
        "Make a frozen card usable again.",
        "Its limits and holds are as before."
    )
    static let status = CardStatus.active
    static let isFinal = false

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: CardReference.help) var card: CardReference
}

/// `assentctl card cancel`.
struct CardCancelCommand: CardStatusCommand {
    static let configuration = configured(
        "cancel",
        "Stop a card for good.",
        "This cannot be undone, so it takes the whole token."
    )
    static let status = CardStatus.cancelled
    static let isFinal = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The card's token (a UUID).") var card: CardReference
}

/// `assentctl card lost`.
struct CardLostCommand: CardStatusCommand {
    static let configuration = configured(
        "lost",
        "Report a card lost; stops it for good.",
        "This cannot be undone, so it takes the whole token."
    )
    static let status = CardStatus.lost
    static let isFinal = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The card's token (a UUID).") var card: CardReference
}

/// `assentctl card stolen`.
struct CardStolenCommand: CardStatusCommand {
    static let configuration = configured(
        "stolen",
        "Report a card stolen; stops it for good.",
        "This cannot be undone, so it takes the whole token."
    )
    static let status = CardStatus.stolen
    static let isFinal = true

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The card's token (a UUID).") var card: CardReference
}
