import Domain
import Wire

/// A snapshot that was made, as it is shown.
extension SnapshotMakeReply {
    /// What data formats carry; times in microseconds, sizes in bytes.
    var fields: [Field] {
        [
            Field("made", made), Field("lsn", lsn.rawValue), Field("resumeLsn", resumeLSN.rawValue),
            Field("madeAt", madeAt.microseconds == 0 ? .null : .string(madeAt.description)),
            Field("fileBytes", fileBytes), Field("microseconds", microseconds),
            Field("longestPauseMicroseconds", longestPauseMicroseconds), Field("cards", cards),
            Field("payments", payments), Field("rememberedIds", rememberedIDs),
        ]
    }

    /// The same for people.
    func text(_ output: Output) -> String {
        var pairs: [(String, Cell)] = [
            ("snapshot", made ? Cell("made", .good) : Cell("nothing has happened since the newest one")),
            ("last record", Cell(Figures.grouped(lsn.rawValue))),
            ("begun", Cell(madeAt.microseconds == 0 ? "not known" : "\(madeAt.short) UTC")),
            ("size", Cell(Figures.bytes(fileBytes))),
        ]
        if microseconds > 0 {
            pairs += [
                ("took", Cell(Figures.microseconds(microseconds))),
                ("longest pause", Cell(Figures.microseconds(longestPauseMicroseconds))),
                ("cards", Cell(Figures.grouped(cards))), ("payments", Cell(Figures.grouped(payments))),
                ("request ids", Cell(Figures.grouped(rememberedIDs))),
            ]
        }
        return output.pairs(pairs)
    }
}

/// The snapshots on disk, as they are shown.
extension SnapshotListReply {
    static let shape = ListPrinter.Shape(
        name: "snapshots",
        columns: [Column("LAST RECORD", .right), Column("BEGUN (UTC)"), Column("SIZE", .right)],
        fieldNames: ["lsn", "madeAt", "fileBytes"],
        emptyText: "no snapshots: a start replays the whole journal"
    )

    /// What is not about one of them.
    var remark: String {
        "\(Figures.grouped(keptMax)) are kept; \(Figures.grouped(made)) made and \(Figures.grouped(failed)) failed "
            + "since the daemon's start, longest pause \(Figures.microseconds(longestPauseMicroseconds))"
            + (running ? "; one is being made" : "")
    }
}

extension SnapshotListReply.SnapshotsEntry {
    var fields: [Field] {
        [
            Field("lsn", lsn.rawValue),
            Field("madeAt", madeAt.microseconds == 0 ? .null : .string(madeAt.description)),
            Field("fileBytes", fileBytes),
        ]
    }

    var cells: [Cell] {
        [
            Cell(Figures.grouped(lsn.rawValue)), Cell(madeAt.microseconds == 0 ? "not known" : madeAt.short),
            Cell(Figures.bytes(fileBytes)),
        ]
    }
}
