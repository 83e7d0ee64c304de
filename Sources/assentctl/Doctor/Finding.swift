/// What a look at one thing came to.
struct Finding: Equatable, ListedRecord {
    /// How it is.
    enum Verdict: String, Equatable {
        case good = "ok"
        /// It works, and will not for ever.
        case warning
        /// Somebody should act now.
        case bad
    }

    let subject: String
    let verdict: Verdict
    /// What was seen.
    let seen: String
    /// What to do; empty where there is nothing.
    let advice: String

    init(_ subject: String, _ verdict: Verdict, _ seen: String, _ advice: String = "") {
        self.subject = subject
        self.verdict = verdict
        self.seen = seen
        self.advice = advice
    }

    /// How findings are listed.
    static let shape = ListPrinter.Shape(
        name: "findings",
        columns: [
            Column(""), Column("WHAT"), Column("SEEN", minimumWidth: 20), Column("WHAT TO DO", minimumWidth: 20),
        ],
        fieldNames: ["subject", "verdict", "seen", "advice"],
        emptyText: "Nothing was looked at."
    )

    var fields: [Field] {
        [
            Field("subject", subject), Field("verdict", verdict.rawValue), Field("seen", seen),
            Field("advice", advice),
        ]
    }

    var cells: [Cell] {
        let style: Style =
            switch verdict {
            case .good: .good
            case .warning: .warning
            case .bad: .bad
            }
        return [Cell(verdict.rawValue, style), Cell(subject), Cell(seen), Cell(advice)]
    }

    var key: String { "\(verdict.rawValue) \(subject)" }
}
