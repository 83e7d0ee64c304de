internal import Synchronization

/// Counts values in fixed ranges: one thread writes, any thread reads, nobody waits.
///
/// Adding is two plain stores; a reader may see one of them earlier than the other, which a later look makes good.
public final class BucketHistogram: Sendable {
    /// What was counted.
    public struct Counts: Equatable, Sendable {
        /// The upper end of each range, inclusive; behind the last everything else is counted.
        public let bounds: [UInt64]
        /// Values in each range, and behind the last.
        public var counts: [UInt64]
        /// The sum of all values.
        public var sum: UInt64

        /// Nothing counted.
        public init(bounds: [UInt64]) {
            self.init(bounds: bounds, counts: [UInt64](repeating: 0, count: bounds.count + 1), sum: 0)
        }

        init(bounds: [UInt64], counts: [UInt64], sum: UInt64) {
            self.bounds = bounds
            self.counts = counts
            self.sum = sum
        }

        /// How many values were above one of the bounds.
        public func count(above bound: UInt64) -> UInt64 {
            guard let index = bounds.firstIndex(of: bound) else { preconditionFailure("\(bound) ends no range") }
            return counts[(index + 1)...].reduce(0, &+)
        }

        /// Adds another histogram's counts, of the same ranges.
        public mutating func add(_ other: Counts) {
            precondition(bounds == other.bounds, "histograms of different ranges do not add up")
            for index in counts.indices { counts[index] &+= other.counts[index] }
            sum &+= other.sum
        }
    }

    /// Microseconds of what takes from a memory access to a stalled disk.
    public static let latencyBounds: [UInt64] = [
        50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000,
    ]

    /// How many of something came together.
    public static let sizeBounds: [UInt64] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

    /// The upper end of each range, inclusive, ascending.
    public let bounds: [UInt64]
    // SAFETY: one cell for each range, one for what is above, one for the sum; freed only by `deinit`, every access is
    // atomic.
    private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>

    /// Nothing counted.
    public init(bounds: [UInt64]) {
        self.bounds = bounds
        cells = .allocate(capacity: bounds.count + 2)
        for index in 0..<bounds.count + 2 { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: bounds.count + 2)
        cells.deallocate()
    }

    /// Counts a value so many times. By one thread only.
    public func add(_ value: UInt64, count: UInt64 = 1) {
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        bump(index, by: count)
        bump(bounds.count + 1, by: value &* count)
    }

    private func bump(_ index: Int, by amount: UInt64) {
        let cell = cells + index
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// What was counted so far.
    public var counts: Counts {
        Counts(
            bounds: bounds,
            counts: (0...bounds.count).map { (cells + $0).pointee.load(ordering: .relaxed) },
            sum: (cells + bounds.count + 1).pointee.load(ordering: .relaxed)
        )
    }
}
