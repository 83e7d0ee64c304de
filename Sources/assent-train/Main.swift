import ArgumentParser
import Platform

/// Trains the models that score payments.
@main
struct AssentTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assent-train",
        abstract: "Train models that score payments, and measure them.",
        discussion: """
            It reads payments in CSV: a header, then a line for each payment in the order of time, with the columns \
            unix_seconds, card (or customer_id), amount_cents (in minor units), is_fraud (0 or 1) and, where there are \
            any, terminal, merchant (or terminal_id, merchant_id) and country. What a model may ask about, and what \
            its file is: Protocol/SCORE.md. Training takes XGBoost (on Debian: apt-get install libxgboost-dev), which \
            is looked for when it is needed.

            EXIT STATUS
              0   done
              64  the command line or a key cannot be used
              65  a file is not of its format
              66  a file cannot be read
              69  XGBoost is not installed
              70  XGBoost or OpenSSL failed
              73  a file cannot be written
            """,
        version: "assent-train \(productVersion)",
        subcommands: [FitCommand.self, TableCommand.self, ShowCommand.self, SpeedCommand.self]
    )

    /// Parses, runs and exits; every refusal becomes one message and one documented status.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            try? StandardStream.write("assent-train: \(failure.message.bounded)\n", to: .error)
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            try? StandardStream.write(fullMessage(for: error).bounded + "\n", to: .error)
            exit(withError: ExitCode.validationFailure)
        }
    }
}
