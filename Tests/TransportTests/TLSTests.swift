import Client
import Cryptography
import Domain
import Platform
import TestCertificates
import Testing
import Wire

@testable import Transport

/// TLS as OpenSSL's own programs and this client see it, and as strangers would have it.
@Suite(.timeLimit(.minutes(20))) struct TLSTests {
    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates.shared.get() }

    func context(
        _ clients: TLSServerOptions.ClientCertificates = .none,
        server: TestCertificates.Identity? = nil,
        revocationList: [UInt8]? = nil,
        minimum: TLSVersion = .tls12,
        replacing earlier: TLSServerContext? = nil
    ) throws -> TLSServerContext {
        let identity = server ?? certificates.server
        var options = TLSServerOptions(certificates: identity.certificate, privateKey: identity.key)
        options.clientCertificates = clients
        options.clientAuthorities = certificates.authority
        options.revocationLists = revocationList
        options.minimumVersion = minimum
        return try TLSServerContext(options, replacing: earlier)
    }

    func client(
        _ identity: TestCertificates.Identity? = nil,
        authority: [UInt8]? = nil,
        serverName: String? = nil
    ) throws -> TLSClientContext {
        var options = TLSClientContext.Options()
        options.authorities = authority ?? certificates.authority
        options.certificates = identity?.certificate
        options.privateKey = identity?.key
        options.serverName = serverName
        return try TLSClientContext(options)
    }

    func connect(_ server: TestServer, _ context: TLSClientContext) throws -> Connection {
        var options = ConnectionOptions(timeoutMilliseconds: 60_000)
        options.tls = context
        return try Connection(to: server.sealed, options: options)
    }

    /// Lets the gateway of the certificates ask.
    private func admitGateway(to server: TestServer) throws {
        var known = KnownPrincipal(id: 7, name: "gateway-7", scopes: .gateway)
        known.certificateNames = [.init(try #require(CertificateName("uri:spiffe://assent.test/gateway/7")))]
        server.server.setPrincipals([known])
    }

    private func port(_ server: TestServer) -> UInt16 {
        guard case .tcp(_, let port) = server.sealed else { preconditionFailure("TLS is spoken over TCP") }
        return port
    }

    /// `openssl s_client`, which says what it has agreed on and ends.
    private func sClient(_ server: TestServer, _ options: [String], input: String = "") throws -> Command.Outcome {
        let directory = server.directory
        try write(certificates.authority, directory + "/ca.pem")
        for (name, identity) in [
            ("gateway", certificates.gateway), ("old", certificates.expiredGateway),
            ("revoked", certificates.revokedGateway), ("stranger", certificates.stranger),
        ] {
            try write(identity.certificate, "\(directory)/\(name).pem")
            try write(identity.key, "\(directory)/\(name).key")
        }
        return try Command.run(
            "/usr/bin/openssl",
            ["s_client", "-connect", "127.0.0.1:\(port(server))", "-CAfile", "ca.pem", "-verify_return_error"]
                + options,
            in: directory,
            input: input
        )
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        if !FileSystem.exists(path) {
            let file = try FileDescriptor.open(path, .createSecret)
            try file.write(bytes, at: 0)
            try file.close()
        }
    }
}

// MARK: - What is agreed

extension TLSTests {
    @Test func requestsOfEveryLengthAreAnswered() throws {
        let server = try TestServer(.large(100_000), tls: context(.required))
        try admitGateway(to: server)
        var connection = try connect(server, client(certificates.gateway))
        for _ in 0..<50 {
            _ = try connection.send(
                QueryByRequestID(requestID: RequestID(high: 1, low: 1), transmissionTime: Instant(microseconds: 1))
            )
        }
        while connection.inFlight > 0 { #expect(try connection.receive().body.count == 100_000 - 32) }
        #expect(server.server.measures.handshakes.count(of: .completed) == 1)
    }

    @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func bothVersionsAreSpoken(option: String, name: String) throws {
        let server = try TestServer(tls: context())
        let outcome = try sClient(server, [option, "-brief"])
        #expect(outcome.output.contains("Protocol version: \(name)"), "\(outcome.output)")
        #expect(outcome.output.contains("Verification: OK"), "\(outcome.output)")
    }

    /// The client is told to forget what it knows of safety; it is the server that refuses.
    @Test(arguments: [("-tls1_1", TLSVersion.tls12), ("-tls1", .tls12), ("-tls1_2", .tls13)])
    func oldVersionsAreRefused(option: String, minimum: TLSVersion) throws {
        let server = try TestServer(tls: context(minimum: minimum))
        let outcome = try sClient(server, [option, "-cipher", "ALL:@SECLEVEL=0"])
        #expect(outcome.status != 0)
        #expect(outcome.output.contains("alert protocol version"), "\(outcome.output)")
        #expect(server.server.measures.handshakes.count(of: .failed) == 1)
    }

    @Test(arguments: ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "NULL:eNULL", "ADH"])
    func weakSuitesAreRefused(suite: String) throws {
        let server = try TestServer(tls: context())
        let outcome = try sClient(server, ["-tls1_2", "-cipher", suite + ":@SECLEVEL=0"])
        #expect(outcome.status != 0)
        #expect(outcome.output.contains("alert handshake failure"), "\(outcome.output)")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func aSessionIsResumed(option: String) throws {
        var limits = TransportLimits()
        limits.helloMilliseconds = 300
        let server = try TestServer(limits: limits, tls: context(.required))
        // It reads until the server's time for Hello is over, so that the ticket has come.
        let shown = [option, "-cert", "gateway.pem", "-key", "gateway.key", "-ign_eof"]
        let first = try sClient(server, shown + ["-sess_out", "session"])
        #expect(first.output.contains("New, TLS"), "\(first.output)")
        let second = try sClient(server, shown + ["-sess_in", "session"])
        #expect(second.output.contains("Reused, TLS"), "\(second.output)")
        #expect(server.server.measures.handshakes.count(of: .resumed) == 1)
    }

    @Test func thisClientResumes() throws {
        let server = try TestServer(tls: context(.required))
        let context = try client(certificates.gateway)
        for _ in 0..<3 {
            var connection = try connect(server, context)
            _ = try connection.ping()
        }
        #expect(server.server.measures.handshakes.count(of: .completed) == 1)
        #expect(server.server.measures.handshakes.count(of: .resumed) == 2)
    }

    @Test func renegotiationIsRefused() throws {
        var limits = TransportLimits()
        limits.helloMilliseconds = 3_000
        let server = try TestServer(limits: limits, tls: context())
        let outcome = try sClient(server, ["-tls1_2"], input: "R\n")
        #expect(outcome.output.contains("no renegotiation"), "\(outcome.output)")
    }

    @Test func keysAreRenewedOnDemand() throws {
        var limits = TransportLimits()
        limits.helloMilliseconds = 3_000
        let server = try TestServer(limits: limits, tls: context())
        let outcome = try sClient(server, ["-tls1_3"], input: "K\n")
        #expect(outcome.output.contains("KEYUPDATE"), "\(outcome.output)")
        #expect(!outcome.output.contains("alert"), "\(outcome.output)")
    }
}

// MARK: - Whom it trusts

extension TLSTests {
    @Test func whoShowsAGoodCertificateIsLetIn() throws {
        let server = try TestServer(tls: context(.required, revocationList: certificates.revocationList))
        var connection = try connect(server, client(certificates.gateway))
        _ = try connection.ping()
    }

    /// With TLS 1.3 a client learns of it with its first read.
    @Test(arguments: ["none", "stranger", "expired", "revoked"])
    func whoDoesNotIsNot(who: String) throws {
        let identity: TestCertificates.Identity? =
            switch who {
            case "stranger": certificates.stranger
            case "expired": certificates.expiredGateway
            case "revoked": certificates.revokedGateway
            default: nil
            }
        let server = try TestServer(tls: context(.required, revocationList: certificates.revocationList))
        let context = try client(identity)
        #expect(throws: ClientError.self) { _ = try connect(server, context) }
        let event = server.events.wait { if case .sessionBroken = $0 { true } else { false } }
        let words = [
            "none": "peer did not return a certificate", "stranger": "self-signed certificate",
            "expired": "certificate has expired", "revoked": "certificate revoked",
        ]
        guard case .sessionBroken(let session, let detail, true)? = event, detail == words[who] else {
            Issue.record("\(String(describing: event))")
            return
        }
        #expect(session.connectionNumber == 1 && session.origin?.description == "127.0.0.1")
        #expect(server.server.measures.handshakes.count(of: .certificateRefused) == 1)
    }

    @Test func anOptionalCertificateMustBeGood() throws {
        let server = try TestServer(tls: context(.optional))
        var nameless = try connect(server, client())
        _ = try nameless.ping()
        let stranger = try client(certificates.stranger)
        #expect(throws: ClientError.self) { _ = try connect(server, stranger) }
    }

    @Test func aRevocationListThatIsOutOfDateLetsNobodyIn() throws {
        let context = try context(.required, revocationList: certificates.oldRevocationList)
        #expect(context.revocationEndSecond == 1_580_515_200)
        let server = try TestServer(tls: context)
        let gateway = try client(certificates.gateway)
        #expect(throws: ClientError.self) { _ = try connect(server, gateway) }
        let event = server.events.wait { if case .sessionBroken = $0 { true } else { false } }
        guard case .sessionBroken(_, "CRL has expired", true)? = event else {
            Issue.record("\(String(describing: event))")
            return
        }
    }

    @Test func theClientTrustsTheRightServerOnly() throws {
        let server = try TestServer(tls: context())
        let otherName = try client(serverName: "elsewhere.test")
        let otherAuthority = try client(authority: certificates.stranger.certificate)
        let system = try TLSClientContext(TLSClientContext.Options())
        for context in [otherName, otherAuthority, system] {
            #expect {
                _ = try connect(server, context)
            } throws: {
                if case ClientError.tlsFailed = $0 { true } else { false }
            }
        }
        let old = try TestServer(tls: context(server: certificates.expiredServer))
        let known = try client()
        #expect(
            throws: ClientError.tlsFailed(old.sealed, reason: "certificate has expired")
        ) { _ = try connect(old, known) }
        var named = try connect(server, client(serverName: "localhost"))
        _ = try named.ping()
    }

    @Test func aNewCertificateIsShownToThoseWhoComeThen() throws {
        let first = try context()
        let server = try TestServer(tls: first)
        var early = try connect(server, client())
        let second = try context(server: certificates.newServer, replacing: first)
        server.server.setTLS(second)
        #expect(first.certificate.fingerprint != second.certificate.fingerprint)
        let outcome = try sClient(server, ["-tls1_3"])
        #expect(outcome.output.contains("CN = newserver"), "\(outcome.output)")
        _ = try early.ping()
    }

    @Test func aTicketIsWorthNothingOnceItsOwnerMayBeRevoked() throws {
        let first = try context(.required)
        let server = try TestServer(tls: first)
        let revoked = try client(certificates.revokedGateway)
        do {
            var connection = try connect(server, revoked)
            _ = try connection.ping()
        }
        server.server.setTLS(
            try context(.required, server: certificates.newServer, replacing: first)
        )
        do {
            var connection = try connect(server, revoked)
            _ = try connection.ping()
        }
        #expect(server.server.measures.handshakes.count(of: .resumed) == 1)
        server.server.setTLS(
            try context(.required, revocationList: certificates.revocationList, replacing: server.server.tls)
        )
        #expect(throws: ClientError.self) { _ = try connect(server, revoked) }
        #expect(server.server.measures.handshakes.count(of: .certificateRefused) == 1)
    }
}

// MARK: - Strangers

extension TLSTests {
    @Test func whatIsNoHandshakeIsClosed() throws {
        let server = try TestServer(tls: context())
        for bytes in [
            TestClient.helloFrame(), Array("GET / HTTP/1.1\r\n\r\n".utf8), [UInt8](repeating: 0, count: 70_000),
        ] {
            let stranger = try TestClient(server.sealed)
            try? stranger.send(bytes)
            // An alert may come, which is no frame; then the end.
            while (try? stranger.receive()) != nil {}
        }
        var honest = try connect(server, client())
        _ = try honest.ping()
        #expect(server.server.measures.handshakes.count(of: .failed) == 3)
        #expect(server.server.measures.handshakes.underWayCount == 0)
    }

    @Test func aHandshakeThatIsNotDoneInTimeIsClosed() throws {
        var limits = TransportLimits()
        limits.handshakeMilliseconds = 100
        let server = try TestServer(limits: limits, tls: context())
        let silent = try TestClient(server.sealed)
        let slow = try TestClient(server.sealed)
        try slow.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
        #expect(try silent.receive() == nil)
        #expect(try slow.receive() == nil)
        #expect(server.server.measures.handshakes.count(of: .late) == 2)
    }

    @Test func handshakesBeyondTheLimitAreClosedAndLeaveNoTrace() throws {
        var limits = TransportLimits()
        limits.handshakeCountMax = 2
        let server = try TestServer(limits: limits, tls: context())
        var waiting = [try TestClient(server.sealed), try TestClient(server.sealed)]
        while server.server.measures.handshakes.underWayCount < 2 { Pause.yield() }
        #expect(try TestClient(server.sealed).receive() == nil)
        #expect(server.server.measures.handshakes.count(of: .tooMany) == 1)
        waiting = []
        while server.server.measures.handshakes.underWayCount > 0 { Pause.yield() }
        #expect(server.server.measures.handshakes.count(of: .abandoned) == 2)
        var honest = try connect(server, client())
        _ = try honest.ping()
        #expect(waiting.isEmpty)
    }

    @Test func bytesThatWereAlteredEndTheSession() throws {
        let server = try TestServer(tls: context())
        let context = try client()
        let session = try context.makeSession(host: "127.0.0.1")
        let wire = try RawTLS(server.sealed, session)
        try wire.shakeHands()
        try TestClient.helloFrame().withUnsafeBytes { try session.write($0) }
        var sealed = wire.takeOutput()
        sealed[sealed.count - 1] ^= 1
        try wire.send(sealed)
        #expect(try wire.receiveToEnd() > 0)
        let event = server.events.wait { if case .sessionBroken = $0 { true } else { false } }
        #expect(event != nil)
    }
}

// MARK: - The end

extension TLSTests {
    @Test func theServerSaysThatItStops() throws {
        let server = try TestServer(.later, tls: context(.required))
        try admitGateway(to: server)
        var connection = try connect(server, client(certificates.gateway))
        _ = try connection.send(
            QueryByRequestID(requestID: RequestID(high: 1, low: 1), transmissionTime: Instant(microseconds: 1))
        )
        try connection.flush()
        #expect(server.handler.waitForHandled(1) == 1)
        let halfDone = try TestClient(server.sealed)
        while server.server.measures.handshakes.underWayCount == 0 { Pause.yield() }
        let transport = server.server
        let draining = try WorkerThread(name: "drain") { transport.drain(graceMilliseconds: 60_000) }
        #expect(try halfDone.receive() == nil)
        for entry in server.handler.seen.read({ $0.handles }) {
            entry.handle.send(bytes: Pong(payload: 1).encodedFrame(correlationID: entry.correlationID))
        }
        _ = try connection.receive()
        draining.join()
        #expect(connection.goAway != nil)
    }

    @Test func aSessionDoesNotGoToAnotherProcessButIsToldToConnectAgain() throws {
        let server = try TestServer(tls: context(.required))
        try admitGateway(to: server)
        let plain = try server.client(server.tcp)
        var sealed = try connect(server, client(certificates.gateway))
        _ = try sealed.ping()
        let handed = server.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
        #expect(handed.count == 1)
        #expect {
            _ = try sealed.ping()
        } throws: { _ in true }
        #expect(sealed.goAway != nil)
        withExtendedLifetime(plain) {}
    }
}

/// A TLS session over a socket whose sealed bytes a test can touch.
final class RawTLS {
    private let socket: StreamSocket
    private let session: TLSSession

    init(_ endpoint: Endpoint, _ session: TLSSession) throws {
        socket = try StreamSocket.connect(to: endpoint, timeoutMilliseconds: 60_000)
        self.session = session
    }

    func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: session.outputByteCount)
        let count = bytes.withUnsafeMutableBytes { session.takeOutput(into: $0) }
        return Array(bytes[..<count])
    }

    func send(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try socket.sendAll($0) } }

    private func receive() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        do {
            let count = try bytes.withUnsafeMutableBytes { try socket.receive(into: $0) }
            return Array(bytes[..<count])
        } catch PlatformError.system {
            return []
        }
    }

    /// Sends a ClientHello, and waits for nothing.
    func begin() throws {
        #expect(session.handshake() == .needsInput)
        try send(takeOutput())
    }

    func shakeHands() throws {
        while true {
            let progress = session.handshake()
            try send(takeOutput())
            switch progress {
            case .done: return
            case .failed(let failure): throw failure
            case .needsInput: try receive().withUnsafeBytes { session.receive($0) }
            }
        }
    }

    /// How many bytes come until the end.
    func receiveToEnd() throws -> Int {
        var count = 0
        while case let bytes = try receive(), !bytes.isEmpty { count += bytes.count }
        return count
    }
}
