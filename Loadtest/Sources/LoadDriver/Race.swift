public import Cryptography
public import Domain
internal import LoadModel
internal import LoadReport
public import Platform

/// Proves that a card is never overspent: one card, many requests in flight at the same instant.
public struct Race: Sendable {
    private let gateway: Endpoint
    private let tls: TLSClientContext?
    private let fleet: CardFleet
    private let seed: UInt64
    private let limit: Int64
    private let amount: Int64
    private let requests: Int
    private let threads: Int

    /// What became of it.
    public struct Finding: Sendable {
        /// What happened, in one sentence.
        public let sentence: String
        /// What should not have; empty when the proof holds.
        public let failures: [String]
        /// How many were approved.
        public let approved: UInt64
    }

    /// A race on a new card with this limit and amount, both in minor units; the seed names the card.
    public init(
        gateway: Endpoint,
        tls: TLSClientContext? = nil,
        administration: Endpoint,
        seed: UInt64,
        currency: Currency,
        limit: Int64,
        amount: Int64,
        requests: Int,
        threads: Int
    ) {
        self.gateway = gateway
        self.tls = tls
        self.seed = seed
        self.limit = limit
        self.amount = amount
        self.requests = requests
        self.threads = threads
        fleet = CardFleet(
            administration: administration,
            naming: CardNaming(seed: seed),
            currency: currency,
            limit: limit
        )
    }

    /// Makes the card, sends everything, waits for every answer and compares.
    public func run() throws -> Finding {
        let connections = max(1, min(100, requests / 10))
        let runner = try LoadRunner(
            gateway: gateway,
            tls: tls,
            connections: connections,
            depth: (requests + connections - 1) / connections,
            threads: threads
        )
        let model = try fleet.prepare(count: 1)
        let plan = LoadPlan(
            pace: .once(total: UInt64(requests)),
            warmUpNanoseconds: 0,
            measureNanoseconds: 60_000_000_000,
            naming: fleet.naming,
            cardCount: 1,
            skew: .uniform,
            amounts: amount...amount,
            seed: seed,
            requestIDHigh: RandomBytes.word() | 1,
            verifiesChecksums: true,
            isEcho: false,
            frames: MerchantFrames.make(currency: fleet.currency)
        )
        let result = try runner.run(plan, model: model)
        let verification = try fleet.verify(result.model)
        let fits = min(UInt64(requests), UInt64(limit / amount))
        let approved = result.tally.count(Outcome.approved) + result.tally.count(Outcome.flagged)
        let short = result.tally.count(Reason.insufficientFunds)
        var failures: [String] = []
        if result.tally.decisions != UInt64(requests) {
            failures.append(
                "\(requests) requests, \(result.tally.decisions) decisions, \(result.tally.rejectTotal) refused"
            )
        }
        if approved != fits { failures.append("\(approved) approved, exactly \(fits) fit") }
        if short != UInt64(requests) - fits {
            failures.append("\(short) declined for insufficient funds, expected \(UInt64(requests) - fits)")
        }
        failures += result.discrepancies.map { "reply: \($0)" } + verification.discrepancies.map { "balance: \($0)" }
        let expected = Int64(fits) * amount
        if result.model.expectedHeld(card: 0) != expected {
            failures.append("\(result.model.expectedHeld(card: 0)) held by the replies, expected \(expected)")
        }
        let sentence =
            "\(Format.right(Format.grouped(requests), 6)) requests over "
            + "\(Format.right("\(connections)", 3)) connections: "
            + "\(Format.right(Format.grouped(approved), 5)) approved, "
            + "\(Format.right(Format.grouped(short), 5)) declined, "
            + "\(Money(minorUnits: expected, currency: fleet.currency)) of "
            + "\(Money(minorUnits: limit, currency: fleet.currency)) held"
        return Finding(sentence: sentence, failures: failures, approved: approved)
    }
}
