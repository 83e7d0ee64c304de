/// What one seed came to.
package struct SeedOutcome: Sendable {
    package let seed: UInt64
    package let result: Simulation.Result?
    package let failure: String?

    /// Runs a seed.
    package init(seed: UInt64, canary: Simulation.Canary? = nil, narrate: ((String) -> Void)? = nil) {
        self.seed = seed
        do {
            result = try Simulation(seed: seed, canary: canary, narrate: narrate).run()
            failure = nil
        } catch {
            result = nil
            failure = "\(error)"
        }
    }

    /// One line, and for a failure how to see it again.
    package var text: String {
        if let failure {
            return "seed \(seed) fails: \(failure)\n  alone: swift run -c release simulate --seed \(seed)"
        }
        guard let result else { return "" }
        return "seed \(seed): transcript \(String(result.transcript, radix: 16)), \(result.steps) steps, "
            + "\(result.records) records, \(result.restarts) restarts, \(result.answers) answers"
    }
}
