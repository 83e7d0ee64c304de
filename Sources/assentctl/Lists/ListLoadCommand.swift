import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl list load`.
struct ListLoadCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Put the values of a file on a list.",
        discussion: HelpText.laidOut(
            """
            FILE has one value a line, or is CSV whose first line names the columns: value, and if you like from, \
            until and reason. Blank lines and lines that begin with # are passed over; - reads standard input. The \
            whole file is checked before the first value is sent: an error says which line. Values go in records of up \
            to 1,024; where a load breaks off, it says from which line to go on, and to load a line twice changes \
            nothing.

            With --replace what is on the list and not in the file is removed at the end.

            EXAMPLES
              $ assentctl list load hot-merchants merchants.csv --reason "weekly file"
              $ zcat cards.txt.gz | assentctl list load stolen - --until 90d
              $ assentctl list load hot-merchants merchants.csv --replace

            FIELDS (-o json, jsonl, csv)
              list, values, added, replaced, unchanged, removed, entries, firstRecord, lastRecord (null for none).
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var validity: ListValidity
    @Argument(help: "The list.") var name: String
    @Argument(help: "The file; - for standard input.") var file: String
    @Option(help: ArgumentHelp("Begin with this line, where a load before has broken off.", valueName: "line"))
    var fromLine = 1
    @Flag(help: "Remove what is not in the file.") var replace = false

    func validate() throws {
        guard fromLine >= 1 else { throw ValidationError("lines are numbered from 1") }
        guard !replace || fromLine == 1 else { throw ValidationError("--replace takes the whole file") }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        guard let list = try session.ask(ListShow(name: name), ListShowReply.self).lists.first else {
            throw CommandFailure(.invalidData, "there is no list '\(name)'")
        }
        let bytes = try read()
        let entries = try checked(bytes, kind: list.kind)
        var load = ListLoad(name: name, reason: validity.reason)
        let isShown = Terminal.isErrorOutput && entries.count > 4 * WireLimits.listEntriesMax
        let progress = ProgressLine(total: entries.count, noun: "values", isShown: isShown)
        do throws(CommandFailure) {
            try load.send(entries, in: &session) { progress.show($0) }
        } catch {
            progress.clear()
            throw error
        }
        progress.clear()
        if replace { try load.removeOthers(than: entries, in: &session) }
        let (result, count) = (load, entries.count)
        try session.print { (output) throws(StreamError) in
            try output.emit(result.fields(count: count)) { _ in result.text(count: count) }
        }
    }

    private func read() throws(CommandFailure) -> [UInt8] {
        do throws(StreamError) {
            return file == "-"
                ? try StandardStream.readInput(byteCountMax: ListFile.byteCountMax)
                : try StandardStream.readFile(file, byteCountMax: ListFile.byteCountMax)
        } catch {
            let name = file == "-" ? "standard input" : file
            switch error {
            case .failed(_, let reason): throw CommandFailure(.noInput, "cannot read \(name): \(reason)")
            case .tooLarge, .brokenPipe:
                let most = Figures.bytes(UInt64(ListFile.byteCountMax))
                throw CommandFailure(.noInput, "\(name) has more than \(most); load it in parts")
            }
        }
    }

    private func checked(_ bytes: [UInt8], kind: ListKind) throws(CommandFailure) -> [ListFile.Entry] {
        var file = try ListFile(bytes, kind: kind, validity: validity.times)
        let isShown = Terminal.isErrorOutput && bytes.count > 1 << 20
        let progress = ProgressLine(total: bytes.count, noun: "bytes checked", isShown: isShown)
        defer { progress.clear() }
        var entries: [ListFile.Entry] = []
        while let entry = try file.next() {
            if entry.line >= fromLine { entries.append(entry) }
            if entries.count % 65_536 == 0 { progress.show(file.progress.done) }
        }
        return entries
    }
}

/// A load on its way: what it has come to.
struct ListLoad {
    let name: String
    let reason: String
    private var added: UInt64 = 0
    private var replaced: UInt64 = 0
    private var unchanged: UInt64 = 0
    private var removed: UInt64 = 0
    private var entries: UInt32?
    private var firstLSN: LogSequenceNumber?
    private var lastLSN: LogSequenceNumber?

    init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }

    /// Sends the values, in records of as many as one takes.
    mutating func send(
        _ all: [ListFile.Entry],
        in session: inout Session,
        _ note: (Int) -> Void
    ) throws(CommandFailure) {
        var next = 0
        while next < all.count {
            // One request has each value once: a second one goes into the next.
            var seen: Set<String> = []
            var end = next
            while end < all.count, end - next < WireLimits.listEntriesMax, seen.insert(all[end].item.value).inserted {
                end += 1
            }
            let (id, time) = try RequestOptions.fresh()
            let message = ListAdd(
                requestID: id,
                transmissionTime: time,
                entries: all[next..<end].map(\.item),
                name: name,
                reason: reason
            )
            do throws(CommandFailure) {
                let reply = try session.ask(message, ListAddReply.self)
                added += UInt64(reply.added)
                replaced += UInt64(reply.replaced)
                unchanged += UInt64(reply.unchanged)
                keep(reply.lsn, entries: reply.entries)
            } catch {
                throw brokenOff(error, all, next)
            }
            next = end
            note(next)
        }
    }

    private mutating func keep(_ lsn: LogSequenceNumber, entries: UInt32) {
        self.entries = entries
        firstLSN = firstLSN ?? lsn
        lastLSN = lsn
    }

    private func brokenOff(_ error: CommandFailure, _ all: [ListFile.Entry], _ next: Int) -> CommandFailure {
        let line = all[next].line
        var message = error.message
        // The daemon counts within the request.
        if let place = Self.entryNumber(in: message), next + place - 1 < all.count {
            message = "line \(all[next + place - 1].line): \(message)"
        }
        let done = next == 0 ? "nothing is loaded" : "all before line \(line) is loaded"
        return CommandFailure(
            error.status,
            "\(message); \(done)",
            hints: error.hints + ["Go on with: --from-line \(line)"]
        )
    }

    /// The number in a message with `entry 17: …`.
    private static func entryNumber(in message: String) -> Int? {
        let words = message.split(separator: " ")
        guard let place = words.firstIndex(of: "entry"), place + 1 < words.count, words[place + 1].hasSuffix(":") else {
            return nil
        }
        return Int(words[place + 1].dropLast())
    }

    /// Removes what is on the list and not among the values.
    mutating func removeOthers(than all: [ListFile.Entry], in session: inout Session) throws(CommandFailure) {
        let wanted = Set(all.map(\.item.value))
        var others: [String] = []
        _ = try ListEntriesReply.pages(of: name, expiredOnly: false, in: &session) { (page, _) in
            others += page.entries.map(\.value).filter { !wanted.contains($0) }
            return true
        }
        for start in stride(from: 0, to: others.count, by: WireLimits.listEntriesMax) {
            let (id, time) = try RequestOptions.fresh()
            let values = others[start..<min(others.count, start + WireLimits.listEntriesMax)]
            let message = ListRemove(
                requestID: id,
                transmissionTime: time,
                values: values.map { ListRemove.ValuesEntry(value: $0) },
                name: name,
                reason: reason
            )
            let reply = try session.ask(message, ListRemoveReply.self)
            removed += UInt64(reply.removed)
            keep(reply.lsn, entries: reply.entries)
        }
    }

    /// What data formats carry.
    func fields(count: Int) -> [Field] {
        [
            Field("list", name), Field("values", UInt64(count)), Field("added", added), Field("replaced", replaced),
            Field("unchanged", unchanged), Field("removed", removed),
            Field("entries", entries.map { .unsigned(UInt64($0)) } ?? .null),
            Field("firstRecord", firstLSN.map { .unsigned($0.rawValue) } ?? .null),
            Field("lastRecord", lastLSN.map { .unsigned($0.rawValue) } ?? .null),
        ]
    }

    /// For people.
    func text(count: Int) -> String {
        "\(Figures.grouped(UInt64(count))) values: \(Figures.grouped(added)) added, "
            + "\(Figures.grouped(replaced)) changed, \(Figures.grouped(unchanged)) were there, "
            + "\(Figures.grouped(removed)) removed"
            + (entries.map { "; list \(name.printable) has \(Figures.grouped(UInt64($0))) entries\n" } ?? "\n")
    }
}
