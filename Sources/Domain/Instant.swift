/// A moment, in microseconds since 1970-01-01T00:00:00Z without leap seconds (POSIX time).
@frozen
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since the epoch; never negative in a valid command.
    public let microseconds: Int64

    /// Takes microseconds since the epoch.
    @inlinable
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The epoch.
    @inlinable
    public static var epoch: Instant { Instant(microseconds: 0) }

    /// The largest instant that the product accepts, 9999-12-31T23:59:59.999999Z.
    @inlinable
    public static var max: Instant { Instant(microseconds: 253_402_300_799_999_999) }

    /// Whole milliseconds since the epoch (instants before the epoch round towards it).
    @inlinable
    public var milliseconds: Int64 { microseconds / 1_000 }

    /// This instant moved by a number of microseconds; saturates at `Int64` limits.
    @inlinable
    public func advanced(byMicroseconds delta: Int64) -> Instant {
        let (sum, overflow) = microseconds.addingReportingOverflow(delta)
        return Instant(microseconds: overflow ? (delta > 0 ? .max : .min) : sum)
    }

    /// Orders by time.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
