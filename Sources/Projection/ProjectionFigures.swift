/// How far a projection is.
public struct ProjectionFigures: Equatable, Sendable {
    /// What it does now.
    public enum State: UInt8, Sendable, CaseIterable {
        /// It is being opened, checked or made anew.
        case opening = 0
        /// It has all durable records, or will have them within moments.
        case following = 1
        /// It is more than a transaction behind.
        case catchingUp = 2
        /// It waits before it tries again what failed; `problem` says what.
        case waiting = 3
        /// It was told to stop.
        case stopped = 4
    }

    /// What it does now.
    public var state = State.opening
    /// The last record that it has; 0 for none.
    public var lsn: UInt64 = 0
    /// How many durable records it does not have yet.
    public var lagRecordCount: UInt64 = 0
    /// For how long it has not had all durable records, in microseconds; 0 when it has.
    public var lagMicroseconds: Int64 = 0
    /// Rows written since it was opened.
    public var rowCount: UInt64 = 0
    /// How often the file was made anew since the start because it could not be used.
    public var rebuildCount: UInt64 = 0
    /// The first record that the file has; above 1 when the journal's first files had been removed before it was made.
    public var firstLSN: UInt64 = 1
    /// Why the file was made anew the last time, in one line; empty when it never was since the start.
    public var reason = ""
    /// Why it waits, in one line; empty when it does not.
    public var problem = ""
}
