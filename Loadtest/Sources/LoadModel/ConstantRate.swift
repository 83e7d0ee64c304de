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

/// An open loop's schedule with one rate up to a time and another one from then on.
public struct ChangingRate: Sendable {
    private let first: ConstantRate
    private let then: ConstantRate
    /// How many requests are due before the change.
    private let firstCount: UInt64

    /// - Parameters:
    ///   - first: until the change.
    ///   - then: from the change on, which is its start; not before that of `first`.
    public init(_ first: ConstantRate, then: ConstantRate) {
        precondition(then.startNanoseconds >= first.startNanoseconds, "the change comes after the start")
        self.first = first
        self.then = then
        let (seconds, rest) = (then.startNanoseconds - first.startNanoseconds).quotientAndRemainder(
            dividingBy: 1_000_000_000
        )
        // A guess, from which it is a step or two.
        var count = seconds * first.perSecond + rest * first.perSecond / 1_000_000_000
        while first.due(count) < then.startNanoseconds { count += 1 }
        while count > 0, first.due(count - 1) >= then.startNanoseconds { count -= 1 }
        firstCount = count
    }

    /// When request `index` (from 0) is due.
    public func due(_ index: UInt64) -> UInt64 {
        index < firstCount ? first.due(index) : then.due(index - firstCount)
    }
}
