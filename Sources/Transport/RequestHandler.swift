public import Domain
public import Wire

/// Decides requests. The transport calls it on the event loop of the connection that asked; calls for different
/// connections run at the same time.
public protocol RequestHandler: AnyObject, Sendable {
    /// Handles one request frame of a connection that has said Hello, is within its credit and is not late.
    ///
    /// Must answer exactly once through `replies`, and must not block for longer than a lock is held.
    func handle(_ frame: borrowing RequestFrame, on session: borrowing SessionInfo, replies: inout ReplySink)

    /// Looks at one more frame of a read, so that memory can be fetched ahead: called `foresightCount` times before the
    /// first frame is handled, then once before each. The bytes are not judged, may end anywhere, and are valid for the
    /// call only.
    func foresee(_ bytes: UnsafeRawBufferPointer, _ foresight: inout Foresight)

    /// How many frames ahead `foresee` is to look.
    var foresightCount: Int { get }

    /// The state of health; must not block.
    func health() -> HealthState
}

extension RequestHandler {
    /// Does nothing.
    public func foresee(_ bytes: UnsafeRawBufferPointer, _ foresight: inout Foresight) {}

    /// None.
    public var foresightCount: Int { 0 }
}

/// What a handler has noted of the frames that it looked at and did not handle yet.
public struct Foresight: Sendable {
    /// Where in the bytes the first frame begins that was not looked at.
    public var offset = 0
    /// Of the last three frames, the newest last, in the handler's own terms; 0 says nothing.
    public var notes: (UInt64, UInt64, UInt64) = (0, 0, 0)

    /// Nothing was looked at before a place in the bytes.
    public init(offset: Int) { self.offset = offset }
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
