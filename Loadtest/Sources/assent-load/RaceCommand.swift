import ArgumentParser
import Domain
import LoadDriver
import LoadModel
import LoadReport
import Platform

/// The no-overspend proof.
struct RaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "race",
        abstract: "Many requests on one card at the same instant: exactly what fits is approved.",
        discussion: """
            For every count of requests: a new card with the limit, all requests in flight at once over up to 100 \
            connections. Exactly floor(limit / amount) must be approved, all others declined for insufficient funds, \
            and the card must hold the product to the cent.
            """
    )

    @OptionGroup var options: LoadOptions

    @Option(parsing: .upToNextOption, help: "Counts of parallel requests.")
    var requests = [10, 100, 1_000, 10_000]

    @Option(help: "Amount of each request.")
    var amount = "7.00"

    @Option(help: "The card's limit; by default half of what is asked for and a bit, so that half fits.")
    var limit: String?

    mutating func run() throws {
        let currency = try options.money()
        let each = try amounts(amount, currency).lowerBound
        let console = Console()
        var isGood = true
        try options.withDaemon { target in
            console.section("race  one card, \(amount) \(currency) each")
            for count in requests {
                guard (1...1_000_000).contains(count) else { throw ValidationError("--requests: 1 to 1,000,000") }
                let limitUnits =
                    try limit.map { try amounts($0, currency).upperBound } ?? max(1, each * Int64(count) / 2 + each / 2)
                let race = Race(
                    gateway: target.gateway,
                    tls: target.tls,
                    administration: target.administration,
                    seed: RandomBytes.word(),
                    currency: currency,
                    limit: limitUnits,
                    amount: each,
                    requests: count,
                    threads: options.threads
                )
                let outcome = try race.run()
                console.check(outcome.failures.isEmpty, outcome.sentence)
                for failure in outcome.failures { console.line("      \(failure)") }
                isGood = isGood && outcome.failures.isEmpty
            }
        }
        try finish(isGood ? .valid : .failed)
    }
}
