import Engine
import Logging
import Platform

/// While the journal is replayed, asks the service manager for more time as long as there is progress, and says how far
/// it is.
final class StartWatch: Sendable {
    /// How often it speaks.
    private static let intervalNanoseconds: Int64 = 1_000_000_000
    /// What it asks for each time: after so long without progress the service manager gives the start up.
    private static let extensionMicroseconds: UInt64 = 60_000_000

    private let isDone = Monitor(false)

    private let progress: StartProgress
    private let supervisor: Supervisor

    /// Begins.
    ///
    /// - Throws: when the kernel gives no thread.
    init(_ progress: StartProgress, _ supervisor: Supervisor) throws(PlatformError) {
        self.progress = progress
        self.supervisor = supervisor
        guard supervisor.isThere else { return }
        _ = try WorkerThread(name: "start-watch") { self.run() }
    }

    private func run() {
        var seen: UInt64?
        var next = Clock.monotonicNanoseconds()
        while isDone.wait(untilNanoseconds: next, for: { $0 ? true : nil }) == nil {
            let steps = progress.stepCount
            if steps != seen { supervisor.extend(byMicroseconds: Self.extensionMicroseconds, Self.line(progress)) }
            seen = steps
            next += Self.intervalNanoseconds
        }
    }

    /// The replay is over.
    func stop() { isDone.update { $0 = true } }

    /// What `systemctl status` shows meanwhile.
    static func line(_ progress: StartProgress) -> String {
        progress.newestLSN == 0
            ? "starting: reading a snapshot, \(progress.stepCount) blocks so far"
            : "starting: replaying the journal, at record \(progress.newestLSN)"
    }
}
