import Client
import Cryptography
import Domain
import Platform
import TestCertificates
import Testing
import Wire

@testable import Transport

/// Who may ask what, as a peer sees it.
@Suite(.timeLimit(.minutes(10))) struct PrincipalTests {
    private let key: Ed25519.PrivateKey

    init() throws { key = try Ed25519.PrivateKey.make().key }

    /// Every request that there is, by its template.
    static let templates: [UInt16] = [
        Authorize.templateID, Financial.templateID, VerifyAccount.templateID, BalanceInquiry.templateID,
        Increment.templateID, RefundAuthorize.templateID, Advice.templateID, Completion.templateID,
        Clearing.templateID, RefundClearing.templateID, ClearingReversal.templateID, Reverse.templateID,
        ReversalAdvice.templateID, Chargeback.templateID, Representment.templateID, FraudReport.templateID,
        QueryByRequestID.templateID, CardCreate.templateID, CardSetStatus.templateID, CardSetLimits.templateID,
        CardReplace.templateID, CardGet.templateID, CardList.templateID, PaymentGet.templateID,
        PaymentList.templateID, PaymentHistory.templateID, PaymentSearch.templateID, ConfigGet.templateID,
        ConfigSet.templateID, Status.templateID, Digest.templateID, LedgerBalances.templateID,
        LedgerEntries.templateID, LedgerCheck.templateID, ProjectionStatus.templateID, ProjectionRebuild.templateID,
        SnapshotMake.templateID, SnapshotList.templateID, PrincipalCreate.templateID, PrincipalRotate.templateID,
        PrincipalChange.templateID, PrincipalRevoke.templateID, PrincipalList.templateID,
    ]

    private func principal(_ name: String, id: UInt64 = 7, scopes: Scopes = .gateway) -> KnownPrincipal {
        var principal = KnownPrincipal(id: id, name: name, scopes: scopes)
        principal.publicKeys = [.init(key.publicKey)]
        return principal
    }

    private func connect(
        _ endpoint: Endpoint,
        as name: String = "shop",
        key: Ed25519.PrivateKey? = nil
    ) throws -> Connection {
        var options = ConnectionOptions(timeoutMilliseconds: 60_000)
        options.signer = PrincipalSigner(name: name, key: key ?? self.key)
        return try Connection(to: endpoint, options: options)
    }

    /// A frame without a body.
    private static func bare(_ templateID: UInt16, _ correlationID: UInt64) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: WireLimits.frameHeaderByteCount)
        bytes.withUnsafeMutableBytes { frame in
            FrameHeader(
                frameByteCount: 32,
                correlationID: correlationID,
                blockLength: 0,
                templateID: templateID
            ).encode(into: frame)
            FrameSeal.seal(frame)
        }
        return bytes
    }

    /// Says Hello and who it is, frame by frame.
    private func signedClient(_ endpoint: Endpoint, as name: String) throws -> TestClient {
        let client = try TestClient(endpoint)
        let hello = TestClient.helloFrame()
        try client.send(hello)
        let reply = try #require(try client.receive())
        let digest = try SHA256().digest(hello + reply.bytes)
        let signature = try key.sign(Array("assent-authenticate-1\0".utf8) + digest.bytes + Array(name.utf8))
        try client.send(Authenticate(signature: signature, principal: name).encodedFrame(correlationID: 2))
        _ = try client.receive(AuthenticateReply.self)
        return client
    }

    private static let request = QueryByRequestID(
        requestID: RequestID(high: 1, low: 1),
        transmissionTime: Instant(microseconds: 1)
    )
}

// MARK: - Scopes

extension PrincipalTests {
    @Test(arguments: Scopes.names.map(\.scope.rawValue))
    func everyMessageIsTakenWithItsScopesAlone(scope: UInt32) throws {
        let scope = Scopes(rawValue: scope)
        let server = try TestServer()
        server.server.setPrincipals([principal("shop", scopes: scope)])
        let client = try signedClient(server.administration, as: "shop")
        for (index, template) in Self.templates.enumerated() {
            try client.send(Self.bare(template, UInt64(index) + 10))
            let frame = try #require(try client.receive())
            let isPermitted = !ScopeRules.permitting(template).isDisjoint(with: scope)
            if isPermitted {
                #expect(frame.header.templateID == Pong.templateID, "0x\(String(template, radix: 16))")
            } else {
                let reject = try frame.message(Reject.self)
                #expect(reject.code == .scopeMissing, "0x\(String(template, radix: 16))")
                #expect(reject.detail.contains("\"shop\" lacks the scope "), "\(reject.detail)")
            }
        }
    }

    @Test func everyMessageHasARuleAndWhoMayItIsWritten() {
        #expect(Self.templates.allSatisfy { !ScopeRules.permitting($0).isEmpty })
        #expect(ScopeRules.permitting(Authorize.templateID) == .authorize)
        #expect(ScopeRules.permitting(Reverse.templateID) == .lifecycle)
        #expect(ScopeRules.permitting(ConfigSet.templateID) == .settings)
        #expect(ScopeRules.permitting(PrincipalRevoke.templateID) == .principals)
        // What is added without a rule nobody gets who does not have everything.
        #expect(ScopeRules.permitting(0x1FFF) == [])
    }

    @Test func scopesThatAreChangedCountForTheNextRequest() throws {
        let server = try TestServer()
        server.server.setPrincipals([principal("shop", scopes: .lifecycle)])
        let client = try signedClient(server.gateway, as: "shop")
        try client.send(Self.bare(Authorize.templateID, 3))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        server.server.setPrincipals([principal("shop", scopes: .authorize)])
        try client.send(Self.bare(Authorize.templateID, 4))
        #expect(try client.receive(Pong.self).correlationID == 4)
    }

    @Test func anonymousScopesAreForThoseWhoSayNothing() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes(.inquiry)
        let client = try server.client()
        try client.send(Self.bare(Authorize.templateID, 3))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        try client.send(Self.bare(BalanceInquiry.templateID, 4))
        #expect(try client.receive(Pong.self).correlationID == 4)
        server.server.setPrincipals([principal("shop")])
        let known = try signedClient(server.gateway, as: "shop")
        try known.send(Self.bare(Authorize.templateID, 5))
        #expect(try known.receive(Pong.self).correlationID == 5)
    }
}

// MARK: - Authentication

extension PrincipalTests {
    @Test func nothingButHelloAndPingIsTakenBefore() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        let client = try TestClient(server.gateway)
        #expect(try client.hello().frameBytesMax == 4_096)
        for (index, template) in (Self.templates + [Health.templateID]).enumerated() {
            try client.send(Self.bare(template, UInt64(index) + 10))
            #expect(try client.receive(Reject.self).message.code == .unauthenticated)
        }
        try client.send(Ping(payload: 9).encodedFrame(correlationID: 3))
        #expect(try client.receive(Pong.self).message.payload == 9)
        #expect(server.handler.handled.isEmpty)
    }

    @Test func aSignatureOpensTheSession() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        server.server.setPrincipals([principal("shop", scopes: [.authorize, .lifecycle])])
        var connection = try connect(server.gateway)
        #expect(connection.session.frameBytesMax == 65_536)
        _ = try connection.call(Self.request, returning: Pong.self)
    }

    /// Another's key, another's name, a key that counts no more, a session that was recorded.
    @Test func wrongSignaturesAreRefusedAndTheThirdEndsTheConnection() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        var old = principal("old", id: 8)
        let oldKey = try Ed25519.PrivateKey.make().key
        old.publicKeys = [.init(oldKey.publicKey, until: Instant(microseconds: 1))]
        server.server.setPrincipals([principal("shop"), old])
        let stranger = try Ed25519.PrivateKey.make().key
        for (name, key) in [("shop", stranger), ("nobody", key), ("old", oldKey)] {
            #expect {
                _ = try connect(server.gateway, as: name, key: key)
            } throws: {
                guard case ClientError.rejected(let rejection) = $0 else { return false }
                return rejection.knownCode == .authenticationFailed
            }
        }
        // What was signed on one connection says nothing on another.
        let client = try TestClient(server.gateway)
        try client.hello()
        let signature = try key.sign(Array("assent-authenticate-1\0shop".utf8))
        let replayed = Authenticate(signature: signature, principal: "shop")
        for id in UInt64(2)...4 { try client.send(replayed.encodedFrame(correlationID: id)) }
        for id in UInt64(2)...4 {
            let reject = try client.receive(Reject.self)
            #expect(reject.message.code == .authenticationFailed)
            #expect(reject.correlationID == id)
        }
        #expect(try client.receive(Reject.self).message.code == .authenticationExpected)
        #expect(try client.receive() == nil)
        let event = server.events.wait { if case .authenticationFailed = $0 { true } else { false } }
        #expect(event != nil)
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
        var known = principal("tool", scopes: .inquiry)
        known.userID = CurrentProcess.user
        server.server.setPrincipals([known])
        let client = try server.client()
        try client.send(Self.bare(BalanceInquiry.templateID, 3))
        #expect(try client.receive(Pong.self).correlationID == 3)
        try client.send(Self.bare(Authorize.templateID, 4))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        // Whoever owns the daemon can always repair what was granted wrongly.
        let admin = try server.client(server.administration)
        try admin.send(Self.bare(PrincipalList.templateID, 5))
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
}

// MARK: - Limits and the end

extension PrincipalTests {
    @Test func requestsBeyondTheRateAreToldWhenToComeAgain() throws {
        let server = try TestServer()
        var known = principal("shop")
        known.ratePerSecond = 1
        known.burst = 3
        server.server.setPrincipals([known])
        // Over all its connections.
        let clients = [try signedClient(server.gateway, as: "shop"), try signedClient(server.tcp, as: "shop")]
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
    }

    @Test func requestsInFlightAreCountedOverAllConnections() throws {
        let server = try TestServer(.later, loops: 1)
        var known = principal("shop")
        known.creditMax = 3
        server.server.setPrincipals([known])
        let first = try connect(server.gateway)
        #expect(first.session.credit == 3)
        let clients = [try signedClient(server.gateway, as: "shop"), try signedClient(server.gateway, as: "shop")]
        try clients[0].send(TestClient.request(10) + TestClient.request(11))
        #expect(server.handler.waitForHandled(2) == 2)
        while server.server.counters.inFlight < 2 { Pause.yield() }
        try clients[1].send(TestClient.request(12) + TestClient.request(13))
        let refused = try clients[1].receive(Reject.self)
        #expect(refused.message.code == .busy)
        #expect(refused.correlationID == 13)
    }

    @Test func revokingEndsOpenSessions() throws {
        let server = try TestServer()
        server.server.setPrincipals([principal("shop"), principal("other", id: 8)])
        let revoked = try signedClient(server.gateway, as: "shop")
        let other = try signedClient(server.gateway, as: "other")
        server.server.setPrincipals([principal("other", id: 8)])
        #expect(try revoked.receive(Reject.self).message.code == .principalRevoked)
        #expect(try revoked.receive() == nil)
        try other.send(TestClient.request(3))
        #expect(try other.receive(Pong.self).correlationID == 3)
        server.server.setPrincipals([principal("other", id: 8)], closing: [8])
        #expect(try other.receive(Reject.self).message.code == .principalRevoked)
    }

    @Test func aPrincipalGoesWithItsConnectionToAnotherProcess() throws {
        let old = try TestServer()
        old.server.setPrincipals([principal("shop", scopes: .inquiry), principal("gone", id: 8)])
        let client = try signedClient(old.gateway, as: "shop")
        let gone = try signedClient(old.gateway, as: "gone")
        let handed = old.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
        let states = try ConnectionState.decode(ConnectionState.encode(handed.map(\.state)))
        #expect(Set(states.map(\.principalID)) == [7, 8])
        let new = try TestServer()
        new.server.setPrincipals([principal("shop", scopes: .inquiry)])
        #expect(new.server.adopt(zip(handed, states).map { HandedConnection(socket: $0.socket, state: $1) }) == 1)
        try client.send(Self.bare(Authorize.templateID, 3))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        _ = gone
    }
}
