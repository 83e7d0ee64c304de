internal import Client
internal import Domain
internal import LoadDriver
internal import LoadModel
internal import LoadReport
internal import Platform
internal import Wire

/// The demonstration on its way: what was sent, what was answered, what was checked.
struct DemonstrationSession {
    /// One answered request.
    struct Answered {
        let purchase: PlannedPurchase
        let request: PurchaseRequest
        let decision: DecisionBlock
        let body: [UInt8]
    }

    let daemon: DaemonProcess
    let day: DayGenerator
    let seed: UInt64
    let console: Console
    let naming: CardNaming
    var gateway: GatewayLink
    var admin: GatewayLink
    var answered: [Answered] = []
    var latencies: [UInt64] = []
    var refused = 0
    var failures = 0

    init(daemon: DaemonProcess, day: DayGenerator, seed: UInt64, console: Console) throws {
        self.daemon = daemon
        self.day = day
        self.seed = seed
        self.console = console
        naming = CardNaming(seed: seed)
        gateway = try GatewayLink(to: daemon.gateway)
        admin = try GatewayLink(to: daemon.administration)
    }

    var midnight: Instant { Instant(DayGenerator.date) ?? .epoch }
    /// When policy and cards were made: some weeks before, so that one card can have expired since.
    private var beginning: Instant { Instant("2026-02-02T09:00:00Z") ?? .epoch }

    mutating func check(_ holds: Bool, _ sentence: String) {
        console.check(holds, sentence)
        if !holds { failures += 1 }
    }

    func identifier(_ name: String) -> RequestID {
        let halves = DerivedIdentifier.halves(namespace: seed, name: name)
        return RequestID(high: halves.high, low: halves.low)
    }

    func euros(_ cents: Int64) -> String {
        guard let euro = Currency("EUR") else { return "\(cents)" }
        return Money(minorUnits: cents, currency: euro).description
    }

    // MARK: Before the day

    mutating func prepare() throws {
        console.section("Policy and cards")
        try set("merchant-block.contains", "LUCKY SEVENS")
        try set("velocity.2", "count>30 in 10m decline")
        console.table(
            [
                ["  any payment above 5,000.00", "declined  (default)"],
                ["  more than 10 of a card in a minute", "flagged  (default)"],
                ["  more than 30 of a card in 10 minutes", "declined  (velocity.2)"],
                ["  merchants named \"LUCKY SEVENS\"", "declined  (merchant-block.contains)"],
            ],
            leftColumns: 2
        )
        let requests: [any WireMessage] = try day.cards.enumerated().map { index, card in
            guard let euro = Currency("EUR"), let lastFour = Text16(card.lastFour) else {
                throw LoadFailure.usage("card \(index) cannot be carried")
            }
            return CardCreate(
                requestID: identifier("card \(index)"),
                cardToken: naming.token(ordinal: index),
                transmissionTime: beginning,
                spendingLimit: card.limitCents,
                transactionLimit: card.transactionLimitCents,
                expiry: ExpiryMonth(card.expiry),
                lastFour: lastFour,
                currency: euro,
                profile: Text16(),
                status: card.isActive ? .active : .notActivated
            )
        }
        let made = try admin.exchange(requests).filter { $0.frame.holds(CardCreateReply.self) }.count
        let total = day.cards.reduce(0) { $0 + $1.limitCents }
        check(
            made == day.cards.count,
            "\(made) cards made over the administration socket, limits of \(euros(total)) in all"
        )
    }

    private func set(_ key: String, _ value: String) throws {
        _ = try admin.call(
            ConfigSet(
                requestID: identifier("set \(key)"),
                transmissionTime: beginning,
                expectedVersion: .zero,
                key: key,
                value: value
            ),
            ConfigSetReply.self
        )
    }

    // MARK: The day

    /// Plays the day: a simulated minute every few milliseconds; each hour is shown when it is over.
    mutating func playDay(seconds: Double) throws {
        console.section("\(DayGenerator.date), a day in \(Format.decimal(seconds, 0)) seconds")
        let start = Clock.monotonicNanoseconds()
        let perMinute = seconds * 1e9 / 1_440
        var next = 0
        var hour = HourFigures()
        for minute in 0..<1_440 {
            pause(until: start + Int64(perMinute * Double(minute)))
            let end = midnight.microseconds + Int64(minute + 1) * 60_000_000
            let first = next
            while next < day.purchases.count, day.purchases[next].time.microseconds < end { next += 1 }
            try play(first..<next, &hour)
            if minute % 60 == 59 {
                console.line(hour.line(minute / 60, self))
                hour = HourFigures()
            }
        }
    }

    private func pause(until time: Int64) {
        let rest = time - Clock.monotonicNanoseconds()
        if rest > 0 { Pause.nanoseconds(rest) }
    }

    /// Sends what is due, in order; an operator's action waits for the answers before it.
    private mutating func play(_ range: Range<Int>, _ hour: inout HourFigures) throws {
        var batch: [(PlannedPurchase, PurchaseRequest)] = []
        for index in range {
            let purchase = day.purchases[index]
            let token = naming.token(ordinal: purchase.card)
            if purchase.request == .reportStolen {
                try take(&batch, &hour)
                _ = try admin.call(
                    CardSetStatus(
                        requestID: identifier("stolen"),
                        cardToken: token,
                        transmissionTime: purchase.time,
                        status: .stolen
                    ),
                    CardSetStatusReply.self
                )
            } else if let request = try PurchaseRequest(purchase, number: index, token: token, seed: seed) {
                if purchase.story == .race, batch.last?.0.story != .race { try take(&batch, &hour) }
                batch.append((purchase, request))
            }
        }
        try take(&batch, &hour)
    }

    private mutating func take(_ batch: inout [(PlannedPurchase, PurchaseRequest)], _ hour: inout HourFigures) throws {
        guard !batch.isEmpty else { return }
        let isRace = batch.allSatisfy { $0.0.story == .race }
        let answers = isRace ? try race(batch.map(\.1)) : try gateway.exchange(batch.map(\.1.message))
        for (sent, answer) in zip(batch, answers) {
            latencies.append(answer.nanoseconds)
            guard let decision = try answer.decision() else {
                refused += 1
                continue
            }
            hour.add(sent.0, decision)
            answered.append(
                Answered(purchase: sent.0, request: sent.1, decision: decision, body: answer.frame.body)
            )
        }
        if answers.count != batch.count { failures += 1 }
        batch = []
    }

    /// The same instant on 16 connections: everything is sent before anything is read.
    private func race(_ requests: [PurchaseRequest]) throws -> [LinkAnswer] {
        let links = try (0..<16).map { _ in try GatewayLink(to: daemon.gateway) }
        let start = Clock.monotonicNanoseconds()
        for (index, request) in requests.enumerated() { try links[index % 16].send(request.message) }
        return try requests.indices.map { index in
            let frame = try links[index % 16].receive()
            return LinkAnswer(frame: frame, nanoseconds: UInt64(max(0, Clock.monotonicNanoseconds() - start)))
        }
    }
}

/// An hour of the day, for its line.
struct HourFigures {
    private var requests = 0
    private var declined = 0
    private var flagged = 0
    private var cents: Int64 = 0
    private var stories: Set<PlannedPurchase.Story> = []

    mutating func add(_ purchase: PlannedPurchase, _ decision: DecisionBlock) {
        requests += 1
        if decision.outcome == .declined { declined += 1 }
        if decision.outcome == .flagged { flagged += 1 }
        cents += decision.approvedAmount
        stories.insert(purchase.story)
    }

    func line(_ hour: Int, _ session: DemonstrationSession) -> String {
        let bar = String(repeating: "▇", count: min(32, (requests + 9) / 10))
        var text = "  \(hour < 10 ? "0" : "")\(hour):00 \(Format.left(bar, 32)) \(Format.right("\(requests)", 4))"
        text += Format.right(session.euros(cents), 16)
        text += Format.right(declined == 0 ? "" : "\(declined) declined", 14)
        text += Format.right(flagged == 0 ? "" : "\(flagged) flagged", 12)
        let notes = PlannedPurchase.Story.allCases.filter { $0 != .ordinary && stories.contains($0) }.map(\.rawValue)
        return notes.isEmpty ? text : text + session.console.paint("  " + notes.joined(separator: ", "), .yellow)
    }
}
