import Client
import Cryptography
import Domain
import Foundation
import NIOCore
import Platform
import TestCertificates
import Testing
import Wire

@testable import Transport

/// Connections begin at the door, and go on at a loop that serves with the first thing that they may ask.
@Suite(.timeLimit(.minutes(20))) struct DoorTests {
    /// How many connections there are at the door, and at the loops that serve.
    private func counts(_ server: Server) throws -> (door: Int, serving: [Int]) {
        func count(_ loop: Server.Loop) throws -> Int {
            let state = loop.state
            return try loop.eventLoop.submit { state.value.connectionCount }.wait()
        }
        return (try count(server.door), try server.loops.map(count))
    }

    @Test func whoAsksForNothingStaysAtTheDoor() throws {
        let fixture = try TestServer()
        let shop = try PrincipalUnderTest()
        fixture.server.setPrincipals([shop.known(scopes: .inquiry)])
        let client = try shop.client(fixture.tcp)
        try client.send(Ping(payload: 5).encodedFrame(correlationID: 3))
        #expect(try client.receive(Pong.self).message.payload == 5)
        try client.send(Health().encodedFrame(correlationID: 4))
        _ = try client.receive(HealthReply.self)
        try client.send(TestClient.bare(Authorize.templateID, 5))
        #expect(try client.receive(Reject.self).message.code == .scopeMissing)
        #expect(try counts(fixture.server) == (1, [0, 0]))
        #expect(fixture.server.counters.connectionsAtDoor == 1 && fixture.server.counters.connections == 1)
        try client.send(TestClient.bare(BalanceInquiry.templateID, 6))
        #expect(try client.receive(Pong.self).correlationID == 6)
        #expect(try counts(fixture.server) == (0, [1, 0]))
        #expect(fixture.server.counters.connectionsAtDoor == 0 && fixture.server.counters.connections == 1)
        #expect(fixture.handler.handled == [6])
    }

    /// The door itself has a lower priority than those that serve, unless all have the lowest.
    @Test func theDoorGivesWay() throws {
        let fixture = try TestServer()
        func priority(_ loop: Server.Loop) throws -> [Int32] {
            try loop.eventLoop.submit {
                [sched_getscheduler(0), getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)]
            }.wait()
        }
        let serving = try fixture.server.loops.map(priority)
        let isOrdinary = serving[0][0] == SCHED_OTHER
        let batch: Int32 = 3  // SCHED_BATCH, which is a GNU name.
        let lower = isOrdinary ? [batch, min(19, serving[0][1] + 10)] : serving[0]
        #expect(try priority(fixture.server.door) == lower)
        #expect(serving[0] == serving[1])
    }

    /// All that comes with the first request is answered once and in order, however it is cut, by all loops in turn.
    @Test(arguments: [1, 7, 31, 33, 64, 1_000, 100_000])
    func nothingIsLostOnTheWay(pieceByteCount: Int) throws {
        let fixture = try TestServer(loops: 3)
        let requests = (2...1_500).flatMap { TestClient.request(UInt64($0)) }
        let all = TestClient.helloFrame() + requests
        for endpoint in [fixture.gateway, fixture.administration, fixture.tcp] {
            let client = try TestClient(endpoint)
            let sender = try WorkerThread(name: "sender") {
                var rest = all[...]
                while !rest.isEmpty {
                    // Small pieces at the beginning, which is what the door sees.
                    let count = all.count - rest.count < 8_192 ? pieceByteCount : 65_536
                    guard (try? client.send(Array(rest.prefix(count)))) != nil else { return }
                    rest = rest.dropFirst(count)
                }
                try? client.finishSending()
            }
            #expect(try client.receive(HelloReply.self).correlationID == 1)
            #expect(try client.receiveToEnd().map(\.header.correlationID) == Array(2...1_500))
            sender.join()
        }
        #expect(fixture.handler.handled.count == 3 * 1_499)
    }

    /// Answers of the door that nobody reads yet come before those of the loop that serves.
    @Test func whoReadsLateGetsEverythingInOrder() throws {
        var limits = TransportLimits()
        limits.idleFrameCountMax = 1_000_000
        let fixture = try TestServer(limits: limits)
        let client = try TestClient(fixture.gateway)
        try client.send(TestClient.helloFrame())
        let count = 20_000
        let sender = try WorkerThread(name: "sender") {
            let pings = (0..<count).flatMap { Ping(payload: UInt64($0)).encodedFrame(correlationID: 2) }
            try? client.send(pings + TestClient.request(7))
        }
        // The server cannot have written all of it before anything is read.
        #expect(eventually { fixture.server.counters.readBytes > 65_536 })
        _ = try client.receive(HelloReply.self)
        for index in 0..<count { #expect(try client.receive(Pong.self).message.payload == UInt64(index)) }
        #expect(try client.receive(Pong.self).correlationID == 7)
        sender.join()
    }

    /// What Hello and its answer were is still known behind the door, to whoever signs later.
    @Test func whoHasAskedMaySayWhoItIsLater() throws {
        let fixture = try TestServer()
        let shop = try PrincipalUnderTest()
        fixture.server.setAnonymousScopes(.inquiry)
        fixture.server.setPrincipals([shop.known(scopes: .authorize)])
        let client = try TestClient(fixture.tcp)
        let hello = TestClient.helloFrame()
        try client.send(hello)
        let reply = try #require(try client.receive())
        try client.send(TestClient.bare(BalanceInquiry.templateID, 3))
        #expect(try client.receive(Pong.self).correlationID == 3)
        try client.send(try shop.authenticate(hello: hello, reply: reply.bytes))
        _ = try client.receive(AuthenticateReply.self)
        try client.send(TestClient.bare(Authorize.templateID, 4))
        #expect(try client.receive(Pong.self).correlationID == 4)
    }

    /// The places of principals and addresses go with the connection, and come back with its end.
    @Test func placesGoWithTheConnection() throws {
        var limits = TransportLimits()
        limits.connectionsPerPrincipalMax = 1
        let fixture = try TestServer(limits: limits)
        let shop = try PrincipalUnderTest()
        fixture.server.setPrincipals([shop.known()])
        for _ in 0..<3 {
            let client = try shop.client(fixture.tcp)
            try client.send(TestClient.request(3))
            #expect(try client.receive(Pong.self).correlationID == 3)
            let second = try TestClient(fixture.tcp)
            try shop.sign(second)
            #expect(try second.receive(Reject.self).message.code == .busy)
            #expect(fixture.server.counters.connections >= 1)
            try client.finishSending()
            #expect(try client.receive() == nil)
            #expect(eventually { fixture.server.counters.connections == 0 })
        }
    }

    /// Revocations reach connections wherever they are, on the way too.
    @Test func nobodyEscapesARevocationOnTheWay() throws {
        let fixture = try TestServer()
        let shop = try PrincipalUnderTest()
        fixture.server.setAnonymousScopes([])
        for round in 0..<200 {
            fixture.server.setPrincipals([shop.known(id: UInt64(round + 1))])
            let client = try shop.client(fixture.tcp)
            let sender = try WorkerThread(name: "sender") { try? client.send(TestClient.request(3)) }
            fixture.server.setPrincipals([])
            sender.join()
            let frames = try client.receiveToEnd()
            let last = try #require(frames.last)
            #expect(try last.message(Reject.self).code == .principalRevoked, "round \(round)")
            #expect(frames.count <= 2, "round \(round)")
        }
    }

    /// A drain that meets connections on their way: each request is answered, or refused, or the connection told so.
    @Test func whoComesWhileTheServerStopsIsAnsweredOrRefused() throws {
        var limits = TransportLimits()
        // The clients close when they have been read.
        limits.lingerMilliseconds = 20
        for round in 0..<30 {
            let fixture = try TestServer(limits: limits)
            let clients = try (0..<16).map { _ in try fixture.client(fixture.gateway) }
            let sender = try WorkerThread(name: "sender") {
                for client in clients { try? client.send(TestClient.request(3)) }
            }
            fixture.server.drain(graceMilliseconds: 30_000)
            sender.join()
            var answered = 0
            for client in clients {
                let frames = try client.receiveToEnd()
                let pongs = frames.count { $0.header.templateID == Pong.templateID }
                let refusals = frames.count { $0.header.templateID == Reject.templateID }
                #expect(frames.contains { $0.header.templateID == GoAway.templateID }, "round \(round)")
                #expect(pongs + refusals <= 1, "round \(round)")
                answered += pongs
            }
            #expect(fixture.handler.handled.count == answered, "round \(round)")
        }
    }

    /// The same over a hand-over to another process: nothing is lost, whoever was on the way asks the next one.
    @Test func whoComesWhileConnectionsAreHandedOverIsServedOnce() throws {
        for round in 0..<30 {
            let old = try TestServer()
            let clients = try (0..<16).map { _ in try old.client(old.gateway) }
            let sender = try WorkerThread(name: "sender") {
                for client in clients { try? client.send(TestClient.request(3)) }
            }
            let handed = old.server.handOver(graceMilliseconds: 30_000, unreadMilliseconds: 30_000)
            #expect(handed.count == 16, "round \(round)")
            let new = try TestServer()
            #expect(new.server.adopt(handed) == 16, "round \(round)")
            sender.join()
            for client in clients { #expect(try client.receive(Pong.self).correlationID == 3, "round \(round)") }
            #expect(old.handler.handled.count + new.handler.handled.count == 16, "round \(round)")
        }
    }

    /// Over TLS the session goes with the connection: records that come with the handshake's end or are torn by the
    /// move, of both versions.
    @Test(arguments: [TLSVersion.tls12, .tls13])
    func sessionsGoOnBehindTheDoor(version: TLSVersion) throws {
        let certificates = try TestCertificates.shared.get()
        var options = TLSServerOptions(
            certificates: certificates.server.certificate,
            privateKey: certificates.server.key
        )
        options.clientCertificates = .required
        options.clientAuthorities = certificates.authority
        options.minimumVersion = version
        let fixture = try TestServer(.large(20_000), loops: 2, tls: try TLSServerContext(options))
        var known = KnownPrincipal(id: 7, name: "gateway-7", scopes: .gateway)
        known.certificateNames = [.init(try #require(CertificateName("uri:spiffe://assent.test/gateway/7")))]
        fixture.server.setPrincipals([known])
        var clientOptions = TLSClientContext.Options()
        clientOptions.authorities = certificates.authority
        clientOptions.certificates = certificates.gateway.certificate
        clientOptions.privateKey = certificates.gateway.key
        let context = try TLSClientContext(clientOptions)
        for pieceByteCount in [1, 50, 5_000, 1_000_000] {
            let socket = try StreamSocket.connect(to: fixture.sealed, timeoutMilliseconds: 10_000)
            let session = try context.makeSession(host: "127.0.0.1")
            let requestCount = UInt64(300)
            let requests = (2...requestCount).flatMap { TestClient.request($0) }
            var line = SealedLine(session: session, pieceByteCount: pieceByteCount)
            try line.handshake(over: socket)
            try line.write(TestClient.helloFrame() + requests, over: socket)
            var answers: [UInt64] = []
            while answers.count < Int(requestCount) { answers += try line.read(over: socket) }
            #expect(answers == Array(1...requestCount), "pieces of \(pieceByteCount) bytes")
        }
        #expect(eventually { fixture.server.counters.connections == 0 })
        #expect(fixture.server.measures.handshakes.count(of: .completed) == 4)
    }
}

/// A TLS connection whose bytes leave in pieces.
private struct SealedLine {
    let session: TLSSession
    let pieceByteCount: Int
    private var clear: [UInt8] = []

    init(session: TLSSession, pieceByteCount: Int) {
        self.session = session
        self.pieceByteCount = pieceByteCount
    }

    private func sendOutput(over socket: borrowing StreamSocket) throws {
        let bytes = [UInt8](unsafeUninitializedCapacity: session.outputByteCount) { buffer, count in
            count = session.takeOutput(into: UnsafeMutableRawBufferPointer(buffer))
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            try Array(rest.prefix(pieceByteCount)).withUnsafeBytes { try socket.sendAll($0) }
            rest = rest.dropFirst(pieceByteCount)
        }
    }

    private func receive(from socket: borrowing StreamSocket) throws {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = try chunk.withUnsafeMutableBytes { try socket.receive(into: $0) }
        guard count > 0 else { throw TestClient.ClientFailure.ended }
        chunk[..<count].withUnsafeBytes { session.receive($0) }
    }

    func handshake(over socket: borrowing StreamSocket) throws {
        while true {
            switch session.handshake() {
            case .done: return
            case .failed(let failure): throw failure
            case .needsInput:
                try sendOutput(over: socket)
                try receive(from: socket)
            }
        }
    }

    /// Seals and sends, in records of a kilobyte, behind what is left of the handshake.
    func write(_ bytes: [UInt8], over socket: borrowing StreamSocket) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            try Array(rest.prefix(1_024)).withUnsafeBytes { try session.write($0) }
            rest = rest.dropFirst(1_024)
        }
        try sendOutput(over: socket)
    }

    /// Takes what comes next; returns the correlation ids of whole frames.
    mutating func read(over socket: borrowing StreamSocket) throws -> [UInt64] {
        try receive(from: socket)
        var chunk = [UInt8](repeating: 0, count: 65_536)
        reading: while true {
            let reading = chunk.withUnsafeMutableBytes { session.read(into: $0) }
            switch reading {
            case .bytes(let count): clear += chunk[..<count]
            case .needsInput: break reading
            case .ended: throw TestClient.ClientFailure.ended
            case .failed(let failure): throw failure
            }
        }
        var ids: [UInt64] = []
        while true {
            let cut = clear.withUnsafeBytes { FrameCutter(frameByteCountMax: 1 << 20, acceptsPushes: true).cut($0) }
            switch cut {
            case .needsMore: return ids
            case .failure(let error): throw error
            case .frame(let header):
                ids.append(header.correlationID)
                clear.removeFirst(Int(header.frameByteCount))
            }
        }
    }
}
