import Domain
import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import Wire

@testable import Transport

/// How time-outs are looked at when many pass at once, on an event loop and a clock that the test moves.
@Suite struct TimeoutSweepTests {
    /// Microseconds, more by ten at each look: what is done takes time.
    private final class SlowClock: Sendable {
        private let microseconds = Atomic<Int64>(1)
        func look() -> Int64 { microseconds.add(10, ordering: .relaxed).newValue }
        func pass(_ count: Int64) { microseconds.add(count, ordering: .relaxed) }
    }

    @Test func aCrowdThatTimesOutTogetherIsClosedBitByBit() throws {
        let (clock, loop) = (SlowClock(), EmbeddedEventLoop())
        var limits = TransportLimits()
        limits.helloMilliseconds = 1_000
        let instance = InstanceID(high: 1, low: 2)
        let server = SteppedServer(
            limits: limits,
            identity: ServerIdentity(clusterID: instance, instanceID: instance, serverName: "test", features: []),
            handler: TestHandler(.now),
            eventLoop: loop,
            monotonic: { clock.look() },
            wall: { clock.look() },
            nonce: { [UInt8](repeating: 7, count: 32) },
            report: { _ in }
        )
        let crowd = try (0..<200).map { _ in
            let channel = EmbeddedChannel(loop: loop)
            try channel.pipeline.syncOperations.addHandler(server.accept(.gateway))
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
            return channel
        }
        func refusedCount() throws -> Int {
            try crowd.count { channel in
                guard let bytes = try channel.readOutbound(as: ByteBuffer.self) else { return false }
                return bytes.readableBytes > 0
            }
        }
        clock.pass(1_000_000)
        var turns: [Int] = []
        server.tick()
        turns.append(try refusedCount())
        while turns.reduce(0, +) < crowd.count, turns.count < 1_000 {
            // The next tick comes while this one is under way, and changes nothing.
            server.tick()
            #expect(try refusedCount() == 0)
            loop.advanceTime(by: .milliseconds(2))
            turns.append(try refusedCount())
        }
        #expect(turns.reduce(0, +) == crowd.count)
        #expect(turns.allSatisfy { (1...20).contains($0) }, "\(turns)")
    }
}
