import Domain
import LoadModel
import LoadReport
import Testing

@testable import LoadDriver

@Suite(.timeLimit(.minutes(1)))
struct LoadRunnerTests {
    private func plan(
        _ pace: LoadPlan.Pace,
        cards: Int = 50,
        skew: KeySkew = .uniform,
        milliseconds: UInt64 = 150
    ) throws -> LoadPlan {
        let currency = try #require(Currency("EUR"))
        return LoadPlan(
            pace: pace,
            warmUpNanoseconds: 20_000_000,
            measureNanoseconds: milliseconds * 1_000_000,
            naming: CardNaming(seed: 9),
            cardCount: cards,
            skew: skew,
            amounts: 100...9_999,
            seed: 5,
            requestIDHigh: 77,
            verifiesChecksums: true,
            isEcho: false,
            frames: MerchantFrames.make(currency: currency)
        )
    }

    private func verify(_ model: borrowing LedgerModel, _ gateway: FakeGateway) -> [Discrepancy] {
        let balances = gateway.balances
        let naming = CardNaming(seed: 9)
        var found: [Discrepancy] = []
        for card in 0..<model.count {
            if let wrong = model.verify(card: card, held: balances[naming.token(ordinal: card)] ?? 0) {
                found.append(wrong)
            }
        }
        return found
    }

    @Test(arguments: [(1, 1, 1), (4, 16, 1), (5, 64, 2)])
    func aClosedLoopAccountsForEveryRequestToTheCent(connections: Int, depth: Int, threads: Int) throws {
        let gateway = try FakeGateway()
        defer { gateway.stop() }
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: connections, depth: depth, threads: threads)
        let result = try runner.run(plan(.closed), model: LedgerModel(count: 50))
        let (sent, decisions, unanswered) = (result.tally.sent, result.tally.decisions, result.tally.unanswered)
        #expect(sent == decisions)
        #expect(unanswered == 0)
        #expect(sent > UInt64(connections * depth))
        #expect(verify(result.model, gateway) == [])
        let (total, discrepancies, measured) = (result.model.approvedTotal, result.discrepancies, result.measured)
        #expect(total == gateway.balances.values.reduce(0, +))
        #expect(discrepancies == [])
        #expect(measured > 0 && measured <= sent)
    }

    @Test func anOpenLoopSendsExactlyWhatIsDue() throws {
        let gateway = try FakeGateway()
        defer { gateway.stop() }
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: 3, depth: 8, threads: 2)
        let pace = LoadPlan.Pace.open(perSecond: 2_000, toleranceNanoseconds: 1_000_000_000)
        let result = try runner.run(plan(pace, milliseconds: 200), model: LedgerModel(count: 50))
        let (sent, unanswered, recorded) = (result.tally.sent, result.tally.unanswered, result.latencies.count)
        // 220 ms at 2,000 a second, of which the first 20 ms are not measured.
        #expect(sent == 440)
        #expect(unanswered == 0)
        #expect(recorded == 400)
        #expect(verify(result.model, gateway) == [])
    }

    @Test func anOpenLoopHasAnotherRateBeforeItIsMeasuredAndCountsInSlices() throws {
        let gateway = try FakeGateway()
        defer { gateway.stop() }
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: 3, depth: 8, threads: 2)
        let pace = LoadPlan.Pace.open(perSecond: 1_000, toleranceNanoseconds: 1_000_000_000)
        var plan = try plan(pace, milliseconds: 200)
        plan.warmUpPerSecond = 5_000
        plan.slices = LatencySlices(count: 4, sliceNanoseconds: 50_000_000, slowNanoseconds: .max)
        let result = try runner.run(plan, model: LedgerModel(count: 50))
        let (sent, recorded, slices) = (result.tally.sent, result.latencies.count, result.slices?.slices)
        #expect(sent == 100 + 200)
        #expect(recorded == 200)
        #expect(slices?.map(\.accepted) == [50, 50, 50, 50])
    }

    @Test func aGeneratorThatIsLateSaysSo() throws {
        let gateway = try FakeGateway()
        defer { gateway.stop() }
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: 2, depth: 64)
        let pace = LoadPlan.Pace.open(perSecond: 5_000, toleranceNanoseconds: 0)
        let result = try runner.run(plan(pace), model: LedgerModel(count: 50))
        let report = RunReport(
            name: "run",
            configuration: [],
            result: result,
            verification: Verification(),
            lateShareMax: 0.001
        )
        #expect(report.verdict == .invalid)
        #expect(report.invalidities.contains { $0.hasPrefix("the generator was late") })
        #expect(report.verdict.exitStatus == 2)
    }

    @Test func oneHotCardTakesEverything() throws {
        let gateway = try FakeGateway()
        defer { gateway.stop() }
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: 4, depth: 16)
        let result = try runner.run(plan(.closed, skew: .hot(share: 1)), model: LedgerModel(count: 50))
        let touched = result.model.touchedCount
        #expect(touched == 1)
        #expect(verify(result.model, gateway) == [])
    }

    @Test func requestsOnceAreExactlySoMany() throws {
        let gateway = try FakeGateway(limit: 350)
        defer { gateway.stop() }
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: 7, depth: 3, threads: 2)
        var plan = try plan(.once(total: 20), cards: 1)
        plan.amounts = 100...100
        let result = try runner.run(plan, model: LedgerModel(count: 1))
        let (sent, approved) = (result.tally.sent, result.tally.count(Outcome.approved))
        #expect(sent == 20)
        #expect(approved == 3)
        #expect(result.tally.count(Reason.insufficientFunds) == 17)
    }

    @Test func aDaemonThatDoesNotTakeTheDepthIsNamed() throws {
        let gateway = try FakeGateway(credit: 8)
        defer { gateway.stop() }
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: 1, depth: 9)
        let failure = #expect(throws: LoadFailure.self) {
            _ = try runner.run(plan(.closed), model: LedgerModel(count: 50))
        }
        #expect(failure?.description.contains("8 requests in flight") == true)
    }
}

/// The harness is only worth something if it notices a daemon that lies.
@Suite(.timeLimit(.minutes(1)))
struct LyingDaemonTests {
    private func report(_ lie: FakeGateway.Lie, limit: Int64 = 1_000_000_000) throws -> RunReport {
        let gateway = try FakeGateway(limit: limit, lie: lie)
        defer { gateway.stop() }
        let currency = try #require(Currency("EUR"))
        let plan = LoadPlan(
            pace: .once(total: 500),
            warmUpNanoseconds: 0,
            measureNanoseconds: 10_000_000_000,
            naming: CardNaming(seed: 1),
            cardCount: 1,
            skew: .uniform,
            amounts: 100...100,
            seed: 1,
            requestIDHigh: 1,
            verifiesChecksums: true,
            isEcho: false,
            frames: MerchantFrames.make(currency: currency)
        )
        let runner = try LoadRunner(gateway: gateway.endpoint, connections: 1, depth: 32)
        let result = try runner.run(plan, model: LedgerModel(count: 1))
        return RunReport(
            name: "lie",
            configuration: [],
            result: result,
            verification: Verification(),
            lateShareMax: 1
        )
    }

    @Test func anHonestOneIsValid() throws {
        #expect(try report(.none).verdict == .valid)
    }

    @Test func aWrongCentInAReplyFailsTheRun() throws {
        let report = try report(.wrongCentInHeld(atDecision: 250))
        #expect(report.verdict == .failed)
        #expect(report.failures.first?.contains("held does not grow") == true, "\(report.failures)")
    }

    @Test func oneNumberForTwoDecisionsFailsTheRun() throws {
        let report = try report(.repeatedLSN(atDecision: 250))
        #expect(report.failures.first?.contains("one LSN") == true, "\(report.failures)")
    }

    @Test func aBusyAnswerMakesTheRunInvalid() throws {
        let report = try report(.busy(atDecision: 250))
        #expect(report.verdict == .invalid)
        #expect(report.invalidities.contains { $0.contains("code 401") })
    }

    @Test func aBrokenChecksumStopsTheRun() throws {
        #expect(throws: LoadFailure.self) { _ = try report(.brokenChecksum(atDecision: 250)) }
    }

    @Test func aConnectionThatClosesStopsTheRun() throws {
        #expect(throws: LoadFailure.self) { _ = try report(.closesInstead(atDecision: 250)) }
    }
}
