internal import Client
internal import Domain
internal import LoadModel
internal import LoadReport
internal import Platform
internal import Wire

/// What the demonstration shows and checks after the day.
extension DemonstrationSession {
    mutating func showDay() {
        console.section("The day's figures")
        let approvals = answered.filter { $0.decision.outcome != .declined }
        let money = approvals.reduce(0) { $0 + $1.decision.approvedAmount }
        let partial = answered.filter { $0.decision.reason == .partiallyApproved }.count
        console.table([
            ["requests answered", Format.grouped(answered.count), ""],
            ["approved", Format.grouped(approvals.count), euros(money)],
            ["  of these in part", Format.grouped(partial), ""],
            ["  of these flagged", Format.grouped(answered.filter { $0.decision.outcome == .flagged }.count), ""],
            ["declined", Format.grouped(answered.count - approvals.count), ""],
        ])
        let reasons = Reason.allCases.compactMap { reason -> (Reason, Int)? in
            guard !reason.isApproval else { return nil }
            let count = answered.filter { $0.decision.reason == reason }.count
            return count == 0 ? nil : (reason, count)
        }
        console.table(
            reasons.sorted { ($1.1, $0.0.rawValue) < ($0.1, $1.0.rawValue) }.map { reason, count in
                ["    \(reason.text)", Format.grouped(count), "code \(reason.responseCode)"]
            }
        )
        showStories()
        let sorted = latencies.sorted()
        func quantile(_ share: Double) -> String {
            guard let last = sorted.last else { return "-" }
            let index = Int((share * Double(sorted.count)).rounded(.up)) - 1
            return Format.duration(nanoseconds: index < sorted.count ? sorted[max(0, index)] : last)
        }
        console.line()
        console.line(
            "  answered, durable on disk, within: p50 \(quantile(0.5))  p90 \(quantile(0.9))  p99 \(quantile(0.99))"
                + "  p99.9 \(quantile(0.999))  max \(quantile(1))"
        )
    }

    private mutating func showStories() {
        console.line()
        var rows = [["story", "requests", "approved", "flagged", "declined"]]
        for story in PlannedPurchase.Story.allCases {
            let mine = answered.filter { $0.purchase.story == story }
            let outcomes = [Outcome.approved, .flagged, .declined].map { outcome in
                mine.filter { $0.decision.outcome == outcome }.count
            }
            rows.append([story.rawValue, "\(mine.count)"] + outcomes.map { "\($0)" })
        }
        console.table(rows)
        console.line()
        let requests = day.purchases.filter { $0.request != .reportStolen }.count
        check(
            answered.count == requests && refused == 0,
            "every one of \(Format.grouped(requests)) requests was decided"
        )
        let race = answered.filter { $0.purchase.story == .race }
        let approved = race.filter { $0.decision.outcome != .declined }.count
        let fits = Int(DayGenerator.raceLimitCents / DayGenerator.raceAmountCents)
        check(
            approved == fits,
            "the race: \(race.count) requests of \(euros(DayGenerator.raceAmountCents)) at once on a card with "
                + "\(euros(DayGenerator.raceLimitCents)): exactly \(approved) approved"
        )
        let blocked = answered.filter { $0.purchase.story == .blockedMerchant }
        check(
            blocked.allSatisfy { $0.decision.reason == .merchantBlocked },
            "the blocked casino was declined every time"
        )
        let stolen = answered.filter { $0.purchase.story == .stolenCard }
        let report = day.purchases.first { $0.request == .reportStolen }?.time ?? midnight
        let late = stolen.filter { $0.purchase.time > report }
        check(
            !late.isEmpty && late.allSatisfy { $0.decision.reason == .cardStolen },
            "the stolen card: nothing approved after it was reported"
        )
        let testing = answered.filter { $0.purchase.story == .cardTesting }
        check(
            testing.contains { $0.decision.outcome == .flagged } && testing.last?.decision.reason == .velocityExceeded,
            "card testing: flagged from the 11th payment in a minute on, then declined"
        )
    }

    /// Compares every card's balance with the sum of what was approved on it.
    mutating func checkBalances() throws {
        var sums = [Int64](repeating: 0, count: day.cards.count)
        for each in answered where each.purchase.card < sums.count {
            sums[each.purchase.card] += each.decision.approvedAmount
        }
        var wrong: [String] = []
        for card in sums.indices {
            let found = try admin.call(CardGet(cardToken: naming.token(ordinal: card)), CardGetReply.self).card
            if found.held != sums[card] || found.available != day.cards[card].limitCents - sums[card] {
                wrong.append(
                    "\(day.cards[card].holder): expected \(euros(sums[card])) held, found \(euros(found.held))"
                )
            }
        }
        check(wrong.isEmpty, "\(sums.count) balances equal the sum of their approvals to the cent")
        for line in wrong.prefix(5) { console.line("      \(line)") }
    }

    // MARK: One decline, explained

    mutating func explainDecline() throws {
        guard
            let chosen = answered.first(where: { $0.decision.reason == .exceedsAmountThreshold })
                ?? answered.first(where: { $0.decision.outcome == .declined })
        else {
            check(false, "there is a decline to explain")
            return
        }
        console.section("One decline, explained  (as `assentctl payment show \(chosen.decision.lsn)` does)")
        let payment = try admin.call(PaymentGet(lsn: chosen.decision.lsn), PaymentGetReply.self)
        let card = day.cards[min(chosen.purchase.card, day.cards.count - 1)]
        console.table(
            [
                ["  payment", "\(payment.decision.lsn)"],
                ["  card", "\(card.holder), **** \(card.lastFour)"],
                ["  merchant", "\(payment.merchantName), \(payment.merchantCity) (\(payment.merchantCategory))"],
                ["  amount", euros(payment.amount ?? 0)],
                [
                    "  answer",
                    "\(payment.decision.outcome), \(payment.decision.reason.text), "
                        + "code \(payment.decision.responseCode)",
                ],
            ],
            leftColumns: 2
        )
        console.line()
        console.table(payment.checks.map { row($0) })
        console.line()
        console.line("  \(payment.detail)")
        check(
            payment.requestID == chosen.request.requestID && payment.decision == chosen.decision,
            "the stored payment is the one that was answered"
        )
    }

    private func row(_ entry: PaymentGetReply.ChecksEntry) -> [String] {
        let mark =
            switch entry.result {
            case .passed: "passed "
            case .failed: "FAILED "
            case .flagged: "flagged"
            }
        func text(_ number: Int64?) -> String {
            guard let number else { return "" }
            return switch entry.unit {
            case .none: ""
            case .money: euros(number)
            case .count: "\(number) payments"
            case .code: code(number, entry.check)
            }
        }
        let seen = text(entry.seen)
        let allowed = text(entry.allowed)
        return ["  \(mark)  \(entry.check)", seen, allowed.isEmpty ? "" : "of \(allowed)"]
    }

    /// A code by the name that people know it by.
    private func code(_ number: Int64, _ check: Check) -> String {
        let name: String? =
            switch check {
            case .cardState: CardStatus(rawValue: UInt8(clamping: number)).map { "\($0)" }
            case .cardExpiry: ExpiryMonth(monthNumber: UInt16(clamping: number)).map { "\($0)" }
            case .currency: Currency(packed: UInt32(clamping: number)).map { "\($0)" }
            case .merchantCategory: MerchantCategory(code: UInt16(clamping: number)).map { "\($0)" }
            case .merchantCountry: Country(packed: UInt16(clamping: number)).map { "\($0)" }
            case .presence: Presence(rawValue: UInt8(clamping: number)).map { "\($0)" }
            case .cardKnown, .merchantBlockList, .velocity1, .velocity2, .velocity3, .velocity4, .transactionLimit,
                .amountThreshold, .spendingLimit, .rules, .approval:
                nil
            }
        return name ?? "\(number)"
    }

    // MARK: The power cut

    mutating func surviveKill() throws {
        console.section("kill -9, and start again on the same directory")
        let before = try admin.call(Digest(), DigestReply.self)
        daemon.kill()
        let start = Clock.monotonicNanoseconds()
        try daemon.start()
        let waited = Format.duration(nanoseconds: UInt64(max(0, Clock.monotonicNanoseconds() - start)))
        gateway = try GatewayLink(to: daemon.gateway)
        admin = try GatewayLink(to: daemon.administration)
        let status = try admin.call(Status(), StatusReply.self)
        console.line(
            "  serving again after \(waited): \(Format.grouped(status.recoveredRecords)) records replayed in "
                + Format.duration(nanoseconds: status.recoveryMicroseconds * 1_000)
        )
        let after = try admin.call(Digest(), DigestReply.self)
        check(before == after, "the digest of the whole state is the same: \(hexadecimal(after.digest))")
        let queries: [any WireMessage] = answered.map {
            QueryByRequestID(requestID: $0.request.requestID, transmissionTime: $0.request.transmissionTime)
        }
        let found = try gateway.exchange(queries).map { try $0.frame.decode(QueryByRequestIDReply.self) }
        let same = zip(found, answered).filter { $0.found == .decided && $0.decision == $1.decision }.count
        check(
            same == answered.count && found.count == answered.count,
            "\(Format.grouped(same)) of \(Format.grouped(answered.count)) answered payments are there, "
                + "with the same answer"
        )
        let repeats = try gateway.exchange(answered.map(\.request.message))
        let identical = zip(repeats, answered).filter { $0.frame.body == $1.body }.count
        check(
            identical == answered.count,
            "all of them sent again: \(Format.grouped(identical)) answers are the same to the byte"
        )
        let last = try admin.call(Digest(), DigestReply.self)
        check(last == after, "and the repeats changed nothing")
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
    }
}
