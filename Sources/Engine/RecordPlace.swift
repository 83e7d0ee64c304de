public import Domain

/// Where a record is: its number, and its place in the journal, by which one read finds it.
public struct RecordPlace: Hashable, BitwiseCopyable, Sendable {
    /// The record's number.
    public let lsn: LogSequenceNumber
    /// The journal's own address of it.
    public let position: UInt64

    /// Joins the two.
    public init(lsn: LogSequenceNumber, position: UInt64) {
        self.lsn = lsn
        self.position = position
    }
}
