internal import Synchronization

/// The promise of an answer to one request, to be kept from any thread.
///
/// Dropping it unsent answers the request with Reject 502, since whether it was carried out is then unknown.
public final class ReplyHandle: Sendable {
    private let deliver: @Sendable (_ bytes: [UInt8]?, _ lsn: UInt64) -> Void
    private let isSent = Atomic(false)

    /// - Parameter deliver: Brings a frame to the connection's event loop; `nil` says that there is none.
    init(deliver: @escaping @Sendable (_ bytes: [UInt8]?, _ lsn: UInt64) -> Void) {
        self.deliver = deliver
    }

    deinit {
        if !isSent.load(ordering: .relaxed) { deliver(nil, 0) }
    }

    /// Sends the answer, a whole frame. To be called once; a second call is a broken contract and traps.
    ///
    /// - Parameters:
    ///   - bytes: The frame, header included.
    ///   - lsn: The record that must be durable before it leaves; zero for none.
    public func send(bytes: [UInt8], whenDurable lsn: UInt64 = 0) {
        precondition(!isSent.exchange(true, ordering: .relaxed), "a request is answered once")
        deliver(bytes, lsn)
    }
}
