import ArgumentParser
import Domain
import Journal
import Platform

/// `assentctl journal inspect`.
struct JournalInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show a journal's segments, and its records by number.",
        discussion: HelpText.laidOut(
            """
            Without --from and --to: the segments. With either: the records of that range, in order, each with the \
            file and the byte where it lies. Of a damaged journal, what lies before the damage is shown; the exit \
            status is that of `journal verify`. Amounts are in minor units, as they are in the journal.

            EXAMPLES
              $ assentctl journal inspect ./assent-data
              $ assentctl journal inspect ./assent-data --from 4700 --to 4720
              $ assentctl journal inspect ./assent-data --from 4711 --to 4711 --bytes

            FIELDS (-o json, jsonl, csv)
              segments: name, index, position, bytes, blocks, records, firstLsn, lastLsn. records: lsn, time, kind, \
            file, offset, bytes, text.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "A data directory, or the directory with the segments.") var directory: String
    @Option(help: ArgumentHelp("The first record to show.", valueName: "lsn")) var from: UInt64?
    @Option(help: ArgumentHelp("The last record to show.", valueName: "lsn")) var to: UInt64?
    @Option(help: ArgumentHelp("At most so many records.", valueName: "count")) var limit = 1_000
    @Flag(help: "Show each record's bytes, too (tables only).") var bytes = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is at least 1") }
        if let from, let to, from > to { throw ValidationError("--from is not above --to") }
    }

    func run() throws {
        let place = try JournalDirectory(directory)
        let journal = try place.journal()
        let found = from == nil && to == nil ? try showSegments(journal) : try showRecords(journal)
        if let damage = JournalDamage(found) { throw damage.failure }
    }

    // MARK: Segments

    private static let segmentShape = ListPrinter.Shape(
        name: "segments",
        columns: [
            Column("FILE"), Column("POSITION", .right), Column("BYTES", .right), Column("BLOCKS", .right),
            Column("RECORDS", .right), Column("FIRST", .right), Column("LAST", .right),
        ],
        fieldNames: ["name", "index", "position", "bytes", "blocks", "records", "firstLsn", "lastLsn"],
        emptyText: "no segment can be read"
    )

    private func showSegments(_ journal: OfflineJournal) throws -> OfflineJournal.Verification {
        let found = journal.verify()
        do throws(StreamError) {
            if options.output == .table, let identity = found.identity {
                let instance = InstanceID(high: identity.high, low: identity.low)
                try options.sink.write("data directory \(instance), mark \(found.variant)\n")
            }
            var printer = try ListPrinter(Self.segmentShape, output: options.sink)
            for segment in found.segments {
                try printer.add(
                    [
                        Field("name", segment.name), Field("index", segment.index), Field("position", segment.base),
                        Field("bytes", segment.byteCount), Field("blocks", segment.blocks),
                        Field("records", segment.records), Field("firstLsn", segment.firstLSN),
                        Field("lastLsn", segment.lastLSN),
                    ],
                    cells: [
                        Cell(segment.name), Cell("\(segment.base)"), Cell("\(segment.byteCount)"),
                        Cell("\(segment.blocks)"), Cell("\(segment.records)"), Cell("\(segment.firstLSN)"),
                        Cell("\(segment.lastLSN)"),
                    ]
                )
            }
            try printer.end(next: nil, option: "")
        } catch {
            throw CommandFailure(error)
        }
        return found
    }

    // MARK: Records

    private static let recordShape = ListPrinter.Shape(
        name: "records",
        columns: [
            Column("RECORD", .right), Column("TIME (UTC)"), Column("KIND"), Column("FILE"), Column("BYTE", .right),
            Column("WHAT"),
        ],
        fieldNames: ["lsn", "time", "kind", "file", "offset", "bytes", "text"],
        emptyText: "the journal has no such record"
    )

    private func showRecords(_ journal: OfflineJournal) throws -> OfflineJournal.Verification {
        // Where records lie is known only when the segments are: so they are read twice, the second time with names.
        let segments = journal.verify().segments
        let output = options.sink
        var failure: StreamError?
        var next: UInt64?
        do throws(StreamError) {
            var printer = try ListPrinter(Self.recordShape, output: output)
            let found = journal.verify { view in
                guard failure == nil, view.lsn >= from ?? 1, view.lsn <= to ?? .max else { return .applied }
                guard printer.count < limit else {
                    next = next ?? view.lsn
                    return .applied
                }
                do throws(StreamError) {
                    try add(view, segments, to: &printer)
                } catch {
                    failure = error
                }
                return .applied
            }
            if let failure { throw failure }
            try printer.end(next: next, option: "--from")
            return found
        } catch {
            throw CommandFailure(error)
        }
    }

    private func add(
        _ view: JournalRecordView,
        _ segments: [OfflineJournal.Segment],
        to printer: inout ListPrinter
    ) throws(StreamError) {
        let segment = segments.last { $0.base <= view.position }
        let offset = view.position - (segment?.base ?? 0)
        let time = Instant(microseconds: view.time)
        let text = JournalRecordText.line(view)
        let kind = JournalRecordText.kind(view)
        try printer.add(
            [
                Field("lsn", view.lsn), Field("time", "\(time)"), Field("kind", kind), Field("file", segment?.name),
                Field("offset", offset), Field("bytes", UInt64(view.payload.count)), Field("text", text),
            ],
            cells: [
                Cell("\(view.lsn)"), Cell("\(time)"), Cell(kind), Cell(segment?.name ?? ""), Cell("\(offset)"),
                Cell(text),
            ]
        )
        if bytes, options.output == .table {
            options.sink.remark("record \(view.lsn):\n" + JournalRecordText.hexadecimal(view.payload))
        }
    }
}
