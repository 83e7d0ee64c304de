import Engine
import Platform
import Service

/// Snapshots that operators have asked for, until the thread that makes them comes to it.
final class SnapshotRequests: Sendable {
    typealias Completion = @Sendable (Result<SnapshotReport?, SnapshotError>) -> Void

    /// How many may wait: one snapshot answers all of them.
    static let countMax = 16

    private let waiting = Monitor<[Completion]>([])

    /// Asks for one.
    ///
    /// - Returns: Whether there was room to wait.
    func ask(_ completion: @escaping Completion) -> Bool {
        waiting.update { waiting in
            guard waiting.count < Self.countMax else { return false }
            waiting.append(completion)
            return true
        }
    }

    /// Waits until somebody asks, but no longer than this.
    ///
    /// - Returns: who has asked by then.
    func wait(milliseconds: Int64) -> [Completion] {
        let deadline = Clock.monotonicNanoseconds() + milliseconds * 1_000_000
        return waiting.wait(untilNanoseconds: deadline) { waiting in
            guard !waiting.isEmpty else { return nil }
            defer { waiting.removeAll() }
            return waiting
        } ?? []
    }
}
