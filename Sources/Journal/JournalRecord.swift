/// A record with bytes of its own.
public struct JournalRecord: Equatable, Sendable {
    /// Its log sequence number.
    public let lsn: UInt64
    /// Where it lies in the journal, bytes from the journal's start.
    public let position: UInt64
    /// What the writer said it is.
    public let kind: UInt16
    /// What the writer said when it was, microseconds.
    public let time: Int64
    /// The writer's bytes.
    public let payload: [UInt8]

    /// A copy of a borrowed record.
    public init(_ view: JournalRecordView) {
        lsn = view.lsn
        position = view.position
        kind = view.kind
        time = view.time
        payload = Array(view.payload)
    }
}

/// A record whose bytes are borrowed: they are valid during the call that hands it over, and not after.
public struct JournalRecordView {
    /// Its log sequence number.
    public let lsn: UInt64
    /// Where it lies in the journal, bytes from the journal's start.
    public let position: UInt64
    /// What the writer said it is.
    public let kind: UInt16
    /// What the writer said when it was, microseconds.
    public let time: Int64
    /// The writer's bytes, borrowed.
    public let payload: UnsafeRawBufferPointer

    /// A record that is lent out by somebody else than the journal: one that was read before.
    package init(lsn: UInt64, position: UInt64, kind: UInt16, time: Int64, payload: UnsafeRawBufferPointer) {
        self.lsn = lsn
        self.position = position
        self.kind = kind
        self.time = time
        self.payload = payload
    }
}

/// What a record was given when it was appended.
public struct Appended: Equatable, Sendable {
    /// Its log sequence number: dense, ascending from 1.
    public let lsn: UInt64
    /// Where it can be read once durable; final, and never 0.
    public let position: UInt64
    /// The sequence number of the group commit that makes it durable.
    public let block: UInt64
}

/// Whether a scan goes on.
public enum ScanStep: Sendable {
    /// To the next record.
    case proceed
    /// No further.
    case stop
}

/// What the owner of the state says to a replayed record.
public enum ReplayVerdict: Sendable {
    /// Applied.
    case applied
    /// It makes no sense here; opening stops, with this reason.
    case refused(String)
}
