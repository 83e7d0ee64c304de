import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl projection`: the daemon's SQLite file.
struct ProjectionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projection",
        abstract: "Look after the projection, which answers searches and questions about the ledger.",
        discussion: HelpText.laidOut(
            """
            The projection is an SQLite file that follows the journal. It may lag, decisions never wait for it, and \
            it can be made anew from the journal at any time.

            EXAMPLES
              $ assentctl projection status
              $ assentctl projection rebuild --wait
            """
        ),
        subcommands: [ProjectionStatusCommand.self, ProjectionRebuildCommand.self]
    )
}

/// `assentctl projection status`.
struct ProjectionStatusCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far the projection is.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl projection status
              $ assentctl projection status -o json

            FIELDS (-o json, jsonl, csv)
              state (off, opening, following, catchingUp, waiting), projectedLsn, durableLsn, lagRecords, \
            lagMicroseconds, firstLsn, journalFirstLsn, rowsWritten, rebuilds, fileBytes, problem.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let reply = try session.ask(ProjectionStatus(), ProjectionStatusReply.self)
        try session.print { (output) throws(StreamError) in try output.emit(reply.fields, table: reply.text) }
    }
}

/// `assentctl projection rebuild`.
struct ProjectionRebuildCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make the projection anew from the journal, while the daemon serves.",
        discussion: HelpText.laidOut(
            """
            Decisions go on. Searches and questions about the ledger are answered from the new file as far as it is. \
            Where the journal's oldest files were removed (--keep-segments), a new projection would lack what was in \
            them: then it is refused without --accept-loss. The journal is read through first: where it is damaged, \
            the projection that there is stays, and projection status says why.

            EXAMPLES
              $ assentctl projection rebuild
              $ assentctl projection rebuild --wait

            FIELDS (-o json, jsonl, csv)
              As of projection status.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Flag(help: "Wait until it has caught up.") var wait = false
    @Flag(help: "Even if it will lack what was removed from the journal.") var acceptLoss = false

    func run(in session: inout Session) throws(CommandFailure) {
        let before = try session.ask(ProjectionStatus(), ProjectionStatusReply.self)
        let target = try session.ask(ProjectionRebuild(acceptLoss: acceptLoss), ProjectionRebuildReply.self).durableLSN
        var reply = try session.ask(ProjectionStatus(), ProjectionStatusReply.self)
        let progress = ProgressLine(
            total: Int(clamping: target.rawValue),
            noun: "records",
            isShown: wait && Terminal.isErrorOutput
        )
        while wait, reply.rebuilds == before.rebuilds || reply.projectedLSN < target,
            reply.state != .waiting, reply.problem.isEmpty
        {
            progress.show(Int(clamping: reply.projectedLSN.rawValue))
            Pause.milliseconds(200)
            reply = try session.ask(ProjectionStatus(), ProjectionStatusReply.self)
        }
        progress.clear()
        let last = reply
        try session.print { (output) throws(StreamError) in try output.emit(last.fields, table: last.text) }
        if wait, last.state == .waiting || !last.problem.isEmpty {
            throw CommandFailure(
                .transient,
                "the projection cannot go on: \(last.problem)",
                hints: ["It tries again by itself; look again with: assentctl projection status"]
            )
        }
    }
}

extension ProjectionStatusReply {
    private var lagRecords: UInt64 { durableLSN.rawValue - min(durableLSN.rawValue, projectedLSN.rawValue) }

    /// What data formats carry.
    var fields: [Field] {
        [
            Field("state", state.name), Field("projectedLsn", projectedLSN.rawValue),
            Field("durableLsn", durableLSN.rawValue), Field("lagRecords", lagRecords),
            Field("lagMicroseconds", lagMicroseconds), Field("firstLsn", firstLSN.rawValue),
            Field("journalFirstLsn", journalFirstLSN.rawValue), Field("rowsWritten", rowsWritten),
            Field("rebuilds", rebuilds), Field("fileBytes", fileBytes),
            Field("problem", problem.isEmpty ? nil : problem),
        ]
    }

    /// For people.
    func text(_ output: Output) -> String {
        guard state != .off else {
            return output.pairs([("projection", Cell("off: the daemon was started with --projection off", .warning))])
        }
        var pairs: [(String, Cell)] = [
            ("projection", Cell(state.words, state.style)),
            ("record", Cell("\(Figures.grouped(projectedLSN.rawValue)) of \(Figures.grouped(durableLSN.rawValue))")),
            ("behind", Cell(ProjectionState.lagText(lagRecords, lagMicroseconds))),
            ("file", Cell("\(Figures.bytes(fileBytes)), \(Figures.grouped(rowsWritten)) rows written since the start")),
        ]
        if rebuilds > 0 {
            pairs.append(
                (
                    "made anew",
                    Cell(rebuilds == 1 ? "once since the start" : "\(Figures.grouped(rebuilds)) times since the start")
                )
            )
        }
        if firstLSN.rawValue > 1 { pairs.append(("begins with", Cell("record \(firstLSN)", .warning))) }
        if !problem.isEmpty { pairs.append(("problem", Cell(problem, .bad))) }
        return output.pairs(pairs)
    }
}

extension ProjectionState {
    /// How the state stands out.
    var style: Style {
        switch self {
        case .following: .good
        case .opening, .catchingUp, .off: .warning
        case .waiting: .bad
        }
    }

    /// `nothing`, or `1,204 records, 1.3 s`.
    static func lagText(_ records: UInt64, _ microseconds: UInt64) -> String {
        records == 0 ? "nothing" : "\(Figures.grouped(records)) records, \(Figures.microseconds(microseconds))"
    }
}
