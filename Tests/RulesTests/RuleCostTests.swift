import Authorization
import Domain
import Foundation
import Randomness
import Testing

@testable import Rules

/// What rules add to a decision: `make rules-bench`, in a release build and alone on the machine.
@Suite(.serialized) struct RuleCostTests {
    static let isAsked = ProcessInfo.processInfo.environment["ASSENT_RULE_BENCH"] != nil

    /// Rules as risk teams write them: most name a category, a country, a profile or a part of a name.
    static func usual(_ count: Int) -> [Rule] {
        (0..<count).map { number in
            let condition =
                switch number % 20 {
                case 0..<8:
                    "merchant.category == \(3_000 + number * 7 % 6_000) && amount > \(number % 900).00"
                        + " && merchant.country in ['DE', 'FR', 'KP', 'MT']"
                case 8..<12: "merchant.normal_name.contains('SHOP \(number)') && presence == 'not-present'"
                case 12..<15: "card.profile == 'p\(number % 40)' && time.hour < \(number % 7) && amount > 50.00"
                case 15..<18: "velocity.count('card', '1h') > \(20 + number % 30) && amount > \(number % 300).00"
                default:
                    "merchant.category in [\(5_000 + number % 900), 7995]"
                        + " && amount * \(2 + number % 5) > card.available"
                }
            return Rule(name: "r\(number)", state: .active, outcome: .flag, condition: condition)
        }
    }

    /// Rules of which no conjunct can be looked up: each is computed for each request.
    static func computed(_ count: Int) -> [Rule] {
        (0..<count).map { number in
            let condition = "amount * \(2 + number % 9) > card.available + \(100 + number % 900).00"
            return Rule(name: "r\(number)", state: .active, outcome: .flag, condition: condition)
        }
    }

    /// One request's attributes, ready to be copied.
    private struct Request {
        var amount: Int64
        var category: Int64
        var country: StaticString
        var name: StaticString
        var profile: StaticString
        var count: Int64
        var hour: Int64
        var available: Int64
    }

    private struct Requests: AttributeSource {
        let requests: [Request]
        var index = 0

        mutating func load(_ slot: Int, into workspace: inout RuleWorkspace) {
            requests.withUnsafeBufferPointer { requests in
                guard let attribute = PaymentAttribute(rawValue: slot) else {
                    workspace.set(slot, requests[index].count)
                    return
                }
                switch attribute {
                case .amount: workspace.set(slot, requests[index].amount)
                case .merchantCategory: workspace.set(slot, requests[index].category)
                case .merchantCountry: workspace.set(slot, requests[index].country)
                case .merchantNormalName: workspace.set(slot, requests[index].name)
                case .cardProfile: workspace.set(slot, requests[index].profile)
                case .presence: workspace.set(slot, "not-present" as StaticString)
                case .hour: workspace.set(slot, requests[index].hour)
                case .cardAvailable: workspace.set(slot, requests[index].available)
                default: workspace.setAbsent(slot)
                }
            }
        }
    }

    private static let requests: [Request] = {
        var random = SeededRandom(seed: 3)
        return (0..<4_096).map { _ in
            Request(
                amount: Int64(random.below(100_000)),
                category: Int64(3_000 + random.below(6_000)),
                country: random.pick(["DE", "FR", "US", "GB", "MT"]),
                name: random.pick(["ACME SHOP 109 BERLIN", "GENERAL STORE OF THE NORTH", "PARKING", "SHOP 8"]),
                profile: random.pick(["default", "p12", "p13"]),
                count: Int64(random.below(30)),
                hour: Int64(random.below(24)),
                available: Int64(random.below(2_000_000))
            )
        }
    }()

    /// The median of 21 rounds over all requests, in nanoseconds of this thread's processor time a request.
    private func nanoseconds(_ body: (Int) -> Void) -> Double {
        var rounds: [Double] = []
        for _ in 0..<21 {
            let start = processorNanoseconds()
            for index in 0..<Self.requests.count { body(index) }
            rounds.append((processorNanoseconds() - start) / Double(Self.requests.count))
        }
        return rounds.sorted()[10]
    }

    private func processorNanoseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    private func cost(_ rules: [Rule], _ name: String, than decision: Double) throws -> Double {
        let velocity = AttributeFunction("velocity.count", [.text("key"), .text("window")], result: .int, summary: "")
        let schema = AttributeSchema.payments(functions: [velocity])
        let clock = ContinuousClock()
        let start = clock.now
        let set = try RuleSet(rules, schema: schema)
        let loading = clock.now - start
        var workspace = set.makeWorkspace()
        var source = Requests(requests: Self.requests)
        var matches = 0
        let time = nanoseconds { index in
            source.index = index
            workspace.begin(exponent: 2)
            matches += Int(set.evaluate(&workspace, &source).count)
        }
        let ratio = String(format: "%.2f", time / decision)
        let perRequest = String(format: "%.2f", Double(matches) / Double(21 * Self.requests.count))
        print(
            "\(rules.count) \(name) rules: \(Int(time)) ns a request, \(ratio) of a decision; \(perRequest) match; "
                + "cost \(set.cost); loaded in \(loading)"
        )
        return time
    }

    @Test(.enabled(if: isAsked, "ASSENT_RULE_BENCH is not set"))
    func rulesAddMicrosecondsAndNoMore() throws {
        let policy = Policy(PolicySettings(), version: LogSequenceNumber(rawValue: 1))
        let country = try #require(Country("DE"))
        let category = try #require(MerchantCategory(code: 5_411))
        let request = DefaultRulesTests.request(
            amount: 1_200,
            try #require(Currency("EUR")),
            name: "GENERAL STORE OF THE NORTH",
            country,
            category
        )
        var seen = DefaultRulesTests.observation(try #require(Currency("EUR")), count: 3)
        var declined = 0
        let decision = nanoseconds { index in
            seen.balances.held = Int64(index)
            if decide(request, at: .epoch, seen: seen, policy: policy).outcome == .declined { declined += 1 }
        }
        print("a decision without rules, alone and in memory: \(Int(decision)) ns; \(declined) declined")
        _ = try cost([], "no", than: decision)
        let hundred = try cost(Self.usual(100), "usual", than: decision)
        let thousand = try cost(Self.usual(1_000), "usual", than: decision)
        _ = try cost(Self.usual(RulesLimits.rulesMax), "usual", than: decision)
        _ = try cost(Self.computed(100), "computed", than: decision)
        _ = try cost(Self.computed(1_000), "computed", than: decision)
        #expect(hundred <= 2_000 && thousand <= 10_000)
    }

    /// The same around a whole decision of a shard, with attributes worked out from request and card.
    @Test(.enabled(if: isAsked, "ASSENT_RULE_BENCH is not set"))
    func aShardsDecisionTakesMicrosecondsMoreAndNoMore() throws {
        var settings = PolicySettings()
        try settings.set(key: "velocity.2", value: "count>1000 in 1h flag")
        let names: [(String, [Rule])] = [("no", []), ("usual", Self.usual(100)), ("usual", Self.usual(1_000))]
        let others = [("computed", Self.computed(100)), ("computed", Self.computed(1_000))]
        var first = 0.0
        for (name, rules) in names + others {
            var book = RuleBook()
            for (place, rule) in rules.enumerated() {
                let reference = RuleReference(number: UInt32(place + 1), version: 1)
                let text = RuleText(state: .shadow, outcome: .flag, owner: "", note: "", condition: rule.condition)
                for change in [RuleChanged.Change.added(text), .moved(from: .shadow, to: .active)] {
                    let event = RuleChanged(
                        requestID: RequestID(high: 1, low: 1),
                        actor: 0,
                        time: .epoch,
                        transmissionTime: .epoch,
                        reference: reference,
                        name: rule.name,
                        change: change
                    )
                    try book.apply(event, lsn: .zero)
                }
            }
            let compiled = try CompiledRules(book, settings: settings)
            let policy = Policy(settings, rules: compiled, version: .zero)
            let time = try cost(of: policy)
            if rules.isEmpty { first = time }
            print("a shard's decision with \(rules.count) \(name) rules: \(Int(time)) ns, \(Int(time - first)) more")
            if name == "usual" { #expect(time - first <= (rules.count == 100 ? 2_000 : 10_000)) }
        }
    }

    private func cost(of policy: borrowing Policy) throws -> Double {
        var shard = CardShard(expectedCards: 1)
        shard.policyChanged(policy)
        let euro = try #require(Currency("EUR"))
        let creation = CardCommand(
            requestID: RequestID(high: 1, low: 1),
            actor: 0,
            transmissionTime: .epoch,
            token: CardToken(high: 3, low: 4),
            action: .create(
                CardCommand.Creation(
                    status: .active,
                    currency: euro,
                    limit: 1_000_000,
                    transactionLimit: nil,
                    expiry: nil,
                    lastFour: .unknown,
                    profile: Text16()
                )
            )
        )
        let made = try validate(creation, seen: nil, at: .epoch, policy: policy)
        shard.apply(made, lsn: .zero)
        let country = try #require(Country("DE"))
        var declined = 0
        var rounds: [Double] = []
        for _ in 0..<21 {
            let start = processorNanoseconds()
            for request in Self.requests {
                guard let category = MerchantCategory(code: UInt16(request.category)) else { continue }
                let asked = DefaultRulesTests.request(
                    amount: max(1, request.amount),
                    euro,
                    name: "",
                    country,
                    category
                )
                var event = AuthorizationEvent(asking: asked)
                request.name.withUTF8Buffer {
                    event.request.merchantName = Text64(UnsafeRawBufferPointer($0)) ?? Text64()
                }
                shard.decide(&event, as: nil, policy: policy)
                if event.decision.outcome == .declined { declined += 1 }
            }
            rounds.append((processorNanoseconds() - start) / Double(Self.requests.count))
        }
        #expect(declined < 21 * Self.requests.count)
        return rounds.sorted()[10]
    }
}
