internal import Domain
internal import LoadReport
internal import Wire

/// What a replay shows and checks.
extension ReplaySession {
    func showFile(malformed: [PurchasingLine.Malformed]) {
        let credits = lines.filter { $0.amountCents <= 0 }
        let identical = timetable.repeats.filter { isSameRequest(lines[$0.key], lines[$0.value]) }.count
        console.section("The file")
        console.table([
            ["lines", Format.grouped(lines.count + malformed.count), ""],
            [
                "purchases, sent in order", Format.grouped(purchases.count),
                dollars(purchases.reduce(0) { $0 + lines[$1].amountCents }),
            ],
            [
                "credits, not sent (there is no refund yet)", Format.grouped(credits.count),
                dollars(credits.reduce(0) { $0 + $1.amountCents }),
            ],
            ["lines whose batch_txn_id was there before", Format.grouped(timetable.repeats.count), ""],
            ["  the same in all that is sent: repeats", Format.grouped(identical), ""],
            ["  with other content: conflicts", Format.grouped(timetable.repeats.count - identical), ""],
            [
                "lines without a cost centre (one card together)",
                Format.grouped(lines.filter { $0.costCentre.isEmpty }.count), "",
            ],
            ["malformed lines, not sent", Format.grouped(malformed.count), ""],
        ])
        for line in malformed.prefix(5) { console.line("      \(line)") }
        console.line(
            "  \(lines.first?.date ?? "") to \(lines.last?.date ?? ""); times of day are made up: the file has none"
        )
        console.section("First pass")
    }

    mutating func showFirstPass() {
        let decisions = reasons.reduce(0, +)
        let approved = Reason.allCases.filter(\.isApproval).reduce(0) { $0 + reasons[Int($1.rawValue)] }
        let money = held.reduce(0, +)
        console.line()
        console.table([
            ["decided", Format.grouped(decisions), ""],
            ["approved", Format.grouped(approved), dollars(money)],
            ["  of these flagged", Format.grouped(flagged), ""],
            ["declined", Format.grouped(decisions - approved), ""],
        ])
        console.table(
            Reason.allCases.filter { !$0.isApproval && reasons[Int($0.rawValue)] > 0 }.map {
                ["    \($0.text)", Format.grouped(reasons[Int($0.rawValue)]), "code \($0.responseCode)"]
            }
        )
        console.table(
            refusedByCode.sorted { $0.key < $1.key }.map { code, count in
                [
                    "    refused with code \(code)", Format.grouped(count),
                    RejectCode(rawValue: UInt16(clamping: code)).map { "\($0)" } ?? "",
                ]
            }
        )
        showShares("Money by division", divisions.map { ($0.key, $0.value) })
        showShares("Money by category", categories.map { (CategoryNames.text($0.key), $0.value) })
        console.section("Checks")
        let refused = refusedByCode.values.reduce(0, +)
        check(
            decisions + repeatsAnswered + refused == purchases.count,
            "every purchase was answered: \(Format.grouped(decisions)) decided, \(repeatsAnswered) repeats, "
                + "\(refused) refused"
        )
        let conflicts = timetable.repeats.filter { key, value in
            lines[key].amountCents > 0 && !isSameRequest(lines[key], lines[value])
        }.count
        check(
            refusedByCode[307, default: 0] == conflicts && refused == conflicts,
            "the \(conflicts) lines that use an identifier again with other content were refused (307), "
                + "nothing else was"
        )
        check(
            repeatsAnswered == timetable.repeats.filter { lines[$0.key].amountCents > 0 }.count - conflicts,
            "the \(repeatsAnswered) lines that repeat an earlier one in full got its answer and held nothing again"
        )
        check(outOfOrder == 0, "decisions were numbered in the order of the file")
    }

    /// Whether two lines are the same in all that a request carries.
    private func isSameRequest(_ left: PurchasingLine, _ right: PurchasingLine) -> Bool {
        left.costCentre == right.costCentre && left.merchant == right.merchant && left.category == right.category
            && left.amountCents == right.amountCents && left.originalAmount == right.originalAmount
            && left.originalCurrency == right.originalCurrency
    }

    private func showShares(_ title: String, _ shares: [(String, Share)]) {
        console.section(title)
        let sorted = shares.sorted { ($1.1.cents, $0.0) < ($0.1.cents, $1.0) }
        var rows = [["", "lines", "approved", "declined", "money"]]
        func row(_ name: String, _ share: Share) -> [String] {
            [
                name, Format.grouped(share.lines), Format.grouped(share.approved), Format.grouped(share.declined),
                dollars(share.cents),
            ]
        }
        func sum(_ part: some Sequence<(String, Share)>) -> Share {
            part.reduce(into: Share()) { total, each in
                total.lines += each.1.lines
                total.approved += each.1.approved
                total.declined += each.1.declined
                total.cents += each.1.cents
            }
        }
        for (name, share) in sorted.prefix(rowCountMax) { rows.append(row(name, share)) }
        let rest = sorted.dropFirst(rowCountMax)
        if !rest.isEmpty { rows.append(row("\(rest.count) others", sum(rest))) }
        rows.append(row("all", sum(sorted)))
        console.table(rows)
    }

    /// Compares the daemon's balance of every card with the replay's own sum.
    mutating func checkBalances() throws {
        var places: [CardToken: Int] = [:]
        for (name, index) in cardIndex { places[ReplayRequest.token(costCentre: name)] = index }
        var after: UInt64 = 0
        var compared = 0
        var wrong: [String] = []
        repeat {
            let page = try admin.call(
                CardList(
                    afterOrdinal: after,
                    count: UInt32(WireLimits.cardsPerPageMax),
                    lastFour: Text16(),
                    profile: Text16()
                ),
                CardListReply.self
            )
            for entry in page.cards {
                guard let index = places[entry.card.cardToken] else { continue }
                compared += 1
                if entry.card.held != held[index] || entry.card.available != cardLimitCents - held[index] {
                    wrong.append(
                        "\(costCentres[index]): expected \(dollars(held[index])), found \(dollars(entry.card.held))"
                    )
                }
            }
            after = page.nextOrdinal
        } while after != 0
        check(
            wrong.isEmpty && compared == costCentres.count,
            "\(Format.grouped(compared)) balances equal the sum of their approvals to the cent"
        )
        for line in wrong.prefix(5) { console.line("      \(line)") }
    }
}
