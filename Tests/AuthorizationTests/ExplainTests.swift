import Authorization
import Domain
import Randomness
import Testing

@Suite("Explain")
struct ExplainTests {
    @Test func everyCheckSaysWhatItSawAndAgainstWhat() throws {
        var world = try makeWorld(
            [
                ("velocity.1", "count>2 or sum>15.00 in 60s flag"), ("velocity.2", "sum>15.00 in 1h decline"),
            ],
            card: { $0.transactionLimit = 900 }
        )
        world.authorize(try makeRequest { $0.amount = 800 })
        let event = world.authorize(try makeRequest())
        let results = explain(event, policy: world.policy)
        func result(_ check: Check) -> CheckResult? { results.first { $0.check == check } }
        #expect(result(.cardState)?.seen == 2 && result(.cardState)?.limit == 2)
        #expect(result(.cardExpiry)?.seen == 2_026 * 12 + 10 && result(.cardExpiry)?.limit == 2_030 * 12 + 11)
        #expect(
            result(.currency)
                == CheckResult(check: .currency, result: .passed, seen: 0x45_5552, limit: 0x45_5552, unit: .code)
        )
        #expect(
            result(.velocity1)
                == CheckResult(check: .velocity1, result: .flagged, seen: 1_800, limit: 1_500, unit: .money)
        )
        #expect(
            result(.velocity2)
                == CheckResult(check: .velocity2, result: .failed, seen: 1_800, limit: 1_500, unit: .money)
        )
        #expect(
            result(.transactionLimit)
                == CheckResult(check: .transactionLimit, result: .failed, seen: 1_000, limit: 900, unit: .money)
        )
        #expect(
            result(.spendingLimit)
                == CheckResult(check: .spendingLimit, result: .passed, seen: 1_000, limit: 99_200, unit: .money)
        )
        #expect(result(.merchantCategory)?.seen == 5_411)
    }

    @Test(arguments: Seeds.all)
    func explainingAgreesWithDeciding(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var model = try RandomTraffic(seed: seed)
        for _ in 0..<2_000 {
            try model.step(&random)
            guard case .authorization(let event)? = model.world.log.last else { continue }
            let results = explain(event, policy: model.world.policy)
            let run = results.reduce(CheckSet()) { $0.union(CheckSet($1.check)) }
            let failed = results.filter { $0.result == .failed }.reduce(CheckSet()) { $0.union(CheckSet($1.check)) }
            let flagged = results.filter { $0.result == .flagged }.reduce(CheckSet()) { $0.union(CheckSet($1.check)) }
            guard run == event.decision.checksRun, failed == event.decision.checksFailed,
                flagged == event.decision.checksFlagged, results.map(\.check) == run.checks
            else {
                Issue.record("seed \(seed): \(results) for \(event)")
                return
            }
        }
    }
}
