internal import NIOCore

/// Takes the reply to the request that is being handled. Every request is answered exactly once, by one of `now`,
/// `whenDurable` and `later`; anything else is a broken contract and traps.
///
/// It is the connection's own state, lent for the call: a reply costs no heap allocation beyond the growth of the
/// connection's buffers.
public struct ReplySink: ~Copyable {
    /// Replies that may leave at once.
    var ready = ByteBuffer()
    /// Replies that wait for durability, in order.
    var waiting = ByteBuffer()
    var marks = DurabilityMarks()
    /// Requests not answered: those whose reply waits for durability and those to be answered later.
    private(set) var inFlight: UInt32 = 0
    /// Handles not answered yet.
    private(set) var laterCount: UInt32 = 0
    /// What is known to be durable; at most what is.
    var durableLSN: UInt64 = 0

    private var isAnswered = true
    private var correlationID: UInt64 = 0
    private var templateID: UInt16 = 0
    private let makeHandle: (_ correlationID: UInt64, _ templateID: UInt16) -> ReplyHandle

    init(makeHandle: @escaping (_ correlationID: UInt64, _ templateID: UInt16) -> ReplyHandle) {
        self.makeHandle = makeHandle
    }

    /// Answers without waiting for the journal: for refusals and for queries of what is durable anyway. It may overtake
    /// replies that wait.
    ///
    /// - Parameters:
    ///   - byteCount: The frame's length.
    ///   - write: Fills exactly that many bytes.
    public mutating func now(byteCount: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
        answer()
        ready.append(byteCount: byteCount, write)
    }

    /// Answers once everything up to an LSN is durable; at once if it is already.
    ///
    /// - Parameters:
    ///   - lsn: The record that the answer must not outrun.
    ///   - byteCount: The frame's length.
    ///   - write: Fills exactly that many bytes.
    public mutating func whenDurable(lsn: UInt64, byteCount: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
        answer()
        if lsn <= durableLSN {
            ready.append(byteCount: byteCount, write)
            return
        }
        waiting.append(byteCount: byteCount, write)
        marks.append(byteCount: byteCount, lsn: lsn)
        inFlight += 1
    }

    /// Promises an answer from another thread. It counts against the connection's credit until it is sent.
    public mutating func later() -> ReplyHandle {
        answer()
        inFlight += 1
        laterCount += 1
        return makeHandle(correlationID, templateID)
    }

    private mutating func answer() {
        precondition(!isAnswered, "a request is answered once")
        isAnswered = true
    }
}

// MARK: - For the connection

extension ReplySink {
    /// The handler is about to be called for a request.
    mutating func expectAnswer(correlationID: UInt64, templateID: UInt16) {
        isAnswered = false
        self.correlationID = correlationID
        self.templateID = templateID
    }

    /// The handler returned.
    func checkAnswered() { precondition(isAnswered, "every request is answered") }

    /// Appends a frame of the transport's own (a Reject, Pong, GoAway).
    mutating func push(byteCount: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
        ready.append(byteCount: byteCount, write)
    }

    /// The answer to a handle has come.
    mutating func fulfil(bytes: [UInt8], lsn: UInt64) {
        precondition(laterCount > 0, "an answer needs a handle")
        laterCount -= 1
        if lsn <= durableLSN {
            inFlight -= 1
            ready.writeBytes(bytes)
        } else {
            waiting.writeBytes(bytes)
            marks.append(byteCount: bytes.count, lsn: lsn)
        }
    }

    /// Replies that wait for durability.
    var waitsForDurability: Bool { !marks.isEmpty }

    /// Whether requests are in flight or replies are not handed to the socket.
    var owes: Bool { inFlight != 0 || ready.readableBytes != 0 }

    /// Bytes not handed to the socket.
    var byteCount: Int { ready.readableBytes + waiting.readableBytes }

    /// Notes what is durable, and says how many bytes at the start of `waiting` may leave by it.
    mutating func release(durable lsn: UInt64) -> Int {
        durableLSN = max(durableLSN, lsn)
        guard waitsForDurability else { return 0 }
        let (byteCount, replyCount) = marks.release(durable: durableLSN)
        inFlight -= replyCount
        return byteCount
    }

    /// Gives memory back that an idle connection need not hold.
    mutating func shrink() {
        guard byteCount == 0, marks.isEmpty else { return }
        if ready.capacity > 0 { ready = ByteBuffer() }
        if waiting.capacity > 0 { waiting = ByteBuffer() }
        marks.shrink()
    }
}

extension ByteBuffer {
    /// Lets a closure fill the next bytes.
    fileprivate mutating func append(byteCount: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(byteCount > 0, "a frame has a header")
        writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { free in
            // SAFETY: NIO gives at least `byteCount` writable bytes; the slice is exactly the frame.
            write(UnsafeMutableRawBufferPointer(rebasing: free[0..<byteCount]))
            return byteCount
        }
    }
}
