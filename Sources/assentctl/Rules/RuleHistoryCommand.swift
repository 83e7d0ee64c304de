import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl rule history`.
struct RuleHistoryCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show who wrote and moved rules, newest first.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl rule history night-gambling
              $ assentctl rule history --limit 500 -o csv

            FIELDS (-o json, jsonl, csv)
              record, at, actor (a Unix user), rule, version, from (null where it was written), state.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "The rule; without it all.") var name = ""
    @Option(help: ArgumentHelp("About so many steps.", valueName: "count")) var limit: UInt32 = 50
    @Option(help: ArgumentHelp("Go on before this record, which the page before named.", valueName: "record"))
    var before: UInt64 = 0

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit is from 1 to 500") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let request = RuleHistory(beforeLSN: LogSequenceNumber(rawValue: before), count: limit, name: name)
        let page = try session.ask(request, RuleHistoryReply.self)
        var printer = try session.listPrinter(RuleHistoryReply.StepsEntry.shape, quiet: false)
        for step in page.steps { try printer.add(step, output: session.output) }
        let next = page.nextBeforeLSN == .zero ? nil : page.nextBeforeLSN.rawValue
        try printer.end(next: next, option: "--before", output: session.output)
    }
}

extension RuleHistoryReply.StepsEntry: ListedRecord {
    static let shape = ListPrinter.Shape(
        name: "steps",
        columns: [
            Column("RECORD", .right), Column("AT"), Column("USER", .right), Column("RULE"), Column("VERSION", .right),
            Column("FROM"), Column("TO"),
        ],
        fieldNames: ["record", "at", "actor", "rule", "version", "from", "state"],
        emptyText: "nothing has happened to rules"
    )

    var key: String { name }

    var fields: [Field] {
        [
            Field("record", lsn.rawValue), Field("at", at.description), Field("actor", UInt64(actor)),
            Field("rule", name), Field("version", UInt64(version)), Field("from", from?.name),
            Field("state", stage.name),
        ]
    }

    var cells: [Cell] {
        [
            Cell(lsn.description), Cell(at.short), Cell("\(actor)"), Cell(name), Cell("\(version)"),
            Cell(from?.words ?? "(written)"), Cell(stage.words, stage.style),
        ]
    }
}
