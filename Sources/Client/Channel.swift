internal import Cryptography
internal import Platform
internal import Wire

/// Frames over a socket: gathers what goes out, cuts what comes in. It knows nothing of sessions.
struct Channel: ~Copyable {
    let socket: StreamSocket
    private let cutter = FrameCutter(frameByteCountMax: WireLimits.frameByteCountMaxAdministration, acceptsPushes: true)
    private var received = ReceiveBuffer()
    private var gathered: [UInt8] = []
    private let tls: TLSSession?
    /// Sealed bytes on their way in or out.
    private var sealed: [UInt8] = []

    /// How many bytes are gathered before they go out by themselves.
    private static let gatheredByteCountMax = 65_536

    /// - Parameter tls: What seals it; before its first byte.
    init(_ socket: consuming StreamSocket, tls: TLSSession? = nil) {
        self.socket = socket
        self.tls = tls
    }

    /// Gives away what lies below.
    consuming func intoLink() -> ConnectionLink { ConnectionLink(socket: socket, tls: tls) }

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
        if let tls {
            // A session that is broken says so when it is read.
            gathered.withUnsafeBytes { try? tls.write($0) }
            return try sendSealed(tls)
        }
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
        if let tls { return try fill(totalByteCount, deadlineNanoseconds, from: tls) }
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

// MARK: - TLS

extension Channel {
    /// Sealed bytes that are taken from the socket at once.
    private static let sealedByteCount = 65_536

    /// Carries the handshake through.
    mutating func shakeHands(deadlineNanoseconds: Int64) throws(ChannelError) {
        guard let tls else { return }
        while true {
            let progress = tls.handshake()
            do throws(PlatformError) {
                try sendSealed(tls)
            } catch {
                throw .socket(error)
            }
            switch progress {
            case .done: return
            case .needsInput: try receiveSealed(tls, deadlineNanoseconds)
            case .failed(let failure): throw .tls(failure)
            }
        }
    }

    /// What a later connection can go on with.
    func keepSession(in context: TLSClientContext) { if let tls { context.keep(tls) } }

    private mutating func fill(
        _ totalByteCount: Int,
        _ deadlineNanoseconds: Int64,
        from tls: TLSSession
    ) throws(ChannelError) {
        while true {
            let room = received.makeRoom(totalByteCount)
            precondition(room > 0, "there is room for what is needed")
            switch received.withRoom({ tls.read(into: $0) }) {
            case .bytes(let count): return received.wrote(count)
            case .ended: throw .ended
            case .failed(let failure): throw .tls(failure)
            case .needsInput: try receiveSealed(tls, deadlineNanoseconds)
            }
        }
    }

    private mutating func receiveSealed(_ tls: TLSSession, _ deadlineNanoseconds: Int64) throws(ChannelError) {
        if sealed.count < Self.sealedByteCount { sealed = [UInt8](repeating: 0, count: Self.sealedByteCount) }
        let remaining = deadlineNanoseconds - Clock.monotonicNanoseconds()
        let outcome: Result<Int, PlatformError> = sealed.withUnsafeMutableBytes { buffer in
            Result { () throws(PlatformError) in
                guard
                    try socket.isReadable(withinMilliseconds: Int32(clamping: max(0, remaining + 999_999) / 1_000_000))
                else { throw .timedOut(operation: "receive from", subject: socket.endpoint.description) }
                return try socket.receive(into: buffer)
            }
        }
        switch outcome {
        case .success(0): throw .ended
        case .success(let count): sealed.withUnsafeBytes { tls.receive(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        case .failure(let error): throw .socket(error)
        }
    }

    private mutating func sendSealed(_ tls: TLSSession) throws(PlatformError) {
        let byteCount = tls.outputByteCount
        guard byteCount > 0 else { return }
        if sealed.count < byteCount { sealed = [UInt8](repeating: 0, count: max(byteCount, Self.sealedByteCount)) }
        let outcome: Result<Void, PlatformError> = sealed.withUnsafeMutableBytes { buffer in
            let count = tls.takeOutput(into: buffer)
            return Result { () throws(PlatformError) in
                try socket.sendAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        try outcome.get()
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
    /// TLS did not come about, or is broken.
    case tls(TLSSession.Failure)
}
