import ArgumentParser
import Domain
import Journal
import Platform

/// `assentctl journal`.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Check, read and repair the journal of a daemon that is stopped.",
        discussion: HelpText.laidOut(
            """
            These commands read files; no daemon is asked, and none may use the directory meanwhile. DIR is a data \
            directory, or the directory with the segments, as in a copy.

            EXAMPLES
              $ assentctl journal verify ./assent-data
              $ assentctl journal inspect ./assent-data --from 4700 --to 4720
              $ assentctl journal repair ./assent-data
            """
        ),
        subcommands: [JournalVerifyCommand.self, JournalInspectCommand.self, JournalRepairCommand.self]
    )
}

/// The directory that a `journal` command works on, locked against daemons while it does.
struct JournalDirectory: ~Copyable {
    /// The directory with the segments.
    let path: String
    /// The directory with the snapshots; nil where there is none.
    let snapshotPath: String?
    /// The names of the snapshots, the oldest first. With one the oldest segments may have been removed.
    let snapshotNames: [String]
    private let lock: DirectoryLock?

    /// - Parameter argument: A data directory or that with the segments.
    /// - Throws: When there are no segments, or a daemon uses them.
    init(_ argument: String) throws(CommandFailure) {
        let inner = argument + "/journal"
        let isDataDirectory = FileSystem.isDirectory(inner)
        path = isDataDirectory ? inner : argument
        let snapshots = argument + "/snapshots"
        snapshotPath = isDataDirectory && FileSystem.isDirectory(snapshots) ? snapshots : nil
        let names = snapshotPath.flatMap { try? FileSystem.names(inDirectory: $0) } ?? []
        snapshotNames = names.filter { SnapshotFiles.lsn(ofFile: $0) != nil }
        guard FileSystem.isDirectory(path) else {
            throw CommandFailure(.noInput, "there is no directory \(argument)")
        }
        do throws(PlatformError) {
            // A copy of the segments alone, or one on a medium that cannot be written, is nobody's.
            lock =
                isDataDirectory && FileSystem.exists(argument + "/lock") ? try DirectoryLock(directory: argument) : nil
        } catch {
            guard case .locked = error else { throw CommandFailure(.noInput, "\(error)") }
            throw CommandFailure(.transient, "\(error)", hints: ["Stop the daemon first, or work on a copy."])
        }
    }

    /// The journal in there.
    func journal() throws(CommandFailure) -> OfflineJournal {
        let journal = OfflineJournal(directory: path, mayBeginLater: !snapshotNames.isEmpty)
        let names: [String]
        do throws(PlatformError) {
            names = try journal.segmentNames()
        } catch {
            throw CommandFailure(.noInput, "\(error)")
        }
        guard !names.isEmpty else { throw CommandFailure(.noInput, "there is no journal in \(path)") }
        return journal
    }
}
