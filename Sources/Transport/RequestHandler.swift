public import Domain
public import Wire

/// Decides requests. The transport calls it on the event loop of the connection that asked; calls for different
/// connections run at the same time.
public protocol RequestHandler: AnyObject, Sendable {
    /// Handles one request frame of a connection that has said Hello, is within its credit and is not late.
    ///
    /// Must answer exactly once through `replies`, and must not block for longer than a lock is held.
    func handle(_ frame: borrowing RequestFrame, on session: borrowing SessionInfo, replies: inout ReplySink)

    /// Says what comes behind the frame that is handled next, so that memory can be fetched ahead. The bytes begin with
    /// the next frame's header; they are not judged, may end anywhere, and are valid for the call only.
    func foresee(_ bytes: UnsafeRawBufferPointer)

    /// Says what one read brought, before its first frame is handled: for what `foresee` would have said of the first
    /// frames. The same holds for these bytes.
    func batchBegins(_ bytes: UnsafeRawBufferPointer)

    /// The state of health; must not block.
    func health() -> HealthState
}

extension RequestHandler {
    /// Does nothing.
    public func foresee(_ bytes: UnsafeRawBufferPointer) {}

    /// Does nothing.
    public func batchBegins(_ bytes: UnsafeRawBufferPointer) {}
}

/// One frame whose length, checksum and header are right. The body is not looked at yet.
public struct RequestFrame: ~Copyable {
    /// The frame's header.
    public let header: FrameHeader
    /// Root block and var data; valid for the call only.
    public let body: UnsafeRawBufferPointer
    /// The wall clock when the frame's last byte was read.
    public let receivedAt: Instant

    /// Joins the parts.
    public init(header: FrameHeader, body: UnsafeRawBufferPointer, receivedAt: Instant) {
        self.header = header
        self.body = body
        self.receivedAt = receivedAt
    }
}
