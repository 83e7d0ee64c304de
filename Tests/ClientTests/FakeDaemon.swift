import Domain
import Foundation
import Glibc
import Platform
import Synchronization
import Wire

@testable import Client

/// A daemon that does as a test says: one script for each connection, in order, on a thread of its own.
final class FakeDaemon: @unchecked Sendable {
    // SAFETY: everything mutable is behind the atomic or belongs to the one thread.
    let endpoint: Endpoint
    private let directory: String
    private let listener: Int32
    private let accepted = Atomic<Int>(0)

    /// How many connections came.
    var connectionCount: Int { accepted.load(ordering: .acquiring) }

    /// Listens; the scripts run one after the other, and then nobody is accepted any more.
    init(_ scripts: (@Sendable (FakePeer) throws -> Void)...) throws {
        directory = FileManager.default.temporaryDirectory.path + "/assent-client-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let path = directory + "/s"
        endpoint = .unix(path: path)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        precondition(listener >= 0, "a socket")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 16) == 0, "a listening socket")
        self.listener = listener
        Thread.detachNewThread { [self] in serve(scripts) }
    }

    private func serve(_ scripts: [@Sendable (FakePeer) throws -> Void]) {
        for script in scripts {
            let number = accept(listener, nil, nil)
            guard number >= 0 else { return }
            accepted.add(1, ordering: .releasing)
            let socket = StreamSocket(descriptor: FileDescriptor(owning: number, subject: "fake"), endpoint: endpoint)
            let peer = FakePeer(socket)
            do {
                try script(peer)
            } catch {
                // The client is gone, or sent what the script did not expect; the test sees that at its own end.
                continue
            }
        }
        // No one else is let in: the next client is refused.
        close(listener)
        unlink(directory + "/s")
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }
}

/// The daemon's end of one connection.
final class FakePeer {
    private let socket: StreamSocket
    private var buffer = ReceiveBuffer()

    /// What `sayHello` answers unless a script says otherwise.
    static func hello(credit: UInt32 = 8, frameBytesMax: UInt32 = 1_048_576) -> HelloReply {
        HelloReply(
            frameVersion: 1,
            role: .administration,
            schemaVersion: 1,
            frameBytesMax: frameBytesMax,
            credit: credit,
            features: [],
            nonce: [UInt8](repeating: 7, count: 32),
            clusterID: InstanceID(high: 1, low: 2),
            instanceID: InstanceID(high: 3, low: 4),
            serverTime: Instant(microseconds: 5),
            serverName: "fake"
        )
    }

    init(_ socket: consuming StreamSocket) {
        try? socket.setTimeout(milliseconds: 10_000)
        self.socket = socket
    }

    /// The next frame; throws when the client closes.
    func receive() throws -> Frame {
        let cutter = FrameCutter(frameByteCountMax: 1_048_576)
        while true {
            let whole = buffer.withBytes { bytes -> Frame? in
                guard case .frame(let header) = cutter.cut(bytes) else { return nil }
                return Frame(header: header, body: Array(bytes[32..<Int(header.frameByteCount)]))
            }
            if let whole {
                buffer.drop(Int(whole.header.frameByteCount))
                return whole
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = try chunk.withUnsafeMutableBytes { try socket.receive(into: $0) }
            guard count > 0 else { throw PlatformError.ended(operation: "receive", subject: "client") }
            _ = buffer.makeRoom(count)
            buffer.withRoom { $0.copyBytes(from: chunk[..<count]) }
            buffer.wrote(count)
        }
    }

    /// Takes Hello and answers it.
    @discardableResult
    func sayHello(_ reply: HelloReply = FakePeer.hello()) throws -> Hello {
        let frame = try receive()
        try send(reply, to: frame)
        return try frame.decode(Hello.self)
    }

    /// Answers a frame.
    func send(_ message: some WireMessage, to frame: Frame) throws {
        try send(bytes: message.encodedFrame(correlationID: frame.correlationID))
    }

    /// Sends something on its own.
    func push(_ message: some WireMessage, number: UInt64 = 1) throws {
        try send(bytes: message.encodedFrame(correlationID: FrameHeader.pushBit | number))
    }

    func send(bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try socket.sendAll($0) }
    }
}
