import CAllocationCounter
import Domain
import NIOCore
import Platform
import Synchronization
import Testing
import Wire

@testable import Transport

/// Gives each request the next LSN, and notes how much its event loop has allocated by some of them.
private final class CountingHandler: RequestHandler {
    private let lastLSN = Atomic<UInt64>(0)
    /// The loop's allocations so far, at the requests with these correlation ids.
    let first = Atomic<UInt64>(0)
    let last = Atomic<UInt64>(0)
    static let firstID: UInt64 = 64_000
    static let lastID: UInt64 = 128_000

    func handle(_ frame: borrowing RequestFrame, on session: borrowing SessionInfo, replies: inout ReplySink) {
        let correlationID = frame.header.correlationID
        if correlationID == Self.firstID { first.store(assent_allocation_count(), ordering: .relaxed) }
        if correlationID == Self.lastID { last.store(assent_allocation_count(), ordering: .relaxed) }
        let lsn = lastLSN.add(1, ordering: .relaxed).newValue
        replies.whenDurable(lsn: lsn, byteCount: Pong.frameByteCount) { target in
            Pong(payload: lsn).encodeFrame(into: target, correlationID: correlationID)
        }
    }

    func health() -> HealthState {
        HealthState(isReady: true, durableLSN: 0, lastLSN: 0, journalLagByteCount: 0)
    }
}

@Suite(.enabled(if: assent_allocations_are_counted()), .timeLimit(.minutes(20))) struct AllocationTests {
    @Test func aFrameCostsNoAllocation() {
        let shared = ServerShared(
            limits: TransportLimits(),
            identity: TestServer.identity,
            handler: CountingHandler(),
            clock: .system,
            eventLoopCount: 1,
            report: { _ in }
        )
        let time = ConnectionCore.ReadTime(monotonic: shared.clock.monotonic(), wall: shared.clock.wall())
        var core = ConnectionCore(
            session: SessionInfo(role: .gateway, peerUserID: nil, connectionNumber: 1),
            shared: shared,
            now: time.monotonic,
            sink: ReplySink { _, _ in ReplyHandle { _, _ in } }
        )
        _ = TestClient.helloFrame().withUnsafeBytes { core.consume($0, at: time) }
        core.sink.ready.clear()
        let batch = (1...64).flatMap { TestClient.request(UInt64($0)) }
        var lsn: UInt64 = 0
        var before: UInt64 = 0
        // The first rounds let the buffers grow.
        for round in 0..<1_010 {
            if round == 10 { before = assent_allocation_count() }
            let (byteCount, _) = batch.withUnsafeBytes { core.consume($0, at: time) }
            precondition(byteCount == batch.count, "the batch is whole")
            lsn += 64
            precondition(core.sink.release(durable: lsn) == 64 * Pong.frameByteCount, "all replies are durable")
            core.sink.waiting.clear()
        }
        #expect(assent_allocation_count() - before == 0)
    }

    /// With the socket, the event loop and the journal's wake-ups: what is left is a few allocations a read or a flush,
    /// however many frames it holds.
    @Test func aLoopAllocatesByTheReadAndNotByTheFrame() throws {
        let handler = CountingHandler()
        let directory = "/tmp/assent-allocation-\(UInt32.random(in: 0 ... .max)).sock"
        let server = Server(
            configuration: ServerConfiguration(
                listeners: [.init(endpoint: .unix(path: directory), role: .gateway)],
                eventLoopCount: 1
            ),
            identity: TestServer.identity,
            handler: handler,
            report: { _ in }
        )
        defer { server.stop() }
        _ = try server.start()
        let client = try TestClient(.unix(path: directory))
        try client.hello()
        for round in UInt64(0)..<2_001 {
            try client.send((1...64).flatMap { TestClient.request(round * 64 + $0) })
            server.durableAdvanced(to: (round + 1) * 64)
            for _ in 0..<64 { _ = try client.receive() }
        }
        let count = handler.last.load(ordering: .relaxed) - handler.first.load(ordering: .relaxed)
        print("allocations for 64,000 frames in 1,000 batches: \(count)")
        #expect(count < 32_000)
    }
}
