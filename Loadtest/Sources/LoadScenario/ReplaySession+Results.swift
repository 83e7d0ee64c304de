internal import Domain
internal import LoadReport
internal import Wire

/// What a replay shows.
extension ReplaySession {
    func showFile(malformed: [PurchasingLine.Malformed]) {
        let credits = lines.filter(\.isCredit)
        let purchases = lines.filter { !$0.isCredit }
        func sum(_ lines: [PurchasingLine]) -> String { dollars(lines.reduce(0) { $0 + $1.amountCents }) }
        console.section("The file")
        console.table([
            ["lines", Format.grouped(lines.count + malformed.count), sum(lines)],
            ["purchases: authorized, then cleared", Format.grouped(purchases.count), sum(purchases)],
            ["credits: refunds that clear", Format.grouped(credits.count), sum(credits)],
            [
                "lines in another currency, with both amounts and their rate",
                Format.grouped(lines.filter(\.isForeign).count), sum(lines.filter(\.isForeign)),
            ],
            [
                "posted before the day of the purchase",
                Format.grouped(purchases.filter { $0.postDate < $0.date }.count), "",
            ],
            [
                "lines whose batch_txn_id was there before",
                Format.grouped(timetable.occurrences.filter { $0 > 0 }.count), "",
            ],
            ["lines without a cost centre", Format.grouped(lines.filter { $0.costCentre.isEmpty }.count), ""],
            ["malformed lines, not sent", Format.grouped(malformed.count), ""],
        ])
        for line in malformed.prefix(5) { console.line("      \(line)") }
        console.line(
            "  \(lines.first?.date ?? "") to \(lines.last?.date ?? ""); times of day are made up: the file has none"
        )
        console.section("First pass")
    }

    mutating func showFirstPass() {
        let refused = answers.refusedByCode.values.reduce(0, +)
        let decided = answers.byReason.values.reduce(0, +)
        console.line()
        var rows = [
            ["authorized", "", dollars(answers.approvedCents)],
            ["cleared", "", dollars(answers.clearedCents)],
            ["  of these late: the hold had expired", Format.grouped(answers.late), ""],
            ["refunded", "", dollars(answers.refundedCents)],
        ]
        for reason in Reason.allCases {
            guard let count = answers.byReason[reason] else { continue }
            rows.append(["  answered \"\(reason.text)\"", Format.grouped(count), "code \(reason.responseCode)"])
        }
        for (code, count) in answers.refusedByCode.sorted(by: { $0.key < $1.key }) {
            let name = RejectCode(rawValue: UInt16(clamping: code)).map { "\($0)" } ?? ""
            rows.append(["  refused with code \(code)", Format.grouped(count), name])
        }
        for rule in MatchRule.allCases {
            guard let count = answers.byRule[rule] else { continue }
            rows.append(["  clearings that found their payment by \(rule)", Format.grouped(count), ""])
        }
        console.table(rows)
        check(
            refused == 0 && decided == timetable.events.count,
            "every one of \(Format.grouped(timetable.events.count)) messages was answered, none refused"
        )
        let approved = answers.byReason.filter { $0.key == .approved }.values.reduce(0, +)
        check(approved == decided, "every one was approved in full")
    }

    func showDivisions() {
        console.section("Money by division")
        let sorted = divisions.sorted { ($1.value.fileCents, $0.key) < ($0.value.fileCents, $1.key) }
        var rows = [["", "purchases", "credits", "file", "cards", "ledger"]]
        func row(_ name: String, _ share: Share) -> [String] {
            [
                name, Format.grouped(share.purchases), Format.grouped(share.credits), dollars(share.fileCents),
                dollars(share.cardCents), dollars(Int64(clamping: share.ledgerCents)),
            ]
        }
        func sum(_ part: some Sequence<Share>) -> Share {
            part.reduce(into: Share()) { total, each in
                total.purchases += each.purchases
                total.credits += each.credits
                total.fileCents += each.fileCents
                total.cardCents += each.cardCents
                total.ledgerCents += each.ledgerCents
            }
        }
        for (name, share) in sorted.prefix(rowCountMax) { rows.append(row(name, share)) }
        let rest = sorted.dropFirst(rowCountMax)
        if !rest.isEmpty { rows.append(row("\(rest.count) others", sum(rest.map(\.value)))) }
        rows.append(row("all", sum(sorted.map(\.value))))
        console.table(rows)
    }
}
