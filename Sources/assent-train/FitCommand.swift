import ArgumentParser
import Cryptography
import Domain
import Platform
import Score

/// `assent-train fit`
struct FitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Train a model on some of a file's days, measure it on a later week, and write it, signed.",
        discussion: """
            Days are UTC. The week that is measured begins when the labels of the last day of training are known, and \
            cards that are known as compromised by then are left out of it.
            """
    )

    @Argument(help: "The payments, in CSV; - for standard input.")
    var file: String

    @Option(help: "The first day of training, such as 2018-05-01; days before it are history alone.")
    var from: String

    @Option(help: "The first day after training.")
    var until: String

    @Option(help: "After how many days it is known that a payment was fraud, 0 to 60.")
    var labelDelay: Int64 = 7

    @Option(help: "An Ed25519 private key in PEM (openssl genpkey -algorithm ed25519) to sign the model with.")
    var key: String?

    @Option(help: "Where the model goes; it needs --key.")
    var output: String?

    @Option(help: "What the model says of itself.")
    var note = ""

    @OptionGroup var training: TrainingArguments

    mutating func validate() throws {
        guard (key == nil) == (output == nil) else { throw ValidationError("--key and --output go together") }
        guard (0...60).contains(labelDelay) else { throw ValidationError("--label-delay is 0 to 60") }
        guard let from = Instant(from), let until = Instant(until), from < until,
            from.description.contains("T00:00:00.0"),
            until.description.contains("T00:00:00.0")
        else { throw ValidationError("--from and --until are days, such as 2018-05-01, and --until is the later one") }
    }

    mutating func run() throws {
        guard let from = Instant(from), let until = Instant(until) else { return }
        let signer = try key.map { try KeyFile.signer($0) }
        let payments = try PaymentFile.read(file)
        let rows = FeatureRows(payments, from: from, delay: labelDelay * Payment.dayMicroseconds)
        let trained = rows.slice(from..<until)
        let model = try Training(trained, training.options, note: note).model
        let week = HeldOutWeek(end: until.microseconds / Payment.dayMicroseconds, delay: labelDelay)
        let tested = week.tested(rows)
        var lines = ["trained on   \(trained.payments.count) payments, \(model.origin.frauds) of them fraud"]
        lines += Self.lines(tested, Metrics(tested.payments, tested.margins(model)))
        if let signer, let output { lines += try write(model, signer, to: output) }
        try Output.write(lines)
    }

    private static func lines(_ tested: FeatureRows, _ metrics: Metrics) -> [String] {
        let frauds = tested.payments.count { $0.isFraud }
        return [
            "tested on    \(tested.payments.count) payments, \(frauds) of them fraud",
            "AUC          \(Output.thousandths(metrics.areaUnderCurve))",
            "AP           \(Output.thousandths(metrics.averagePrecision))",
            "CP@100       \(Output.thousandths(metrics.cardPrecision))",
        ]
    }

    private func write(
        _ model: ScoreModel,
        _ signer: Ed25519.PrivateKey,
        to output: String
    ) throws(Failure) -> [String] {
        let bytes: [UInt8]
        let hash: SHA256Digest
        do throws(ModelFileError) {
            bytes = try ModelFile.encode(model, key: signer)
            hash = try ModelFile(parsing: bytes, signer: signer.publicKey).hash
        } catch {
            throw Failure(.failed, "the model cannot be written: \(error)")
        }
        do throws(PlatformError) {
            try FileSystem.replace(output, with: bytes, isDurable: true)
        } catch {
            throw Failure(.unwritable, "\(error)")
        }
        return ["model        \(hash)", "written to   \(output)"]
    }
}
