import Client
import Cryptography
import Domain
import Platform
import TestCertificates
import Testing
import Wire

@testable import Transport

/// Who may ask what, as a peer sees it.
@Suite(.timeLimit(.minutes(20))) struct PrincipalTests {
    private let shop: PrincipalUnderTest

    init() throws { shop = try PrincipalUnderTest() }

    private func connect(
        _ endpoint: Endpoint,
        as name: String = "shop",
        key: Ed25519.PrivateKey? = nil
    ) throws -> Connection {
        var options = ConnectionOptions(timeoutMilliseconds: 60_000)
        options.signer = PrincipalSigner(name: name, key: key ?? shop.key)
        return try Connection(to: endpoint, options: options)
    }

    private static let request = QueryByRequestID(
        requestID: RequestID(high: 1, low: 1),
        transmissionTime: Instant(microseconds: 1)
    )

    // MARK: - Scopes

    @Test func scopesThatAreChangedCountForTheNextRequest() throws {
        let server = try TestServer()
        server.server.setPrincipals([shop.known(scopes: .lifecycle)])
        let client = try shop.client(server.gateway)
        try client.send(TestClient.bare(Authorize.templateID, 3))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        server.server.setPrincipals([shop.known(scopes: .authorize)])
        try client.send(TestClient.bare(Authorize.templateID, 4))
        #expect(try client.receive(Pong.self).correlationID == 4)
    }

    @Test func anonymousScopesAreForThoseWhoSayNothing() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes(.inquiry)
        let client = try server.client()
        try client.send(TestClient.bare(Authorize.templateID, 3))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        try client.send(TestClient.bare(BalanceInquiry.templateID, 4))
        #expect(try client.receive(Pong.self).correlationID == 4)
        server.server.setPrincipals([shop.known()])
        let known = try shop.client(server.gateway)
        try known.send(TestClient.bare(Authorize.templateID, 5))
        #expect(try known.receive(Pong.self).correlationID == 5)
    }

    // MARK: - Authentication

    @Test func aSignatureOpensTheSession() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        server.server.setPrincipals([shop.known(scopes: [.authorize, .lifecycle])])
        var connection = try connect(server.gateway)
        #expect(connection.session.frameBytesMax == 65_536)
        _ = try connection.call(Self.request, returning: Pong.self)
    }

    /// Another's key, another's name, a key that counts no more, a session that was recorded.
    @Test func wrongSignaturesAreRefusedAndTheThirdEndsTheConnection() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        var old = KnownPrincipal(id: 8, name: "old", scopes: .gateway)
        let oldKey = try Ed25519.PrivateKey.make().key
        old.publicKeys = [.init(oldKey.publicKey, until: Instant(microseconds: 1))]
        server.server.setPrincipals([shop.known(), old])
        let stranger = try Ed25519.PrivateKey.make().key
        for (name, key) in [("shop", stranger), ("nobody", shop.key), ("old", oldKey)] {
            #expect {
                _ = try connect(server.gateway, as: name, key: key)
            } throws: {
                guard case ClientError.rejected(let rejection) = $0 else { return false }
                return rejection.knownCode == .authenticationFailed
            }
        }
        // What was recorded on one connection says nothing on another.
        let replayed = try shop.sign(try TestClient(server.gateway))
        let client = try TestClient(server.gateway)
        try client.hello()
        for _ in 0..<3 { try client.send(replayed) }
        for _ in 0..<3 { #expect(try client.receive(Reject.self).message.code == .authenticationFailed) }
        #expect(try client.receive(Reject.self).message.code == .authenticationExpected)
        #expect(try client.receive() == nil)
        let event = server.events.wait { if case .authenticationFailed = $0 { true } else { false } }
        #expect(event != nil)
    }

    /// A good signature takes as long to look at as one that is not, and all connections share what may be looked at.
    @Test func whoSignsWithoutEndIsClosed() throws {
        let server = try TestServer()
        server.server.setPrincipals([shop.known()])
        let client = try TestClient(server.gateway)
        let frame = try shop.sign(client)
        let countMax = TransportLimits().authenticationCountMax
        for _ in 0..<countMax { try client.send(frame) }
        for _ in 0..<countMax { _ = try client.receive(AuthenticateReply.self) }
        #expect(try client.receive(Reject.self).message.code == .authenticationExpected)
        #expect(try client.receive() == nil)
    }

    /// Whose name is whose, for whoever reads the log.
    @Test func aFailedSignatureSaysWhetherTheNameIsKnown() throws {
        let server = try TestServer()
        server.server.setPrincipals([shop.known()])
        let stranger = try Ed25519.PrivateKey.make().key
        for name in ["shop", "nobody"] { _ = try? connect(server.gateway, as: name, key: stranger) }
        for (name, isKnown) in [("shop", true), ("nobody", false)] {
            let event = server.events.wait {
                if case .authenticationFailed(_, name, isKnown) = $0 { true } else { false }
            }
            #expect(event != nil, "\(name)")
        }
    }

    @Test func whoSaysNothingInTimeIsClosed() throws {
        var limits = TransportLimits()
        limits.authenticationMilliseconds = 100
        let server = try TestServer(limits: limits)
        server.server.setAnonymousScopes([])
        let client = try server.client()
        #expect(try client.receive(Reject.self).message.code == .authenticationExpected)
        #expect(try client.receive() == nil)
    }

    @Test func aUserIDStandsForAPrincipal() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        var known = KnownPrincipal(id: 9, name: "tool", scopes: .inquiry)
        known.userID = CurrentProcess.user
        server.server.setPrincipals([known])
        let client = try server.client()
        try client.send(TestClient.bare(BalanceInquiry.templateID, 3))
        #expect(try client.receive(Pong.self).correlationID == 3)
        try client.send(TestClient.bare(Authorize.templateID, 4))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        // Whoever owns the daemon can always repair what was granted wrongly.
        let admin = try server.client(server.administration)
        try admin.send(TestClient.bare(PrincipalList.templateID, 5))
        #expect(try admin.receive(Pong.self).correlationID == 5)
    }

    @Test func aCertificateStandsForAPrincipal() throws {
        let certificates = try TestCertificates.shared.get()
        var options = TLSServerOptions(
            certificates: certificates.server.certificate,
            privateKey: certificates.server.key
        )
        options.clientCertificates = .optional
        options.clientAuthorities = certificates.authority
        let server = try TestServer(tls: TLSServerContext(options))
        func connect(_ identity: TestCertificates.Identity?) throws -> Connection {
            var client = TLSClientContext.Options()
            client.authorities = certificates.authority
            client.certificates = identity?.certificate
            client.privateKey = identity?.key
            var options = ConnectionOptions(timeoutMilliseconds: 60_000)
            options.tls = try TLSClientContext(client)
            return try Connection(to: server.sealed, options: options)
        }
        for text in ["uri:spiffe://assent.test/gateway/7", "dns:gw7.assent.test"] {
            var known = KnownPrincipal(id: 9, name: "seven", scopes: .authorize)
            known.certificateNames = [.init(try #require(CertificateName(text)))]
            server.server.setPrincipals([known])
            var connection = try connect(certificates.gateway)
            _ = try connection.call(Self.request, returning: Pong.self)
        }
        for identity in [nil, certificates.revokedGateway] {
            var stranger = try connect(identity)
            #expect {
                _ = try stranger.call(Self.request, returning: Pong.self)
            } throws: {
                guard case ClientError.rejected(let rejection) = $0 else { return false }
                return rejection.knownCode == .unauthenticated
            }
        }
    }

    // MARK: - Limits and the end

    @Test func requestsBeyondTheRateAreToldWhenToComeAgain() throws {
        let server = try TestServer()
        var known = shop.known()
        known.ratePerSecond = 1
        known.burst = 3
        server.server.setPrincipals([known])
        // Over all its connections.
        let clients = [try shop.client(server.gateway), try shop.client(server.tcp)]
        var refused = 0
        for id in UInt64(10)..<20 {
            let client = clients[Int(id % 2)]
            try client.send(TestClient.request(id))
            let frame = try #require(try client.receive())
            guard frame.header.templateID == Reject.templateID else { continue }
            let reject = try frame.message(Reject.self)
            #expect(reject.code == .rateExceeded)
            #expect((1...1_000_000).contains(reject.retryAfterMicroseconds))
            refused += 1
        }
        #expect((5...7).contains(refused))
        let measure = try #require(server.server.measures.principals.first)
        #expect(measure.name == "shop")
        #expect(measure.refusals == [0, UInt64(refused), 0, 0])
    }

    @Test func requestsInFlightAreCountedOverAllConnections() throws {
        let server = try TestServer(.later, loops: 1)
        var known = shop.known()
        known.creditMax = 3
        server.server.setPrincipals([known])
        let first = try connect(server.gateway)
        #expect(first.session.credit == 3)
        let clients = [try shop.client(server.gateway), try shop.client(server.gateway)]
        try clients[0].send(TestClient.request(10) + TestClient.request(11))
        #expect(server.handler.waitForHandled(2) == 2)
        while server.server.counters.inFlight < 2 { Pause.yield() }
        try clients[1].send(TestClient.request(12) + TestClient.request(13))
        let refused = try clients[1].receive(Reject.self)
        #expect(refused.message.code == .busy)
        #expect(refused.correlationID == 13)
    }

    /// One connection may have no more in flight than its principal: what it asks beyond is the principal's refusal.
    @Test func aCreditThatOneConnectionUsesUpIsThePrincipals() throws {
        let server = try TestServer(.later, loops: 1)
        var known = shop.known()
        known.creditMax = 2
        server.server.setPrincipals([known])
        let client = try shop.client(server.gateway)
        try client.send((10..<14).flatMap { TestClient.request($0) })
        for _ in 0..<2 { #expect(try client.receive(Reject.self).message.code == .busy) }
        let measure = try #require(server.server.measures.principals.first)
        let refusals = Dictionary(uniqueKeysWithValues: zip(PrincipalRefusal.allCases, measure.refusals))
        #expect(refusals[.credit] == 2)
    }

    @Test func revokingEndsOpenSessions() throws {
        let server = try TestServer()
        let second = try PrincipalUnderTest("other")
        server.server.setPrincipals([shop.known(), second.known(id: 8)])
        let revoked = try shop.client(server.gateway)
        let other = try second.client(server.gateway)
        server.server.setPrincipals([second.known(id: 8)])
        #expect(try revoked.receive(Reject.self).message.code == .principalRevoked)
        #expect(try revoked.receive() == nil)
        try other.send(TestClient.request(3))
        #expect(try other.receive(Pong.self).correlationID == 3)
        server.server.setPrincipals([second.known(id: 8)], closing: [8])
        #expect(try other.receive(Reject.self).message.code == .principalRevoked)
    }

    @Test func aPrincipalGoesWithItsConnectionToAnotherProcess() throws {
        let old = try TestServer()
        let revoked = try PrincipalUnderTest("gone")
        old.server.setPrincipals([shop.known(scopes: .inquiry), revoked.known(id: 8)])
        let client = try shop.client(old.gateway)
        let gone = try revoked.client(old.gateway)
        let handed = old.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
        let states = try ConnectionState.decode(ConnectionState.encode(handed.map(\.state)))
        #expect(Set(states.map(\.principalID)) == [7, 8])
        let new = try TestServer()
        new.server.setPrincipals([shop.known(scopes: .inquiry)])
        #expect(new.server.adopt(zip(handed, states).map { HandedConnection(socket: $0.socket, state: $1) }) == 1)
        try client.send(TestClient.bare(Authorize.templateID, 3))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        _ = gone
    }

    /// Those that were asked before it was known who asks are counted too, and given back when they are answered.
    @Test func requestsFromBeforeAuthenticationAreCountedOnce() throws {
        let server = try TestServer(.later, loops: 1)
        var known = shop.known()
        known.creditMax = 2
        server.server.setPrincipals([known])
        let client = try TestClient(server.gateway)
        let hello = TestClient.helloFrame()
        try client.send(hello)
        let reply = try #require(try client.receive())
        try client.send(TestClient.request(10) + TestClient.request(11))
        #expect(server.handler.waitForHandled(2) == 2)
        try client.send(try shop.authenticate(hello: hello, reply: reply.bytes))
        #expect(try client.receive(AuthenticateReply.self).message.credit == 2)
        let other = try shop.client(server.gateway)
        try client.send(TestClient.request(12))
        #expect(try client.receive(Reject.self).message.code == .busy)
        try other.send(TestClient.request(13))
        #expect(try other.receive(Reject.self).message.code == .busy)
        for (id, handle) in server.handler.seen.read({ $0.handles }) {
            handle.send(bytes: Pong(payload: id).encodedFrame(correlationID: id), whenDurable: 0)
        }
        for _ in 0..<2 { _ = try client.receive(Pong.self) }
        while server.server.counters.inFlight > 0 { Pause.yield() }
        try other.send(TestClient.request(14) + TestClient.request(15) + TestClient.request(16))
        #expect(try other.receive(Reject.self).correlationID == 16)
    }

    @Test func aSessionOfVersion1IsToldCodesThatItKnows() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        let client = try TestClient(server.gateway)
        var hello = Hello(
            minFrameVersion: 1,
            maxFrameVersion: 1,
            schemaVersion: 1,
            wantedCredit: 0,
            features: [],
            clientName: "old"
        )
        try client.send(hello.encodedFrame(correlationID: 1))
        #expect(try client.receive(HelloReply.self).message.schemaVersion == 1)
        try client.send(TestClient.bare(Authorize.templateID, 2))
        #expect(try client.receive(Reject.self).message.code == .principalNotPermitted)
        hello.schemaVersion = 2
        let newer = try TestClient(server.gateway)
        try newer.send(hello.encodedFrame(correlationID: 1))
        _ = try newer.receive(HelloReply.self)
        try newer.send(TestClient.bare(Authorize.templateID, 2))
        #expect(try newer.receive(Reject.self).message.code == .unauthenticated)
    }
}
