import Domain
import Platform
import Wire

/// A client that sends any bytes at all. Every wait ends after ten seconds.
///
/// One thread may send while another receives.
final class TestClient: @unchecked Sendable {
    // SAFETY: only receiving touches `buffer`.
    private let socket: StreamSocket
    private var buffer: [UInt8] = []

    struct Frame: Equatable {
        var header: FrameHeader
        var bytes: [UInt8]

        /// Decodes the body; throws where it is another message.
        func message<Message: WireMessage>(_ type: Message.Type) throws -> Message {
            try bytes.withUnsafeBytes {
                try Message(decoding: UnsafeRawBufferPointer(rebasing: $0[32...]), header: header)
            }
        }
    }

    init(_ endpoint: Endpoint) throws {
        socket = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 10_000)
    }

    func send(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try socket.sendAll($0) } }

    func finishSending() throws { try socket.finishSending() }

    /// The next frame; `nil` at the end of the stream, orderly or reset.
    func receive() throws -> Frame? {
        while true {
            let cut = buffer.withUnsafeBytes { FrameCutter(frameByteCountMax: 1 << 21, acceptsPushes: true).cut($0) }
            switch cut {
            case .frame(let header):
                let bytes = Array(buffer[..<Int(header.frameByteCount)])
                buffer.removeFirst(bytes.count)
                return Frame(header: header, bytes: bytes)
            case .failure(let error): throw error
            case .needsMore: break
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count: Int
            do {
                count = try chunk.withUnsafeMutableBytes { try socket.receive(into: $0) }
            } catch PlatformError.system {
                return nil
            }
            if count == 0 { return nil }
            buffer += chunk[..<count]
        }
    }

    /// The next frame as a message, with its correlation id.
    func receive<Message: WireMessage>(_ type: Message.Type) throws -> (message: Message, correlationID: UInt64) {
        guard let frame = try receive() else { throw ClientFailure.ended }
        return (try frame.message(type), frame.header.correlationID)
    }

    /// Everything until the server closes.
    func receiveToEnd() throws -> [Frame] {
        var frames: [Frame] = []
        while let frame = try receive() { frames.append(frame) }
        return frames
    }

    /// Whether bytes lie there already.
    func hasBytes() throws -> Bool {
        if !buffer.isEmpty { return true }
        return try socket.isReadable(withinMilliseconds: 0)
    }

    @discardableResult
    func hello(credit: UInt32 = 0, features: Features = []) throws -> HelloReply {
        try send(TestClient.helloFrame(credit: credit, features: features))
        return try receive(HelloReply.self).message
    }

    static func helloFrame(credit: UInt32 = 0, features: Features = [], correlationID: UInt64 = 1) -> [UInt8] {
        Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: FrameHeader.schemaVersion,
            wantedCredit: credit,
            features: features,
            clientName: "test"
        ).encodedFrame(correlationID: correlationID)
    }

    /// A request as the transport sees it.
    static func request(_ correlationID: UInt64, deadlineMicroseconds: UInt32 = 0) -> [UInt8] {
        QueryByRequestID(
            requestID: RequestID(high: 1, low: correlationID + 1),
            transmissionTime: Instant(microseconds: 1)
        ).encodedFrame(correlationID: correlationID, deadlineMicroseconds: deadlineMicroseconds)
    }

    enum ClientFailure: Error { case ended }
}
