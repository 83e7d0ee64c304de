import Domain
import Platform
import Testing
import Wire

@testable import Transport

@Suite(.timeLimit(.minutes(20))) struct ServerLimitTests {
    @Test func theConnectionAboveTheLimitIsToldAndTheOthersAreFine() throws {
        var limits = TransportLimits()
        limits.connectionCountMax = 20
        limits.administrationConnectionCountMax = 4
        let fixture = try TestServer(limits: limits)
        var clients = try (0..<16).map { _ in try fixture.client(fixture.tcp) }
        for _ in 0..<3 {
            let refused = try TestClient(fixture.gateway)
            let frames = try refused.receiveToEnd()
            #expect(frames.count == 1)
            let reject = try #require(frames.first).message(Reject.self)
            #expect(reject.code == .busy && reject.retryAfterMicroseconds == 1_000_000)
        }
        // The fourth is another operator's.
        let operators = try (0..<3).map { _ in try fixture.client(fixture.administration) }
        #expect(try TestClient(fixture.administration).receiveToEnd().count == 1)
        for (index, client) in (clients + operators).enumerated() {
            try client.send(TestClient.request(UInt64(index)))
            #expect(try client.receive(Pong.self).correlationID == UInt64(index))
        }
        #expect(fixture.server.counters.connectionRefusals.sum == 4)
        #expect(fixture.events.all.contains(.connectionLimitReached(role: .gateway, limit: 16)))
        // A place that becomes free is given again, once the server has seen the end.
        let last = clients.removeLast()
        try last.finishSending()
        #expect(eventually { fixture.server.counters.connections == 18 })
        let another = try fixture.client()
        try another.send(TestClient.request(99))
        #expect(try another.receive(Pong.self).correlationID == 99)
    }

    @Test func whoSaysNoHelloIsToldAndClosed() throws {
        var limits = TransportLimits()
        limits.helloMilliseconds = 30
        let fixture = try TestServer(limits: limits)
        let client = try TestClient(fixture.gateway)
        let frames = try client.receiveToEnd()
        #expect(try frames.map { try $0.message(Reject.self).code } == [.helloExpected])
    }

    @Test func aRequestBeforeHelloIsRefused() throws {
        let fixture = try TestServer()
        let client = try TestClient(fixture.tcp)
        try client.send(TestClient.request(3) + TestClient.helloFrame())
        let frames = try client.receiveToEnd()
        #expect(try frames.map { try $0.message(Reject.self).code } == [.helloExpected])
        #expect(frames.first?.header.correlationID == 3)
        #expect(fixture.handler.handled.isEmpty)
    }

    @Test func aSecondHelloIsRefused() throws {
        let fixture = try TestServer()
        let client = try fixture.client()
        try client.send(TestClient.helloFrame(correlationID: 4))
        let frames = try client.receiveToEnd()
        #expect(try frames.map { try $0.message(Reject.self).code } == [.secondHello])
    }

    @Test func aFrameThatComesInDribletsIsGivenUp() throws {
        var limits = TransportLimits()
        limits.partialFrameMilliseconds = 40
        let fixture = try TestServer(limits: limits)
        let client = try fixture.client()
        let bytes = TestClient.request(1)
        // One byte at a time, never the last one; the server ends it although bytes keep coming.
        var frames: [TestClient.Frame] = []
        var sent = 0
        while frames.isEmpty {
            if sent < bytes.count - 1 {
                try? client.send([bytes[sent]])
                sent += 1
            }
            if try client.hasBytes(), let frame = try client.receive() { frames.append(frame) }
        }
        #expect(try frames[0].message(Reject.self).code == .tooSlow)
        #expect(try client.receiveToEnd().isEmpty)
        #expect(fixture.handler.handled.isEmpty)
        let honest = try fixture.client()
        try honest.send(TestClient.request(5))
        #expect(try honest.receive(Pong.self).correlationID == 5)
    }

    @Test func aSilentPeerIsAskedThenClosed() throws {
        var limits = TransportLimits()
        limits.idlePingMilliseconds = 30
        limits.idleCloseMilliseconds = 30
        let fixture = try TestServer(limits: limits)
        let client = try fixture.client()
        let (_, pushID) = try client.receive(Ping.self)
        #expect(pushID & FrameHeader.pushBit != 0)
        // An answer keeps it open: the server asks again instead of closing.
        try client.send(Pong(payload: 0).encodedFrame(correlationID: pushID))
        _ = try client.receive(Ping.self)
        let frames = try client.receiveToEnd()
        #expect(try frames.map { try $0.message(Reject.self).code } == [.idleTimeout])
    }

    @Test func frameLimitsFollowTheState() throws {
        let fixture = try TestServer()
        // Before Hello: 4,096 bytes, whatever the length field says.
        let early = try TestClient(fixture.gateway)
        try early.send(header(announcing: 4_097))
        #expect(try early.receiveToEnd().map { try $0.message(Reject.self).code } == [.badLength])
        // A gateway: 65,536 bytes.
        let gateway = try fixture.client()
        try gateway.send(frame(byteCount: 65_536, correlationID: 2))
        #expect(try gateway.receive(Pong.self).correlationID == 2)
        try gateway.send(header(announcing: 65_537))
        #expect(try gateway.receiveToEnd().map { try $0.message(Reject.self).code } == [.badLength])
        // An operator: 1,048,576 bytes.
        let admin = try fixture.client(fixture.administration)
        try admin.send(frame(byteCount: 1_048_576, correlationID: 3))
        #expect(try admin.receive(Pong.self).correlationID == 3)
        try admin.send(header(announcing: 1_048_577))
        #expect(try admin.receiveToEnd().map { try $0.message(Reject.self).code } == [.badLength])
        #expect(fixture.handler.handled == [2, 3])
    }

    private func header(announcing byteCount: UInt32) -> [UInt8] {
        Array(frame(byteCount: 32, correlationID: 9, announced: byteCount)[..<32])
    }

    private func frame(byteCount: Int, correlationID: UInt64, announced: UInt32? = nil) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        let header = FrameHeader(
            frameByteCount: announced ?? UInt32(byteCount),
            correlationID: correlationID,
            blockLength: 0,
            templateID: 0x0FFF
        )
        bytes.withUnsafeMutableBytes {
            header.encode(into: $0)
            FrameSeal.seal($0)
        }
        return bytes
    }

    @Test func whoReadsNothingIsNoLongerReadThenClosed() throws {
        var limits = TransportLimits()
        limits.unwritableMilliseconds = 50
        limits.outboundHighWaterByteCount = 65_536
        limits.outboundLowWaterByteCount = 16_384
        let fixture = try TestServer(.large(16_384), limits: limits)
        let client = try fixture.client()
        // Far more answers than sockets and buffers take; the client reads none, so the server stops reading requests.
        let requests = (0..<64).flatMap { TestClient.request(UInt64($0)) }
        while (try? client.send(requests)) != nil {}
        let event = fixture.events.wait {
            if case .slowReaderClosed = $0 { true } else { false }
        }
        guard case .slowReaderClosed(_, let pendingByteCount)? = event else {
            Issue.record("the slow reader was not closed")
            return
        }
        #expect(pendingByteCount < limits.pendingByteCountMax)
        let honest = try fixture.client(fixture.tcp)
        try honest.send(TestClient.request(5))
        #expect(try honest.receive(Pong.self).correlationID == 5)
    }

    @Test func whoIsOwedTooMuchIsClosed() throws {
        var limits = TransportLimits()
        limits.pendingByteCountMax = 524_288
        let fixture = try TestServer(.later, limits: limits)
        let client = try fixture.client()
        try client.send((1...64).flatMap { TestClient.request(UInt64($0)) })
        #expect(fixture.handler.waitForHandled(64) == 64)
        let handles = fixture.handler.seen.update { seen in
            defer { seen.handles = [] }
            return seen.handles
        }
        // Two megabytes that wait for a journal which does not advance.
        for (_, handle) in handles { handle.send(bytes: [UInt8](repeating: 0, count: 32_768), whenDurable: 1) }
        let event = fixture.events.wait {
            if case .slowReaderClosed = $0 { true } else { false }
        }
        guard case .slowReaderClosed(_, let pendingByteCount)? = event else {
            Issue.record("the connection was not closed")
            return
        }
        #expect(pendingByteCount == 524_288 + 32_768)
        #expect(try client.receive() == nil)
        fixture.server.drain(graceMilliseconds: 10_000)
        #expect(fixture.server.counters.pendingBytes == 0 && fixture.server.counters.inFlight == 0)
    }

    /// The same requests, and a client that begins to read late: every answer comes, in order.
    @Test func whoReadsLateGetsEveryAnswer() throws {
        var limits = TransportLimits()
        limits.outboundHighWaterByteCount = 65_536
        limits.outboundLowWaterByteCount = 16_384
        let fixture = try TestServer(.large(16_384), limits: limits)
        let client = try fixture.client()
        let requests = (0..<1_000).flatMap { TestClient.request(UInt64($0)) }
        let sender = try WorkerThread(name: "sender") {
            // Blocks until the client reads, since the server stops reading.
            try? client.send(requests)
            try? client.finishSending()
        }
        let handled = fixture.handler.waitForHandled(8)
        #expect(handled >= 8 && handled < 1_000)
        #expect(try client.receiveToEnd().map(\.header.correlationID) == Array(0..<1_000))
        sender.join()
        #expect(fixture.server.counters.busy == 0)
    }

    /// One client is owed more than all of them may be: it is not read until that was sent, and the others are served.
    @Test func unreadAnswersOfAllConnectionsAreLimited() throws {
        var limits = TransportLimits()
        limits.totalPendingByteCountMax = 100_000
        let fixture = try TestServer(.later, limits: limits)
        let owed = try fixture.client()
        let other = try fixture.client(fixture.tcp)
        try owed.send(TestClient.request(1))
        #expect(fixture.handler.waitForHandled(1) == 1)
        let handles = fixture.handler.seen.update { seen in
            defer { seen.handles = [] }
            return seen.handles
        }
        // Half a megabyte of one answer, which waits for the journal.
        let pongs = (0..<10_000).flatMap { _ in Pong(payload: 1).encodedFrame(correlationID: 1) }
        for (_, handle) in handles { handle.send(bytes: pongs, whenDurable: 9) }
        #expect(eventually { fixture.server.counters.pendingBytes > 100_000 })
        try owed.send(TestClient.request(4) + TestClient.request(5))
        try other.send(TestClient.request(2))
        #expect(fixture.handler.waitForHandled(2) == 2)
        #expect(fixture.handler.handled == [1, 2])
        fixture.server.durableAdvanced(to: 9)
        var pongCount = 0
        while pongCount < 10_000 {
            let frame = try #require(try owed.receive())
            // What had come before it was not read any more was refused, and that overtakes.
            if frame.header.templateID == Pong.templateID { pongCount += 1 }
        }
        #expect(eventually { fixture.server.counters.pendingBytes == 0 })
        try other.send(TestClient.request(3))
        #expect(eventually { fixture.handler.handled.count + Int(fixture.server.counters.busy) == 5 })
        #expect(Set(fixture.handler.handled).isSuperset(of: [1, 2, 3]))
    }

    /// Frames that are never whole fill the memory for a time and no longer.
    @Test func framesThatAreNotWholeAreGivenUpWhileMemoryIsScarce() throws {
        var limits = TransportLimits()
        limits.totalPendingByteCountMax = 100_000
        limits.partialFrameMilliseconds = 200
        let fixture = try TestServer(.now, limits: limits)
        let greedy = try fixture.client()
        let other = try fixture.client(fixture.tcp)
        var frame = [UInt8](repeating: 0, count: 65_000)
        frame.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: UInt32(65_536), as: UInt32.self)
            bytes.storeBytes(of: FrameHeader.magic.littleEndian, toByteOffset: 4, as: UInt16.self)
            bytes[6] = FrameHeader.frameVersion
        }
        try greedy.send(frame)
        #expect(eventually { fixture.server.counters.pendingBytes > 50_000 })
        try other.send(TestClient.request(1))
        #expect(try other.receive()?.header.correlationID == 1)
        let (reject, _) = try greedy.receive(Reject.self)
        #expect(reject.code == .tooSlow)
        #expect(eventually { fixture.server.counters.pendingBytes == 0 })
    }
}
