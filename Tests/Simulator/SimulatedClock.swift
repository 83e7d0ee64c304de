import Synchronization

/// Time that passes only when the simulation says so; each look costs a moment.
final class SimulatedClock: Sendable {
    private let monotonicTime = Atomic<Int64>(1_000_000)
    private let wallOffset = Atomic<Int64>(1_800_000_000_000_000)

    /// Microseconds since some start.
    var now: Int64 { monotonicTime.load(ordering: .relaxed) }

    /// The same, later by a microsecond at each look, so that deadlines can pass between two of them.
    func look() -> Int64 { monotonicTime.add(1, ordering: .relaxed).newValue }

    /// Microseconds since the epoch, by a clock that may be set.
    var wall: Int64 { now + wallOffset.load(ordering: .relaxed) }

    func advance(_ microseconds: Int64) { monotonicTime.add(microseconds, ordering: .relaxed) }

    /// Sets the wall clock forward or back.
    func setWall(by microseconds: Int64) { wallOffset.add(microseconds, ordering: .relaxed) }
}
