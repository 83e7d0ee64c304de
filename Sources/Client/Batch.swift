/// Which requests of a batch wait, are under way or have their result.
struct Batch<Reply> {
    /// Indices of requests that are to be sent, in order.
    private(set) var waiting: ArraySlice<Int>
    /// Under way: the index by correlation id.
    private var underWay: [UInt64: Int] = [:]
    private var outcomes: [Result<Reply, ClientError>?]
    private(set) var answeredCount = 0

    init(count: Int) {
        waiting = Array(0..<count)[...]
        outcomes = Array(repeating: nil, count: count)
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

    /// What was sent and not answered waits again, in the order of the requests.
    mutating func takeBackUnanswered() {
        waiting = (underWay.values + waiting).sorted()[...]
        underWay.removeAll()
    }

    mutating func giveUp(_ error: ClientError) {
        for index in waiting { outcomes[index] = .failure(error) }
        waiting = []
    }
}
