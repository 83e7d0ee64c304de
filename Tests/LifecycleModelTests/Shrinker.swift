/// Makes a failing sequence as short and as plain as it can be while it still fails.
struct Shrinker {
    /// Whether a sequence fails.
    let fails: ([Step]) -> Bool

    func shrink(_ steps: [Step]) -> [Step] {
        var best = steps
        var improved = true
        while improved {
            improved = false
            for length in [best.count / 2, best.count / 4, 2, 1] where length > 0 {
                var place = 0
                while place + length <= best.count {
                    var shorter = best
                    shorter.removeSubrange(place..<place + length)
                    if !shorter.isEmpty, fails(shorter) {
                        best = shorter
                        improved = true
                    } else {
                        place += 1
                    }
                }
            }
            for index in best.indices {
                for simplify in Self.simplifications {
                    var plainer = best
                    simplify(&plainer[index])
                    if plainer != best, fails(plainer) {
                        best = plainer
                        improved = true
                    }
                }
            }
        }
        return best
    }

    /// Each leads to a fixed point, so that shrinking ends.
    private static let simplifications: [@Sendable (inout Step) -> Void] = [
        { $0.gap = 1_000 },
        { $0.amount = $0.amount.map { min($0, 100) } },
        { $0.amount = $0.amount.map { max(1, $0 / 2) } },
        { $0.amount = $0.amount.map { min($0, 1) } },
        { $0.names = $0.names.contains(.request) ? [.request] : $0.names },
        { $0.names = $0.names.isEmpty ? [] : [$0.names[0]] },
        { $0.isFinal = false },
        { ($0.part, $0.parts) = (0, 0) },
        { $0.takesPart = false },
        { $0.category = 5_411 },
        { $0.initiatedByMerchant = false },
        { $0.presence = 0 },
        { $0.amountKind = 0 },
    ]
}
