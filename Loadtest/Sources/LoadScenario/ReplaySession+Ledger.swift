internal import CLoadSockets
internal import Client
internal import Domain
internal import LoadDriver
internal import LoadReport
internal import Platform
internal import Wire

/// What the daemon and its ledger say, held against the file.
extension ReplaySession {
    private static let newest = LogSequenceNumber(rawValue: .max)

    /// Waits until the projection has everything.
    mutating func awaitProjection() throws {
        let (count, seconds) = try projected(since: nil)
        console.line(
            "  the projection has all \(Format.grouped(count)) records, \(Format.decimal(seconds, 2)) s after the last"
        )
    }

    /// Has the projection made anew, and says how fast that was.
    mutating func rebuildProjection() throws {
        let before = try admin.call(ProjectionStatus(), ProjectionStatusReply.self).rebuilds
        _ = try admin.call(ProjectionRebuild(acceptLoss: false), ProjectionRebuildReply.self)
        let (count, seconds) = try projected(since: before)
        let status = try admin.call(ProjectionStatus(), ProjectionStatusReply.self)
        console.line(
            "  made anew in \(Format.decimal(seconds, 2)) s: \(Format.grouped(Int(Double(count) / seconds))) records a "
                + "second, \(Format.grouped(Int(status.fileBytes >> 20))) MiB"
        )
    }

    /// Waits until the projection has all durable records.
    ///
    /// - Parameter rebuilds: How often it had been made anew before it was asked to be once more.
    private mutating func projected(since rebuilds: UInt64?) throws -> (count: UInt64, seconds: Double) {
        let start = Clock.monotonicNanoseconds()
        while true {
            let status = try admin.call(ProjectionStatus(), ProjectionStatusReply.self)
            let seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
            let isThere = status.projectedLSN >= status.durableLSN && status.state == .following
            if isThere, rebuilds == nil || status.rebuilds > rebuilds ?? 0 {
                return (status.projectedLSN.rawValue, seconds)
            }
            guard seconds < 900 else { throw LoadFailure.usage("the projection does not come: \(status)") }
            cls_pause(20_000_000)
        }
    }

    /// The trial balance.
    ///
    /// - Parameter day: As of this effective day.
    func trial(day: Int64? = nil) throws -> LedgerBalancesReply {
        try admin.call(
            LedgerBalances(asOfLSN: .zero, atLeastLSN: Self.newest, effectiveDay: day, paymentID: .zero),
            LedgerBalancesReply.self
        )
    }

    /// Compares every division's cards, and their accounts in the ledger, with the file.
    mutating func checkDivisions() throws {
        console.section("Checks against the file")
        try addCards()
        try addLedger()
        let names = divisions.keys.sorted()
        let wrong = names.filter { name in
            guard let share = divisions[name] else { return true }
            return share.cardCents != share.fileCents || share.ledgerCents != Int128(share.fileCents)
        }
        check(
            wrong.isEmpty && !names.isEmpty,
            "\(names.count) divisions: what is posted to their cards, and booked in the ledger, is the file's total to "
                + "the cent"
        )
        for name in wrong.prefix(5) {
            guard let share = divisions[name] else { continue }
            console.line(
                "      \(name): file \(share.fileCents), cards \(share.cardCents), ledger \(share.ledgerCents) cents"
            )
        }
    }

    private mutating func addCards() throws {
        var owners: [CardToken: ReplayAccount] = [:]
        for account in accounts { owners[ReplayRequest.token(account)] = account }
        var after: UInt64 = 0
        var found = 0
        var heldCents: Int64 = 0
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
                guard let account = owners[entry.card.cardToken] else { continue }
                found += 1
                heldCents += entry.card.held
                divisions[account.division]?.cardCents += entry.card.posted
            }
            after = page.nextOrdinal
        } while after != 0
        check(found == accounts.count && heldCents == 0, "nothing is held on any of \(Format.grouped(found)) cards")
    }

    private mutating func addLedger() throws {
        var pending: Int128 = 0
        for start in stride(from: 0, to: accounts.count, by: 16) {
            let some = accounts[start..<min(start + 16, accounts.count)]
            let questions: [any WireMessage] = some.map { account in
                LedgerBalances(
                    asOfLSN: .zero,
                    atLeastLSN: Self.newest,
                    paymentID: .zero,
                    cardToken: ReplayRequest.token(account),
                    account: .receivable
                )
            }
            for (account, answer) in try zip(some, admin.exchange(questions)) {
                for line in try answer.frame.decode(LedgerBalancesReply.self).accounts {
                    if line.phase == .pending { pending += line.balance }
                    if line.phase == .posted { divisions[account.division]?.ledgerCents += line.balance }
                }
            }
        }
        check(pending == 0, "nothing is pending on any card's account")
    }

    /// Compares the trial balance with the file: by currency, and as of the last day of every year.
    mutating func checkLedger() throws {
        let whole = try trial()
        check(whole.isBalanced, "the trial balance is zero in \(Set(whole.accounts.map(\.currency)).count) currencies")
        var expected: [Currency: Int128] = [:]
        for line in lines { expected[line.originalCurrency, default: 0] -= Int128(line.originalAmount) }
        let settled = whole.balances(.settlement)
        let wrong = expected.filter { settled[$0.key] != $0.value && $0.value != 0 }
        check(
            wrong.isEmpty,
            "what is owed to the network in each of \(expected.count) currencies is the sum of the merchants' amounts"
        )
        for (currency, sum) in wrong.prefix(5) {
            console.line("      \(currency): expected \(sum), found \(settled[currency] ?? 0) minor units")
        }
        var days = 0
        var wrongDays: [String] = []
        for year in Set(lines.map { $0.postDate.prefix(4) }).sorted() {
            let last = "\(year)-12-31"
            guard let day = Instant(last)?.microseconds, let canadian = Currency("CAD") else { continue }
            let sum = lines.reduce(Int128(0)) { $1.postDate <= last ? $0 + Int128($1.amountCents) : $0 }
            let book = try trial(day: day / 86_400_000_000)
            days += 1
            if book.balances(.receivable)[canadian] != sum || !book.isBalanced { wrongDays.append(last) }
        }
        check(
            wrongDays.isEmpty,
            "as of the end of each of \(days) years the ledger has what the file had posted by then\(wrongDays)"
                .replacing("[]", with: "")
        )
        try checkCards()
    }

    private mutating func checkCards() throws {
        var after: UInt64 = 0
        var compared: UInt64 = 0
        var differences = 0
        repeat {
            let page = try admin.call(LedgerCheck(afterOrdinal: after, count: 500), LedgerCheckReply.self)
            compared += page.compared
            differences += page.differences.count
            after = page.nextOrdinal
        } while after != 0
        check(
            differences == 0 && compared == UInt64(accounts.count),
            "the daemon finds no difference between \(Format.grouped(Int(compared))) cards and the ledger"
        )
    }

    /// Counts what a search finds.
    mutating func checkSearch() throws {
        let purchases = lines.filter { !$0.isCredit }.count
        for (kind, expected) in [
            (nil, lines.count), (.authorization, purchases), (.clearing, purchases),
            (.refundClearing, lines.count - purchases),
        ] as [(PaymentEventKind?, Int)] {
            var found = 0
            var before = LogSequenceNumber.zero
            repeat {
                let page = try admin.call(search(kind, before: before), PaymentSearchReply.self)
                found += page.payments.count
                before = page.nextBeforeLSN
            } while before != .zero
            let what = kind.map { "payments with an event \($0)" } ?? "payments"
            check(found == expected, "a search finds \(Format.grouped(found)) \(what)")
        }
    }

    private func search(_ kind: PaymentEventKind?, before: LogSequenceNumber) -> PaymentSearch {
        PaymentSearch(
            beforeLSN: before,
            atLeastLSN: Self.newest,
            count: UInt32(WireLimits.paymentsPerPageMax),
            kind: kind,
            merchant: "",
            text: ""
        )
    }
}

extension LedgerBalancesReply.AccountsEntry {
    /// Debits less credits, in minor units.
    fileprivate var balance: Int128 {
        (Int128(debitHigh) << 64 | Int128(debitLow)) - (Int128(creditHigh) << 64 | Int128(creditLow))
    }
}

extension LedgerBalancesReply {
    /// What is posted on an account, by currency.
    fileprivate func balances(_ account: LedgerAccountName) -> [Currency: Int128] {
        var found: [Currency: Int128] = [:]
        for line in accounts where line.account == account && line.phase == .posted {
            found[line.currency, default: 0] += line.balance
        }
        return found
    }

    /// Whether the accounts of every currency and phase add up to zero.
    fileprivate var isBalanced: Bool {
        var sums: [String: Int128] = [:]
        for line in accounts { sums["\(line.currency) \(line.phase)", default: 0] += line.balance }
        return sums.values.allSatisfy { $0 == 0 }
    }
}
