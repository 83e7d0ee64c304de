/// More than ten approvals within a minute are flagged.
struct ModelVelocity: Sendable {
    private var approvals: [Int64] = []

    mutating func add(at time: Int64) { approvals.append(time) }

    /// Whether one approval more would be the eleventh of the last minute, in whole milliseconds.
    func isFull(at time: Int64) -> Bool {
        approvals.filter { time / 1_000 - $0 / 1_000 < 60_000 }.count >= 10
    }
}
