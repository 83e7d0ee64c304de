import ArgumentParser
import Domain
import Platform
import Rules
import Wire

/// `assentctl rule add`.
struct RuleAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Write a rule, or a new version of one.",
        discussion: HelpText.laidOut(
            """
            CONDITION may be @FILE, or - for standard input. A new version is a draft: nothing evaluates it until it \
            is enabled. The version that is active stays so until another is promoted.

            EXAMPLES
              $ assentctl rule add large-online 'amount > 900.00 && presence == "not-present"' --action flag
              $ assentctl rule add sanctioned @sanctioned.cel --reason country-blocked --owner compliance
              $ assentctl rule add first-look - --shadow < condition.cel

            FIELDS (-o json, jsonl, csv)
              rule, number, version, record.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The rule: lower-case letters, digits, '-', '_' and '.'.") var name: String
    @Argument(help: "When it does something; @FILE reads a file, - standard input.") var condition: String
    @Option(help: "What it does: decline, flag, or decline until a person has approved.")
    var action = Choice(RuleAction.decline)
    @Option(help: "With decline: why.") var reason = Choice(Reason.suspectedFraud)
    @Option(help: "Who answers for it.") var owner = ""
    @Option(help: "Why it is there.") var note = ""
    @Flag(help: "Evaluate it at once, in shadow.") var shadow = false
    @Option(
        help: ArgumentHelp(
            "Refuse unless this is its newest version; 0: unless there is none yet.",
            valueName: "version"
        )
    )
    var expectedVersion: UInt32?

    func run(in session: inout Session) throws(CommandFailure) {
        let condition = try ValueSource.read(condition)
        let (id, time) = try request.resolved()
        let message = RuleAdd(
            requestID: id,
            transmissionTime: time,
            expectedVersion: expectedVersion.map { $0 == 0 ? .max : $0 } ?? 0,
            action: action.value,
            reason: action.value == .decline ? reason.value : .approved,
            stage: shadow ? .shadow : .draft,
            name: name,
            owner: owner,
            note: note,
            condition: condition
        )
        let reply: RuleAddReply
        do throws(CommandFailure) {
            reply = try session.tell(message, RuleAddReply.self, id: id)
        } catch {
            throw error.marking(condition)
        }
        let name = name
        let stage = shadow ? RuleStage.shadow : .draft
        try session.print { (output) throws(StreamError) in
            let fields = [
                Field("rule", name), Field("number", UInt64(reply.number)), Field("version", UInt64(reply.version)),
                Field("record", reply.lsn.rawValue),
            ]
            try output.emit(fields) { _ in
                "version \(reply.version) of rule \(name.printable) is a \(stage == .draft ? "draft" : "shadow rule")\n"
            }
        }
    }
}

extension CommandFailure {
    /// The same with the place in a condition marked, where the daemon has named it: `(bytes 3 to 9)`.
    func marking(_ source: String) -> CommandFailure {
        guard let span = Self.span(in: message) else { return self }
        return CommandFailure(status, message, hints: span.marked(in: source) + hints)
    }
}
