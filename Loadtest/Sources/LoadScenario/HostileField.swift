internal import Client
internal import Cryptography
internal import Domain
internal import Foundation
internal import LoadDriver
internal import Platform
internal import Wire

/// What attackers know: the sockets, the protocol, and all that one honest gateway once sent.
struct HostileField: Sendable {
    let plain: Endpoint
    let sealed: Endpoint
    let connectionCountMax: Int
    /// Of whoever has no certificate.
    let stranger: TLSClientContext
    /// A Hello.
    let hello: [UInt8]
    /// A request.
    let request: [UInt8]
    /// An Authenticate that was good on another connection.
    let stolen: [UInt8]
    /// What a gateway sent over TLS, up to each time that it waited for the daemon.
    let flights: [[UInt8]]

    /// Looks over an honest gateway's shoulder.
    init(
        daemon: DaemonProcess,
        gateway: SealedGateway,
        key: Ed25519.PrivateKey,
        connectionCountMax: Int
    ) throws {
        plain = daemon.gateway
        sealed = gateway.endpoint
        self.connectionCountMax = connectionCountMax
        stranger = try gateway.strangerContext()
        hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: FrameHeader.schemaVersion,
            wantedCredit: 0,
            features: [],
            clientName: "stranger"
        ).encodedFrame(correlationID: 1)
        guard let currency = Currency("EUR"), let request = MerchantFrames.make(currency: currency).first else {
            throw LoadFailure.usage("there are no merchants")
        }
        self.request = request
        let name = "assent-load"
        stolen = try Self.signed(plain, hello, name, key)
        flights = try Self.flights(to: gateway, hello)
    }

    /// Says Hello, signs, and gives back what was signed with.
    private static func signed(
        _ endpoint: Endpoint,
        _ hello: [UInt8],
        _ name: String,
        _ key: Ed25519.PrivateKey
    ) throws -> [UInt8] {
        let socket = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 30_000)
        try hello.withUnsafeBytes { try socket.sendAll($0) }
        let reply = try frame(from: socket)
        let message = try PrincipalSigner(name: name, key: key).authenticate(hello: hello, reply: reply)
        let frame = message.encodedFrame(correlationID: 2)
        try frame.withUnsafeBytes { try socket.sendAll($0) }
        let answer = try Self.frame(from: socket)
        guard answer.withUnsafeBytes({ FrameHeader(parsing: $0).templateID }) == AuthenticateReply.templateID else {
            throw LoadFailure.protocolBroken("the gateway's own signature was refused")
        }
        return frame
    }

    /// Waits for one whole frame.
    static func frame(from socket: borrowing StreamSocket) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try socket.receive(into: $0) }
            guard count > 0 else { throw LoadFailure.protocolBroken("the daemon closed the connection") }
            bytes += chunk[..<count]
            let cut = bytes.withUnsafeBytes {
                FrameCutter(frameByteCountMax: 1 << 20, acceptsPushes: true).cut($0)
            }
            switch cut {
            case .needsMore: continue
            case .frame(let header): return Array(bytes.prefix(Int(header.frameByteCount)))
            case .failure(let error): throw LoadFailure.protocolBroken("the daemon sent what is no frame: \(error)")
            }
        }
    }

    /// What a gateway with a certificate sends, from its ClientHello to a Hello.
    private static func flights(to gateway: SealedGateway, _ hello: [UInt8]) throws -> [[UInt8]] {
        let socket = try StreamSocket.connect(to: gateway.endpoint, timeoutMilliseconds: 30_000)
        let session = try gateway.context().makeSession(host: "127.0.0.1")
        var flights: [[UInt8]] = []
        while true {
            let progress = session.handshake()
            if progress == .done { try hello.withUnsafeBytes { try session.write($0) } }
            let flight = taken(from: session)
            if !flight.isEmpty {
                try flight.withUnsafeBytes { try socket.sendAll($0) }
                flights.append(flight)
            }
            switch progress {
            case .done: return flights
            case .failed(let failure): throw LoadFailure.protocolBroken("TLS: \(failure)")
            case .needsInput: try receive(from: socket, session)
            }
        }
    }

    /// The bytes that a session has for the socket.
    static func taken(from session: TLSSession) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: session.outputByteCount) { buffer, count in
            count = session.takeOutput(into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// Gives a session what comes next from its socket. Returns whether anything came.
    @discardableResult
    static func receive(from socket: borrowing StreamSocket, _ session: TLSSession) throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let count = try chunk.withUnsafeMutableBytes { try socket.receive(into: $0) }
        chunk[..<count].withUnsafeBytes { session.receive($0) }
        return count > 0
    }
}
