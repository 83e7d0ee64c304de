import Authorization
import Domain
import Randomness
import Testing

@testable import Rules

/// The three checks that the product began with, written as rules, against the checks that are built in.
@Suite struct DefaultRulesTests {
    private static let rules: [(String, RuleOutcome, String)] = [
        ("large", .decline(.exceedsAmountThreshold), "amount > 5000.00"),
        ("busy", .flag, "velocity.count('card', '60s') + 1 > 10"),
        (
            "blocked", .decline(.merchantBlocked),
            "merchant.normal_name in ['ACME LOTTERY', 'CAFE ZOE'] || merchant.normal_name.contains('CASINO')"
        ),
    ]

    @Test func theRulesSayWhatTheBuiltInChecksSay() throws {
        var settings = PolicySettings()
        try settings.set(key: "merchant-block.exact", value: "Acme Lottery,Café Zoë")
        try settings.set(key: "merchant-block.contains", value: "casino")
        let policy = Policy(settings, version: LogSequenceNumber(rawValue: 1))
        let velocity = AttributeFunction("velocity.count", [.text("key"), .text("window")], result: .int, summary: "")
        let schema = AttributeSchema.payments(functions: [velocity])
        let set = try RuleSet(
            Self.rules.map { Rule(name: $0.0, state: .active, outcome: $0.1, condition: $0.2) },
            schema: schema
        )
        var workspace = set.makeWorkspace()
        var random = SeededRandom(seed: 99)
        let country = try #require(Country("DE"))
        let category = try #require(MerchantCategory(code: 5_411))
        var seen: Set<String> = []
        let names = ["ACME  lottery", "Grand Casíno Royal", "café zoé", "Cafe Zoe 2", "Bakery", "CASIN O"]
        for currencyCode in ["EUR", "JPY", "KWD"] {
            let currency = try #require(Currency(currencyCode))
            let unit = try Money(decimal: "5000", currency: currency).minorUnits
            for _ in 0..<400 {
                let request = Self.request(
                    amount: unit + Int64(random.below(5)) - 2,
                    currency,
                    name: random.pick(names),
                    country,
                    category
                )
                let count = random.below(14)
                let decision = decide(
                    request,
                    at: Instant.epoch,
                    seen: Self.observation(currency, count: count),
                    policy: policy
                )
                workspace.begin(exponent: currency.exponent)
                let values: [String: MapSource.Value] = [
                    "amount": .int(request.amount),
                    "merchant.normal_name": .string(MerchantName.normalise(request.merchantName.string)),
                ]
                var source = MapSource(values, schema: schema, calls: [.int(Int64(count))])
                let findings = set.evaluate(&workspace, &source)
                #expect(workspace.matched(0) == decision.checksFailed.contains(.amountThreshold))
                #expect(workspace.matched(1) == decision.checksFlagged.contains(.velocity1))
                #expect(workspace.matched(2) == decision.checksFailed.contains(.merchantBlockList))
                // Outcome by outcome; among declines the built-in order of checks is the merchant first.
                #expect((findings.declining >= 0) == (decision.outcome == .declined))
                if decision.outcome != .declined { #expect(findings.flags == (decision.outcome == .flagged)) }
                seen.insert("\(findings.places) \(decision.outcome)")
            }
        }
        #expect(seen.count >= 8, "all combinations were met: \(seen)")
    }

    static func request(
        amount: Int64,
        _ currency: Currency,
        name: String,
        _ country: Country,
        _ category: MerchantCategory
    ) -> AuthorizationRequest {
        AuthorizationRequest(
            requestID: RequestID(high: 1, low: 2),
            cardToken: CardToken(high: 3, low: 4),
            kind: .authorization,
            amount: amount,
            merchantAmount: amount,
            transmissionTime: .epoch,
            currency: currency,
            merchantCurrency: nil,
            merchantCountry: country,
            merchantCategory: category,
            merchantID: Text16(),
            terminalID: Text16(),
            presence: .present,
            entryMode: .chip,
            initiator: .cardholder,
            flags: [],
            merchantName: Text64(name) ?? Text64(),
            merchantCity: Text64()
        )
    }

    static func observation(_ currency: Currency, count: Int) -> Observation {
        var seen = Observation(unknownCardUnder: LogSequenceNumber(rawValue: 1))
        seen.found = true
        seen.status = .active
        seen.currency = currency
        seen.balances = Balances(limit: 1_000_000_000_000, posted: 0, held: 0)
        seen.velocity.0.count = UInt64(count)
        return seen
    }
}
