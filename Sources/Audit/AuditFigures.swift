public import Merkle

/// How far the audit log is.
public struct AuditFigures: Sendable {
    /// What its thread does.
    public enum State: UInt8, Sendable {
        /// It reads what was stored.
        case opening = 0
        /// It has not all that is durable.
        case catchingUp = 1
        /// It has all that is durable.
        case following = 2
        /// It could not go on and tries again.
        case waiting = 3
        /// It was stopped.
        case stopped = 4
    }

    /// What its thread does.
    public var state = State.opening
    /// Records in the tree.
    public var size: UInt64 = 0
    /// Durable records that are not in the tree.
    public var lagRecordCount: UInt64 = 0
    /// Since when it has not had all durable records, microseconds; 0 when it has.
    public var lagMicroseconds: Int64 = 0
    /// Records under the newest signed checkpoint.
    public var signedSize: UInt64 = 0
    /// When that was signed, microseconds since 1970; 0 when not by this process.
    public var signedAt: Int64 = 0
    /// The public half of the key that signs; nil without one.
    public var key: VerifierKey?
    /// Why it does not go on; empty when it does.
    public var problem = ""
}
