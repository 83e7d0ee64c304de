import Platform
import Simulator

/// Runs the simulation: `simulate [--seeds N] [--first S] [--jobs J] [--twice K] [--stop 1]`, or
/// `simulate --seed S` for one alone.
@main
enum Main {
    static func main() {
        var options: [String: UInt64] = [:]
        var words = Array(CommandLine.arguments.dropFirst())[...]
        while let name = words.popFirst() {
            guard name.hasPrefix("--"), let value = words.popFirst().flatMap({ UInt64($0) }) else {
                say(
                    "usage: simulate [--seeds N] [--first S] [--jobs J] [--twice K] [--stop 1], "
                        + "or simulate --seed S [--narrate 1]"
                )
                CurrentProcess.exitNow(64)
            }
            options[name] = value
        }
        if let seed = options["--seed"] {
            let narrate: ((String) -> Void)? = options["--narrate"] ?? 0 > 0 ? { say($0) } : nil
            let outcome = SeedOutcome(seed: seed, narrate: narrate)
            say(outcome.text)
            CurrentProcess.exitNow(outcome.failure == nil ? 0 : 1)
        }
        let first = options["--first"] ?? 1
        let report = Campaign(
            seeds: first..<first + (options["--seeds"] ?? 1_000),
            jobCount: Int(options["--jobs"] ?? 2),
            twiceOneIn: options["--twice"] ?? 20,
            stopsAtFailure: options["--stop"] ?? 0 > 0
        ).run { say($0) }
        say(report.text)
        CurrentProcess.exitNow(report.isGood ? 0 : 1)
    }

    /// Writes a line at once.
    private static func say(_ line: String) { try? StandardStream.write(line + "\n", to: .output) }
}
