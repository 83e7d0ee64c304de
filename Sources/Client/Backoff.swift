/// How long to wait before each new attempt: doubling from a first pause up to a longest one, each shortened at random
/// by up to half, so that clients which failed together do not come back together.
public struct Backoff: Sendable {
    /// The first pause, in milliseconds.
    public var firstMilliseconds: Int64
    /// The longest pause, in milliseconds.
    public var longestMilliseconds: Int64

    /// Pauses from 20 ms to 1 s, unless said otherwise.
    public init(firstMilliseconds: Int64 = 20, longestMilliseconds: Int64 = 1_000) {
        self.firstMilliseconds = firstMilliseconds
        self.longestMilliseconds = longestMilliseconds
    }

    /// The pause after a failed attempt, in milliseconds.
    ///
    /// - Parameters:
    ///   - attempt: Which attempt failed, from 1.
    ///   - retryAfterMicroseconds: What the daemon asked for; the pause is at least that, and at most
    ///     `longestMilliseconds`.
    ///   - random: Any number.
    public func pause(afterAttempt attempt: Int, retryAfterMicroseconds: UInt32, random: UInt64) -> Int64 {
        let doublings = min(max(attempt - 1, 0), 30)
        let doubled = min(firstMilliseconds << Int64(doublings), longestMilliseconds)
        let half = max(doubled / 2, 0)
        let shortened = doubled - Int64(random % UInt64(half + 1))
        let asked = (Int64(retryAfterMicroseconds) + 999) / 1_000
        return min(max(shortened, asked), longestMilliseconds)
    }
}
