/// Runs one sequence through the model and the core, and says where they first differ.
struct Comparison {
    /// Where and how.
    struct Difference: CustomStringConvertible {
        var step: Int
        var model: String
        var core: String

        var description: String { "after step \(step + 1):\n  model \(model)\n  core  \(core)" }
    }

    /// `nil` where they agree in everything. A repeat is answered from the memory of answers before it reaches the
    /// core, and so is sent to neither.
    static func difference(_ steps: [Step]) -> Difference? {
        var model = Model()
        var core = CoreSubject()
        var seen: Set<Int> = []
        for (index, step) in steps.enumerated() where seen.insert(step.request).inserted {
            let real = core.take(step, model)
            let expected = model.take(step)
            if real != expected { return Difference(step: index, model: "\(expected)", core: "\(real)") }
        }
        let expected = model.payments.map(\.view)
        let real = core.payments()
        guard expected == real else { return Difference(step: steps.count - 1, model: "\(expected)", core: "\(real)") }
        return nil
    }

    /// Compares the sequence of a seed; a failing one is made short.
    static func run(seed: UInt64) -> String? {
        var generator = Generator(seed: seed)
        let steps = generator.sequence()
        guard difference(steps) != nil else { return nil }
        let shortest = Shrinker(fails: { difference($0) != nil }).shrink(steps)
        let lines = shortest.enumerated().map { "  \($0.offset + 1). \($0.element)" }.joined(separator: "\n")
        return "seed \(seed), \(steps.count) steps, shrunk to \(shortest.count):\n\(lines)\n"
            + (difference(shortest).map { "\($0)" } ?? "")
    }
}
