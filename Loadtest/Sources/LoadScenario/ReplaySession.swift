internal import Client
internal import Domain
internal import LoadDriver
internal import LoadReport
internal import Platform
internal import Wire

/// A replay on its way.
struct ReplaySession {
    /// What became of the lines of one division.
    struct Share {
        var purchases = 0
        var credits = 0
        /// What the file says.
        var fileCents: Int64 = 0
        /// What is posted to the division's cards.
        var cardCents: Int64 = 0
        /// What the division's accounts in the ledger come to.
        var ledgerCents: Int128 = 0
    }

    /// What the first pass was answered.
    struct Answers {
        var byReason: [Reason: Int] = [:]
        var refusedByCode: [Int: Int] = [:]
        var approvedCents: Int64 = 0
        var clearedCents: Int64 = 0
        var refundedCents: Int64 = 0
        var byRule: [MatchRule: Int] = [:]
        var late = 0
    }

    /// Requests sent before their answers are read through, at most.
    static let batchCount = 4_096

    let daemon: DaemonProcess
    let lines: [PurchasingLine]
    let timetable: ReplayTimetable
    /// What is sent before the answers are read through.
    private let batches: [Range<Int>]
    let cardLimitCents: Int64
    let rowCountMax: Int
    let console: Console
    var gateway: GatewayLink
    var admin: GatewayLink
    var failures = 0

    var accounts: [ReplayAccount] = []
    var accountIndex: [ReplayAccount: Int] = [:]
    var divisions: [String: Share] = [:]
    var answers = Answers()
    /// A hash of every answer's body, in the order of the events.
    private var bodies: [Int] = []

    init(
        daemon: DaemonProcess,
        lines: [PurchasingLine],
        cardLimitCents: Int64,
        rowCountMax: Int,
        console: Console
    ) throws {
        self.daemon = daemon
        self.lines = lines
        self.cardLimitCents = cardLimitCents
        self.rowCountMax = rowCountMax
        self.console = console
        timetable = ReplayTimetable(lines)
        batches = Self.batches(timetable.events)
        gateway = try GatewayLink(to: daemon.gateway)
        admin = try GatewayLink(to: daemon.administration)
        for line in lines {
            let account = ReplayAccount(line)
            if accountIndex[account] == nil {
                accountIndex[account] = accounts.count
                accounts.append(account)
            }
            var share = divisions[line.division, default: Share()]
            if line.isCredit { share.credits += 1 } else { share.purchases += 1 }
            share.fileCents += line.amountCents
            divisions[line.division] = share
        }
    }

    mutating func check(_ holds: Bool, _ sentence: String) {
        console.check(holds, sentence)
        if !holds { failures += 1 }
    }

    func dollars(_ cents: Int64) -> String {
        guard let canadian = Currency("CAD") else { return "\(cents)" }
        return Money(minorUnits: cents, currency: canadian).description
    }

    /// Takes away the limit of single payments, which these have been made in spite of, and makes a card for every cost
    /// centre of every division, in the order in which they appear.
    ///
    /// - Parameter threshold: The most that a payment may be; `none` for any amount.
    mutating func prepare(threshold: String) throws {
        guard let first = timetable.events.first else { throw LoadFailure.usage("the file has no lines") }
        let before = first.time.advanced(byMicroseconds: -3_600_000_000)
        let setting = ReplayRequest.setting("amount-threshold.default", threshold, time: before)
        _ = try admin.call(setting, ConfigSetReply.self)
        var made = 0
        for start in stride(from: 0, to: accounts.count, by: Self.batchCount) {
            let requests: [any WireMessage] = try accounts[start..<min(start + Self.batchCount, accounts.count)]
                .map { try ReplayRequest.card($0, limitCents: cardLimitCents, time: before) }
            made += try admin.exchange(requests).filter { $0.frame.holds(CardCreateReply.self) }.count
        }
        check(
            made == accounts.count,
            "\(Format.grouped(made)) cards, one for each cost centre of each division, limit "
                + "\(dollars(cardLimitCents)) each"
        )
    }

    /// Sends every event in the order of time, pipelined on one connection.
    mutating func firstPass() throws {
        let bar = ProgressBar(title: "first pass")
        let start = Clock.monotonicNanoseconds()
        bodies.reserveCapacity(timetable.events.count)
        for range in batches {
            for (index, answer) in try zip(range, gateway.exchange(requests(range))) {
                bodies.append(answer.frame.body.hashValue)
                guard let (decision, payment) = try answer.frame.event() else {
                    answers.refusedByCode[answer.rejectCode ?? 0, default: 0] += 1
                    continue
                }
                count(timetable.events[index], decision, payment)
            }
            bar.show(Double(range.upperBound) / Double(timetable.events.count))
        }
        bar.finish()
        let seconds = Double(Clock.monotonicNanoseconds() - start) / 1e9
        console.line(
            "  \(Format.grouped(timetable.events.count)) messages in \(Format.decimal(seconds, 2)) s, "
                + "\(Format.grouped(Int(Double(timetable.events.count) / seconds))) a second on one connection"
        )
    }

    /// Takes new connections: one that was silent during a long pass, and answered no Ping, has been closed.
    mutating func reconnect() throws {
        gateway = try GatewayLink(to: daemon.gateway)
        admin = try GatewayLink(to: daemon.administration)
    }

    private mutating func count(
        _ event: ReplayTimetable.Event,
        _ decision: DecisionBlock,
        _ payment: PaymentBlock?
    ) {
        answers.byReason[decision.reason, default: 0] += 1
        switch event.kind {
        case .authorization: answers.approvedCents += decision.approvedAmount
        case .clearing:
            answers.clearedCents += payment?.postedChange ?? 0
            answers.byRule[payment?.matchRule ?? .none, default: 0] += 1
            if payment?.flags.contains(.lateCleared) == true { answers.late += 1 }
        case .refund: answers.refundedCents -= payment?.postedChange ?? 0
        }
    }

    /// Sends every event again: the same answers, and nothing changes.
    mutating func secondPass() throws {
        console.section("The same again")
        let before = try (admin.call(Digest(), DigestReply.self), trial())
        try reconnect()
        let bar = ProgressBar(title: "second pass")
        var same = 0
        for range in batches {
            for (index, answer) in try zip(range, gateway.exchange(requests(range)))
            where answer.frame.body.hashValue == bodies[index] {
                same += 1
            }
            bar.show(Double(range.upperBound) / Double(timetable.events.count))
        }
        bar.finish()
        check(
            same == timetable.events.count,
            "\(Format.grouped(same)) of \(Format.grouped(timetable.events.count)) answers are the same to the byte"
        )
        try reconnect()
        let after = try (admin.call(Digest(), DigestReply.self), trial())
        let hex = after.0.digest.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
        check(before.0 == after.0, "the digest of the whole state did not change: \(hex)")
        check(before.1.accounts == after.1.accounts, "nor did any account of the ledger")
    }

    /// Of what is sent together nothing says which comes first where it cannot be found in memory: so an authorization
    /// that comes after its clearing, as some lines of the file have it, waits for the clearing's answer.
    private static func batches(_ events: [ReplayTimetable.Event]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var cleared: Set<Int> = []
        for (index, event) in events.enumerated() {
            let waits = event.kind == .authorization && cleared.contains(event.line)
            if waits || index - start == batchCount {
                batches.append(start..<index)
                start = index
                cleared = []
            }
            if event.kind == .clearing { cleared.insert(event.line) }
        }
        if start < events.count { batches.append(start..<events.count) }
        return batches
    }

    private func requests(_ range: Range<Int>) throws -> [any WireMessage] {
        try range.map { index in
            let event = timetable.events[index]
            return try ReplayRequest.make(event, lines[event.line], occurrence: timetable.occurrences[event.line])
        }
    }
}

extension Frame {
    /// The decision that answers an event, and the payment after it; `nil` for a Reject.
    fileprivate func event() throws -> (decision: DecisionBlock, payment: PaymentBlock?)? {
        if holds(ClearingReply.self) {
            let reply = try decode(ClearingReply.self)
            return (reply.decision, reply.payment)
        }
        if holds(RefundClearingReply.self) {
            let reply = try decode(RefundClearingReply.self)
            return (reply.decision, reply.payment)
        }
        return try decision().map { ($0, nil) }
    }
}
