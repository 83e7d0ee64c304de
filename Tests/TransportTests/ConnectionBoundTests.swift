import Client
import Cryptography
import Domain
import Platform
import Randomness
import TestCertificates
import Testing
import Wire

@testable import Transport

/// How many connections one principal, one user and one address may have.
@Suite(.timeLimit(.minutes(20))) struct ConnectionBoundTests {
    private let shop: PrincipalUnderTest

    init() throws { shop = try PrincipalUnderTest() }

    private static func limits(perPrincipal: Int = 4_096, perAddress: Int = 4_096) -> TransportLimits {
        var limits = TransportLimits()
        limits.connectionsPerPrincipalMax = perPrincipal
        limits.connectionsPerAddressMax = perAddress
        return limits
    }

    private static func tls(_ certificates: TestCertificates) throws -> TLSServerContext {
        var options = TLSServerOptions(
            certificates: certificates.server.certificate,
            privateKey: certificates.server.key
        )
        options.clientCertificates = .optional
        options.clientAuthorities = certificates.authority
        return try TLSServerContext(options)
    }

    /// The codes of all that a refused connection is told before its end.
    private func codes(_ client: TestClient) throws -> [RejectCode] {
        try client.receiveToEnd().map { try $0.message(Reject.self).code }
    }

    private func answers(_ client: TestClient) throws -> Bool {
        try client.send(TestClient.request(77))
        return try client.receive(Pong.self).correlationID == 77
    }

    // MARK: - Principals

    @Test func whoSignsBeyondTheBoundIsToldAndTheOthersAreServed() throws {
        let fixture = try TestServer(limits: Self.limits(perPrincipal: 2))
        let other = try PrincipalUnderTest("other")
        fixture.server.setPrincipals([shop.known(), other.known(id: 8)])
        let first = try shop.client(fixture.tcp)
        var second: TestClient? = try shop.client(fixture.gateway)
        let third = try TestClient(fixture.tcp)
        try shop.sign(third)
        let (reject, correlationID) = try third.receive(Reject.self)
        #expect(reject.code == .busy && reject.templateID == Authenticate.templateID && correlationID == 2)
        #expect(reject.retryAfterMicroseconds == 1_000_000)
        #expect(reject.detail.hasPrefix("the principal \"shop\" has as many connections as it may, 2;"))
        #expect(try third.receive() == nil)
        let known = try other.client(fixture.tcp)
        #expect(try answers(known) && answers(first))
        #expect(fixture.events.all.contains(.holderLimitReached(.principal("shop"), limit: 2)))
        #expect(fixture.server.counters.connectionRefusals[.principal] == 1)
        let measure = try #require(fixture.server.measures.principals.first { $0.name == "shop" })
        #expect(measure.refusals == [0, 0, 0, 1])
        second = nil
        #expect(eventually { fixture.server.counters.connections == 2 })
        second = try shop.client(fixture.tcp)
        #expect(try answers(try #require(second)))
    }

    @Test func whoseCertificateIsBeyondTheBoundIsTold() throws {
        let certificates = try TestCertificates.shared.get()
        let fixture = try TestServer(limits: Self.limits(perPrincipal: 1), tls: Self.tls(certificates))
        var seven = KnownPrincipal(id: 9, name: "seven", scopes: .authorize)
        seven.certificateNames = [.init(try #require(CertificateName("dns:gw7.assent.test")))]
        fixture.server.setPrincipals([seven, shop.known()])
        func connect(_ identity: TestCertificates.Identity?, signer: PrincipalSigner? = nil) throws -> Connection {
            var client = TLSClientContext.Options()
            client.authorities = certificates.authority
            client.certificates = identity?.certificate
            client.privateKey = identity?.key
            var options = ConnectionOptions(timeoutMilliseconds: 60_000)
            options.tls = try TLSClientContext(client)
            options.signer = signer
            return try Connection(to: fixture.sealed, options: options)
        }
        func isRefused(_ error: any Error) -> Bool {
            guard case ClientError.rejected(let rejection) = error else { return false }
            return rejection.knownCode == .busy && rejection.detail.contains("\"seven\"")
        }
        do {
            var first = try connect(certificates.gateway)
            #expect { _ = try connect(certificates.gateway) } throws: { isRefused($0) }
            // Another principal, behind the same address.
            var other = try connect(nil, signer: PrincipalSigner(name: "shop", key: shop.key))
            _ = try other.ping()
            _ = try first.ping()
        }
        #expect(eventually { fixture.server.counters.connections == 0 })
        var again = try connect(certificates.gateway)
        _ = try again.ping()
        #expect(fixture.server.counters.connectionRefusals[.principal] == 1)
    }

    /// Gateways behind one address have room of their own once it is known who they are.
    @Test func whoIsKnownDoesNotCountForItsAddress() throws {
        let fixture = try TestServer(limits: Self.limits(perAddress: 1))
        fixture.server.setPrincipals([shop.known()])
        let known = try (0..<3).map { _ in try shop.client(fixture.tcp) }
        let stranger = try fixture.client(fixture.tcp)
        #expect(try codes(TestClient(fixture.tcp)) == [.busy])
        for client in known + [stranger] { #expect(try answers(client)) }
    }

    // MARK: - Users and addresses

    @Test func aUserBeyondTheBoundIsTold() throws {
        let fixture = try TestServer(limits: Self.limits(perPrincipal: 2))
        var held = [try fixture.client(), try fixture.client()]
        #expect(try codes(TestClient(fixture.gateway)) == [.busy])
        let user = CurrentProcess.user
        #expect(fixture.events.all.contains(.holderLimitReached(.user(user), limit: 2)))
        #expect(fixture.server.counters.connectionRefusals[.user] == 1)
        // The same user: over TCP nobody knows, and operators have places of their own.
        let others = [fixture.tcp] + Array(repeating: fixture.administration, count: 5)
        for client in try others.map({ try fixture.client($0) }) + held { #expect(try answers(client)) }
        held.removeLast()
        #expect(eventually { fixture.server.counters.connections < 3 })
        #expect(try answers(fixture.client()))
    }

    @Test func anOperatorLeavesAQuarterOfTheirPlacesToOthers() throws {
        var limits = Self.limits(perPrincipal: 1)
        limits.administrationConnectionCountMax = 4
        let fixture = try TestServer(limits: limits)
        let user = CurrentProcess.user
        var held = try (0..<3).map { _ in try fixture.client(fixture.administration) }
        let (reject, _) = try TestClient(fixture.administration).receive(Reject.self)
        #expect(reject.code == .busy)
        #expect(reject.detail.hasPrefix("the operator with user id \(user) has as many connections as it may, 3;"))
        #expect(fixture.events.all.contains(.holderLimitReached(.operator(user), limit: 3)))
        #expect(fixture.server.counters.connectionRefusals[.user] == 1)
        let ledger = fixture.server.shared.ledger
        let other = try ledger.admit(.administration, .operator(user + 1))
        #expect(throws: ConnectionRefusal.isFull(.administration, limit: 4)) {
            _ = try ledger.admit(.administration, .operator(user + 2))
        }
        _ = consume other
        held.removeLast()
        #expect(eventually { fixture.server.counters.connections < 3 })
        #expect(try answers(fixture.client(fixture.administration)))
    }

    @Test func anAddressBeyondTheBoundIsRefusedAndOthersAreNot() throws {
        let certificates = try TestCertificates.shared.get()
        let fixture = try TestServer(limits: Self.limits(perAddress: 2), tls: Self.tls(certificates))
        var held = [try fixture.client(fixture.tcp), try fixture.client(fixture.tcp)]
        #expect(try codes(TestClient(fixture.tcp)) == [.busy])
        // Before a handshake nothing can be said.
        #expect(try TestClient(fixture.sealed).receive() == nil)
        let event = fixture.events.wait { if case .holderLimitReached = $0 { true } else { false } }
        guard case .holderLimitReached(let holder, 2) = event else {
            Issue.record("\(String(describing: event))")
            return
        }
        #expect("\(holder)" == "127.0.0.1")
        #expect(fixture.server.counters.connectionRefusals[.address] == 2)
        let others = [try fixture.client(fixture.tcp6), try fixture.client()]
        for client in held + others { #expect(try answers(client)) }
        held.removeLast()
        #expect(eventually { fixture.server.counters.connections == 3 })
        #expect(try answers(fixture.client(fixture.tcp)))
    }

    @Test func boundsThatAreChangedCountForTheNextConnection() throws {
        let fixture = try TestServer(limits: Self.limits(perPrincipal: 1, perAddress: 1))
        let held = [try fixture.client(fixture.tcp), try fixture.client()]
        for endpoint in [fixture.tcp, fixture.gateway] { #expect(try codes(TestClient(endpoint)) == [.busy]) }
        fixture.server.setConnectionBounds(perPrincipal: 2, perAddress: 2)
        let more = [try fixture.client(fixture.tcp), try fixture.client()]
        // Below what there is: nobody is closed for it.
        fixture.server.setConnectionBounds(perPrincipal: 1, perAddress: 1)
        for endpoint in [fixture.tcp, fixture.gateway] { #expect(try codes(TestClient(endpoint)) == [.busy]) }
        for client in held + more { #expect(try answers(client)) }
    }

    @Test func connectionsOfAnEarlierServerAreCountedAndNoneIsClosed() throws {
        let old = try TestServer()
        old.server.setPrincipals([shop.known()])
        let clients = [
            try old.client(old.tcp), try old.client(old.tcp), try old.client(), try shop.client(old.tcp),
            try shop.client(old.gateway),
        ]
        let handed = old.server.handOver(graceMilliseconds: 60_000, unreadMilliseconds: 60_000)
        let new = try TestServer(limits: Self.limits(perPrincipal: 1, perAddress: 1))
        new.server.setPrincipals([shop.known()])
        #expect(new.server.adopt(handed) == 5)
        #expect(new.server.shared.ledger.holderCount == 3)
        for client in clients { #expect(try answers(client)) }
        for endpoint in [new.tcp, new.gateway] { #expect(try codes(TestClient(endpoint)) == [.busy]) }
        let signing = try TestClient(new.tcp6)
        try shop.sign(signing)
        #expect(try signing.receive(Reject.self).message.code == .busy)
        for client in clients { try client.finishSending() }
        #expect(eventually { new.server.shared.ledger.holderCount == 0 })
        #expect(try answers(new.client(new.tcp)) && answers(shop.client(new.gateway)))
    }

    // MARK: - Nothing is left behind

    /// Says who it is, as far as the server lets it.
    private func sign(_ client: TestClient, _ principal: PrincipalUnderTest) throws {
        let hello = TestClient.helloFrame()
        guard (try? client.send(hello)) != nil, let reply = try? client.receive(),
            reply.header.templateID == HelloReply.templateID
        else { return }
        try? client.send(principal.authenticate(hello: hello, reply: reply.bytes))
    }

    @Test func handshakesThatFailGiveTheirPlacesBack() throws {
        let certificates = try TestCertificates.shared.get()
        var limits = Self.limits(perAddress: 3)
        limits.handshakeMilliseconds = 100
        limits.lingerMilliseconds = 20
        let fixture = try TestServer(limits: limits, tls: Self.tls(certificates))
        for round in 0..<12 {
            let client = try TestClient(fixture.sealed)
            switch round % 4 {
            case 0: try client.send(TestClient.helloFrame())
            case 1: try client.send([22, 3, 1, 0, 200, 1])
            case 2: try client.finishSending()
            default: break
            }
            // Told by an alert or not at all, which is no frame.
            _ = try? client.receiveToEnd()
        }
        #expect(eventually { fixture.server.shared.ledger.holderCount == 0 })
        #expect(eventually { fixture.server.shared.handshakeOrigins.holderCount == 0 })
        #expect(fixture.server.counters.connections == 0)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func whateverComesAndGoesNothingStaysCounted(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let certificates = try TestCertificates.shared.get()
        let fixture = try TestServer(
            limits: Self.limits(perPrincipal: 5, perAddress: 5),
            tls: Self.tls(certificates)
        )
        let other = try PrincipalUnderTest("other")
        fixture.server.setPrincipals([shop.known(), other.known(id: 8)])
        let endpoints = [fixture.tcp, fixture.tcp6, fixture.gateway, fixture.administration, fixture.sealed]
        var clients: [TestClient] = []
        for _ in 0..<600 {
            if clients.count > 12 || Int.random(in: 0..<3, using: &random) == 0, !clients.isEmpty {
                clients.remove(at: Int.random(in: 0..<clients.count, using: &random))
                continue
            }
            // Who is refused may be gone before it has said anything.
            guard let client = try? TestClient(endpoints[Int.random(in: 0..<5, using: &random)]) else { continue }
            clients.append(client)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: try? client.send(TestClient.helloFrame())
            case 1: try sign(client, shop)
            case 2: try sign(client, other)
            case 3: try? client.send([1, 2, 3])
            default: break
            }
        }
        #expect(fixture.server.counters.connectionRefusals.sum > 0, "seed \(seed)")
        clients = []
        let ledger = fixture.server.shared.ledger
        #expect(eventually { ledger.count == 0 && ledger.holderCount == 0 }, "seed \(seed)")
        #expect(eventually { fixture.server.shared.handshakeOrigins.holderCount == 0 }, "seed \(seed)")
        #expect(try answers(shop.client(fixture.tcp)))
    }
}
