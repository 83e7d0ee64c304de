import ArgumentParser
import Domain
import Journal
import Platform

/// `assentctl journal repair`.
struct JournalRepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Say what would make a damaged journal usable; with --yes, do it.",
        discussion: HelpText.laidOut(
            """
            Restores what can be proven to be what was written: a single changed bit, a segment's header, a file's \
            length. Where that does not help, the journal is cut at the damage; the plan then names the records that \
            go, those that are damaged and those behind them that are not. Payments that were answered are among them: \
            a copy of the file is better, when there is one.

            A snapshot that holds more than a cut would leave cannot be used after it. A start that goes on from that \
            snapshot may need nothing of what is damaged, so a cut is refused while there is one; with \
            --set-snapshots-aside it is kept beside too, and the next start uses an older one, or the whole journal.

            Without --yes nothing is changed. With it, every file that changes or goes is kept beside, with \
            .before-repair-TIME behind its name.

            EXAMPLES
              $ assentctl journal repair ./assent-data
              $ assentctl journal repair ./assent-data --yes

            FIELDS (-o json, jsonl, csv)
              action, file, offset, finding, explanation, goodRecordsLost, unreadableRecordsLost; one for each step.

            EXIT STATUS
              0   whole, or repaired
              65  damaged: nothing was changed, or it cannot be repaired
              66  there is no journal, or it cannot be read or written
              75  a daemon uses the directory
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "A data directory, or the directory with the segments.") var directory: String
    @Flag(help: "Do it.") var yes = false
    @Flag(help: "Even where snapshots hold more than a cut leaves: those are kept beside.") var setSnapshotsAside =
        false

    func run() throws {
        let place = try JournalDirectory(directory)
        let journal = try place.journal()
        let before = journal.verify().lastLSN
        let plan = journal.planRepair()
        try show(plan)
        if let obstacle = plan.obstacle {
            throw CommandFailure(.invalidData, "it cannot be repaired: \(obstacle)", hints: ["Restore it from a copy."])
        }
        guard !plan.steps.isEmpty else { return options.sink.remark("the journal is whole; there is nothing to do") }
        let isHarmless = plan.steps.allSatisfy { $0.action == .dropTornTail }
        guard !isHarmless else {
            return options.sink.remark("the next start does it by itself; there is nothing to do")
        }
        let newer = try snapshotsBeyond(plan, place)
        guard yes else {
            throw CommandFailure(
                .invalidData,
                "the journal is damaged; nothing was changed",
                hints: [
                    "Good up to record \(before); after these steps, up to record \(plan.lastLSN).",
                    "To do it: repeat with --yes. The files as they are now are kept beside.",
                ]
            )
        }
        let suffix = ".before-repair-\(Clock.now() / 1_000_000)"
        // Before the cut: a start that finds the damage and no snapshot is refused, and nothing is lost by it.
        try setAside(newer, place, suffix: suffix)
        do throws(JournalError) {
            try plan.apply(suffix: suffix)
        } catch {
            throw CommandFailure(
                .noInput,
                "\(error)",
                hints: ["Files that were changed already are kept beside with \(suffix); repeat the command."]
            )
        }
        let after = try place.journal().verify()
        if let damage = JournalDamage(after) { throw damage.failure }
        options.sink.remark("repaired: whole up to record \(after.lastLSN); what was there is kept with \(suffix)")
    }

    /// The snapshots that hold more than the plan would leave.
    ///
    /// - Throws: Where there are such and nobody said that they may go; where nothing would be left to start from.
    private func snapshotsBeyond(
        _ plan: JournalRepair,
        _ place: borrowing JournalDirectory
    ) throws(CommandFailure) -> [String] {
        guard plan.steps.contains(where: { $0.action == .cut }) else { return [] }
        let (newer, older) = place.snapshotNames.reduce(into: ([String](), [String]())) { names, name in
            if SnapshotFiles.lsn(ofFile: name) ?? 0 > plan.lastLSN {
                names.0.append(name)
            } else {
                names.1.append(name)
            }
        }
        guard let newest = newer.last, let lsn = SnapshotFiles.lsn(ofFile: newest) else { return [] }
        guard setSnapshotsAside else {
            throw CommandFailure(
                .invalidData,
                "the journal ends at record \(plan.lastLSN), and snapshot \(newest) holds all up to record \(lsn); "
                    + "nothing was changed",
                hints: [
                    "A start that goes on from that snapshot needs only what comes after it: start the daemon first.",
                    "To cut all the same: --yes --set-snapshots-aside. What goes is kept beside.",
                ]
            )
        }
        if plan.beginsLater, older.isEmpty {
            throw CommandFailure(
                .invalidData,
                "the journal's oldest segments were removed, and no snapshot would be left that has what was in them",
                hints: ["Restore the directory from a copy."]
            )
        }
        return newer
    }

    private func setAside(
        _ names: [String],
        _ place: borrowing JournalDirectory,
        suffix: String
    ) throws(CommandFailure) {
        guard let directory = place.snapshotPath, !names.isEmpty else { return }
        do throws(PlatformError) {
            for name in names { try FileSystem.rename(directory + "/" + name, to: directory + "/" + name + suffix) }
            try FileSystem.synchronizeDirectory(directory)
        } catch {
            throw CommandFailure(.noInput, "\(error)", hints: ["Repeat the command."])
        }
        options.sink.remark("set aside with \(suffix): \(names.joined(separator: ", "))")
    }

    private static let shape = ListPrinter.Shape(
        name: "steps",
        columns: [
            Column("WHAT"), Column("FILE"), Column("BYTE", .right), Column("FOUND", minimumWidth: 20),
            Column("DONE ABOUT IT", minimumWidth: 20), Column("GOOD RECORDS THAT GO"), Column("UNREADABLE RECORDS"),
        ],
        fieldNames: [
            "action", "file", "offset", "finding", "explanation", "goodRecordsLost", "unreadableRecordsLost",
        ],
        emptyText: "no damage was found"
    )

    private func show(_ plan: JournalRepair) throws {
        do throws(StreamError) {
            // Never cut to the terminal's width: every number counts.
            let sink = options.sink
            let output = Output(format: sink.format, colors: sink.colors, write: sink.write, remark: sink.remark)
            var printer = try ListPrinter(Self.shape, output: output)
            for step in plan.steps {
                let (good, unreadable) = (Self.text(step.goodRecordsLost), Self.text(step.unreadableRecordsLost))
                try printer.add(
                    [
                        Field("action", "\(step.action)"), Field("file", step.segment), Field("offset", step.offset),
                        Field("finding", step.finding), Field("explanation", step.explanation),
                        Field("goodRecordsLost", good), Field("unreadableRecordsLost", unreadable),
                    ],
                    cells: [
                        Cell("\(step.action)", step.action == .cut ? .bad : .plain), Cell(step.segment),
                        Cell("\(step.offset)"), Cell(step.finding), Cell(step.explanation),
                        Cell(good.isEmpty ? "none" : good, good.isEmpty ? .plain : .bad),
                        Cell(unreadable.isEmpty ? "none" : unreadable),
                    ]
                )
            }
            try printer.end(next: nil, option: "")
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func text(_ ranges: [ClosedRange<UInt64>]) -> String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
    }
}
