/// How many steps for strangers (connections, handshakes, signatures, reads that bring nothing) an event loop or a
/// listener may begin in a second. Whoever comes in between waits or is refused, so that a flood of strangers leaves
/// most of the loop to those who are known.
///
/// A bucket of tokens: one a step, filled evenly, never above what a quarter of a second gives.
struct RateGate: Sendable {
    private let perSecond: Double
    private let tokenCountMax: Double
    private var tokens: Double
    private var filledAt: MonotonicInstant

    /// - Parameters:
    ///   - perSecond: at least 1.
    init(perSecond: Int, now: MonotonicInstant) {
        self.perSecond = Double(perSecond)
        tokenCountMax = max(1, Double(perSecond) / 4)
        tokens = tokenCountMax
        filledAt = now
    }

    /// Takes a token, if there is one.
    mutating func enter(now: MonotonicInstant) -> Bool {
        let microseconds = now.microseconds - filledAt.microseconds
        if microseconds > 0 {
            tokens = min(tokenCountMax, tokens + Double(microseconds) * perSecond / 1_000_000)
            filledAt = now
        }
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
