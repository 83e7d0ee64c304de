import ArgumentParser
import Domain
import Platform
import Wire

/// What the commands that move a version have in common.
struct RuleMoveOptions: ParsableArguments {
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The rule.") var name: String
    @Option(help: "Which version; without it the only one that can be moved so.") var version: UInt32?

    func validate() throws {
        guard version != 0 else { throw ValidationError("versions are numbered from 1") }
    }

    /// Moves the version, and says so.
    func move(to stage: RuleStage, from: RuleStage?, in session: inout Session) throws(CommandFailure) {
        let (id, time) = try request.resolved()
        let message = RuleMove(
            requestID: id,
            transmissionTime: time,
            version: version ?? 0,
            stage: stage,
            from: from,
            name: name
        )
        let reply = try session.tell(message, RuleMoveReply.self, id: id)
        let name = name
        try session.print { (output) throws(StreamError) in
            let fields = [
                Field("rule", name), Field("number", UInt64(reply.number)), Field("version", UInt64(reply.version)),
                Field("from", reply.from.name), Field("state", reply.stage.name), Field("record", reply.lsn.rawValue),
            ]
            try output.emit(fields) { _ in
                "version \(reply.version) of rule \(name.printable) is \(reply.stage.words), it was "
                    + "\(reply.from.words)\n"
            }
        }
    }

    static let fieldsHelp = "FIELDS (-o json, jsonl, csv)\n  rule, number, version, from, state, record."
}

/// `assentctl rule enable`.
struct RuleEnableCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Evaluate a draft in shadow: it is counted, and decides nothing.",
        discussion: "EXAMPLES\n  $ assentctl rule enable night-gambling\n\n" + RuleMoveOptions.fieldsHelp
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var move: RuleMoveOptions

    func run(in session: inout Session) throws(CommandFailure) {
        try move.move(to: .shadow, from: .draft, in: &session)
    }
}

/// `assentctl rule promote`.
struct RulePromoteCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Let a shadow version decide; the active one, if there is one, is retired.",
        discussion: HelpText.laidOut(
            """
            With the setting rule.promotion at second-person somebody else has to do it than who wrote the version.

            EXAMPLES
              $ assentctl rule promote night-gambling --version 2

            """
        ) + RuleMoveOptions.fieldsHelp
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var move: RuleMoveOptions

    func run(in session: inout Session) throws(CommandFailure) {
        try move.move(to: .active, from: .shadow, in: &session)
    }
}

/// `assentctl rule disable`.
struct RuleDisableCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Let the active version decide no longer: back to shadow, or with --retire for good.",
        discussion: "EXAMPLES\n  $ assentctl rule disable night-gambling\n"
            + "  $ assentctl rule disable night-gambling --retire --version 1\n\n" + RuleMoveOptions.fieldsHelp
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var move: RuleMoveOptions
    @Flag(help: "Evaluate it no longer, whatever its state is; nothing leaves retired.") var retire = false

    func run(in session: inout Session) throws(CommandFailure) {
        try move.move(to: retire ? .retired : .shadow, from: retire ? nil : .active, in: &session)
    }
}
