import Domain
import Platform
import Synchronization
import Wire

@testable import Transport

/// A request handler that answers with Pong and notes what it saw.
final class TestHandler: RequestHandler {
    enum Mode: Sendable, Equatable {
        /// Answers at once.
        case now
        /// Gives each request the next LSN and answers when it is durable.
        case durable
        /// Keeps the handle.
        case later
        /// Drops the handle.
        case dropped
        /// Answers with a frame of so many bytes.
        case large(Int)
    }

    struct Seen {
        var correlationIDs: [UInt64] = []
        var handles: [(correlationID: UInt64, handle: ReplyHandle)] = []
        var receivedAt: [Instant] = []
        var lastLSN: UInt64 = 0
    }

    let mode: Mode
    let seen = Monitor(Seen())
    private let healthAsked = Atomic<Int>(0)

    /// How often it was asked for its health.
    var healthCount: Int { healthAsked.load(ordering: .relaxed) }

    init(_ mode: Mode) { self.mode = mode }

    func handle(_ frame: borrowing RequestFrame, on session: borrowing SessionInfo, replies: inout ReplySink) {
        let correlationID = frame.header.correlationID
        let receivedAt = frame.receivedAt
        // Made before it is noted, so that who waits for the note finds it.
        let handle = mode == .later ? replies.later() : nil
        let lsn = seen.update { seen in
            if let handle { seen.handles.append((correlationID, handle)) }
            seen.correlationIDs.append(correlationID)
            seen.receivedAt.append(receivedAt)
            seen.lastLSN += 1
            return seen.lastLSN
        }
        let pong = Pong(payload: correlationID)
        switch mode {
        case .now:
            replies.now(byteCount: Pong.frameByteCount) { pong.encodeFrame(into: $0, correlationID: correlationID) }
        case .durable:
            replies.whenDurable(lsn: lsn, byteCount: Pong.frameByteCount) {
                pong.encodeFrame(into: $0, correlationID: correlationID)
            }
        case .later: break
        case .dropped: _ = replies.later()
        case .large(let byteCount):
            replies.now(byteCount: byteCount) { target in
                target.initializeMemory(as: UInt8.self, repeating: 0)
                FrameHeader(
                    frameByteCount: UInt32(byteCount),
                    correlationID: correlationID,
                    blockLength: UInt16(clamping: byteCount - 32),
                    templateID: Pong.templateID
                ).encode(into: target)
                FrameSeal.seal(target)
            }
        }
    }

    func health() -> HealthState {
        healthAsked.add(1, ordering: .relaxed)
        return HealthState(isReady: true, durableLSN: 7, lastLSN: 9, journalLagByteCount: 11)
    }

    /// Correlation ids in the order in which they were handled.
    var handled: [UInt64] { seen.read { $0.correlationIDs } }

    /// Waits until so many requests were handled; the count that there is after ten seconds.
    func waitForHandled(_ count: Int) -> Int {
        let deadline = Clock.monotonicNanoseconds() + 10_000_000_000
        return seen.wait(untilNanoseconds: deadline) {
            $0.correlationIDs.count >= count ? $0.correlationIDs.count : nil
        }
            ?? handled.count
    }
}
