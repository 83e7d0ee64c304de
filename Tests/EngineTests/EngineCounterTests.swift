import Authorization
import Domain
import Foundation
import Journal
import Platform
import Randomness
import Rules
import Testing

@testable import Engine

/// What is counted over all cards: equal to adding up a list, whatever happens to payments, and the same after a
/// restart.
@Suite(.timeLimit(.minutes(20))) struct EngineCounterTests {
    private static let declared = [
        CounterOracle.Declared(keys: ["merchant"], seconds: 10),
        CounterOracle.Declared(keys: ["merchant", "currency"], seconds: 3_600),
        CounterOracle.Declared(keys: ["card", "country"], seconds: 86_400),
        CounterOracle.Declared(keys: ["terminal", "acquirer"], seconds: 600),
        CounterOracle.Declared(keys: ["category", "country"], seconds: 61),
        CounterOracle.Declared(keys: ["card"], seconds: 2_678_400),
        CounterOracle.Declared(keys: ["merchant", "category"], seconds: 2_678_400),
        CounterOracle.Declared(keys: ["currency"], seconds: 47),
        CounterOracle.Declared(keys: ["merchant"], seconds: 10, kept: .distinct("card", 5)),
        CounterOracle.Declared(keys: ["card"], seconds: 86_400, kept: .distinct("merchant", 1_000)),
        CounterOracle.Declared(keys: ["terminal", "country"], seconds: 600, kept: .distinct("acquirer", 2)),
        CounterOracle.Declared(keys: ["card"], seconds: 600, kept: .min),
        CounterOracle.Declared(keys: ["card", "country"], seconds: 86_400, kept: .max),
        CounterOracle.Declared(keys: ["merchant", "currency"], seconds: 10, kept: .max),
        CounterOracle.Declared(keys: ["card"], seconds: 3_600, kept: .declines),
        CounterOracle.Declared(keys: ["merchant", "terminal"], seconds: 61, kept: .declines),
    ]

    private static func calendar(
        _ unit: String,
        _ zone: String,
        _ rule: String,
        _ keys: [String],
        _ kept: CounterOracle.Kept = .totals
    ) -> CounterOracle.Declared {
        let calendar = CounterOracle.Declared.Calendar(unit: unit, zone: zone, rule: rule)
        return CounterOracle.Declared(keys: keys, seconds: 0, kept: kept, calendar: calendar)
    }

    private static let calendars = [
        calendar("day", "Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3", ["merchant"]),
        calendar("week", "America/New_York", "EST5EDT,M3.2.0,M11.1.0", ["card", "country"]),
        calendar("month", "Asia/Kathmandu", "<+0545>-5:45", ["merchant", "currency"]),
        calendar("day", "UTC", "UTC0", ["terminal"], .distinct("card", 30)),
        calendar("day", "Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3", ["card"], .min),
        calendar("week", "Europe/London", "GMT0BST,M3.5.0/1,M10.5.0", ["card"], .max),
        calendar("day", "America/St_Johns", "NST3:30NDT,M3.2.0,M11.1.0", ["merchant"], .declines),
        CounterOracle.Declared(keys: ["card"], seconds: 600),
    ]

    /// Traffic of many cards at few merchants, with all that happens to payments, compared with the oracle.
    private struct Traffic {
        var random: SeededRandom
        var oracle: CounterOracle
        var time = EngineHarness.now
        var number: UInt64 = 0
        var compared = 0
        /// How often each counter held something.
        var held: [Int]

        init(seed: UInt64, _ declared: [CounterOracle.Declared] = EngineCounterTests.declared) {
            random = SeededRandom(seed: seed)
            oracle = CounterOracle(declared)
            held = declared.map { _ in 0 }
        }

        mutating func act(_ harness: EngineHarness) throws {
            number += 1
            // Mostly close together, sometimes days apart, now and then to the millisecond of a window's edge.
            let steps: [Int64] = [0, 1_000, 3_000, 250_000, 4_000_000, 10_000_000, 60_000_000, 3_600_000_000]
            var step = steps[random.below(steps.count - (random.percent(3) ? 0 : 3))]
            if random.below(2_000) == 0 { step = 86_400_000_000 * Int64(1 + random.below(6)) }
            time = time.advanced(byMicroseconds: step)
            if random.percent(60) { return try authorize(harness) }
            if random.percent(4) { return expire(harness) }
            try settle(harness)
        }

        /// The card of a request, whether it has come or not.
        private static func card(_ request: UInt64) -> UInt64 { 1 + (request &* 0x9E37_79B9_7F4A_7C15) >> 33 % 40 }

        private mutating func authorize(_ harness: EngineHarness) throws {
            let amount = Int64(1 + random.below(90_000))
            var request = EngineHarness.request(number, card: Self.card(number), amount: amount, at: time)
            request.merchantID = Text16("M\(random.below(12))") ?? Text16()
            request.terminalID = Text16("T\(random.below(9))") ?? Text16()
            request.acquirerID = Text16("A\(random.below(3))") ?? Text16()
            request.merchantCategory = try #require(MerchantCategory(code: UInt16(5_000 + random.below(4))))
            request.merchantCountry = try #require(Country(["DE", "FR", "US"][random.below(3)]))
            if random.percent(5) { (request.kind, request.amount) = (.accountVerification, 0) }
            if random.percent(10) { request.kind = request.kind == .authorization ? .financial : request.kind }
            var event = AuthorizationEvent(asking: request)
            let lsn = try harness.authorize(&event, at: time)
            let fields = CounterOracle.fields(request)
            compare(event.observation.counters, fields, at: event.time)
            oracle.note(Self.answer(event.decision.outcome, event.decision.reason), fields, at: event.time)
            guard event.decision.outcome != .declined || event.decision.joined != nil else { return }
            if let joined = event.decision.joined, let before = event.observation.awaiting {
                let isFirst = event.decision.outcome != .declined && !before.flags.contains(.counted)
                note(joined.id, isFirst ? 1 : 0, Self.spent(joined) - Self.spent(before), fields, event.time)
            } else {
                note(lsn.rawValue, 1, event.decision.approvedAmount, fields, event.time)
            }
        }

        private mutating func settle(_ harness: EngineHarness) throws {
            let kinds: [LifecycleKind] = [
                .increment, .advice, .completion, .clearing, .clearingReversal, .reversal, .reversal, .reversalAdvice,
                .refundClearing, .chargeback,
            ]
            let kind = kinds[random.below(kinds.count)]
            let isWhole = kind == .reversal && random.percent(50)
            let back = min(number - 1, UInt64(random.below(400)))
            let original = random.percent(10) ? number + UInt64(random.below(40)) : number - back
            var message = try SettleTests.message(
                kind,
                number,
                card: Self.card(original),
                of: original,
                amount: isWhole ? nil : Int64(1 + random.below(50_000)),
                isFinal: random.percent(30),
                at: time
            )
            message.merchantID = Text16("M\(random.below(12))") ?? Text16()
            message.terminalID = Text16("T\(random.below(9))") ?? Text16()
            settle(harness, message)
        }

        private mutating func settle(_ harness: EngineHarness, _ message: LifecycleRequest) {
            var settled: (LifecycleEvent, LogSequenceNumber)?
            let refusal = harness.engine.settle(message, receivedAt: time) { settled = ($0, $1) }
            guard refusal == nil, let (event, lsn) = settled else { return }
            take(event, lsn)
        }

        private mutating func take(_ event: LifecycleEvent, _ lsn: LogSequenceNumber) {
            let own = CounterOracle.fields(event.request)
            let isCounted = event.before?.flags.contains(.counted) ?? false
            let first = isCounted ? event.before.flatMap { oracle.fields(of: $0.id, at: event.time) } : nil
            if event.observation.found {
                compare(event.observation.counters, first ?? own, at: event.time)
                if event.request.kind == .increment {
                    oracle.note(Self.answer(event.outcome, event.reason), first ?? own, at: event.time)
                }
            }
            guard let payment = event.payment(lsn: lsn) else { return }
            let sum = Self.spent(payment) - (event.before.map(Self.spent) ?? 0)
            let isFirst = sum > 0 && !(event.before?.flags.contains(.counted) ?? false)
            if sum != 0 { note(payment.id, isFirst ? 1 : 0, sum, own, event.time) }
            if isFirst, event.request.kind != .increment { oracle.note(.approved, own, at: event.time) }
        }

        private static func answer(_ outcome: Outcome, _ reason: Reason) -> CounterOracle.Answer {
            outcome != .declined ? .approved : reason == .insufficientFunds ? .lacksFunds : .declined
        }

        /// Holds that are due end; their records say which.
        private mutating func expire(_ harness: EngineHarness) {
            let first = harness.engine.journal.lastLSN + 1
            _ = harness.engine.tick(now: time, budget: 8)
            let last = harness.engine.journal.lastLSN
            guard first <= last else { return }
            try? harness.engine.journal.waitUntilDurable(last)
            for number in first...last {
                let lsn = LogSequenceNumber(rawValue: number)
                guard case .lifecycle(let event, _) = try? harness.engine.storedRecord(lsn) else { continue }
                take(event, lsn)
            }
        }

        /// A - R - X + O: what is held and what was cleared.
        private static func spent(_ payment: PaymentRecord) -> Int64 {
            payment.approved - payment.reversed - payment.expired + payment.overCleared
        }

        private mutating func note(
            _ id: UInt64,
            _ count: Int,
            _ sum: Int64,
            _ fields: [String: String],
            _ at: Instant
        ) {
            oracle.note(id, count: count, sum: sum, fields, at: at)
        }

        private mutating func compare(_ readings: CounterReadings, _ fields: [String: String], at time: Instant) {
            for number in oracle.declared.indices {
                let expected = oracle.held(number, fields, at: time)
                let found = readings[number]
                compared += 1
                if expected.count > 0 || expected.sum != 0 { held[number] += 1 }
                guard let found, found.count == expected.count, found.sum == expected.sum, expected.sum >= 0 else {
                    let held = String(describing: found)
                    Issue.record("event \(self.number), \(oracle.declared[number].text): \(held), not \(expected)")
                    return
                }
            }
        }
    }

    private static func harness(_ declared: [CounterOracle.Declared] = declared) throws -> EngineHarness {
        let harness = try EngineHarness()
        for (place, counter) in declared.enumerated() {
            try harness.configure("counter.\(place + 1)", counter.text, id: UInt64(place))
        }
        // Some are declined for their amount, and some cards soon have no money left.
        try harness.configure("amount-threshold.default", "800.00", id: 50)
        for card in UInt64(1)...40 { try harness.makeCard(card, limit: card < 8 ? 300_000 : 1_000_000_000_000) }
        return harness
    }

    /// Adding up takes longer with every event; `make counters` takes 250,000.
    private static var eventCount: Int {
        ProcessInfo.processInfo.environment["ASSENT_COUNTER_EVENTS"].flatMap { Int($0) } ?? 5_000
    }

    /// The digest is that of the state after a restart, from the journal alone.
    @Test(arguments: UInt64(1)...4)
    func countersHoldWhatAddingUpGives(seed: UInt64) throws {
        let harness = try Self.harness()
        var traffic = Traffic(seed: seed)
        for _ in 0..<Self.eventCount { try traffic.act(harness) }
        #expect(traffic.compared > Self.eventCount * 12)
        #expect(traffic.held.allSatisfy { $0 > Self.eventCount / 100 }, "\(traffic.held)")
        let live = harness.engine.digest()
        try harness.restart()
        #expect(harness.engine.digest() == live)
    }

    /// Over days, weeks and a change of the month, by the clocks of seven places.
    @Test(arguments: UInt64(11)...14)
    func countersOfTheCalendarHoldWhatAddingUpGives(seed: UInt64) throws {
        let harness = try Self.harness(Self.calendars)
        var traffic = Traffic(seed: seed, Self.calendars)
        for _ in 0..<Self.eventCount { try traffic.act(harness) }
        #expect(traffic.held.allSatisfy { $0 > Self.eventCount / 100 }, "\(traffic.held)")
        let live = harness.engine.digest()
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        try harness.restart(options)
        #expect(harness.engine.digest() == live)
    }

    /// Recovery decides every event again and compares what it read.
    @Test func everyReadingIsTheSameWhenDecidedAgain() throws {
        let harness = try Self.harness()
        var traffic = Traffic(seed: 5)
        for _ in 0..<5_000 { try traffic.act(harness) }
        try harness.configure("counter.3", "merchant,terminal in 2h", id: 100)
        try harness.configure("counter.1", "none", id: 101)
        let live = harness.engine.digest()
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        try harness.restart(options)
        #expect(harness.engine.digest() == live)
    }
}

extension EngineCounterTests {
    private static func ask(
        _ harness: EngineHarness,
        _ number: UInt64,
        merchant: String,
        after seconds: Int64 = 0
    ) throws -> AuthorizationEvent {
        let time = EngineHarness.now.advanced(byMicroseconds: seconds * 1_000_000)
        var request = EngineHarness.request(number, card: 1, amount: 1_000, at: time)
        request.merchantID = Text16(merchant) ?? Text16()
        var event = AuthorizationEvent(asking: request)
        _ = try harness.authorize(&event, at: time)
        return event
    }

    /// With room for one key in each shard.
    @Test func whatFindsNoRoomIsNotCountedAndHasNoValueUntilTheWindowHasPassed() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000_000)
        try harness.configure("counter.1", "merchant in 1m", id: 1)
        try harness.configure("counter.keys", "256", id: 2)
        try harness.addRule("often", "velocity.count('merchant', '60s') >= 0")
        var lost: [String] = []
        for number in UInt64(1)...600 {
            let merchant = "M\(number)"
            let event = try Self.ask(harness, number, merchant: merchant)
            #expect(event.decision.outcome != .declined)
            // A rule without a value does not match, and says so.
            let readings = event.observation.counters
            #expect((event.decision.rules.errorCount == 1) == (readings[0] == nil))
            if readings.uncounted != 0 { lost.append(merchant) }
        }
        let figures = harness.engine.counterFigures
        #expect(lost.count > 300 && figures.counters.map(\.uncounted) == [UInt64(lost.count)])
        #expect(figures.counters.map(\.keyCount) == [600 - lost.count] && figures.keyCountMax == 256)
        let again = try Self.ask(harness, 1_000, merchant: lost[0], after: 30)
        #expect(again.observation.counters[0] == nil)
        let kept = try Self.ask(harness, 1_001, merchant: "M1", after: 30)
        #expect(try #require(kept.observation.counters[0]).count == 1)
        let later = try Self.ask(harness, 1_002, merchant: lost[1], after: 95)
        #expect(try #require(later.observation.counters[0]) == (0, 0))
        let counted = try Self.ask(harness, 1_003, merchant: lost[1], after: 96)
        #expect(try #require(counted.observation.counters[0]) == (1, 1_000))
        let live = harness.engine.digest()
        var options = EngineHarness.smallOptions
        options.verifiesDecisions = true
        try harness.restart(options)
        #expect(harness.engine.digest() == live)
    }

    @Test func keysThatFellSilentLeaveMemory() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000_000_000)
        try harness.configure("counter.1", "merchant in 10s", id: 1)
        for number in UInt64(0)..<20_000 { _ = try Self.ask(harness, number + 1, merchant: "M\(number)") }
        let full = harness.engine.counterFigures
        #expect(full.counters.map(\.keyCount) == [20_000])
        // What is stated: 250 bytes a key, and 72 for each payment; a shard takes memory piece by piece.
        let spare = AuthorizationLimits.counterShardCount * 40 << 10
        #expect(full.byteCount < 20_000 * (250 + 72) + spare)
        _ = try Self.ask(harness, 90_000, merchant: "M1", after: 11)
        for _ in 0..<16 { _ = harness.engine.tick(now: EngineHarness.now, budget: 1) }
        #expect(harness.engine.counterFigures.counters.map(\.keyCount) == [1])
        for number in UInt64(0)..<20_000 {
            _ = try Self.ask(harness, number + 100_000, merchant: "N\(number)", after: 12)
        }
        #expect(harness.engine.counterFigures.byteCount < full.byteCount * 6 / 5 + 2_000_000)
    }

    @Test func oneKeyTakesNoMoreThanIsSaid() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: AuthorizationLimits.amountMax)
        try harness.configure("amount-threshold.default", "none", id: 2)
        try harness.configure("counter.1", "merchant in 1h", id: 1)
        let before = harness.engine.counterFigures
        // Amounts that eight bytes cannot hold, in every tick of the window, and on.
        for number in UInt64(0)..<8_000 {
            let time = EngineHarness.now.advanced(byMicroseconds: Int64(number) * 1_000_000)
            let request = EngineHarness.request(number + 1, card: 1, amount: 90_000_000_000, at: time)
            var event = AuthorizationEvent(asking: request)
            _ = try harness.authorize(&event, at: time)
            #expect(event.decision.outcome != .declined)
        }
        let origins = before.byteCount + 8_000 * 72 + 8 * 32_768
        #expect(harness.engine.counterFigures.byteCount < origins + (66 + 20 + 16) << 10)
    }

    @Test func aCounterThatIsMadeStartsEmptyAndTakesNoOlderPayments() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        _ = try Self.ask(harness, 1, merchant: "M1")
        try harness.configure("counter.4", "merchant,currency in 1h", id: 1)
        let first = try Self.ask(harness, 2, merchant: "M1")
        #expect(try #require(first.observation.counters[3]) == (0, 0))
        for (id, original, amount) in [(UInt64(1), UInt64(1), Int64(500)), (2, 2, 300)] {
            let message = try SettleTests.message(.reversal, id, card: 1, of: original, amount: amount)
            #expect(harness.engine.settle(message, receivedAt: EngineHarness.now) { _, _ in } == nil)
        }
        // 10.00 less 3.00; the payment of before is none of its.
        let second = try Self.ask(harness, 3, merchant: "M1")
        #expect(try #require(second.observation.counters[3]) == (1, 700))
        try harness.configure("counter.4", "none", id: 2)
        try harness.configure("counter.4", "merchant,currency in 1h", id: 3)
        #expect(try #require(try Self.ask(harness, 4, merchant: "M1").observation.counters[3]) == (0, 0))
    }

    @Test func aCounterThatARuleReadsStaysAndSumsAreOfOneCurrency() throws {
        let harness = try EngineHarness()
        try harness.makeCard(1, limit: 1_000_000)
        try harness.configure("counter.2", "country, merchant in 60m", id: 1)
        let entry = try #require(harness.engine.configuration.settings.entries.first { $0.key == "counter.2" })
        #expect(entry.value == "merchant,country in 1h")
        for (condition, problem) in [
            ("velocity.sum('merchant,country', '1h') > 1.00", "money of several currencies"),
            ("velocity.count('merchant,country', '2h') > 1", "those kept are 1h (counter.2)"),
            ("velocity.count('merchant,colour', '1h') > 1", "'colour' is no key"),
            ("velocity.min('merchant,country', '1h') > 1.00", "money of several currencies"),
            ("velocity.distinct('card', 'merchant,country', '1h') > 1", "no window of 1h of distinct card is kept"),
            ("velocity.distinct('card,terminal', 'merchant', '1h') > 1", "values of one key"),
            ("velocity.average('merchant,country', '1h') > 1.00", "there is no function 'velocity.average'"),
            ("velocity.count('merchant', '40d') > 1", "not from 1s to 31d"),
        ] {
            do {
                try harness.addRule("wrong", condition)
                Issue.record("taken: \(condition)")
            } catch Refusal.rule(let error) {
                #expect("\(error)".contains(problem), "\(error)")
            }
        }
        try harness.addRule("busy", "velocity.count('country,merchant', '60m') >= 2")
        for value in ["none", "merchant in 1h"] {
            do {
                try harness.configure("counter.2", value, id: 2)
                Issue.record("a counter that a rule reads was taken away")
            } catch Refusal.configuration(let error) {
                #expect("\(error)".contains("busy"))
            }
        }
        let outcomes = try (UInt64(1)...3).map { try Self.ask(harness, $0, merchant: "M1").decision.outcome }
        #expect(outcomes == [.approved, .approved, .flagged])
    }
}

extension EngineHarness {
    /// Writes a rule that flags, and makes it active.
    func addRule(_ name: String, _ condition: String) throws {
        let text = RuleText(state: .shadow, outcome: .flag, owner: "", note: "", condition: condition)
        for (id, action) in [RuleCommand.Action.add(text, after: nil), .setState(.active, version: nil, from: nil)]
            .enumerated()
        {
            let command = RuleCommand(
                requestID: RequestID(high: 77, low: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) } << 1 | UInt64(id)),
                actor: 0,
                transmissionTime: Self.now,
                name: name,
                action: action
            )
            _ = try engine.change(command, receivedAt: Self.now)
        }
    }

    /// Decides a request, waiting where the journal has no room.
    func authorize(_ event: inout AuthorizationEvent, at time: Instant) throws -> LogSequenceNumber {
        while true {
            switch attempt(&event, at: time) {
            case .success(let lsn): return lsn
            case .failure(.busy): try engine.journal.waitUntilDurable(engine.journal.lastLSN)
            case .failure(let refusal): throw refusal
            }
        }
    }

    private func attempt(_ event: inout AuthorizationEvent, at time: Instant) -> Result<LogSequenceNumber, Refusal> {
        do throws(Refusal) {
            return .success(try engine.authorize(&event, receivedAt: time))
        } catch {
            return .failure(error)
        }
    }
}
