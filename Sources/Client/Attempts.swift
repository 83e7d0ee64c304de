internal import Platform
internal import Wire

/// Counts the attempts of one request, or of many together, and decides after each failure whether there is another.
struct Attempts {
    private let options: ClientOptions
    /// When the time is up, by the monotonic clock; `nil` where attempts are counted.
    let endsAt: Int64?
    private(set) var failureCount = 0
    /// Of one request: whether an attempt that failed may have been executed all the same.
    private(set) var mayHaveBeenExecuted = false

    init(_ options: ClientOptions) {
        self.options = options
        endsAt = options.limitMilliseconds.map { Clock.monotonicNanoseconds() + $0 * 1_000_000 }
    }

    /// Something was answered: the count begins again.
    mutating func progressed() { failureCount = 0 }

    /// Notes that a request was sent, and what came of it.
    mutating func asked(_ error: ClientError) {
        if error.leavesAskedUnknown { mayHaveBeenExecuted = true }
    }

    /// Counts a failure and waits before the next attempt.
    ///
    /// - Returns: Whether there is one.
    mutating func goesOn(after error: ClientError) -> Bool {
        failureCount += 1
        guard isWorthRepeating(error), let left = millisecondsLeft, left > 0 else { return false }
        let pause = options.backoff.pause(
            afterAttempt: failureCount,
            retryAfterMicroseconds: retryAfter(error),
            random: RandomBytes.word()
        )
        options.pause(min(pause, left))
        return pause < left
    }

    /// The error that one request ends with.
    func verdict(_ error: ClientError) -> ClientError {
        mayHaveBeenExecuted && !isDefinite(error) ? .outcomeUnknown(attempts: failureCount, last: error) : error
    }

    /// How long attempts may go on; `nil` when their number is used up.
    private var millisecondsLeft: Int64? {
        guard let endsAt else { return failureCount < options.attemptCountMax ? .max : nil }
        return max(0, (endsAt - Clock.monotonicNanoseconds()) / 1_000_000)
    }

    /// A daemon that was there a moment ago may be restarting; one that never was is not waited for, but by a time.
    private func isWorthRepeating(_ error: ClientError) -> Bool {
        if case .unreachable = error { return endsAt != nil || failureCount > 1 || mayHaveBeenExecuted }
        return error.isWorthRepeating
    }

    /// Whether the error says what became of the request, whatever happened before.
    private func isDefinite(_ error: ClientError) -> Bool {
        guard case .rejected(let rejection) = error else { return false }
        // Too old to be remembered: it may have been executed all the same.
        if rejection.knownCode == .requestTooOld { return false }
        return rejection.errorClass == .invalid || rejection.errorClass == .permission
    }

    private func retryAfter(_ error: ClientError) -> UInt32 {
        guard case .rejected(let rejection) = error else { return 0 }
        return rejection.retryAfterMicroseconds
    }
}
