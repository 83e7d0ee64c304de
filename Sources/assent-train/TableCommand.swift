import ArgumentParser
import Domain
import Score

/// `assent-train table`
struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Measure on the Fraud Detection Handbook's simulated payments, beside what is published there.",
        discussion: """
            Trains on payments up to 2018-07-31 and tests on 2018-08-08 to 2018-08-14, under the handbook's protocol: \
            labels come after seven days, and cards that are known as compromised are left out. Of equal models the \
            figures of every run are the same.
            """
    )

    @Argument(help: "The payments, in CSV; - for standard input.")
    var file: String

    @Option(help: "The first day of training; days before it are history alone.")
    var from = "2018-05-15"

    @OptionGroup var training: TrainingArguments

    /// Published in the handbook's chapter 3, section "Baseline fraud detection system".
    static let published = [
        Row(name: "logistic regression", area: 0.871, precision: 0.606, cards: 0.291),
        Row(name: "random forest", area: 0.867, precision: 0.658, cards: 0.287),
        Row(name: "XGBoost", area: 0.862, precision: 0.639, cards: 0.273),
    ]

    struct Row {
        let name: String
        let area: Double
        let precision: Double
        let cards: Double

        var text: String {
            let numbers = [area, precision, cards].map { Output.thousandths($0) }.joined(separator: "   ")
            return name + String(repeating: " ", count: max(1, 40 - name.count)) + numbers
        }
    }

    private static let delay: Int64 = 7

    mutating func run() throws {
        guard let from = Instant(from), let until = Instant("2018-08-01"), from < until else {
            throw Failure(.usage, "--from is a day before 2018-08-01")
        }
        let payments = try PaymentFile.read(file)
        let rows = FeatureRows(payments, from: from, delay: Self.delay * Payment.dayMicroseconds)
        let week = HeldOutWeek(end: until.microseconds / Payment.dayMicroseconds, delay: Self.delay)
        let tested = week.tested(rows)
        guard !tested.payments.isEmpty else {
            throw Failure(.malformed, "\(file) has no payments from 2018-08-08 to 2018-08-14")
        }
        let model = try Training(rows.slice(from..<until), training.options, note: "").model
        let metrics = Metrics(tested.payments, tested.margins(model))
        let ours = Row(
            name: "Assent, \(model.treeCount) trees of depth \(model.depth)",
            area: metrics.areaUnderCurve,
            precision: metrics.averagePrecision,
            cards: metrics.cardPrecision
        )
        let frauds = tested.payments.count { $0.isFraud }
        try Output.write(
            [
                "trained to 2018-07-31 on \(model.origin.payments) payments, \(model.origin.frauds) of them fraud; "
                    + "tested on 2018-08-08 to 08-14: \(tested.payments.count), \(frauds)",
                "",
                "                                        AUC     AP      CP@100",
            ]
                + Self.published.map { "handbook, \($0.name)" }.enumerated().map { number, name in
                    let row = Self.published[number]
                    return Row(name: name, area: row.area, precision: row.precision, cards: row.cards).text
                } + [ours.text]
        )
    }
}
