internal import CLoadSockets
internal import Client
internal import Domain
internal import LoadDriver
internal import LoadReport
internal import Platform
internal import Wire

/// Asks for receipts of decisions that it has had made.
final class ReceiptAsking: Sendable {
    /// What asking came to.
    struct Outcome: Sendable {
        var givenCount = 0
        /// Refused as busy, to be asked for again.
        var refusedCount = 0
        /// Neither: there must be none.
        var otherCount = 0
        /// How long was asked, in nanoseconds.
        var nanoseconds: Int64 = 0
        /// How long an answer took, in nanoseconds.
        var latencies: [UInt64] = []

        var perSecond: Double { nanoseconds > 0 ? Double(givenCount) * 1e9 / Double(nanoseconds) : 0 }

        func latency(_ share: Double) -> Double {
            let sorted = latencies.sorted()
            return sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
        }
    }

    private struct Decision {
        let requestID: RequestID
        let time: Instant
        let lsn: LogSequenceNumber

        var question: ReceiptGet { ReceiptGet(requestID: requestID, transmissionTime: time, previousLSN: .zero) }
    }

    private struct Count {
        var outcome = Outcome()
        var began: Int64 = 0
        var next = 0
    }

    /// How many are asked for at a time.
    static let depth = 256

    private let gateway: Endpoint
    private let decisions: [Decision]
    private let count = Locked(Count())

    /// Makes a card of its own, has decisions made on it, and waits until receipts are given for them.
    init(_ daemon: DaemonProcess, count: Int) throws {
        gateway = daemon.gateway
        let link = try GatewayLink(to: daemon.gateway)
        let card = CardToken(high: RandomBytes.word() | 1, low: RandomBytes.word())
        try Self.make(card, daemon)
        let requests = try (0..<count).map { try Self.request($0, on: card) }
        var decisions: [Decision] = []
        for (request, answer) in zip(requests, try link.exchange(requests)) {
            guard let decision = try answer.decision() else {
                throw LoadFailure.protocolBroken("a decision was refused with \(answer.rejectCode ?? 0)")
            }
            decisions.append(
                Decision(requestID: request.requestID, time: request.transmissionTime, lsn: decision.lsn)
            )
        }
        self.decisions = decisions
    }

    private static func make(_ card: CardToken, _ daemon: DaemonProcess) throws {
        guard let euro = Currency("EUR") else { throw LoadFailure.usage("EUR is no currency") }
        _ = try GatewayLink(to: daemon.administration).call(
            CardCreate(
                requestID: RequestID(high: RandomBytes.word() | 1, low: 1),
                cardToken: card,
                transmissionTime: Instant(microseconds: Clock.now()),
                spendingLimit: 100_000_000_000,
                lastFour: Text16(),
                currency: euro,
                profile: Text16(),
                status: .active
            ),
            CardCreateReply.self
        )
    }

    private static func request(_ number: Int, on card: CardToken) throws(LoadFailure) -> Authorize {
        guard let euro = Currency("EUR"), let country = Country("CH"), let category = MerchantCategory(code: 5_411),
            let merchant = Text16("M1"), let terminal = Text16("T1")
        else { throw .usage("the request cannot be carried") }
        return Authorize(
            requestID: RequestID(high: RandomBytes.word() | 1, low: UInt64(number)),
            cardToken: card,
            amount: 100,
            transmissionTime: Instant(microseconds: Clock.now()),
            merchantID: merchant,
            terminalID: terminal,
            currency: euro,
            merchantCountry: country,
            merchantCategory: category,
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: "Lindenhof",
            merchantCity: "Bern"
        )
    }

    /// Waits until all are under a signed checkpoint, and looks at every receipt.
    ///
    /// - Returns: Whether each is of its decision, and signed.
    func check(_ key: ReceiptKey) throws -> Bool {
        let link = try GatewayLink(to: gateway)
        let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
        var isRight = true
        for start in stride(from: 0, to: decisions.count, by: Self.depth) {
            var waiting = Array(decisions[start..<min(decisions.count, start + Self.depth)])
            while !waiting.isEmpty {
                guard Clock.monotonicNanoseconds() < deadline else {
                    throw LoadFailure.usage("\(waiting.count) decisions were not under a checkpoint after a minute")
                }
                var later: [Decision] = []
                for (decision, answer) in zip(waiting, try link.exchange(waiting.map(\.question))) {
                    guard answer.frame.holds(ReceiptGetReply.self) else {
                        later.append(decision)
                        continue
                    }
                    let reply = try answer.frame.decode(ReceiptGetReply.self)
                    if reply.state == .pending {
                        later.append(decision)
                    } else {
                        let isOfIt = reply.receipt.contains("\nrecord \(decision.lsn)\n")
                        isRight = isRight && reply.state == .given && isOfIt && key.hasSigned(reply.receipt)
                    }
                }
                waiting = later
                if !waiting.isEmpty { cls_pause(20_000_000) }
            }
        }
        return isRight
    }

    /// Asks for as many as are asked for at a time.
    func askBatch(_ link: GatewayLink) throws {
        let first = count.withLock { held in
            defer { held.next += Self.depth }
            return held.next
        }
        let questions = (first..<first + Self.depth).map { decisions[$0 % decisions.count].question }
        let answers = try link.exchange(questions)
        try count.withLock { held in
            for answer in answers {
                if answer.rejectCode != nil {
                    held.outcome.refusedCount += 1
                } else if try answer.frame.decode(ReceiptGetReply.self).state == .given {
                    held.outcome.givenCount += 1
                    held.outcome.latencies.append(answer.nanoseconds)
                } else {
                    held.outcome.otherCount += 1
                }
            }
        }
    }

    /// Counts from here on.
    func beginCounting() {
        count.withLock { $0 = Count(outcome: Outcome(), began: Clock.monotonicNanoseconds(), next: $0.next) }
    }

    /// What was counted.
    func counted() -> Outcome {
        count.withLock { held in
            held.outcome.nanoseconds = Clock.monotonicNanoseconds() - held.began
            return held.outcome
        }
    }

    /// Asks for nothing but receipts.
    func ask(seconds: Double) throws -> Outcome {
        let link = try GatewayLink(to: gateway)
        beginCounting()
        let end = Clock.monotonicNanoseconds() + Int64(seconds * 1e9)
        while Clock.monotonicNanoseconds() < end { try askBatch(link) }
        return counted()
    }

    /// A row of a table: given a second, refused in all, two percentiles of what answers took.
    static func row(_ name: String, _ outcomes: [Outcome]) -> [String] {
        func time(_ share: Double) -> String {
            Format.duration(nanoseconds: UInt64(BenchFigures.median(outcomes.map { $0.latency(share) })))
        }
        return [
            name, Format.grouped(Int(BenchFigures.median(outcomes.map(\.perSecond)))),
            Format.grouped(outcomes.reduce(0) { $0 + $1.refusedCount }), time(0.5), time(0.99),
        ]
    }
}
