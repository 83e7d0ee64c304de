internal import Platform
internal import Wire

/// Counts the attempts of one request and decides, after each failure, whether there is another one.
struct Attempts {
    private let options: ClientOptions
    private var failureCount = 0
    private var mayHaveBeenExecuted = false

    init(_ options: ClientOptions) { self.options = options }

    /// Something was answered: the count begins again.
    mutating func progressed() { failureCount = 0 }

    /// Waits before the next attempt, or ends.
    ///
    /// - Throws: The error, where there is no next attempt.
    mutating func failed(_ error: ClientError) throws(ClientError) {
        failureCount += 1
        mayHaveBeenExecuted = mayHaveBeenExecuted || error.outcomeIsUnknown
        guard isWorthRepeating(error), failureCount < options.attemptCountMax else {
            throw mayHaveBeenExecuted && !isDefinite(error)
                ? .outcomeUnknown(attempts: failureCount, last: error) : error
        }
        let pause = options.backoff.pause(
            afterAttempt: failureCount,
            retryAfterMicroseconds: retryAfter(error),
            random: RandomBytes.word()
        )
        options.pause(pause)
    }

    /// A daemon that was there a moment ago may be restarting; one that never was is not waited for.
    private func isWorthRepeating(_ error: ClientError) -> Bool {
        if case .unreachable = error { return failureCount > 1 || mayHaveBeenExecuted }
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
