internal import Domain
internal import LoadDriver
internal import LoadModel
internal import LoadReport
internal import Platform

/// A daemon under overload, and the ledger of some cards of its.
final class OverloadTarget: @unchecked Sendable {
    // SAFETY (@unchecked Sendable): one thread uses it at a time, and another one only after that was joined.

    /// What one load came to.
    struct Step: Sendable {
        let name: String
        /// What was asked a second; `nil` in a closed loop.
        var offeredPerSecond: Double?
        let acceptedPerSecond: Double
        let accepted: LatencySummary
        let refused: LatencySummary
        let slices: LatencySlices?

        /// Whether less than one in a thousand was refused.
        var isServed: Bool { refused.count * 1_000 <= accepted.count }
    }

    /// How requests come, and how long.
    struct Pace: Sendable {
        var pace: LoadPlan.Pace
        var seconds: Double
        var warmUpSeconds = 1.0
        /// Another rate of the seconds before; `nil`: the same.
        var warmUpPerSecond: UInt64?
        var slices: LatencySlices?
    }

    private let process: DaemonProcess
    private let fleet: CardFleet
    private let currency: Currency
    private var model: LedgerModel
    private var found: [String] = []

    private static let limit: Int64 = 100_000_000_000_000

    /// Makes the cards.
    ///
    /// - Parameter seed: what their names follow from.
    init(_ process: DaemonProcess, cards: Int, seed: UInt64) throws {
        guard let euro = Currency("EUR") else { throw LoadFailure.usage("EUR is no currency") }
        let fleet = CardFleet(
            administration: process.administration,
            naming: CardNaming(seed: seed),
            currency: euro,
            limit: Self.limit
        )
        _ = try fleet.create(0..<cards)
        self.process = process
        self.fleet = fleet
        currency = euro
        model = LedgerModel(count: cards)
    }

    /// Puts a load on the daemon.
    func step(_ name: String, _ pace: Pace, _ connections: Int, depth: Int) throws -> Step {
        // What the steps before have left on the cards is there already.
        model.rebase()
        let runner = try LoadRunner(gateway: process.gateway, connections: connections, depth: depth)
        var plan = LoadPlan(
            pace: pace.pace,
            warmUpNanoseconds: UInt64(pace.warmUpSeconds * 1e9),
            measureNanoseconds: UInt64(pace.seconds * 1e9),
            naming: fleet.naming,
            cardCount: model.count,
            skew: .uniform,
            amounts: 100...9_999,
            seed: 1,
            requestIDHigh: RandomBytes.word() | 1,
            verifiesChecksums: true,
            isEcho: false,
            frames: MerchantFrames.make(currency: currency)
        )
        plan.warmUpPerSecond = pace.warmUpPerSecond
        plan.slices = pace.slices
        var result = try runner.run(plan, model: model)
        found += result.discrepancies.map { "reply: \($0)" }
        if result.tally.unanswered != 0 { found.append("\(result.tally.unanswered) requests were not answered") }
        let accepted = result.acceptances.summary
        let refused = result.refusals.summary
        let slices = result.slices
        model = result.takeModel()
        return Step(
            name: name,
            acceptedPerSecond: Double(accepted.count) / pace.seconds,
            accepted: accepted,
            refused: refused,
            slices: slices
        )
    }

    /// Compares all balances.
    ///
    /// - Returns: what was wrong, on the way too.
    func problems() throws -> [String] {
        try found + fleet.verify(model).discrepancies.map { "balance: \($0)" }
    }
}
