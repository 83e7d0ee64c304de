import ArgumentParser
import Audit
import Cryptography
import Journal
import Merkle
import Platform

/// `assentctl audit show`.
struct AuditShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a record as the audit log has it: what it says, what of it is closed, and its hash.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl audit show 4711

            FIELDS (-o json, jsonl, csv)
              lsn, time, kind, text, leafHash, configuration, openBytes, commitments.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var place: AuditPlace
    @Argument(help: "The record's number.") var lsn: UInt64

    func run() throws {
        let files = try place.files()
        let entry = try entry(try files.reader())
        let leaf = try leaf(entry)
        let record = record(files)
        let time = "\(AuditRecordText.time(entry.time))"
        let fields = [
            Field("lsn", lsn), Field("time", time), Field("kind", record.kind ?? "kind \(entry.kind)"),
            Field("text", record.text), Field("leafHash", "\(leaf)"), Field("configuration", "\(entry.configuration)"),
            Field("openBytes", UInt64(entry.open.count)),
            Field("commitments", entry.commitments.map { "\($0)" }.joined(separator: " ")),
        ]
        do throws(StreamError) {
            try options.sink.emit(fields) { output in
                output.pairs([
                    ("record", Cell("\(lsn)")), ("time", Cell(time)),
                    ("kind", Cell(record.kind ?? "kind \(entry.kind)")),
                    ("says", Cell(record.text ?? "the journal does not have it any more")),
                    ("leaf hash", Cell("\(leaf)")), ("configuration", Cell("\(entry.configuration)")),
                    ("open bytes", Cell("\(entry.open.count)")),
                    (
                        "closed",
                        Cell(
                            entry.commitments.isEmpty
                                ? "nothing" : entry.commitments.map { "\($0)" }.joined(separator: " ")
                        )
                    ),
                ])
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func entry(_ reader: AuditReader) throws(CommandFailure) -> RecordEntry {
        do throws(AuditError) { return try reader.entry(of: lsn) } catch { throw CommandFailure(error) }
    }

    private func leaf(_ entry: RecordEntry) throws(CommandFailure) -> SHA256Digest {
        do throws(CryptographyError) {
            return try TreeHasher().leaf(entry.encoded)
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
    }

    private func record(_ files: AuditPlace.Files) -> (kind: String?, text: String?) {
        var follower = JournalFollower(files.storage, identity: files.identity, from: lsn)
        var found: (kind: String?, text: String?) = (nil, nil)
        try? follower.read(upTo: lsn) { view in
            if view.lsn == lsn { found = (JournalRecordText.kind(view), JournalRecordText.line(view)) }
            return .proceed
        }
        return found
    }
}
