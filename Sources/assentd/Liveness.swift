import Platform

/// Which parts of the daemon gave no sign of life when they were last asked.
final class Liveness: Sendable {
    private let silent = Locked<[String]>([])

    /// The parts that were silent twice in a row; empty while all live.
    var silentParts: [String] { silent.withLock { $0 } }

    func note(silentParts: [String]) { silent.withLock { $0 = silentParts } }
}
