/// An open loop's schedule: request k is due at start + k / rate, whatever became of the ones before.
@frozen
public struct ConstantRate: Sendable {
    /// Nanoseconds on the monotonic clock.
    public let startNanoseconds: UInt64
    /// Requests a second.
    public let perSecond: UInt64

    /// A rate from 1 to 100 million a second.
    @inlinable
    public init(startNanoseconds: UInt64, perSecond: UInt64) {
        precondition(perSecond >= 1 && perSecond <= 100_000_000, "a rate from 1 to 100,000,000 a second")
        self.startNanoseconds = startNanoseconds
        self.perSecond = perSecond
    }

    /// When request `index` (from 0) is due; exact to the nanosecond, without drift.
    @inlinable
    public func due(_ index: UInt64) -> UInt64 {
        let (seconds, rest) = index.quotientAndRemainder(dividingBy: perSecond)
        return startNanoseconds + seconds * 1_000_000_000 + rest * 1_000_000_000 / perSecond
    }
}
