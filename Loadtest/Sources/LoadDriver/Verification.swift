public import LoadModel

/// What a comparison of balances found.
public struct Verification: Sendable {
    /// How many cards were compared.
    public internal(set) var cards = 0
    /// How many contradict the model.
    public private(set) var wrong = 0
    /// The first ten of them.
    public private(set) var discrepancies: [Discrepancy] = []

    mutating func add(_ discrepancy: Discrepancy) {
        wrong += 1
        if discrepancies.count < 10 { discrepancies.append(discrepancy) }
    }
}
