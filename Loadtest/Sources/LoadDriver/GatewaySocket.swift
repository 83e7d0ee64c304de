internal import CLoadSockets
internal import Client
internal import Domain
internal import Platform
internal import Wire

/// A connected and greeted socket for the load loop, which works on the bare descriptor.
struct GatewaySocket: ~Copyable {
    let socket: StreamSocket

    /// Connects, says Hello and makes the socket non-blocking.
    ///
    /// - Throws: `LoadFailure`, when the daemon is not there, refuses, or grants less credit than `depth`.
    init(to endpoint: Endpoint, depth: Int) throws(LoadFailure) {
        let socket: StreamSocket
        do throws(PlatformError) {
            socket = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 10_000)
        } catch {
            throw .system(error)
        }
        let hello = Hello(
            minFrameVersion: FrameHeader.frameVersion,
            maxFrameVersion: FrameHeader.frameVersion,
            schemaVersion: FrameHeader.schemaVersion,
            wantedCredit: UInt32(depth),
            features: Features(rawValue: RandomBytes.word() & 0xFFFF_FFFF_0000_0000),
            clientName: "assent-load"
        )
        try GatewaySocket.send(hello.encodedFrame(correlationID: 1), socket)
        let reply = try GatewaySocket.receiveReply(socket)
        guard reply.credit >= depth else {
            throw .creditTooSmall(wanted: depth, granted: Int(reply.credit))
        }
        // Buffers for a whole depth of frames, so that a batch leaves and comes in one call.
        let result = cls_make_nonblocking(socket.descriptor.rawValue, depth >= 64 ? 1 << 20 : 0)
        guard result == 0 else { throw .socket(operation: "fcntl", code: -result) }
        self.socket = socket
    }

    private static func send(_ bytes: [UInt8], _ socket: borrowing StreamSocket) throws(LoadFailure) {
        var failure: PlatformError?
        bytes.withUnsafeBytes { buffer in
            do throws(PlatformError) {
                try socket.sendAll(buffer)
            } catch {
                failure = error
            }
        }
        if let failure { throw .system(failure) }
    }

    private static func receiveReply(_ socket: borrowing StreamSocket) throws(LoadFailure) -> HelloReply {
        var bytes = [UInt8](repeating: 0, count: WireLimits.frameByteCountMaxBeforeHello)
        var count = 0
        let cutter = FrameCutter(acceptsPushes: true)
        while true {
            let outcome: Result<Int, PlatformError> = bytes.withUnsafeMutableBytes { buffer in
                let room = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                do throws(PlatformError) {
                    return .success(try socket.receive(into: room))
                } catch {
                    return .failure(error)
                }
            }
            switch outcome {
            case .success(0): throw .closed("before it answered Hello")
            case .success(let received): count += received
            case .failure(let error): throw .system(error)
            }
            switch bytes.withUnsafeBytes({ cutter.cut(UnsafeRawBufferPointer(rebasing: $0[..<count])) }) {
            case .needsMore: continue
            case .failure(let error): throw .protocolBroken("\(error)")
            case .frame(let header):
                let body = Array(bytes[WireLimits.frameHeaderByteCount..<Int(header.frameByteCount)])
                let frame = Frame(header: header, body: body)
                return try helloReply(frame)
            }
        }
    }

    private static func helloReply(_ frame: Frame) throws(LoadFailure) -> HelloReply {
        let rejection: Reject
        do throws(WireError) {
            guard frame.holds(Reject.self) else { return try frame.decode(HelloReply.self) }
            rejection = try frame.decode(Reject.self)
        } catch {
            throw .protocolBroken("\(error)")
        }
        throw .refused(what: "Hello", code: Int(rejection.code.rawValue), detail: rejection.detail)
    }
}
