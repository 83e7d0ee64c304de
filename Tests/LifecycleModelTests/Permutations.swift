/// Everything that may arrive for one payment, and every order in which it may.
struct Permutations {
    /// One choice of amounts.
    struct Choice: CustomStringConvertible, Sendable {
        var increment: Int64?
        /// `nil` in `reversal`: none; zero: a full one.
        var reversal: Int64?
        var advice: Int64?
        var clearing: Int64?
        var isFinal: Bool

        static let authorized: Int64 = 100

        var description: String {
            "authorization 100, increment \(increment ?? 0), "
                + "reversal \(reversal.map { $0 == 0 ? "full" : "\($0)" } ?? "none")"
                + ", advice \(advice ?? 0), clearing \(clearing ?? 0)\(isFinal ? " final" : "")"
        }

        /// The messages, repeats included.
        var steps: [Step] {
            var authorization = Step(kind: .authorize, request: Model.request(ofStory: 0))
            authorization.card = 1
            authorization.currency = 1
            authorization.amount = Self.authorized
            func step(_ kind: Step.Kind, _ request: Int, _ amount: Int64?) -> Step {
                var step = authorization
                step.kind = kind
                step.request = request
                step.amount = amount
                step.names = [.request, .lifecycle, .trace]
                return step
            }
            var steps = [authorization, authorization]
            if let increment { steps.append(step(.increment, 1, increment)) }
            if let reversal {
                let step = step(.reversal, 2, reversal == 0 ? nil : reversal)
                steps += [step, step]
            }
            if let advice { steps.append(step(.advice, 3, advice)) }
            if let clearing {
                var step = step(.clearing, 4, clearing)
                step.isFinal = isFinal
                steps.append(step)
            }
            return steps
        }
    }

    /// All choices. A partial reversal is of what was authorized or advised at least: one of more, which overtakes the
    /// increment that would cover it, is answered as an over-reversal and so not done later.
    static var choices: [Choice] {
        var list: [Choice] = []
        for increment in [nil, 1, 50] as [Int64?] {
            for reversal in [nil, 0, 1, 60, 90] as [Int64?] {
                for advice in [nil, 90, 100, 120] as [Int64?] {
                    for clearing in [nil, 1, 40, 100, 130, 400] as [Int64?] {
                        list.append(
                            Choice(
                                increment: increment,
                                reversal: reversal,
                                advice: advice,
                                clearing: clearing,
                                isFinal: false
                            )
                        )
                        guard clearing != nil, let last = list.last else { continue }
                        list.append(last)
                        list[list.count - 1].isFinal = true
                    }
                }
            }
        }
        return list
    }

    /// Calls `body` with every order of `count` things (Heap's algorithm); equal things make equal orders.
    static func forEachOrder(of count: Int, _ body: ([Int]) throws -> Void) rethrows {
        var order = Array(0..<count)
        var counters = Array(repeating: 0, count: count)
        try body(order)
        var index = 1
        while index < count {
            if counters[index] < index {
                order.swapAt(index % 2 == 0 ? 0 : counters[index], index)
                try body(order)
                counters[index] += 1
                index = 1
            } else {
                counters[index] = 0
                index += 1
            }
        }
    }
}
