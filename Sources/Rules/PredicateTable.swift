/// The different questions whether a text attribute contains, starts with or ends with a literal. All those of one
/// attribute are answered together, in one pass over the text, at the first of them that is asked in a request.
struct PredicateTable {
    /// One question.
    struct Predicate: Hashable {
        let slot: Int
        let kind: TextPredicate
        let pattern: [UInt8]
    }

    private(set) var predicates: [Predicate] = []
    private var numbers: [Predicate: Int] = [:]
    private var byteCounts: [Int: Int] = [:]

    /// The number of a question; `nil` where the automaton has no room for the pattern, or the pattern is empty.
    mutating func number(of kind: TextPredicate, _ pattern: [UInt8], slot: Int) -> Int? {
        let predicate = Predicate(slot: slot, kind: kind, pattern: pattern)
        if let number = numbers[predicate] { return number }
        let bytes = byteCounts[slot, default: 0] + pattern.count
        guard !pattern.isEmpty, bytes < RulesLimits.automatonStatesMax else { return nil }
        byteCounts[slot] = bytes
        numbers[predicate] = predicates.count
        predicates.append(predicate)
        return predicates.count - 1
    }

    /// The number of a question that was asked before.
    func existing(_ kind: TextPredicate, _ pattern: [UInt8], slot: Int) -> Int? {
        numbers[Predicate(slot: slot, kind: kind, pattern: pattern)]
    }

    /// The slots that have questions, each once, in ascending order.
    var slots: [Int] { byteCounts.keys.sorted() }
}
