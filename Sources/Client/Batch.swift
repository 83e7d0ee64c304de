/// Which requests of a batch wait, are under way or have their result.
struct Batch<Reply> {
    /// Indices of requests that are to be sent, in order.
    private(set) var waiting: ArraySlice<Int>
    /// Under way: the index by correlation id.
    private var underWay: [UInt64: Int] = [:]
    private var outcomes: [Result<Reply, ClientError>?]
    /// Which ones were sent and may have been executed without an answer.
    private var mayHaveBeenExecuted: [Bool]
    private(set) var answeredCount = 0

    init(count: Int) {
        waiting = Array(0..<count)[...]
        outcomes = Array(repeating: nil, count: count)
        mayHaveBeenExecuted = Array(repeating: false, count: count)
    }

    /// What became of each request.
    var results: [Result<Reply, ClientError>] {
        outcomes.map { outcome in
            guard let outcome else { preconditionFailure("every request has been answered or given up") }
            return outcome
        }
    }

    mutating func sent(_ correlationID: UInt64) { underWay[correlationID] = waiting.removeFirst() }

    mutating func refuseFirst(_ error: ClientError) {
        outcomes[waiting.removeFirst()] = .failure(error)
        answeredCount += 1
    }

    mutating func answered(_ correlationID: UInt64, _ outcome: Result<Reply, ClientError>) {
        guard let index = underWay.removeValue(forKey: correlationID) else { return }
        outcomes[index] = outcome
        answeredCount += 1
    }

    /// What was refused for now waits again, in its place once `takeBackUnanswered` was called.
    mutating func refusedForNow(_ correlationID: UInt64, _ error: ClientError) {
        guard let index = underWay.removeValue(forKey: correlationID) else { return }
        if error.leavesAskedUnknown { mayHaveBeenExecuted[index] = true }
        waiting.append(index)
    }

    /// What was sent and not answered waits again, in the order of the requests.
    mutating func takeBackUnanswered() {
        for index in underWay.values { mayHaveBeenExecuted[index] = true }
        waiting = (underWay.values + waiting).sorted()[...]
        underWay.removeAll()
    }

    /// Ends what waits.
    ///
    /// - Parameter onlyAsked: Only what may have been executed.
    mutating func giveUp(_ error: ClientError, attempts: Int, onlyAsked: Bool = false) {
        for index in waiting where mayHaveBeenExecuted[index] || !onlyAsked {
            outcomes[index] = .failure(
                mayHaveBeenExecuted[index] ? .outcomeUnknown(attempts: attempts, last: error) : error
            )
            answeredCount += 1
        }
        waiting = onlyAsked ? waiting.filter { !mayHaveBeenExecuted[$0] }[...] : []
    }
}
