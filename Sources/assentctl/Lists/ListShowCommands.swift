import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl list show`.
struct ListShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show all lists, or what is on one.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl list show
              $ assentctl list show hot-merchants --limit 1000
              $ assentctl list show hot-merchants --all -o csv > hot-merchants.csv

            FIELDS (-o json, jsonl, csv)
              Of lists: list, number, kind, match, entries, bytes, owner, note, createdAt, createdRecord, createdBy, \
            changedAt, changedRecord, changedBy, knownSince (how it was before this record is not known any more; 0: \
            all is known). Of a list's entries: value, from, until, reason, inForce, actor, record.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "The list; without it all.") var name: String?
    @Option(help: ArgumentHelp("At most so many entries.", valueName: "count")) var limit: UInt64 = 50
    @Option(help: ArgumentHelp("Go on behind the page before, which named this.", valueName: "cursor"))
    var after: UInt64 = 0
    @Flag(help: "All entries.") var all = false
    @Flag(help: "Only entries whose time is over.") var expired = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1") }
        guard name != nil || (!expired && !all && after == 0) else { throw ValidationError("name the list") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        guard let name else { return try showLists(in: &session) }
        if session.output.format == .table {
            let list = try session.ask(ListShow(name: name), ListShowReply.self).lists.first
            if let list { try session.print { (output) throws(StreamError) in try output.write(list.text(output)) } }
        }
        var printer = try session.listPrinter(ListEntriesReply.Shown.shape, quiet: false)
        var rest = all ? UInt64.max : limit
        let next = try ListEntriesReply.pages(
            of: name,
            expiredOnly: expired,
            after: after,
            limit: rest,
            in: &session
        ) { (page, output) throws(CommandFailure) in
            for entry in page.entries.prefix(Int(clamping: rest)) {
                try printer.add(ListEntriesReply.Shown(entry: entry, now: page.now), output: output)
            }
            rest -= min(rest, UInt64(page.entries.count))
            return rest > 0
        }
        try printer.end(next: next, option: "--after", output: session.output)
    }

    private func showLists(in session: inout Session) throws(CommandFailure) {
        let reply = try session.ask(ListShow(name: ""), ListShowReply.self)
        var printer = try session.listPrinter(ListShowReply.ListsEntry.shape, quiet: false)
        for list in reply.lists { try printer.add(list, output: session.output) }
        try printer.end(next: nil, option: "", output: session.output)
        if reply.past > 0 {
            let past = Figures.grouped(reply.past)
            session.output.remark("\(past) former entries are kept to explain decisions of before")
        }
    }
}

/// `assentctl list find`.
struct ListFindCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Show which entry of a list a value hits.",
        discussion: HelpText.laidOut(
            """
            The exit status is 0 when the value hits an entry that is in force, 1 when it does not.

            EXAMPLES
              $ assentctl list find hot-merchants M0001

            FIELDS (-o json, jsonl, csv)
              As of the entries in list show; nothing where there is no entry.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "The list.") var name: String
    @Argument(help: "The value, as a request might have it.") var value: String

    func run(in session: inout Session) throws(CommandFailure) {
        let request = ListEntries(after: 0, count: 1, expiredOnly: false, name: name, value: value)
        let reply = try session.ask(request, ListEntriesReply.self)
        var printer = try session.listPrinter(ListEntriesReply.Shown.shape, quiet: false)
        let found = reply.entries.map { ListEntriesReply.Shown(entry: $0, now: reply.now) }
        for entry in found { try printer.add(entry, output: session.output) }
        try printer.end(next: nil, option: "", output: session.output)
        if !found.contains(where: \.isInForce) { throw CommandFailure(.declined, "") }
    }
}

/// `assentctl list history`.
struct ListHistoryCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show who changed a list, newest first.",
        discussion: HelpText.laidOut(
            """
            Records of one kind, user and reason that follow each other within a minute are one step. The newest 1,000 \
            steps are kept; `assentctl journal inspect` shows every record.

            EXAMPLES
              $ assentctl list history hot-merchants

            FIELDS (-o json, jsonl, csv)
              record, lastRecord, at, actor (a Unix user), change, changed (how many entries), entries (how many there \
            were then), reason.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "The list.") var name: String
    @Option(help: ArgumentHelp("At most so many steps.", valueName: "count")) var limit: UInt32 = 50
    @Option(help: ArgumentHelp("Go on before this record, which the page before named.", valueName: "record"))
    var before: UInt64 = 0

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit is from 1 to 500") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let request = ListHistory(beforeLSN: LogSequenceNumber(rawValue: before), count: limit, name: name)
        let page = try session.ask(request, ListHistoryReply.self)
        var printer = try session.listPrinter(ListHistoryReply.StepsEntry.shape, quiet: false)
        for step in page.steps { try printer.add(step, output: session.output) }
        let next = page.nextBeforeLSN == .zero ? nil : page.nextBeforeLSN.rawValue
        try printer.end(next: next, option: "--before", output: session.output)
    }
}
