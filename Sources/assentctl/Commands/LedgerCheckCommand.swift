import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl ledger check`.
struct LedgerCheckCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compare what every card holds and has posted with its account in the ledger.",
        discussion: HelpText.laidOut(
            """
            Goes through all cards while the daemon serves: each is compared as of the record at which it was read. \
            Cards and ledger are made from the same journal by different ways, so a difference is a fault; then the \
            exit status is 65. Afterwards the trial balance is drawn up.

            EXAMPLES
              $ assentctl ledger check
              $ assentctl ledger check -o json

            FIELDS (-o json, jsonl, csv)
              compared, asOfLsn, balanced, differences: a list of cardToken, asOfLsn, heldMinor, pendingMinor, \
            postedMinor, ledgerPostedMinor.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        var compared: UInt64 = 0
        var asOf = LogSequenceNumber.zero
        var differences: [LedgerCheckReply.DifferencesEntry] = []
        var after: UInt64 = 0
        repeat {
            let request = LedgerCheck(afterOrdinal: after, count: UInt32(Self.pageCount))
            let page = try session.ask(request, LedgerCheckReply.self)
            compared += page.compared
            asOf = max(asOf, page.asOfLSN)
            differences += page.differences
            after = page.nextOrdinal
        } while after != 0
        let trial = try session.ask(
            LedgerBalances(asOfLSN: .zero, atLeastLSN: Freshness.newest, paymentID: .zero),
            LedgerBalancesReply.self
        )
        let isBalanced = trial.imbalances.isEmpty
        let fields = [
            Field("compared", compared), Field("asOfLsn", asOf.rawValue), Field("balanced", isBalanced),
            Field("differences", .array(differences.map(\.value))),
        ]
        try session.print { (output) throws(StreamError) in
            try output.emit(fields) { output in
                output.pairs([
                    ("cards", Cell("\(Figures.grouped(compared)) compared")),
                    ("differences", Cell(Figures.grouped(differences.count), differences.isEmpty ? .good : .bad)),
                    ("trial balance", Cell(isBalanced ? "balanced" : "not balanced", isBalanced ? .good : .bad)),
                    ("as of record", Cell(Figures.grouped(asOf.rawValue))),
                ]) + differences.prefix(Self.shownCount).map { $0.text + "\n" }.joined()
            }
        }
        guard differences.isEmpty, isBalanced else {
            throw CommandFailure(
                .invalidData,
                differences.isEmpty ? "the books do not balance" : "\(differences.count) cards differ from the ledger",
                hints: ["This is a fault of the program or of the projection's file: assentctl projection rebuild"]
            )
        }
    }

    private static let pageCount = 500
    private static let shownCount = 20
}

extension LedgerCheckReply.DifferencesEntry {
    /// What data formats carry.
    fileprivate var value: JSONValue {
        .object([
            Field("cardToken", cardToken.description), Field("asOfLsn", asOfLSN.rawValue), Field("heldMinor", held),
            Field("pendingMinor", pending), Field("postedMinor", posted), Field("ledgerPostedMinor", ledgerPosted),
        ])
    }

    /// One line for people, in minor units: a difference has no currency that could be trusted.
    fileprivate var text: String {
        "\(cardToken): holds \(held), ledger \(pending); posted \(posted), ledger \(ledgerPosted) (minor units, as of "
            + "record \(asOfLSN))"
    }

    private var pending: Int128 { Int128(pendingHigh) << 64 | Int128(pendingLow) }
    private var ledgerPosted: Int128 { Int128(postedHigh) << 64 | Int128(postedLow) }
}
