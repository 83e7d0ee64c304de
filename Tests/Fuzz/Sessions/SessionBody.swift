internal import Simulator

/// What is done with bytes that say what strangers do on their connections; see `FuzzedSession`.
public enum SessionBody {
    /// Carries a session out; traps when the daemon does what it never may.
    ///
    /// - Returns: Frames that left the daemon by template, and records of its journal; nil where there is no session.
    @discardableResult
    public static func run(_ input: UnsafeRawBufferPointer) -> (sent: [UInt16: Int], recordCount: UInt64)? {
        FuzzedSession.run(input).map { ($0.sent, $0.recordCount) }
    }
}
