import Domain
import Testing
import Wire

@testable import Transport

/// Every message of the schema with every scope of the specification: a message that is added must say who may ask it.
@Suite(.timeLimit(.minutes(20))) struct ScopeMatrixTests {
    @Test func theSpecificationSaysOfEveryMessageWhoMayAskIt() {
        let requests = ProtocolDocument.requests
        #expect(requests.count >= 49)
        #expect(ProtocolDocument.messages.contains { $0.templateID == Authenticate.templateID })
        #expect(Set(requests.map(\.name)) == Set(ProtocolDocument.scopes.keys))
    }

    @Test(arguments: ProtocolDocument.requests.map(\.name))
    func theTransportAsksForWhatTheSpecificationSays(name: String) throws {
        let message = try #require(ProtocolDocument.requests.first { $0.name == name })
        let scopes = try #require(ProtocolDocument.scopes[name])
        #expect(ScopeRules.permitting(message.templateID) == scopes)
        // What only operators' sockets take is no gateway's scope, and the other way round.
        if name != "QueryByRequestId" {
            #expect(scopes.isSubset(of: message.templateID >= 0x1000 ? .administration : .gateway))
        }
    }

    @Test func whatIsAddedWithoutARuleNobodyGetsWhoDoesNotHaveEverything() {
        #expect(ScopeRules.permitting(0x1FFF) == [])
    }

    @Test(arguments: Scopes.names.map(\.scope.rawValue))
    func everyMessageIsTakenWithItsScopesAlone(scope: UInt32) throws {
        let scope = Scopes(rawValue: scope)
        let shop = try PrincipalUnderTest()
        let server = try TestServer()
        server.server.setPrincipals([shop.known(scopes: scope)])
        let client = try shop.client(server.administration)
        for (index, message) in ProtocolDocument.requests.enumerated() {
            try client.send(TestClient.bare(message.templateID, UInt64(index) + 10))
            let frame = try #require(try client.receive())
            let permitting = try #require(ProtocolDocument.scopes[message.name])
            if permitting.isDisjoint(with: scope) {
                let reject = try frame.message(Reject.self)
                #expect(reject.code == .scopeMissing, "\(message.name)")
                #expect(reject.detail.contains("\"shop\" lacks the scope "), "\(reject.detail)")
            } else {
                #expect(frame.header.templateID == Pong.templateID, "\(message.name)")
            }
        }
    }

    @Test func nothingButHelloAndPingIsTakenBeforeAuthentication() throws {
        let server = try TestServer()
        server.server.setAnonymousScopes([])
        let client = try TestClient(server.gateway)
        #expect(try client.hello().frameBytesMax == 4_096)
        let others = ProtocolDocument.messages.filter { !["Hello", "Ping", "Pong", "Authenticate"].contains($0.name) }
        for (index, message) in others.enumerated() {
            try client.send(TestClient.bare(message.templateID, UInt64(index) + 10))
            #expect(try client.receive(Reject.self).message.code == .unauthenticated, "\(message.name)")
        }
        try client.send(Ping(payload: 9).encodedFrame(correlationID: 3))
        #expect(try client.receive(Pong.self).message.payload == 9)
        #expect(server.handler.handled.isEmpty)
        // A second Hello ends the session, as everywhere.
        try client.send(TestClient.helloFrame(correlationID: 4))
        #expect(try client.receive(Reject.self).message.code == .secondHello)
        #expect(try client.receive() == nil)
    }
}
