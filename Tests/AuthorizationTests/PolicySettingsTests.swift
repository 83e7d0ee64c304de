import Authorization
import Domain
import Testing

@Suite("Policy settings")
struct PolicySettingsTests {
    @Test func theDefaultsAreListedInOrder() {
        let entries = PolicySettings().entries
        #expect(
            entries.map { "\($0.key)=\($0.value)" }.filter { !$0.hasSuffix("=none") } == [
                "amount-threshold.default=5000.00", "velocity.1=count>10 in 60s flag", "counter.keys=1000000",
                "merchant-block.exact=", "merchant-block.contains=", "expiry.1=category 3351-3999,7011,7512 30d",
                "expiry.2=category 5541-5542 1d", "expiry.3=preauthorization 30d", "expiry.4=merchant 5d",
                "expiry.5=not-present cardholder 10d", "expiry.6=any 5d", "tolerance.1=5812-5814,7230 15%",
                "tolerance.2=3351-3999,5541-5542,7011,7512 20%", "rule.promotion=anyone",
                "profile.default.category=any", "profile.default.country=any", "profile.default.presence=any",
            ]
        )
        #expect(entries.filter { $0.value == "none" }.count == 3 + 16 + 10 + 14)
        #expect(entries.allSatisfy { !$0.help.isEmpty })
    }

    @Test(arguments: [
        ("amount-threshold.default", "100", "100.00"), ("amount-threshold.default", "1,234.5", "1234.50"),
        ("amount-threshold.default", "0.0001", "0.0001"), ("amount-threshold.default", "none", "none"),
        ("amount-threshold.default", " 7 ", "7.00"), ("amount-threshold.JPY", "500", "500.00"),
        ("amount-threshold.KWD", "1.234", "1.234"), ("amount-threshold.EUR", "none", "none"),
        ("amount-threshold.default", "100000000000", "100000000000.00"),
        ("velocity.2", "count>3 in 5m decline", "count>3 in 5m decline"),
        ("counter.1", "merchant in 60m", "merchant in 1h"),
        ("counter.16", " country , card in 31d", "card,country in 31d"),
        ("counter.2", "currency in 48h", "currency in 2d"),
        ("counter.2", "acquirer,terminal in 10s", "terminal,acquirer in 10s"),
        ("counter.3", "none", "none"), ("counter.keys", "256", "256"),
        (
            "counter.4", "distinct  card by country , merchant in 60m",
            "distinct card by merchant,country in 1h up to 100"
        ),
        ("counter.4", "distinct terminal by card in 1d up to 1000", "distinct terminal by card in 24h up to 1000"),
        ("counter.5", " min by card in 600s", "min by card in 10m"),
        ("counter.6", "max by currency,merchant in 31d", "max by merchant,currency in 31d"),
        ("counter.7", "declines by card in 2h ", "declines by card in 2h"),
        ("counter.8", "card in day UTC", "card in day UTC"), ("counter.8", "card in day  UTC UTC0", "card in day UTC"),
        (
            "counter.9", "distinct card by country in week Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3 up to 7",
            "distinct card by country in week Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3 up to 7"
        ),
        ("velocity.2", "sum>2000.00 in 60m decline", "sum>2000.00 in 1h decline"),
        ("velocity.4", "  count > 10  or  sum>2,000 in 60s flag ", "count>10 or sum>2000.00 in 60s flag"),
        ("velocity.4", "sum>1 or count>2 in 1s flag", "count>2 or sum>1.00 in 1s flag"),
        ("velocity.1", "count>0 in 86400s decline", "count>0 in 24h decline"), ("velocity.1", "none", "none"),
        ("velocity.1", "count>1 in 1m flag", "count>1 in 60s flag"),
        ("merchant-block.exact", "b, á\r\nÁ,, c ", "B\nA\nC"), ("merchant-block.contains", "", ""),
        ("profile.default.category", "only 5812-5814,5411,5813-5900", "only 5411,5812-5900"),
        ("profile.default.category", "not 7", "not 0007"), ("profile.x.country", "only FR, DE,DE", "only DE,FR"),
        ("profile.A_b-9.country", "not KP", "not KP"), ("profile.x.presence", "not-present", "not-present"),
        ("profile.x.presence", "present", "present"), ("profile.default.category", "any", "any"),
    ])
    func valuesAreTakenAndShownInOneForm(_ key: String, _ value: String, _ canonical: String) throws {
        var settings = PolicySettings()
        try settings.set(key: key, value: value)
        #expect(settings.entries.first { $0.key == key }?.value == canonical)
        var again = settings
        try again.set(key: key, value: canonical)
        #expect(again == settings)
        var copy = PolicySettings()
        for entry in settings.entries { try copy.set(key: entry.key, value: entry.value) }
        #expect(copy == settings)
    }

    @Test(arguments: [
        ("amount-threshold.default", "", "not a decimal"), ("amount-threshold.default", "-1", "below zero"),
        ("amount-threshold.default", "1.00001", "four decimals"),
        ("amount-threshold.default", "100000000000.01", "above"),
        ("amount-threshold.default", "99999999999999999999", "above"),
        ("amount-threshold.default", "default", "not a decimal"),
        ("amount-threshold.JPY", "1.5", "more decimals than JPY"), ("amount-threshold.EUR", "1.001", "more decimals"),
        ("velocity.1", "", "CONDITION in WINDOW ACTION"), ("velocity.1", "count>10", "CONDITION in WINDOW ACTION"),
        ("velocity.1", "count>10 in 60s", "CONDITION in WINDOW ACTION"), ("velocity.1", "in 60s flag", "count>N"),
        ("velocity.1", "count>10 in 60s block", "neither flag nor decline"),
        ("velocity.1", "count>10 in 0s flag", "1s to 24h"),
        ("velocity.1", "count>10 in 25h flag", "1s to 24h"), ("velocity.1", "count>10 in 60 flag", "1s to 24h"),
        ("velocity.1", "count>10 in 99999h flag", "1s to 24h"), ("velocity.1", "count>-1 in 60s flag", "whole number"),
        ("velocity.1", "count>1000000001 in 60s flag", "whole number"),
        ("velocity.1", "count=1 in 60s flag", "count>N"),
        ("velocity.1", "count>1 or count>2 in 60s flag", "twice"),
        ("velocity.1", "sum>1 or sum>2 in 60s flag", "twice"),
        ("velocity.1", "mean>1 in 60s flag", "only count and sum"), ("velocity.1", "count>1 or in 60s flag", "count>N"),
        ("velocity.1", "sum>x in 60s flag", "not a decimal"), ("velocity.1", "count>1>2 in 60s flag", "count>N"),
        ("merchant-block.exact", "ok,***", "nothing is left"), ("profile.default.category", "only", "neither any nor"),
        ("merchant-block.contains", String(repeating: "x", count: 65), "more than 64 bytes"),
        ("profile.default.category", "only 5411,", "no category"),
        ("profile.default.category", "only 9-1", "backwards"),
        ("profile.default.category", "only 1-2-3", "no category"),
        ("profile.default.category", "only 12345", "no category"),
        ("profile.default.country", "only Germany", "no country"),
        ("profile.default.country", "some DE", "neither any nor"),
        ("profile.default.presence", "maybe", "none of the three"), ("profile.ä.presence", "any", "no profile name"),
        ("profile.seventeen-letters.presence", "any", "no profile name"),
        ("profile..presence", "any", "no profile name"),
    ])
    func whatIsWrongIsSaidAndChangesNothing(_ key: String, _ value: String, _ part: String) {
        var settings = PolicySettings()
        do throws(PolicyError) {
            try settings.set(key: key, value: value)
            Issue.record("'\(value)' was taken for \(key)")
        } catch {
            guard case .invalidValue(key, let problem, let expected) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(problem.contains(part), "\(problem)")
            #expect(!expected.isEmpty && error.description.hasPrefix(key))
        }
        #expect(settings == PolicySettings())
    }

    @Test(arguments: [
        ("velocity.5", "velocity.1"), ("velocity.01", "velocity.1"), ("velocty.1", "velocity.1"),
        ("amount-treshold.default", "amount-threshold.default"), ("amount-threshold.eur", "amount-threshold.EUR"),
        ("merchant-block.exactly", "merchant-block.exact"), ("profile.default.categories", "profile.default.category"),
        ("profile.default", "profile.default.country"), ("", "expiry.1"), ("merchant-block", "merchant-block.exact"),
    ])
    func unknownKeysNameTheNearest(_ key: String, _ nearest: String) {
        var settings = PolicySettings()
        #expect(throws: PolicyError.unknownKey(key: key, nearest: nearest)) { try settings.set(key: key, value: "any") }
        #expect(settings == PolicySettings())
    }

    @Test func overridesGoBackToTheDefault() throws {
        var settings = PolicySettings()
        try settings.set(key: "amount-threshold.USD", value: "1")
        try settings.set(key: "amount-threshold.EUR", value: "2")
        #expect(settings.entries[1...2].map(\.key) == ["amount-threshold.EUR", "amount-threshold.USD"])
        try settings.set(key: "amount-threshold.USD", value: "default")
        try settings.set(key: "amount-threshold.EUR", value: "default")
        #expect(settings == PolicySettings())
    }

    @Test func profilesKeepTheirPlacesUpToTheLimit() throws {
        var settings = PolicySettings()
        for number in 1..<AuthorizationLimits.profilesMax {
            try settings.set(key: "profile.p\(number).presence", value: "present")
        }
        let policy = Policy(settings, version: LogSequenceNumber(rawValue: 9))
        #expect(policy.profileCount == 256 && policy.version.rawValue == 9)
        let name = try #require(Text16("p255"))
        let index = policy.profileIndex(named: name)
        let back = policy.profileName(at: 255)
        #expect(index == 255 && back == name)
        let unknown = policy.profileIndex(named: Text16())
        #expect(unknown == nil)
        let full = settings
        do throws(PolicyError) {
            try settings.set(key: "profile.one-more.presence", value: "any")
            Issue.record("one more profile was taken")
        } catch {
            guard case .limitReached = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(settings == full)
        try settings.set(key: "profile.p255.presence", value: "any")
    }

    @Test func aValueMayNotBeLongerThanAMessage() {
        var settings = PolicySettings()
        let value = String(repeating: ",", count: AuthorizationLimits.configurationValueBytesMax + 1)
        #expect(throws: PolicyError.self) { try settings.set(key: "merchant-block.exact", value: value) }
    }
}
