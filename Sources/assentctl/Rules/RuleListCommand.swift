import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl rule list`.
struct RuleListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List rules with their states and what they matched since the daemon started.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl rule list
              $ assentctl rule list --state shadow -o csv

            FIELDS (-o json, jsonl, csv)
              rule, number, version, state, action, reason, matched, approved, owner, note, condition, author, \
            addedAt, addedRecord, changedBy, changedAt, changedRecord. Matches are counted since the daemon started.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Option(help: "Only versions in this state; without it all but retired ones.") var state: Choice<RuleStage>?
    @Flag(help: "Retired versions too.") var all = false

    func run(in session: inout Session) throws(CommandFailure) {
        var printer = try session.listPrinter(RuleListReply.RulesEntry.shape, quiet: false)
        let showsRetired = all || state != nil
        let stage = state?.value
        _ = try RuleListReply.pages(name: "", stage: stage, in: &session) { (page, output) throws(CommandFailure) in
            for rule in page.rules where showsRetired || rule.stage != .retired {
                try printer.add(rule, output: output)
            }
        }
        try printer.end(next: nil, option: "", output: session.output)
    }
}

/// `assentctl rule show`.
struct RuleShowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a rule: its text, its state, what it matched, with money.",
        discussion: HelpText.laidOut(
            """
            Without --version the newest one is shown, and which others there are.

            EXAMPLES
              $ assentctl rule show night-gambling
              $ assentctl rule show night-gambling --version 1 -o json

            FIELDS (-o json, jsonl, csv)
              As of rule list, and money: a list of currency, asked, approved (and askedMinor, approvedMinor).
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "The rule.") var name: String
    @Option(help: "Which version.") var version: UInt32?

    func run(in session: inout Session) throws(CommandFailure) {
        var rules: [RuleListReply.RulesEntry] = []
        var sums: [RuleListReply.SumsEntry] = []
        let since = try RuleListReply.pages(name: name, stage: nil, in: &session) { (page, _) in
            rules += page.rules
            sums += page.sums
        }
        guard let newest = rules.last else {
            throw CommandFailure(
                .invalidData,
                "there is no rule '\(name)'",
                hints: ["List the rules with: assentctl rule list --all"]
            )
        }
        guard let shown = version == nil ? newest : rules.first(where: { $0.version == version }) else {
            throw CommandFailure(
                .invalidData,
                "rule \(name) has no version \(version ?? 0); it has 1 to \(newest.version)"
            )
        }
        let money = sums.filter { $0.version == shown.version }
        let others = rules.filter { $0.version != shown.version }
        try session.print { (output) throws(StreamError) in
            try output.emit(shown.fields + [Field("money", .array(money.map(\.value)))]) { output in
                shown.text(output, money, others, since: since)
            }
        }
    }
}

extension RuleListReply {
    /// Asks for all versions, page by page.
    ///
    /// - Returns: Since when matches are counted.
    static func pages(
        name: String,
        stage: RuleStage?,
        in session: inout Session,
        _ body: (RuleListReply, Output) throws(CommandFailure) -> Void
    ) throws(CommandFailure) -> Instant {
        var request = RuleList(afterNumber: 0, afterVersion: 0, count: 500, stage: stage, name: name)
        while true {
            let page = try session.ask(request, RuleListReply.self)
            try body(page, session.output)
            guard page.nextNumber != 0 else { return page.countedSince }
            (request.afterNumber, request.afterVersion) = (page.nextNumber, page.nextVersion)
        }
    }
}

extension RuleListReply.SumsEntry {
    /// What data formats carry.
    var value: JSONValue {
        .object(
            [Field("currency", currency.description)] + moneyFields("asked", asked, currency)
                + moneyFields("approved", approvedAmount, currency)
        )
    }
}

extension RuleListReply.RulesEntry: ListedRecord {
    static let shape = ListPrinter.Shape(
        name: "rules",
        columns: [
            Column("RULE"), Column("VERSION", .right), Column("STATE"), Column("ACTION"), Column("MATCHED", .right),
            Column("APPROVED", .right), Column("OWNER"), Column("CONDITION", minimumWidth: 20),
        ],
        fieldNames: [
            "rule", "number", "version", "state", "action", "reason", "matched", "approved", "owner", "note",
            "condition",
            "author", "addedAt", "addedRecord", "changedBy", "changedAt", "changedRecord",
        ],
        emptyText: "there are no rules"
    )

    var key: String { name }

    var fields: [Field] {
        [
            Field("rule", name), Field("number", UInt64(number)), Field("version", UInt64(version)),
            Field("state", stage.name), Field("action", action.name),
            Field("reason", action == .decline ? reason.name : nil), Field("matched", matched),
            Field("approved", approved), Field("owner", owner), Field("note", note), Field("condition", condition),
            Field("author", UInt64(author)), Field("addedAt", addedAt.description),
            Field("addedRecord", addedLSN.rawValue), Field("changedBy", UInt64(changedBy)),
            Field("changedAt", changedAt.description), Field("changedRecord", changedLSN.rawValue),
        ]
    }

    var cells: [Cell] {
        [
            Cell(name), Cell("\(version)"), Cell(stage.words, stage.style), Cell(actionText),
            Cell(Figures.grouped(matched)), Cell(Figures.grouped(approved)), Cell(owner),
            Cell(condition.split(whereSeparator: \.isWhitespace).joined(separator: " ")),
        ]
    }

    /// `decline: suspected fraud`.
    private var actionText: String { action == .decline ? "decline: \(reason.text)" : action.words }

    /// For people.
    func text(
        _ output: Output,
        _ money: [RuleListReply.SumsEntry],
        _ others: [RuleListReply.RulesEntry],
        since: Instant
    ) -> String {
        var pairs: [(String, Cell)] = [
            ("rule", Cell("\(name), version \(version)")), ("state", Cell(stage.words, stage.style)),
            ("action", Cell(actionText)),
        ]
        if !owner.isEmpty { pairs.append(("owner", Cell(owner))) }
        if !note.isEmpty { pairs.append(("note", Cell(note))) }
        pairs.append(("written", Cell("\(addedAt.short) UTC by user \(author), record \(addedLSN)")))
        if changedLSN != addedLSN {
            pairs.append(("changed", Cell("\(changedAt.short) UTC by user \(changedBy), record \(changedLSN)")))
        }
        pairs.append(
            (
                "matched",
                Cell("\(Figures.grouped(matched)), \(Figures.grouped(approved)) approved, since \(since.short) UTC")
            )
        )
        for sum in money {
            let approved = moneyText(sum.approvedAmount, sum.currency)
            pairs.append(("money", Cell("\(moneyText(sum.asked, sum.currency)) asked for, \(approved) approved")))
        }
        if !others.isEmpty {
            let list = others.map { "\($0.version) \($0.stage.words)" }.joined(separator: ", ")
            pairs.append(("other versions", Cell(list)))
        }
        let lines = condition.split(separator: "\n", omittingEmptySubsequences: false)
        return output.pairs(pairs) + "\n" + lines.map { "  " + String($0).printable + "\n" }.joined()
    }
}

extension RuleStage {
    /// How the state stands out.
    var style: Style {
        switch self {
        case .draft: .plain
        case .shadow: .warning
        case .active: .good
        case .retired: .faint
        }
    }
}
