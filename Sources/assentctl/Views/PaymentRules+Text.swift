import Domain
import Wire

/// An active rule that matched a payment.
extension PaymentRulesReply.RulesEntry {
    /// What data formats carry.
    var value: JSONValue {
        .object([
            Field("rule", name), Field("number", UInt64(number)), Field("version", UInt64(version)),
            Field("action", action.name), Field("reason", action == .decline ? reason.name : nil),
            Field("deciding", isDeciding), Field("owner", owner), Field("note", note), Field("condition", condition),
        ])
    }

    /// The rules that matched, for people.
    static func text(_ rules: [Self], _ output: Output) -> String {
        guard !rules.isEmpty else { return "" }
        var table = Table(
            columns: [
                Column(""), Column("RULE"), Column("VERSION", .right), Column("ACTION"), Column("NOTE"),
                Column("CONDITION", minimumWidth: 20),
            ]
        )
        for rule in rules { table.add(rule.cells) }
        return "\n" + table.rendered(width: output.width, colors: output.colors)
    }

    private var cells: [Cell] {
        let what = action == .decline ? "decline: \(reason.text)" : action.words
        return [
            Cell(isDeciding ? "✗" : "·", isDeciding ? .bad : .plain), Cell(name), Cell("\(version)"), Cell(what),
            Cell(note), Cell(condition.split(whereSeparator: \.isWhitespace).joined(separator: " ")),
        ]
    }
}
