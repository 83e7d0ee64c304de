import ArgumentParser
import Domain
import Journal
import Platform

/// `assentctl journal verify`.
struct JournalVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read a journal whole, and name the first place that is not as it was written.",
        discussion: HelpText.laidOut(
            """
            Checks what a start of the daemon checks: every checksum, every number in its order, every page behind \
            the end; and that every record can be read by this version. Nothing is changed. A torn last write is no \
            damage: the next start drops it.

            EXAMPLES
              $ assentctl journal verify ./assent-data
              $ assentctl journal verify ./assent-data -o json

            FIELDS (-o json, jsonl, csv)
              whole, segments, blocks, records, lastLsn, bytes, tornTailBytes, closedInOrder, file, offset, lsn, \
            finding, expected; the last five are null when it is whole.

            EXIT STATUS
              0   whole
              65  damaged; the message says where
              66  there is no journal, or it cannot be read
              75  a daemon uses the directory
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "A data directory, or the directory with the segments.") var directory: String

    func run() throws {
        let place = try JournalDirectory(directory)
        let journal = try place.journal()
        let found = journal.verify { JournalRecordText.verdict($0) }
        let report = found.report
        let damage = JournalDamage(found)
        let fields = [
            Field("whole", damage == nil), Field("segments", UInt64(found.segments.count)),
            Field("blocks", report.blocks),
            Field("records", report.records), Field("lastLsn", found.lastLSN), Field("bytes", report.bytes),
            Field("tornTailBytes", report.tornTailByteCount), Field("closedInOrder", report.wasClosed),
            Field("file", damage?.file), Field("offset", damage?.offset.map(JSONValue.unsigned) ?? .null),
            Field("lsn", damage?.lsn.map(JSONValue.unsigned) ?? .null),
            Field("finding", damage?.finding), Field("expected", damage?.expected),
        ]
        do throws(StreamError) {
            try options.sink.emit(fields) { output in
                output.pairs([
                    ("journal", Cell(damage == nil ? "whole" : "damaged", damage == nil ? .good : .bad)),
                    ("records", Cell("\(Figures.grouped(report.records)), the last is \(found.lastLSN)")),
                    ("blocks", Cell(Figures.grouped(report.blocks))),
                    ("segments", Cell("\(found.segments.count)")),
                    ("end", Cell(Self.end(report))),
                ])
            }
        } catch {
            throw CommandFailure(error)
        }
        if let damage { throw damage.failure }
    }

    private static func end(_ report: RecoveryReport) -> String {
        if report.tornTailByteCount > 0 {
            return "a torn last write of \(report.tornTailByteCount) bytes, which the next start drops"
        }
        return report.wasClosed ? "closed in order" : "not closed: the daemon was killed, or lost power"
    }
}

/// The first place of a journal that is not as it was written.
struct JournalDamage {
    let file: String?
    let offset: UInt64?
    let lsn: UInt64?
    let finding: String
    let expected: String?
    private let isUnreadable: Bool

    /// Nil when nothing is wrong.
    init?(_ found: OfflineJournal.Verification) {
        guard let problem = found.problem else { return nil }
        expected = found.expected
        var isUnreadable = false
        switch problem {
        case .corrupt(let corruption):
            (file, offset, finding) = (corruption.segment, corruption.offset, corruption.finding)
            lsn = corruption.lsn > 0 ? corruption.lsn : nil
        case .missingSegment(let name):
            (file, offset, lsn, finding) = (name, nil, nil, "the file is missing")
        case .refused(let number, let reason):
            (file, offset, lsn, finding) = (nil, nil, number, "the record is whole, and cannot be read: \(reason)")
        case .unknownFormat(let segment, _):
            (file, offset, lsn, finding) = (segment, nil, nil, "\(problem)")
        case .storage, .otherVariant, .notFound, .outOfSpace, .stopped:
            (file, offset, lsn, finding) = (nil, nil, nil, "\(problem)")
            if case .storage = problem { isUnreadable = true }
        }
        self.isUnreadable = isUnreadable
    }

    /// What the command ends with.
    var failure: CommandFailure {
        var place = file.map { "\($0)" } ?? "the journal"
        if let offset { place += " at byte \(offset)" }
        if let lsn { place += ", where record \(lsn) was expected" }
        var hints = expected.map { ["Expected: \($0)."] } ?? []
        hints.append(
            "Restore the file from a copy if there is one; assentctl journal repair says what else could be done."
        )
        return CommandFailure(isUnreadable ? .noInput : .invalidData, "\(place): \(finding)", hints: hints)
    }
}
