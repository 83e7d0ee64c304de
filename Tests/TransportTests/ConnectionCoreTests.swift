import Domain
import NIOCore
import Platform
import Synchronization
import Testing
import Wire

@testable import Transport

/// A connection without a socket, on clocks that the test sets.
private final class Bench {
    let handler: TestHandler
    let now = TestClock()
    let shared: ServerShared

    init(_ mode: TestHandler.Mode, limits: TransportLimits = TransportLimits()) {
        handler = TestHandler(mode)
        let now = now
        shared = ServerShared(
            limits: limits,
            identity: TestServer.identity,
            handler: handler,
            clock: TransportClock(
                monotonic: { MonotonicInstant(microseconds: now.microseconds) },
                wall: { Instant(microseconds: 1_000_000_000 + now.microseconds) }
            ),
            eventLoopCount: 1,
            report: { _ in }
        )
    }

    func core(role: SocketRole = .gateway, greeted: Bool = true) -> ConnectionCore {
        let sink = ReplySink { _, _ in ReplyHandle { _, _ in } }
        var core = ConnectionCore(
            session: SessionInfo(role: role, peerUserID: nil, connectionNumber: 1),
            shared: shared,
            now: MonotonicInstant(microseconds: now.microseconds),
            sink: sink
        )
        if greeted {
            feed(TestClient.helloFrame(), to: &core)
            core.sink.ready.clear()
        }
        return core
    }

    @discardableResult
    func feed(_ bytes: [UInt8], to core: inout ConnectionCore) -> (byteCount: Int, stop: ConnectionCore.Stop) {
        let time = ConnectionCore.ReadTime(monotonic: shared.clock.monotonic(), wall: shared.clock.wall())
        return bytes.withUnsafeBytes { core.consume($0, at: time) }
    }

    /// What `ready` holds, taken out.
    func replies(_ core: inout ConnectionCore) -> [TestClient.Frame] {
        let bytes = Array(core.sink.ready.readableBytesView)
        core.sink.ready.clear()
        return bytes.withUnsafeBytes { all in
            var frames: [TestClient.Frame] = []
            var rest = UnsafeRawBufferPointer(rebasing: all[...])
            let cutter = FrameCutter(frameByteCountMax: 1 << 21, acceptsPushes: true)
            while case .frame(let header) = cutter.cut(rest) {
                let count = Int(header.frameByteCount)
                frames.append(TestClient.Frame(header: header, bytes: Array(rest[..<count])))
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return frames
        }
    }
}

private final class TestClock: Sendable {
    private let value = Atomic<Int64>(0)
    var microseconds: Int64 { value.load(ordering: .relaxed) }
    func advance(microseconds: Int64) { value.add(microseconds, ordering: .relaxed) }
}

@Suite struct ConnectionCoreTests {
    @Test func helloIsAnsweredWithWhatIsAgreed() throws {
        var limits = TransportLimits()
        limits.creditMax = 100
        let bench = Bench(.now, limits: limits)
        for (role, frameBytesMax) in [(SocketRole.gateway, UInt32(65_536)), (.administration, 1_048_576)] {
            var core = bench.core(role: role, greeted: false)
            let grease = Features(rawValue: 0xABCD_0000_0000_0001)
            bench.feed(TestClient.helloFrame(credit: 7, features: grease, correlationID: 42), to: &core)
            let frame = try #require(bench.replies(&core).first)
            #expect(frame.header.correlationID == 42)
            let reply = try frame.message(HelloReply.self)
            #expect(reply.role == role && reply.frameBytesMax == frameBytesMax && reply.credit == 7)
            #expect(reply.features == [.simulatedClock])
            #expect(reply.instanceID == InstanceID(high: 3, low: 4) && reply.clusterID == InstanceID(high: 1, low: 2))
            #expect(reply.nonce.count == 32 && reply.nonce != [UInt8](repeating: 0, count: 32))
            #expect(reply.serverName == "assentd test")
        }
    }

    @Test func aHelloThatCannotBeMetIsRefusedAndEndsTheConnection() throws {
        let bench = Bench(.now)
        for (minimum, maximum) in [(UInt8(2), UInt8(9)), (0, 0)] {
            var core = bench.core(greeted: false)
            let hello = Hello(
                minFrameVersion: minimum,
                maxFrameVersion: maximum,
                schemaVersion: 1,
                wantedCredit: 0,
                features: [],
                clientName: ""
            )
            bench.feed(hello.encodedFrame(correlationID: 3), to: &core)
            let reject = try #require(bench.replies(&core).first).message(Reject.self)
            #expect(reject.code == .unsupportedFrameVersion)
            #expect(core.machine.phase == .closing)
        }
    }

    @Test func theDeadlineCountsFromReadingTheFrameToHandlingIt() throws {
        let bench = Bench(.now)
        var core = bench.core()
        let time = ConnectionCore.ReadTime(monotonic: bench.shared.clock.monotonic(), wall: bench.shared.clock.wall())
        bench.now.advance(microseconds: 501)
        for (deadline, isHandled) in [(UInt32(500), false), (501, true), (0, true)] {
            let before = bench.handler.handled.count
            _ = TestClient.request(9, deadlineMicroseconds: deadline).withUnsafeBytes { core.consume($0, at: time) }
            #expect(bench.handler.handled.count == before + (isHandled ? 1 : 0))
            let reply = try #require(bench.replies(&core).first)
            #expect(reply.header.correlationID == 9)
            if !isHandled { #expect(try reply.message(Reject.self).code == .deadlinePassed) }
        }
        #expect(bench.handler.seen.read { $0.receivedAt } == [time.wall, time.wall])
    }

    /// Every single byte of a frame, every value of a few: typed error or the request as it was, never anything else.
    @Test func aFrameWithOneByteChangedIsNeverHandled() throws {
        let bench = Bench(.now)
        let frame = TestClient.request(77)
        for index in frame.indices {
            for change in [UInt8(1), 0x80, 0xFF] {
                var core = bench.core()
                var bytes = frame
                bytes[index] ^= change
                bench.feed(bytes, to: &core)
                #expect(bench.handler.handled.isEmpty, "byte \(index) changed by \(change)")
                // Either more bytes are awaited, since the length grew, or the peer was told and the end has begun.
                let replies = bench.replies(&core)
                if core.machine.phase == .open {
                    #expect(replies.isEmpty && index < 4)
                } else {
                    #expect(core.machine.phase == .closing && replies.count == 1)
                    let code = try #require(replies.first).message(Reject.self).code
                    #expect(code.rawValue < 200)
                }
            }
        }
    }

    @Test func everyFramingErrorHasItsCode() throws {
        let frame = TestClient.request(5)
        let cases: [(RejectCode, (inout [UInt8]) -> Void)] = [
            (.badMagic, { $0[4] = 0 }),
            (.unsupportedFrameVersion, { $0[6] = 2 }),
            (.badLength, { $0.replaceSubrange(0..<4, with: [31, 0, 0, 0]) }),
            (.badLength, { $0.replaceSubrange(0..<4, with: [1, 0, 1, 0]) }),
            (.badLength, { $0.replaceSubrange(0..<4, with: [255, 255, 255, 255]) }),
            (.badChecksum, { $0[40] ^= 1 }),
            (
                .headerBitsReserved,
                {
                    $0[7] = 1
                    $0.withUnsafeMutableBytes { FrameSeal.seal($0) }
                }
            ),
            (
                .headerBitsReserved,
                {
                    $0[15] = 0x80
                    $0.withUnsafeMutableBytes { FrameSeal.seal($0) }
                }
            ),
        ]
        for (code, damage) in cases {
            let bench = Bench(.now)
            var core = bench.core()
            var bytes = frame
            damage(&bytes)
            // A good request behind the damage is not handled either: the stream is out of step.
            #expect(bench.feed(bytes + frame, to: &core).stop == .ended)
            let replies = bench.replies(&core)
            #expect(replies.count == 1)
            let reject = try #require(replies.first).message(Reject.self)
            #expect(reject.code == code)
            // Only a header whose checksum is right is echoed; another may name somebody else's request.
            let header = bytes.withUnsafeBytes { FrameHeader(parsing: $0) }
            let isTrusted = code == .headerBitsReserved
            #expect(replies.first?.header.correlationID == (isTrusted ? header.correlationID : FrameHeader.pushBit))
            #expect(reject.templateID == (isTrusted ? header.templateID : 0))
            #expect(bench.handler.handled.isEmpty)
            #expect(core.machine.phase == .closing)
            #expect(core.tally.rejected == 1)
        }
    }

    @Test func anUnknownSchemaIsRefusedAndTheConnectionStays() throws {
        for (offset, value) in [(28, UInt8(0)), (30, 0)] {
            let bench = Bench(.now)
            var core = bench.core()
            var bytes = TestClient.request(5)
            bytes[offset] = value
            bytes.withUnsafeMutableBytes { FrameSeal.seal($0) }
            bench.feed(bytes + TestClient.request(6), to: &core)
            let replies = bench.replies(&core)
            #expect(replies.map(\.header.correlationID) == [5, 6])
            #expect(try replies[0].message(Reject.self).code == .unknownSchema)
            #expect(bench.handler.handled == [6])
        }
    }

    @Test func aRequestOfANewerVersionIsTheHandlersToJudge() {
        let bench = Bench(.now)
        var core = bench.core()
        var bytes = TestClient.request(5)
        bytes[30] = 2
        bytes.withUnsafeMutableBytes { FrameSeal.seal($0) }
        bench.feed(bytes, to: &core)
        #expect(bench.handler.handled == [5])
    }

    @Test func aMalformedPingIsRefusedAndTheConnectionStays() throws {
        let bench = Bench(.now)
        var core = bench.core()
        var bytes = Array(Ping(payload: 1).encodedFrame(correlationID: 8)[..<32])
        bytes[0] = 32
        bytes.withUnsafeMutableBytes { FrameSeal.seal($0) }
        bench.feed(bytes, to: &core)
        #expect(try #require(bench.replies(&core).first).message(Reject.self).code == .malformedBody)
        #expect(core.machine.phase == .open)
    }

    @Test(arguments: [
        (40, 28, UInt8(0x53), RejectCode.malformedBody), (32, 28, 0x54, .unknownSchema), (32, 30, 0, .unknownSchema),
    ])
    func aHealthThatIsNotAsSpecifiedIsRefused(byteCount: Int, place: Int, byte: UInt8, code: RejectCode) throws {
        let bench = Bench(.now)
        var core = bench.core()
        var bytes = Health().encodedFrame(correlationID: 8)
        bytes += Array(repeating: 0, count: byteCount - bytes.count)
        bytes[0] = UInt8(byteCount)
        bytes[place] = byte
        bytes.withUnsafeMutableBytes { FrameSeal.seal($0) }
        bench.feed(bytes, to: &core)
        #expect(try #require(bench.replies(&core).first).message(Reject.self).code == code)
        #expect(core.machine.phase == .open)
    }

    @Test func creditCountsWhatIsNotDurable() throws {
        var limits = TransportLimits()
        limits.creditMax = 2
        let bench = Bench(.durable, limits: limits)
        var core = bench.core()
        for id in UInt64(1)...3 { bench.feed(TestClient.request(id), to: &core) }
        let refused = bench.replies(&core)
        #expect(refused.map(\.header.correlationID) == [3])
        let reject = try refused[0].message(Reject.self)
        #expect(reject.code == .busy && reject.retryAfterMicroseconds == 1_000)
        #expect(core.sink.inFlight == 2 && core.tally.busy == 1)
        #expect(core.sink.release(durable: 1) == Pong.frameByteCount)
        #expect(core.sink.inFlight == 1)
        bench.feed(TestClient.request(4), to: &core)
        #expect(bench.handler.handled == [1, 2, 4])
    }

    @Test func aReplyThatIsDurableAlreadyLeavesAtOnce() {
        let bench = Bench(.durable)
        var core = bench.core()
        _ = core.sink.release(durable: 100)
        bench.feed(TestClient.request(1), to: &core)
        #expect(bench.replies(&core).map(\.header.correlationID) == [1])
        #expect(core.sink.inFlight == 0 && !core.sink.waitsForDurability)
    }

    /// Whoever lets much be held for him waits while memory is scarce, and nobody else does.
    @Test func whoeverHoldsMoreThanHisShareOfScarceMemoryWaits() throws {
        var limits = TransportLimits()
        limits.totalPendingByteCountMax = 100_000
        let bench = Bench(.now, limits: limits)
        let memory = bench.shared.memory
        var greedy = bench.core()
        var modest = bench.core()
        var idle = bench.core()
        greedy.chargedByteCount = memory.recharge(from: 0, toHold: 65_000)
        #expect(greedy.chargedByteCount == 65_536 && memory.isScarce)
        modest.chargedByteCount = memory.recharge(from: 0, toHold: 1)
        bench.feed(TestClient.request(1), to: &greedy)
        #expect(try #require(bench.replies(&greedy).first).message(Reject.self).code == .busy)
        #expect(greedy.tally.busyCauses[.memory] == 1)
        bench.feed(TestClient.request(2), to: &modest)
        bench.feed(TestClient.request(3), to: &idle)
        #expect(bench.handler.handled == [2, 3])
        greedy.chargedByteCount = memory.recharge(from: greedy.chargedByteCount, toHold: 0)
        bench.feed(TestClient.request(4), to: &greedy)
        #expect(bench.handler.handled == [2, 3, 4])
        #expect(memory.recharge(from: modest.chargedByteCount, toHold: 0) == 0 && memory.byteCount == 0)
    }

    /// Whatever many others hold: a frame and its answer have room.
    @Test func theSmallestChargeNeverWaits() {
        let memory = MemoryBudget(byteCountMax: 1 << 20)
        let charges = (0..<1_000).map { _ in memory.recharge(from: 0, toHold: 20_000) }
        #expect(memory.isScarce && Set(charges) == [MemoryBudget.chargeMin])
        #expect(!memory.mustWait(charged: MemoryBudget.chargeMin))
        #expect(memory.mustWait(charged: MemoryBudget.chargeMin + MemoryBudget.chunkByteCount))
    }

    /// What is free of every other bound is bounded by a second's count; a rest gives as much again.
    @Test(arguments: [
        Ping(payload: 1).encodedFrame(correlationID: 7), Pong(payload: 1).encodedFrame(correlationID: 7),
        Health().encodedFrame(correlationID: 7),
    ])
    func whoSendsMuchThatIsNoRequestMustRest(frame: [UInt8]) {
        let bench = Bench(.now)
        var core = bench.core()
        let flood = [UInt8](repeatElement(frame, count: 1_000).joined())
        let count = Int(TransportLimits().idleFrameCountMax)
        let (byteCount, stop) = bench.feed(flood, to: &core)
        #expect(byteCount == count * frame.count && stop == .mustRest)
        core.hasRested(now: MonotonicInstant(microseconds: 0))
        #expect(bench.feed(flood, to: &core).byteCount == count * frame.count)
        bench.now.advance(microseconds: 1_000_000)
        // A second later the first frame finds its count renewed.
        #expect(bench.feed(flood, to: &core).byteCount >= count * frame.count)
        #expect(bench.feed(TestClient.request(1), to: &core).byteCount == TestClient.request(1).count)
        #expect(bench.handler.handled == [1])
    }

    /// Requests count for nothing there, refused ones beyond the credit do.
    @Test func requestsNeedNoRestUnlessTheyExceedTheCredit() {
        var limits = TransportLimits()
        limits.creditMax = 10
        let bench = Bench(.now, limits: limits)
        var core = bench.core()
        let requests = (0..<1_000).flatMap { TestClient.request(UInt64($0)) }
        #expect(bench.feed(requests, to: &core).stop == .needsMore(totalByteCount: 32))
        let waiting = Bench(.durable, limits: limits)
        var full = waiting.core()
        let frameByteCount = requests.count / 1_000
        let (byteCount, stop) = waiting.feed(requests, to: &full)
        #expect(stop == .mustRest && byteCount == (10 + Int(limits.idleFrameCountMax)) * frameByteCount)
        #expect(full.tally.busy == limits.idleFrameCountMax)
    }

    /// The journal is asked once for all that came with one read.
    @Test func healthIsLookedUpOnceARead() throws {
        let bench = Bench(.now)
        var core = bench.core()
        let health = Health().encodedFrame(correlationID: 1)
        for _ in 0..<3 {
            core.beginRead(others: 0, connectionCount: 1)
            bench.feed(health + health + health, to: &core)
        }
        #expect(bench.replies(&core).count == 9 && bench.handler.healthCount == 3)
    }

    @Test func aBatchPausesForAFlushBeforeItsRepliesFillMemory() {
        let bench = Bench(.large(4_096))
        var core = bench.core()
        let batch = (0..<100).flatMap { TestClient.request(UInt64($0)) }
        var offset = 0
        var flushes = 0
        while offset < batch.count {
            let (byteCount, stop) = bench.feed(Array(batch[offset...]), to: &core)
            offset += byteCount
            if stop == .outputFull {
                flushes += 1
                #expect(core.sink.ready.readableBytes < ConnectionCore.flushByteCount + 4_096)
                _ = bench.replies(&core)
            }
        }
        #expect(flushes == 3)
        #expect(bench.handler.handled == Array(0..<100))
    }

    @Test func healthTellsWhatTheHandlerKnowsAndHowMuchIsInFlight() throws {
        let bench = Bench(.now)
        var core = bench.core()
        bench.feed(Health().encodedFrame(correlationID: 12), to: &core)
        let reply = try #require(bench.replies(&core).first).message(HealthReply.self)
        #expect(reply.ready && reply.live && reply.durableLSN.rawValue == 7 && reply.lastLSN.rawValue == 9)
        #expect(reply.journalLagBytes == 11 && reply.inFlight == 0)
        _ = core.machine.drain(now: MonotonicInstant(microseconds: 0))
        bench.feed(Health().encodedFrame(correlationID: 13), to: &core)
        #expect(try #require(bench.replies(&core).first).message(HealthReply.self).ready == false)
    }

    @Test func aConnectionKeepsPlacesForOperators() {
        var limits = TransportLimits()
        limits.connectionCountMax = 10
        limits.administrationConnectionCountMax = 3
        let ledger = ConnectionLedger(limits: limits)
        var places = (0..<7).compactMap { _ in HeldPlace(ledger, .gateway) }
        #expect(places.count == 7)
        #expect(throws: ConnectionRefusal.isFull(.gateway, limit: 7)) { _ = try ledger.admit(.gateway, nil) }
        let operators = (0..<3).compactMap { _ in HeldPlace(ledger, .administration) }
        #expect(operators.count == 3)
        #expect(throws: ConnectionRefusal.isFull(.administration, limit: 3)) {
            _ = try ledger.admit(.administration, nil)
        }
        places.removeLast()
        let last = HeldPlace(ledger, .gateway)
        #expect(last != nil && ledger.count == 10)
    }

    /// A place that a test keeps.
    private final class HeldPlace {
        private let place: ConnectionPlace

        init?(_ ledger: ConnectionLedger, _ role: SocketRole) {
            guard let place = try? ledger.admit(role, nil) else { return nil }
            self.place = place
        }
    }

    @Test func refusedConnectionsLingerInLimitedNumber() {
        var limits = TransportLimits()
        limits.refusedConnectionCountMax = 2
        let ledger = ConnectionLedger(limits: limits)
        #expect(ledger.mayLinger() && ledger.mayLinger() && !ledger.mayLinger())
        ledger.refusedLeaves()
        #expect(ledger.mayLinger())
    }

    @Test func aLoopIsWokenOnceAndOnlyWhenSomebodyWaits() {
        let signal = LoopSignal()
        #expect(!signal.claimWake())
        signal.setWaiting(true)
        #expect(signal.claimWake())
        #expect(!signal.claimWake())
        signal.clearWake()
        #expect(signal.claimWake())
        signal.clearWake()
        signal.setWaiting(false)
        #expect(!signal.claimWake())
    }
}
