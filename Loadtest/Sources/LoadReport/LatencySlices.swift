/// Counts answers by the time at which their requests were due, from one slice of time to the next: how long it takes
/// until all is well again.
public struct LatencySlices: Sendable {
    /// The answers of the requests that were due in one slice.
    public struct Slice: Equatable, Sendable {
        /// Those that were decided.
        public var accepted: UInt64
        /// Those that were refused.
        public var refused: UInt64
        /// Of those that were decided, the ones that took longer than they may.
        public var slow: UInt64
        /// The longest that one that was decided took, in nanoseconds.
        public var longest: UInt64

        /// A slice with these answers; without any, where nothing is said.
        public init(accepted: UInt64 = 0, refused: UInt64 = 0, slow: UInt64 = 0, longest: UInt64 = 0) {
            self.accepted = accepted
            self.refused = refused
            self.slow = slow
            self.longest = longest
        }

        /// Whether no more than one in a hundred was refused or slow.
        public var isWell: Bool { (refused + slow) * 100 <= accepted + refused }
    }

    /// How long a slice is.
    public let sliceNanoseconds: UInt64
    /// What takes longer is slow.
    public let slowNanoseconds: UInt64
    /// One behind the other; what is due later counts in none.
    public private(set) var slices: [Slice]

    /// Empty slices, at least one.
    public init(count: Int, sliceNanoseconds: UInt64, slowNanoseconds: UInt64) {
        precondition(count > 0 && sliceNanoseconds > 0, "slices of some length")
        self.sliceNanoseconds = sliceNanoseconds
        self.slowNanoseconds = slowNanoseconds
        slices = Array(repeating: Slice(), count: count)
    }

    /// Counts an answer.
    ///
    /// - Parameters:
    ///   - nanoseconds: from when it was due until it was answered.
    ///   - dueAt: when it was due, from the beginning of the first slice on.
    public mutating func record(_ nanoseconds: UInt64, isRefusal: Bool, dueAt: UInt64) {
        let number = dueAt / sliceNanoseconds
        guard number < slices.count else { return }
        let index = Int(number)
        if isRefusal {
            slices[index].refused += 1
        } else {
            slices[index].accepted += 1
            if nanoseconds > slowNanoseconds { slices[index].slow += 1 }
            slices[index].longest = max(slices[index].longest, nanoseconds)
        }
    }

    /// Adds another thread's counts, of as many slices.
    public mutating func add(_ other: LatencySlices) {
        precondition(other.slices.count == slices.count, "slices of the same time")
        for (index, slice) in other.slices.enumerated() {
            slices[index].accepted += slice.accepted
            slices[index].refused += slice.refused
            slices[index].slow += slice.slow
            slices[index].longest = max(slices[index].longest, slice.longest)
        }
    }

    /// When the first slice begins from which on so many are well, in nanoseconds; `nil`: none does.
    public func wellFrom(for count: Int) -> UInt64? {
        var run = 0
        for (index, slice) in slices.enumerated() {
            run = slice.isWell ? run + 1 : 0
            if run == count { return UInt64(index + 1 - count) * sliceNanoseconds }
        }
        return nil
    }
}
