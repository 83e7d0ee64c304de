/// How many steps for strangers (connections, handshakes, signatures, reads that bring nothing) an event loop or a
/// listener may begin in a second. Whoever comes in between waits or is refused, so that a flood of strangers leaves
/// most of the loop to those who are known.
///
/// A bucket of tokens: one a step, filled evenly, and it holds what a fiftieth of a second gives. Of more a flood would
/// begin with so many steps on end that those who are there wait for tens of milliseconds.
struct RateGate: Sendable {
    private let perSecond: Double
    private let tokenCountMax: Double
    private var tokens: Double
    private var filledAt: MonotonicInstant

    /// - Parameters:
    ///   - perSecond: at least 1.
    ///   - burstSeconds: What time's steps may come at once. More where nobody waits who comes in between, but is
    ///     refused.
    init(perSecond: Int, burstSeconds: Double = 0.02, now: MonotonicInstant) {
        self.perSecond = Double(perSecond)
        tokenCountMax = max(1, Double(perSecond) * burstSeconds)
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

    /// Microseconds until there is a token again, counted from the last time that one was asked for.
    var microsecondsToNext: Int64 { Int64((max(0, 1 - tokens) / perSecond * 1_000_000).rounded(.up)) + 1 }
}
