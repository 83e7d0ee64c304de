import Logging
import Platform
import Transport

/// Writes the transport's events to the log, a limited number each second: a hostile peer can cause as many as it
/// likes.
final class TransportLog: Sendable {
    /// Lines in one second.
    static let linesPerSecondMax = 20

    struct Window {
        var second: Int64 = 0
        var lines = 0
        var suppressed = 0
    }

    private let logger: Logger
    private let window = Locked(Window())

    init(_ logger: Logger) { self.logger = logger }

    /// Notes an event.
    func note(_ event: TransportEvent) {
        let second = Clock.monotonicNanoseconds() / 1_000_000_000
        let (isWritten, suppressed) = window.withLock { $0.take(at: second) }
        if suppressed > 0 {
            logger.warning("connection events left out", metadata: ["count": "\(suppressed)"])
        }
        if isWritten { write(event) }
    }

    private func write(_ event: TransportEvent) {
        switch event {
        case .connectionLimitReached(let role, let limit):
            logger.warning("connection refused", metadata: ["role": "\(role)", "limit": "\(limit)"])
        case .principalRefused(let userID):
            logger.warning("principal refused", metadata: ["uid": "\(userID.map { "\($0)" } ?? "unknown")"])
        case .connectionClosed(let number, let role, let code, let detail):
            logger.notice(
                "connection closed",
                metadata: ["connection": "\(number)", "role": "\(role)", "code": "\(code)", "detail": "\(detail)"]
            )
        case .slowReaderClosed(let number, let role, let byteCount):
            logger.notice(
                "slow reader closed",
                metadata: ["connection": "\(number)", "role": "\(role)", "pending_bytes": "\(byteCount)"]
            )
        case .sessionBroken(let number, let detail):
            logger.notice("TLS failed", metadata: ["connection": "\(number)", "detail": "\(detail)"])
        case .handshakeLimitReached(let limit):
            logger.warning("connection refused", metadata: ["handshakes": "\(limit)"])
        case .handshakesFromAddress(let address, let limit):
            logger.warning("connection refused", metadata: ["address": "\(address)", "handshakes": "\(limit)"])
        case .authenticationFailed(let number, let principal):
            logger.warning(
                "authentication failed",
                metadata: ["connection": "\(number)", "principal": "\(principal)"]
            )
        case .acceptFailed(let role, let detail):
            logger.error("accept failed", metadata: ["role": "\(role)", "detail": "\(detail)"])
        }
    }
}

extension TransportLog.Window {
    /// Whether one more line may be written in this second, and how many were left out in the seconds before.
    mutating func take(at now: Int64) -> (isWritten: Bool, suppressed: Int) {
        var reported = 0
        if now != second {
            reported = suppressed
            second = now
            lines = 0
            suppressed = 0
        }
        guard lines < TransportLog.linesPerSecondMax else {
            suppressed += 1
            return (false, reported)
        }
        lines += 1
        return (true, reported)
    }
}
