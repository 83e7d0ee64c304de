import Client
import Domain
import Platform
import Testing
import Wire

/// A client that knows schema version 1: its blocks end where they ended then, its frames say so, and it knows no later
/// word.
struct FirstVersionClient: ~Copyable {
    private let socket: StreamSocket
    private var received: [UInt8]
    private var correlationID: UInt64
    /// What Hello was answered.
    let greeting: HelloReply

    init(_ endpoint: Endpoint) throws {
        let socket = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 30_000)
        let hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: 1,
            wantedCredit: 16,
            features: [],
            clientName: "version 1"
        )
        try Self.send(hello, blockLength: Hello.blockLength, 1, socket)
        var bytes: [UInt8] = []
        let reply = try Self.receive(socket, &bytes).decode(HelloReply.self)
        self.socket = socket
        received = bytes
        correlationID = 1
        greeting = reply
    }

    /// Sends a message as version 1 has it, and gives what came back.
    ///
    /// - Parameter blockLength: That of its root block in version 1.
    mutating func ask<Request: WireMessage>(
        _ request: Request,
        blockLength: UInt16 = Request.blockLength
    ) throws -> Frame {
        correlationID += 1
        try Self.send(request, blockLength: blockLength, correlationID, socket)
        let frame = try Self.receive(socket, &received)
        #expect(frame.correlationID == correlationID)
        return frame
    }

    private static func send<Request: WireMessage>(
        _ request: Request,
        blockLength: UInt16,
        _ correlationID: UInt64,
        _ socket: borrowing StreamSocket
    ) throws {
        var bytes = request.encodedFrame(correlationID: correlationID)
        let head = WireLimits.frameHeaderByteCount
        bytes.removeSubrange(head + Int(blockLength)..<head + Int(Request.blockLength))
        let count = UInt32(bytes.count)
        bytes.withUnsafeMutableBytes { frame in
            frame.storeBytes(of: count.littleEndian, as: UInt32.self)
            frame.storeBytes(of: blockLength.littleEndian, toByteOffset: 24, as: UInt16.self)
            frame.storeBytes(of: UInt16(1).littleEndian, toByteOffset: 30, as: UInt16.self)
            let checksum = FrameCutter.checksum(ofFrame: UnsafeRawBufferPointer(frame))
            frame.storeBytes(of: checksum.littleEndian, toByteOffset: 20, as: UInt32.self)
        }
        try bytes.withUnsafeBytes { frame in try socket.sendAll(frame) }
    }

    private static func receive(_ socket: borrowing StreamSocket, _ received: inout [UInt8]) throws -> Frame {
        let cutter = FrameCutter(frameByteCountMax: WireLimits.frameByteCountMaxAdministration, acceptsPushes: true)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if case .frame(let header) = received.withUnsafeBytes({ cutter.cut($0) }) {
                let body = Array(received[WireLimits.frameHeaderByteCount..<Int(header.frameByteCount)])
                received.removeFirst(Int(header.frameByteCount))
                return Frame(header: header, body: body)
            }
            let count = try chunk.withUnsafeMutableBytes { buffer in try socket.receive(into: buffer) }
            guard count > 0 else { throw ChildProcess.Failure(description: "the daemon closed the connection") }
            received += chunk[..<count]
        }
    }
}
