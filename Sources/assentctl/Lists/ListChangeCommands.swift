import ArgumentParser
import Client
import Domain
import Platform
import Wire

/// `assentctl list add`.
struct ListAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put values on a list: all of them or, if one is not right, none.",
        discussion: HelpText.laidOut(
            """
            What is on the list already gets the new times and reason. A number that looks like a card number is \
            refused on a command line: load merchants' numbers of 13 to 16 digits from a file, or with - from standard \
            input.

            EXAMPLES
              $ assentctl list add hot-merchants M0001 M0002 --reason "incident 12"
              $ assentctl list add travellers 7f3c9a4e-0000-4000-8000-000000000001 --until 30d

            FIELDS (-o json, jsonl, csv)
              list, added, replaced, unchanged, entries, record.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @OptionGroup var validity: ListValidity
    @Argument(help: "The list.") var name: String
    @Argument(help: "Values, up to 1,024.") var values: [String]

    func validate() throws { try ListLimits.check(values) }

    func run(in session: inout Session) throws(CommandFailure) {
        let (id, time) = try request.resolved()
        let (from, until) = validity.times
        let message = ListAdd(
            requestID: id,
            transmissionTime: time,
            entries: values.map { ListAdd.EntriesEntry(from: from, until: until, value: $0, reason: "") },
            name: name,
            reason: validity.reason
        )
        let reply = try session.tell(message, ListAddReply.self, id: id)
        let name = name
        try session.print { (output) throws(StreamError) in
            let fields = [
                Field("list", name), Field("added", UInt64(reply.added)), Field("replaced", UInt64(reply.replaced)),
                Field("unchanged", UInt64(reply.unchanged)), Field("entries", UInt64(reply.entries)),
                Field("record", reply.lsn.rawValue),
            ]
            try output.emit(fields) { _ in
                "\(reply.added) added, \(reply.replaced) changed, \(reply.unchanged) were there; list "
                    + "\(name.printable) has \(Figures.grouped(UInt64(reply.entries))) entries\n"
            }
        }
    }
}

/// From when on, until when and why entries are on a list.
struct ListValidity: ParsableArguments {
    @Option(help: ArgumentHelp("In force from this time on; by default at once.", valueName: "time"))
    var from: TimeText?
    @Option(help: ArgumentHelp("In force until this time, which is no longer; by default for good.", valueName: "time"))
    var until: TimeAhead?
    @Option(help: "Why; kept with each entry.") var reason = ""

    /// The times as instants.
    var times: (from: Instant?, until: Instant?) {
        let now = Instant(microseconds: Clock.now())
        return (from.map { $0.instant(now: now) }, until.map { $0.instant(now: now) })
    }
}

/// A time, or how far ahead it lies, as in `30d`.
struct TimeAhead: ExpressibleByArgument {
    private enum Form {
        case time(TimeText)
        case ahead(microseconds: Int64)
    }

    private let form: Form

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if let unit = argument.last.flatMap({ units[$0] }), let count = Int64(argument.dropLast()),
            (1...1_000_000).contains(count)
        {
            form = .ahead(microseconds: count * unit * 1_000_000)
        } else if let time = TimeText(argument: argument) {
            form = .time(time)
        } else {
            return nil
        }
    }

    func instant(now: Instant) -> Instant {
        switch form {
        case .time(let text): text.instant(now: now)
        case .ahead(let microseconds): now.advanced(byMicroseconds: microseconds)
        }
    }
}

/// How many values one command takes.
enum ListLimits {
    static func check(_ values: [String]) throws {
        guard values.count <= WireLimits.listEntriesMax else {
            throw ValidationError("one command takes up to 1024 values; load more from a file: assentctl list load")
        }
    }
}

/// `assentctl list remove`.
struct ListRemoveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take values from a list.",
        discussion: HelpText.laidOut(
            """
            With --expired all values are removed whose time is over: they match nothing, and take memory.

            EXAMPLES
              $ assentctl list remove hot-merchants M0001 --reason "cleared"
              $ assentctl list remove hot-merchants --expired

            FIELDS (-o json, jsonl, csv)
              list, removed, unchanged, entries, record (the last one; null where there was nothing to remove).
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "The list.") var name: String
    @Argument(help: "Values, up to 1,024.") var values: [String] = []
    @Flag(help: "All whose time is over.") var expired = false
    @Option(help: "Why.") var reason = ""

    func validate() throws {
        try ListLimits.check(values)
        guard expired == values.isEmpty else { throw ValidationError("give values, or --expired") }
        guard !expired || request.requestID == nil else {
            throw ValidationError("--expired may take several requests, which one id cannot name; just repeat it")
        }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        var sum = (removed: UInt64(0), unchanged: UInt64(0), entries: nil as UInt32?, lsn: nil as LogSequenceNumber?)
        var batches = [values]
        if expired { batches = try expiredValues(in: &session) }
        for batch in batches {
            let (id, time) = expired ? try RequestOptions.fresh() : try request.resolved()
            let message = ListRemove(
                requestID: id,
                transmissionTime: time,
                values: batch.map { ListRemove.ValuesEntry(value: $0) },
                name: name,
                reason: expired && reason.isEmpty ? "expired" : reason
            )
            let reply = try session.tell(message, ListRemoveReply.self, id: id)
            sum.removed += UInt64(reply.removed)
            sum.unchanged += UInt64(reply.unchanged)
            (sum.entries, sum.lsn) = (reply.entries, reply.lsn)
        }
        let (name, result) = (name, sum)
        try session.print { (output) throws(StreamError) in
            let fields = [
                Field("list", name), Field("removed", result.removed), Field("unchanged", result.unchanged),
                Field("entries", result.entries.map { .unsigned(UInt64($0)) } ?? .null),
                Field("record", result.lsn.map { .unsigned($0.rawValue) } ?? .null),
            ]
            try output.emit(fields) { _ in
                "\(Figures.grouped(result.removed)) removed, \(Figures.grouped(result.unchanged)) were not there"
                    + (result.entries.map { "; list \(name.printable) has \(Figures.grouped(UInt64($0))) entries\n" }
                        ?? "\n")
            }
        }
    }

    /// The values whose time is over, as many together as one request takes.
    private func expiredValues(in session: inout Session) throws(CommandFailure) -> [[String]] {
        var values: [[String]] = []
        _ = try ListEntriesReply.pages(of: name, expiredOnly: true, in: &session) { (page, _) in
            if !page.entries.isEmpty { values.append(page.entries.map(\.value)) }
            return true
        }
        return values
    }
}

extension RequestOptions {
    /// An id and a time for a request that nobody repeats by hand.
    static func fresh() throws(CommandFailure) -> (id: RequestID, time: Instant) {
        let id = RequestID.make()
        return (id, id.time ?? Instant(microseconds: Clock.now()))
    }
}
