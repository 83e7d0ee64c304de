import ArgumentParser
import Domain
import Platform
import Wire

extension ListKind: Word {}
extension ListMatch: Word {}
extension ListChange: Word {}

/// `assentctl list create`.
struct ListCreateCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a list.",
        discussion: HelpText.laidOut(
            """
            KIND says what the list has, and so of which attribute a rule asks it: card (card.token), merchant \
            (merchant.id), merchant-name (merchant.normal_name; names are brought into that form), terminal \
            (terminal.id), acquirer (acquirer.id), country (merchant.country), category (merchant.category), text \
            (any attribute that is a text). With --match prefix a request's value has to begin with one of the list's.

            EXAMPLES
              $ assentctl list create hot-merchants merchant --owner risk
              $ assentctl list create crypto merchant-name --match prefix --note "Names that begin so"

            FIELDS (-o json, jsonl, csv)
              list, number, record.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The list: lower-case letters, digits, '-', '_' and '.'.") var name: String
    @Argument(help: "What it has.") var kind: Choice<ListKind>
    @Option(help: "How its values are compared.") var match = Choice(ListMatch.exact)
    @Option(help: "Who answers for it.") var owner = ""
    @Option(help: "What it is for.") var note = ""
    @Option(help: "Why it is made.") var reason = ""

    func run(in session: inout Session) throws(CommandFailure) {
        let (id, time) = try request.resolved()
        let message = ListCreate(
            requestID: id,
            transmissionTime: time,
            kind: kind.value,
            match: match.value,
            name: name,
            owner: owner,
            note: note,
            reason: reason
        )
        let reply = try session.tell(message, ListCreateReply.self, id: id)
        let name = name
        try session.print { (output) throws(StreamError) in
            let fields = [
                Field("list", name), Field("number", UInt64(reply.number)), Field("record", reply.lsn.rawValue),
            ]
            try output.emit(fields) { _ in "list \(name.printable) is made, and empty\n" }
        }
    }
}

/// `assentctl list delete`.
struct ListDeleteCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a list with all that is on it; no active or shadow rule may read it.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl list delete hot-merchants --reason "replaced by hot-merchants-2"

            FIELDS (-o json, jsonl, csv)
              list, entries, record.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The list.") var name: String
    @Option(help: "Why.") var reason = ""

    func run(in session: inout Session) throws(CommandFailure) {
        let (id, time) = try request.resolved()
        let message = ListDelete(requestID: id, transmissionTime: time, name: name, reason: reason)
        let reply = try session.tell(message, ListDeleteReply.self, id: id)
        let name = name
        try session.print { (output) throws(StreamError) in
            let fields = [
                Field("list", name), Field("entries", UInt64(reply.entries)), Field("record", reply.lsn.rawValue),
            ]
            try output.emit(fields) { _ in
                "list \(name.printable) is deleted; it had \(Figures.grouped(UInt64(reply.entries))) entries\n"
            }
        }
    }
}
