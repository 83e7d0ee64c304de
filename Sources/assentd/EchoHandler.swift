import Platform
import Transport
import Wire

/// Sends every request back as it is: what the transport can do at best, for measuring. No engine, no journal.
final class EchoHandler: RequestHandler {
    func handle(_ frame: borrowing RequestFrame, on session: borrowing SessionInfo, replies: inout ReplySink) {
        let header = frame.header
        let body = frame.body
        replies.now(byteCount: Int(header.frameByteCount)) { target in
            header.encode(into: target)
            UnsafeMutableRawBufferPointer(rebasing: target[WireLimits.frameHeaderByteCount...]).copyMemory(from: body)
            FrameSeal.seal(target)
        }
    }

    func health() -> HealthState {
        HealthState(isReady: true, durableLSN: 0, lastLSN: 0, journalLagByteCount: 0)
    }
}
