import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl rule test`.
struct RuleTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Try a condition against recorded payments, or against one that you describe.",
        discussion: HelpText.laidOut(
            """
            CONDITION may be @FILE, or - for standard input; with --rule the newest version of a rule is tried. \
            Recorded requests are tried with what their decisions saw: balances, windows, profiles of then. With \
            --set nothing is asked of a daemon: attributes that are not set are absent. Nothing is changed.

            The exit status is 0 when something matches, 1 when nothing does.

            EXAMPLES
              $ assentctl rule test 'amount > 900.00 && presence == "not-present"' --last 100000
              $ assentctl rule test --rule night-gambling --payment 1042
              $ assentctl rule test 'amount * 2 > card.available' --set amount=12.50 --set card.available=20.00
              $ assentctl rule test "velocity.count('card', '60s') > 3" --set "velocity.count('card','60s')=4"

            FIELDS (-o json, jsonl, csv)
              looked, matched, approved, errors, firstRecord, lastRecord, cost, money: a list of currency, matched, \
            asked, approved (and askedMinor, approvedMinor); payments: a list of record, at, amount, amountMinor, \
            currency, outcome, reason, merchantCategory, merchantName. With --set: matches (null without a value), \
            problem, cost.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @Argument(help: "The condition; @FILE reads a file, - standard input.") var condition: String?
    @Option(help: "Try the newest version of this rule.") var rule: String?
    @Option(help: ArgumentHelp("Against so many of the newest requests, up to 1,000,000.", valueName: "count"))
    var last: UInt32 = 10_000
    @Option(help: ArgumentHelp("Against this payment alone.", valueName: "payment")) var payment: UInt64?
    @Option(name: .customLong("set"), help: ArgumentHelp("Against these attributes.", valueName: "name=value"))
    var attributes: [String] = []

    func validate() throws {
        guard (condition == nil) != (rule == nil) else { throw ValidationError("give a condition, or --rule") }
        guard (1...1_000_000).contains(last) else { throw ValidationError("--last is from 1 to 1000000") }
        guard payment != 0 else { throw ValidationError("payments are numbered from 1") }
        guard attributes.isEmpty || (payment == nil && rule == nil) else {
            throw ValidationError("--set takes a condition, and neither --payment nor --rule")
        }
    }

    func run() throws {
        let source = try condition.map { (text) throws(CommandFailure) in try ValueSource.read(text) } ?? ""
        guard attributes.isEmpty else {
            return try GivenRequest(attributes).evaluate(source, options.sink)
        }
        var session = Session(client: try options.connectClient(), output: options.sink)
        let request = RuleTest(
            lsn: LogSequenceNumber(rawValue: payment ?? 0),
            count: payment == nil ? last : 0,
            name: rule ?? "",
            condition: source
        )
        let reply: RuleTestReply
        do throws(CommandFailure) {
            reply = try session.ask(request, RuleTestReply.self)
        } catch {
            throw error.marking(source)
        }
        try session.print { (output) throws(StreamError) in try output.emit(reply.fields, table: reply.text) }
        if reply.matched == 0 { throw CommandFailure(.declined, "") }
    }
}

extension RuleTestReply {
    /// What data formats carry.
    var fields: [Field] {
        [
            Field("looked", looked), Field("matched", matched), Field("approved", approved), Field("errors", errors),
            Field("firstRecord", firstLSN.rawValue), Field("lastRecord", lastLSN.rawValue),
            Field("cost", UInt64(cost)),
            Field(
                "money",
                .array(
                    sums.map { sum in
                        .object(
                            [Field("currency", sum.currency.description), Field("matched", sum.matched)]
                                + moneyFields("asked", sum.asked, sum.currency)
                                + moneyFields("approved", sum.approvedAmount, sum.currency)
                        )
                    }
                )
            ),
            Field("payments", .array(payments.map { .object($0.fields) })),
        ]
    }

    /// For people.
    func text(_ output: Output) -> String {
        var pairs: [(String, Cell)] = [
            (
                "looked at",
                Cell(
                    looked == 0
                        ? "nothing: no request is recorded"
                        : "\(Figures.grouped(looked)) requests, records \(firstLSN) to \(lastLSN)"
                )
            ),
            ("matches", Cell("\(Figures.grouped(matched)), \(Figures.grouped(approved)) of them approved")),
        ]
        if errors > 0 { pairs.append(("without a value", Cell(Figures.grouped(errors), .warning))) }
        for sum in sums {
            let approved = moneyText(sum.approvedAmount, sum.currency)
            pairs.append(("money", Cell("\(moneyText(sum.asked, sum.currency)) asked for, \(approved) approved")))
        }
        pairs.append(("cost", Cell("\(cost) steps at most")))
        guard !payments.isEmpty else { return output.pairs(pairs) }
        var table = Table(
            columns: [
                Column("PAYMENT", .right), Column("DECIDED"), Column("AMOUNT", .right), Column("OUTCOME"),
                Column("CATEGORY"), Column("MERCHANT"),
            ]
        )
        for payment in payments { table.add(payment.cells) }
        let more = matched > UInt64(payments.count) ? "the newest \(payments.count) of them\n" : ""
        return output.pairs(pairs) + "\n" + table.rendered(width: output.width, colors: output.colors) + more
    }
}

extension RuleTestReply.PaymentsEntry {
    fileprivate var fields: [Field] {
        [Field("record", lsn.rawValue), Field("at", decidedAt.description)] + moneyFields("amount", amount, currency)
            + [
                Field("currency", currency?.description), Field("outcome", outcome.name), Field("reason", reason.name),
                Field("merchantCategory", merchantCategory.description), Field("merchantName", merchantName.string),
            ]
    }

    fileprivate var cells: [Cell] {
        [
            Cell(lsn.description), Cell(decidedAt.short), Cell(moneyText(amount, currency)),
            Cell("\(outcome.mark) \(reason == .approved ? outcome.words : reason.text)", outcome.style),
            Cell(merchantCategory.description), Cell(merchantName.string),
        ]
    }
}
