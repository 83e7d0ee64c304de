internal import CLoadSockets
internal import Synchronization

/// When a load starts, is measured and ends: nanoseconds on the monotonic clock, the same for all threads.
struct LoadClock: Sendable {
    let start: UInt64
    let measureStart: UInt64
    let end: UInt64

    /// Starts 20 ms from now, so that all threads are there.
    init(plan: LoadPlan) {
        start = cls_monotonic_nanoseconds() + 20_000_000
        measureStart = start + plan.warmUpNanoseconds
        end = measureStart + plan.measureNanoseconds
    }

    /// Seconds that are measured.
    var measuredSeconds: Double { Double(end - measureStart) / 1e9 }
}

/// How many answers came so far: written by the loops once a batch, read by whoever draws a bar.
final class LoadProgress: Sendable {
    private let answers = Atomic<Int>(0)

    func add(_ count: Int) { answers.add(count, ordering: .relaxed) }

    var count: Int { answers.load(ordering: .relaxed) }
}
