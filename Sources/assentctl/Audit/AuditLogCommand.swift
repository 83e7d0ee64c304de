import ArgumentParser
import Audit
import Authorization
import Domain
import Journal
import Merkle
import Platform

/// `assentctl audit log`.
struct AuditLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "List who changed what and when, what it was before and after, and why.",
        discussion: HelpText.laidOut(
            """
            All up to the newest checkpoint, in order; each line's record can be proved with `audit prove lsn`. \
            Amounts are in minor units. --payments lists decisions and payments' messages too. \
            Their records do not say who sent the message, a gateway or a user of the admin socket, so --actor finds \
            none of them.

            EXAMPLES
              $ assentctl audit log --object velocity.2
              $ assentctl audit log --actor 1000 --from 2026-11-01 -o csv --checkpoint-file checkpoint > changes.csv

            FIELDS (-o json, jsonl, csv)
              lsn, time, actor, what, object, before, after, why.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: AuditPlace
    @Option(help: ArgumentHelp("Only by this Unix user.", valueName: "uid")) var actor: UInt32?
    @Option(help: ArgumentHelp("Only on this card (its token) or this setting.", valueName: "name")) var object: String?
    @Option(help: ArgumentHelp("Not before.", valueName: "time")) var from: TimeText?
    @Option(help: ArgumentHelp("Not from then on.", valueName: "time")) var to: TimeText?
    @Option(help: ArgumentHelp("Only records after this one.", valueName: "lsn")) var after: UInt64 = 0
    @Option(help: ArgumentHelp("At most so many lines.", valueName: "count")) var limit = 1_000
    @Flag(help: "Decisions and payments' messages, too.") var payments = false
    @Option(help: ArgumentHelp("Write the checkpoint that covers the lines to this file.", valueName: "file"))
    var checkpointFile: String?

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    }

    private static let shape = ListPrinter.Shape(
        name: "changes",
        columns: [
            Column("RECORD", .right), Column("TIME"), Column("WHO"), Column("WHAT"), Column("OBJECT"), Column("BEFORE"),
            Column("AFTER"), Column("WHY"),
        ],
        fieldNames: ["lsn", "time", "actor", "what", "object", "before", "after", "why"],
        emptyText: "nothing of that kind is in the audit log"
    )

    func run() throws {
        let files = try place.files()
        let (note, size) = try checkpoint(try files.reader())
        let now = Instant(microseconds: Clock.now())
        let range = (from?.instant(now: now), to?.instant(now: now))
        do throws(StreamError) {
            var printer = try ListPrinter(Self.shape, output: options.sink)
            let next = try list(files, size, range, &printer)
            try printer.end(next: next, option: "--after")
        } catch {
            throw CommandFailure(error)
        }
        if let checkpointFile { try Self.write(note, to: checkpointFile) }
    }

    /// Prints the lines; returns after which record the next page begins.
    private func list(
        _ files: AuditPlace.Files,
        _ size: UInt64,
        _ range: (from: Instant?, to: Instant?),
        _ printer: inout ListPrinter
    ) throws(StreamError) -> UInt64? {
        var text = AuditRecordText()
        var follower = JournalFollower(files.storage, identity: files.identity, from: 1)
        var failure: StreamError?
        var problem: String?
        var next: UInt64?
        do throws(JournalError) {
            try follower.read(upTo: size) { view in
                let line: AuditRecordText.Line?
                do throws(EventError) {
                    line = try text.line(view, withPayments: payments)
                } catch {
                    problem = "record \(view.lsn) cannot be read: \(error)"
                    return .stop
                }
                guard let line, view.lsn > after, isWanted(line, Instant(microseconds: view.time), range) else {
                    return .proceed
                }
                guard printer.count < limit else {
                    next = view.lsn - 1
                    return .stop
                }
                do throws(StreamError) { try Self.print(line, &printer) } catch { failure = error }
                return failure == nil ? .proceed : .stop
            }
        } catch {
            problem = "\(error)"
        }
        if let failure { throw failure }
        if let problem { options.sink.remark(problem) }
        return next
    }

    private func isWanted(
        _ line: AuditRecordText.Line,
        _ time: Instant,
        _ range: (from: Instant?, to: Instant?)
    ) -> Bool {
        if let actor, line.actor != "user \(actor)" { return false }
        if let object, line.object != object { return false }
        if let from = range.from, time < from { return false }
        if let to = range.to, time >= to { return false }
        return true
    }

    private static func print(_ line: AuditRecordText.Line, _ printer: inout ListPrinter) throws(StreamError) {
        let fields = [
            Field("lsn", line.lsn), Field("time", line.time), Field("actor", line.actor), Field("what", line.what),
            Field("object", line.object), Field("before", line.before), Field("after", line.after),
            Field("why", line.why),
        ]
        func short(_ text: String) -> Cell { Cell(text.count > 40 ? text.prefix(37) + "..." : text) }
        try printer.add(
            fields,
            cells: [
                Cell("\(line.lsn)"), Cell(line.time), Cell(line.actor), Cell(line.what), Cell(line.object),
                short(line.before), short(line.after), Cell(line.why),
            ]
        )
    }

    private func checkpoint(_ reader: AuditReader) throws(CommandFailure) -> (SignedNote, UInt64) {
        do throws(AuditError) {
            let note = try reader.checkpoint()
            return (note, try AuditReader.checkpoint(in: note).size)
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func write(_ note: SignedNote, to path: String) throws(CommandFailure) {
        do throws(PlatformError) {
            try FileSystem.replace(path, with: Array(note.encoded.utf8), isDurable: true)
        } catch {
            throw CommandFailure(.outputFailure, "\(error)")
        }
    }
}
