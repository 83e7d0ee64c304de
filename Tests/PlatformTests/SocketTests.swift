import Glibc
import Platform
import Testing

/// The client's side of sockets, against listeners of the test's own.
struct SocketTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: [false, true])
    func bytesGoBothWays(overTCP: Bool) throws {
        let listener = overTCP ? try Listener.tcp("127.0.0.1") : try Listener.unix(directory.path + "/s")
        let client = try StreamSocket.connect(to: listener.endpoint, timeoutMilliseconds: 10_000)
        let server = StreamSocket(descriptor: try listener.accept(), endpoint: listener.endpoint)
        try server.setTimeout(milliseconds: 10_000)
        let sent = (0..<3_000).map { UInt8(truncatingIfNeeded: $0) }
        try send(sent, on: client)
        #expect(try receive(3_000, on: server) == sent)
        #expect(try !client.isReadable(withinMilliseconds: 0))
        try send([7], on: server)
        #expect(try client.isReadable(withinMilliseconds: 10_000))
        #expect(try receive(1, on: client) == [7])
        try client.finishSending()
        #expect(try receive(1, on: server) == [], "the peer has finished")
    }

    /// Far more than the kernel's buffers hold, so that sending has to go on where it stopped.
    @Test func aLongMessageIsSentWhole() throws {
        let listener = try Listener.unix(directory.path + "/s")
        let client = try StreamSocket.connect(to: listener.endpoint, timeoutMilliseconds: 10_000)
        let server = try listener.accept()
        let count = 5 << 20
        let number = server.rawValue
        let received = Box(Locked([UInt8]()))
        let reader = try Handle {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let got = recv(number, &buffer, buffer.count, 0)
                guard got > 0 else { return }
                received.value.withLock { $0 += buffer[..<got] }
            }
        }
        let sent = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
        try send(sent, on: client)
        try client.finishSending()
        reader.join()
        #expect(received.value.withLock { $0 } == sent)
        withExtendedLifetime(server) {}
    }

    @Test func aPeerThatSaysNothingTimesOut() throws {
        let listener = try Listener.unix(directory.path + "/s")
        let client = try StreamSocket.connect(to: listener.endpoint, timeoutMilliseconds: 20)
        #expect(throws: PlatformError.timedOut(operation: "receive from", subject: listener.endpoint.description)) {
            try receive(1, on: client)
        }
        // And one that takes nothing.
        #expect(throws: PlatformError.timedOut(operation: "send to", subject: listener.endpoint.description)) {
            try send([UInt8](repeating: 1, count: 8 << 20), on: client)
        }
    }

    @Test func aClosedPeerIsAnErrorOfTheSendAndNotASignal() throws {
        let listener = try Listener.unix(directory.path + "/s")
        let client = try StreamSocket.connect(to: listener.endpoint, timeoutMilliseconds: 10_000)
        try listener.accept().close()
        #expect(throws: PlatformError.system(code: EPIPE, operation: "send to", subject: listener.endpoint.description))
        {
            try send([1], on: client)
        }
    }

    @Test func whereNobodyListensConnectingFailsAtOnce() throws {
        let listener = try Listener.tcp("127.0.0.1")
        let endpoint = listener.endpoint
        listener.close()
        #expect(throws: PlatformError.system(code: ECONNREFUSED, operation: "connect to", subject: "\(endpoint)")) {
            _ = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 10_000)
        }
        let missing = Endpoint.unix(path: directory.path + "/missing")
        #expect(throws: PlatformError.system(code: ENOENT, operation: "connect to", subject: "\(missing)")) {
            _ = try StreamSocket.connect(to: missing, timeoutMilliseconds: 10_000)
        }
    }

    @Test func aNameWithoutAnAddressIsNamed() {
        let error = #expect(throws: PlatformError.self) {
            _ = try StreamSocket.connect(to: .tcp(host: "no such host", port: 1), timeoutMilliseconds: 1_000)
        }
        #expect("\(String(describing: error))".contains("no such host"))
    }

    @Test func aTCPSocketDoesNotDelaySmallSegments() throws {
        let listener = try Listener.tcp("127.0.0.1")
        let client = try StreamSocket.connect(to: listener.endpoint, timeoutMilliseconds: 10_000)
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        #expect(getsockopt(client.descriptor.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &size) == 0)
        #expect(value != 0)
    }

    @Test func theKernelVouchesForThePeerOfAUnixSocket() throws {
        let listener = try Listener.unix(directory.path + "/s")
        let client = try StreamSocket.connect(to: listener.endpoint, timeoutMilliseconds: 10_000)
        let server = try listener.accept()
        let peer = try PeerCredentials(ofSocket: server.rawValue)
        #expect(peer.process == CurrentProcess.identifier)
        #expect(peer.user == CurrentProcess.user)
        withExtendedLifetime(client) {}
        #expect(throws: PlatformError.self) { try PeerCredentials(ofSocket: -1) }
    }

    private func send(_ bytes: [UInt8], on socket: borrowing StreamSocket) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        try socket.sendAll(UnsafeRawBufferPointer(buffer))
    }

    private func receive(_ count: Int, on socket: borrowing StreamSocket) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        var done = 0
        while done < count {
            let got = try socket.receive(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            if got == 0 { break }
            done += got
        }
        return Array(buffer[..<done])
    }
}

/// A socket that listens.
private final class Listener {
    let endpoint: Endpoint
    private var number: Int32

    private init(_ endpoint: Endpoint, _ number: Int32) {
        self.endpoint = endpoint
        self.number = number
    }

    deinit { close() }

    func close() {
        if number >= 0 { _ = Glibc.close(number) }
        number = -1
    }

    func accept() throws -> FileDescriptor {
        let accepted = Glibc.accept(number, nil, nil)
        try #require(accepted >= 0)
        return FileDescriptor(owning: accepted, subject: "accepted")
    }

    static func unix(_ path: String) throws -> Listener {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        try #require(bound == 0 && listen(number, 8) == 0)
        return Listener(.unix(path: path), number)
    }

    static func tcp(_ host: String) throws -> Listener {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(number, generic, size) == 0 && listen(number, 8) == 0 && getsockname(number, generic, &size) == 0
            }
        }
        try #require(bound)
        return Listener(.tcp(host: host, port: UInt16(bigEndian: address.sin_port)), number)
    }
}
