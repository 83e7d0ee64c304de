/// A record's place in the journal: dense, from 1, in the order in which decisions were made.
///
/// A payment is known by the number of the record that opened it.
@frozen
public struct LogSequenceNumber: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// From 1; 0 stands for "before the first record".
    public let rawValue: UInt64

    /// Takes a number from 1, or 0 for none.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Before the first record.
    @inlinable
    public static var zero: LogSequenceNumber { LogSequenceNumber(rawValue: 0) }

    /// The number after this one.
    @inlinable
    public var next: LogSequenceNumber { LogSequenceNumber(rawValue: rawValue + 1) }

    /// The number in decimal.
    public var description: String { String(rawValue) }

    /// Orders by place in the journal.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
