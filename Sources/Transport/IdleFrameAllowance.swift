/// What one connection may send in a second that is no request, or none that it may make.
///
/// Such frames are free of every other bound: they wait for nothing, and their answers leave at once. Without this one
/// a peer that sends them without end would have an even share of its event loop, and many such peers all of it.
struct IdleFrameAllowance: Sendable {
    private let count: UInt32
    private var left: UInt32
    private var filledAt: MonotonicInstant

    private static let milliseconds: Int64 = 1_000

    /// - Parameter count: At least 1.
    init(count: UInt32, now: MonotonicInstant) {
        self.count = max(1, count)
        left = self.count
        filledAt = now
    }

    /// Whether there was as much as may be.
    var isSpent: Bool { left == 0 }

    /// One more has come.
    mutating func spend() { if left > 0 { left -= 1 } }

    /// The connection has rested, or its second is over.
    mutating func fill(now: MonotonicInstant) {
        left = count
        filledAt = now
    }

    /// Fills it again where its second is over; returns whether it was.
    mutating func renew(now: MonotonicInstant) -> Bool {
        guard filledAt.hasPassed(milliseconds: Self.milliseconds, at: now) else { return false }
        fill(now: now)
        return true
    }
}
