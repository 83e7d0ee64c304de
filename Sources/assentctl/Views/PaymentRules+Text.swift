import Domain
import Wire

/// An active rule that matched a payment.
extension PaymentRulesReply.RulesEntry {
    /// What data formats carry.
    func value(hits: [PaymentRulesReply.HitsEntry]) -> JSONValue {
        .object([
            Field("rule", name), Field("number", UInt64(number)), Field("version", UInt64(version)),
            Field("action", action.name), Field("reason", action == .decline ? reason.name : nil),
            Field("deciding", isDeciding), Field("owner", owner), Field("note", note), Field("condition", condition),
            Field("hits", .array(hits.filter { $0.number == number && $0.version == version }.map(\.json))),
        ])
    }

    /// The rules that matched, for people.
    static func text(_ reply: PaymentRulesReply?, _ output: Output) -> String {
        let rules = reply?.rules ?? []
        guard !rules.isEmpty else { return "" }
        var table = Table(
            columns: [
                Column(""), Column("RULE"), Column("VERSION", .right), Column("ACTION"), Column("NOTE"),
                Column("CONDITION", minimumWidth: 20),
            ]
        )
        for rule in rules { table.add(rule.cells) }
        let hits = (reply?.hits ?? []).map { $0.text.printable + "\n" }.joined()
        return "\n" + table.rendered(width: output.width, colors: output.colors) + hits
    }

    private var cells: [Cell] {
        let what = action == .decline ? "decline: \(reason.text)" : action.words
        return [
            Cell(isDeciding ? "✗" : "·", isDeciding ? .bad : .plain), Cell(name), Cell("\(version)"), Cell(what),
            Cell(note), Cell(condition.split(whereSeparator: \.isWhitespace).joined(separator: " ")),
        ]
    }
}
