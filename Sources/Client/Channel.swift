internal import Platform
internal import Wire

/// Frames over a socket: gathers what goes out, cuts what comes in. It knows nothing of sessions.
struct Channel: ~Copyable {
    let socket: StreamSocket
    private let cutter = FrameCutter(frameByteCountMax: WireLimits.frameByteCountMaxAdministration, acceptsPushes: true)
    private var received = ReceiveBuffer()
    private var gathered: [UInt8] = []

    /// How many bytes are gathered before they go out by themselves.
    private static let gatheredByteCountMax = 65_536

    init(_ socket: consuming StreamSocket) { self.socket = socket }

    /// Encodes a frame behind what is gathered.
    ///
    /// - Precondition: the message's texts and groups are within their limits.
    mutating func gather(
        _ message: some WireMessage,
        correlationID: UInt64,
        deadlineMicroseconds: UInt32
    ) throws(PlatformError) {
        let start = gathered.count
        gathered += [UInt8](repeating: 0, count: message.frameByteCount)
        gathered.withUnsafeMutableBytes { bytes in
            _ = message.encodeFrame(
                into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]),
                correlationID: correlationID,
                deadlineMicroseconds: deadlineMicroseconds
            )
        }
        if gathered.count >= Self.gatheredByteCountMax { try flush() }
    }

    /// Sends what is gathered.
    mutating func flush() throws(PlatformError) {
        guard !gathered.isEmpty else { return }
        defer { gathered.removeAll(keepingCapacity: true) }
        let outcome: Result<Void, PlatformError> = gathered.withUnsafeBytes { bytes in
            Result { () throws(PlatformError) in try socket.sendAll(bytes) }
        }
        try outcome.get()
    }

    /// Waits for the next frame.
    ///
    /// - Parameter deadlineNanoseconds: Until when, by the monotonic clock.
    mutating func receive(deadlineNanoseconds: Int64) throws(ChannelError) -> Frame {
        while true {
            switch received.withBytes(cutter.cut) {
            case .frame(let header):
                let byteCount = Int(header.frameByteCount)
                defer { received.drop(byteCount) }
                return received.withBytes { bytes in
                    Frame(header: header, body: Array(bytes[WireLimits.frameHeaderByteCount..<byteCount]))
                }
            case .failure(let error): throw .malformed(error)
            case .needsMore(let totalByteCount): try fill(totalByteCount, deadlineNanoseconds)
            }
        }
    }

    private mutating func fill(_ totalByteCount: Int, _ deadlineNanoseconds: Int64) throws(ChannelError) {
        let remaining = deadlineNanoseconds - Clock.monotonicNanoseconds()
        let byteCount: Int
        do throws(PlatformError) {
            guard try socket.isReadable(withinMilliseconds: Int32(clamping: max(0, remaining + 999_999) / 1_000_000))
            else { throw .timedOut(operation: "receive from", subject: socket.endpoint.description) }
            byteCount = try Channel.receive(into: &received, byteCountNeeded: totalByteCount, from: socket)
        } catch {
            throw .socket(error)
        }
        guard byteCount > 0 else { throw .ended }
    }

    private static func receive(
        into buffer: inout ReceiveBuffer,
        byteCountNeeded: Int,
        from socket: borrowing StreamSocket
    ) throws(PlatformError) -> Int {
        let room = buffer.makeRoom(byteCountNeeded)
        precondition(room > 0, "there is room for what is needed")
        let outcome: Result<Int, PlatformError> = buffer.withRoom { bytes in
            do throws(PlatformError) {
                return .success(try socket.receive(into: bytes))
            } catch {
                return .failure(error)
            }
        }
        let byteCount = try outcome.get()
        buffer.wrote(byteCount)
        return byteCount
    }
}

/// Why there is no next frame.
enum ChannelError: Error {
    /// The socket failed, or nothing came in time.
    case socket(PlatformError)
    /// The peer closed.
    case ended
    /// What came is no frame.
    case malformed(FrameError)
}
