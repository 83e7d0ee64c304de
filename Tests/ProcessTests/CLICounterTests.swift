import Foundation
import Testing

/// What is counted over all cards, from outside: set, read by a rule, on record, and there after `kill -9`.
@Suite(.serialized, .timeLimit(.minutes(20))) struct CLICounterTests {
    private static let reading = "velocity.count('merchant,country', '1h')"

    private func pay(
        _ daemon: CLIDaemon,
        _ card: String,
        at merchant: String,
        country: String = "DE",
        amount: String = "10.00"
    ) throws -> (outcome: String, payment: Int) {
        let result = try daemon.ctl(
            "authorize",
            "--card",
            card,
            "--amount",
            amount,
            "--merchant-id",
            merchant,
            "--country",
            country,
            "-o",
            "json"
        )
        let answer = try result.object()
        return (
            try #require(answer["outcome"] as? String, "\(result.errors)"),
            try #require(answer["payment"] as? Int)
        )
    }

    /// Whether a condition is true of what a recorded decision saw.
    private func held(_ daemon: CLIDaemon, _ condition: String, of payment: Int) throws -> Bool {
        let result = try daemon.ctl("rule", "test", condition, "--payment", "\(payment)")
        #expect([0, 1].contains(result.status), "\(result.errors)")
        return result.status == 0
    }

    @Test func aRuleCountsTheCardsOfAMerchantAndGoesOnAfterAKill() throws {
        let daemon = try CLIDaemon()
        let cards = try (0..<6).map { _ in try daemon.makeCard() }
        #expect(try daemon.ctl("config", "set", "counter.1", "country , merchant in 60m").status == 0)
        let shown = try daemon.ctl("config", "show", "counter.1").output
        #expect(shown.contains("merchant,country in 1h"), "\(shown)")
        #expect(try daemon.ctl("rule", "add", "testing", "\(Self.reading) >= 3", "--shadow").status == 0)
        #expect(try daemon.ctl("rule", "promote", "testing").status == 0)
        for card in cards.prefix(3) { #expect(try pay(daemon, card, at: "SHOP-1").outcome == "approved") }
        let declined = try pay(daemon, cards[3], at: "SHOP-1")
        #expect(declined.outcome == "declined")
        // Elsewhere is elsewhere: another merchant, the same in another country.
        let other = try pay(daemon, cards[3], at: "SHOP-2")
        #expect(other.outcome == "approved")
        #expect(try pay(daemon, cards[3], at: "SHOP-1", country: "FR").outcome == "approved")
        // What it saw is on record, and a decline has not been counted.
        #expect(try held(daemon, "\(Self.reading) == 3", of: declined.payment))
        #expect(try held(daemon, "\(Self.reading) == 0", of: other.payment))
        let explained = try daemon.ctl("payment", "show", "\(declined.payment)").output
        #expect(explained.contains("by rule testing version 1"), "\(explained)")
        #expect(try pay(daemon, cards[4], at: "SHOP-2").outcome == "approved")
        let digest = try daemon.ctl("digest", "-o", "json").object()["digest"] as? String

        try daemon.killAndRestart()
        #expect(try daemon.ctl("digest", "-o", "json").object()["digest"] as? String == digest)
        #expect(try daemon.ctl("payment", "show", "\(declined.payment)").output == explained)
        let again = try pay(daemon, cards[5], at: "SHOP-1")
        #expect(again.outcome == "declined")
        #expect(try held(daemon, "\(Self.reading) == 3", of: again.payment))
        let third = try pay(daemon, cards[5], at: "SHOP-2")
        #expect(third.outcome == "approved")
        #expect(try held(daemon, "\(Self.reading) == 2", of: third.payment))
        #expect(try pay(daemon, cards[0], at: "SHOP-2").outcome == "declined")
    }

    @Test func moneyThatIsTakenBackCountsNoLonger() throws {
        let daemon = try CLIDaemon()
        let (first, second) = (try daemon.makeCard(), try daemon.makeCard())
        #expect(try daemon.ctl("config", "set", "counter.16", "merchant,currency in 7d").status == 0)
        let sum = "velocity.sum('currency,merchant', '168h')"
        let payment = try pay(daemon, first, at: "SHOP-1", amount: "100.00").payment
        #expect(try held(daemon, "\(sum) == 100.00", of: pay(daemon, second, at: "SHOP-1").payment))
        #expect(try daemon.ctl("payment", "reverse", "\(payment)", "--amount", "70.00").status == 0)
        #expect(try held(daemon, "\(sum) == 40.00", of: pay(daemon, second, at: "SHOP-1").payment))
    }

    @Test func valuesAmountsAndDeclinesAreKeptAndThereAfterAKill() throws {
        let daemon = try CLIDaemon()
        let cards = try (0..<3).map { _ in try daemon.makeCard() }
        for (number, counter) in [
            "distinct card by merchant in 60m up to 2", "min by card in 1d", "max by card in 1d",
            "declines by card in 1h",
        ].enumerated() {
            #expect(try daemon.ctl("config", "set", "counter.\(number + 1)", counter).status == 0)
        }
        let condition = "velocity.declines('card', '1h') >= 2 && velocity.max('card', '24h') < 90.00"
        #expect(try daemon.ctl("rule", "add", "guessing", condition, "--shadow").status == 0)
        #expect(try daemon.ctl("rule", "promote", "guessing").status == 0)
        let first = try pay(daemon, cards[0], at: "SHOP-1", amount: "20.00")
        #expect(try held(daemon, "velocity.distinct('card','merchant','1h') == 0", of: first.payment))
        // Nothing is in the window: an amount without a value matches nothing.
        #expect(try !held(daemon, "velocity.min('card','24h') < 1000.00", of: first.payment))
        #expect(try pay(daemon, cards[1], at: "SHOP-1").outcome == "approved")
        #expect(try daemon.ctl("payment", "reverse", "\(first.payment)").status == 0)
        #expect(try pay(daemon, cards[0], at: "SHOP-1", amount: "50.00").outcome == "approved")
        for _ in 0..<2 { #expect(try pay(daemon, cards[0], at: "SHOP-2", amount: "7000.00").outcome == "declined") }
        let guessed = try pay(daemon, cards[0], at: "SHOP-3")
        #expect(guessed.outcome == "declined")
        let explained = try daemon.ctl("payment", "show", "\(guessed.payment)").output
        #expect(explained.contains("by rule guessing version 1"), "\(explained)")
        #expect(try held(daemon, "velocity.min('card','24h') == 20.00", of: guessed.payment))
        #expect(try held(daemon, "velocity.max('card','24h') == 50.00", of: guessed.payment))
        let digest = try daemon.ctl("digest", "-o", "json").object()["digest"] as? String

        try daemon.killAndRestart()
        #expect(try daemon.ctl("digest", "-o", "json").object()["digest"] as? String == digest)
        let third = try pay(daemon, cards[2], at: "SHOP-1")
        #expect(third.outcome == "approved")
        #expect(try held(daemon, "velocity.distinct('card','merchant','1h') == 2", of: third.payment))
        let again = try pay(daemon, cards[0], at: "SHOP-3")
        #expect(again.outcome == "declined")
        #expect(try held(daemon, "velocity.declines('card','1h') == 3", of: again.payment))
    }

    @Test func aWindowOfTheCalendarHasTheClocksOfAPlaceAndIsThereAfterAKill() throws {
        let daemon = try CLIDaemon()
        #expect(try daemon.ctl("config", "set", "counter.1", "merchant in month Europe/Berlin").status == 0)
        #expect(try daemon.ctl("config", "set", "counter.2", "card in  day  Asia/Tokyo").status == 0)
        // The rule of its clocks is on record, as the file of the zone has it today.
        let rule = "merchant in month Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3"
        #expect(try daemon.ctl("config", "show", "counter.1").output.contains(rule))
        #expect(try daemon.ctl("config", "show", "counter.2").output.contains("card in day Asia/Tokyo JST-9"))
        let condition = "velocity.count('merchant', 'month Europe/Berlin') >= 2"
        #expect(try daemon.ctl("rule", "add", "full", condition, "--shadow").status == 0)
        #expect(try daemon.ctl("rule", "promote", "full").status == 0)
        let shown = try daemon.ctl("rule", "show", "full").output
        #expect(shown.contains(condition), "\(shown)")
        let cards = try (0..<4).map { _ in try daemon.makeCard() }
        for card in cards.prefix(2) { #expect(try pay(daemon, card, at: "SHOP-1").outcome == "approved") }
        #expect(try pay(daemon, cards[2], at: "SHOP-1").outcome == "declined")

        try daemon.killAndRestart()
        #expect(try daemon.ctl("config", "show", "counter.1").output.contains(rule))
        #expect(try pay(daemon, cards[3], at: "SHOP-1").outcome == "declined")
        #expect(try pay(daemon, cards[3], at: "SHOP-2").outcome == "approved")
        for (value, problem) in [
            ("merchant in day Europe/Bonn", "character 17: there is no time zone 'Europe/Bonn' in /usr/share/zoneinfo"),
            ("merchant in week Africa/Casablanca", "the clocks of 'Africa/Casablanca' change by no yearly rule"),
            ("merchant in day Europe/Berlin CET-1CEST,M13.5.0,M10.5.0", "character 31: "),
            ("merchant in year UTC", "the window 'year' is not from 10s to 31d"),
        ] {
            let refused = try daemon.ctl("config", "set", "counter.3", value)
            #expect(refused.status == 65 && refused.errors.contains(problem), "\(value): \(refused.errors)")
        }
        // A zone that this machine has no file of is set with its rule.
        #expect(try daemon.ctl("config", "set", "counter.3", "merchant in day Europe/Bonn CET-1").status == 0)
        let unknown = try daemon.ctl("rule", "add", "r", "velocity.count('merchant', 'month Europe/Paris') > 3")
        #expect(unknown.status == 65 && unknown.errors.contains("month Europe/Paris"), "\(unknown.errors)")
        #expect(unknown.errors.contains("month Europe/Berlin"), "those kept are named: \(unknown.errors)")
    }

    @Test func wrongCountersSayWhatIsRight() throws {
        let daemon = try CLIDaemon()
        for (key, value, problem) in [
            ("counter.17", "merchant in 1h", "counter.1 to counter.16"),
            ("counter.1", "shop in 1h", "'shop' is no key; keys are card, merchant, terminal"),
            ("counter.1", "merchant in 5s", "the window '5s' is not from 10s to 31d"),
            ("counter.1", "merchant", "it is not KEYS in WINDOW"),
            ("counter.keys", "100", "from 256 to 16777216"),
            ("counter.1", "median by card in 1h", "at character 1: 'median' is no aggregate"),
        ] {
            let result = try daemon.ctl("config", "set", key, value)
            #expect(result.status == 65 && result.errors.contains(problem), "\(key) \(value): \(result.errors)")
        }
        let missing = try daemon.ctl("rule", "add", "r", "\(Self.reading) > 3")
        #expect(missing.status == 65)
        #expect(missing.errors.contains("no window of 1h is kept for 'merchant,country'; those kept are none"))
        // The caret is under what is wrong.
        let unknown = try daemon.ctl("rule", "add", "r", "velocity.max('card,shop', '1h') > 3.00")
        #expect(unknown.errors.contains("line 1, column 20 (bytes 19 to 23): 'shop' is no key"), "\(unknown.errors)")
        let average = try daemon.ctl("rule", "add", "r", "velocity.average('card', '1h') > 3.00")
        let place = "column 10 (bytes 9 to 16): there is no function 'velocity.average'"
        #expect(average.errors.contains(place), "\(average.errors)")
        #expect(try daemon.ctl("config", "set", "counter.2", "merchant,country in 1h").status == 0)
        let mixed = try daemon.ctl("rule", "add", "r", "velocity.sum('merchant,country', '1h') > 3.00")
        #expect(mixed.errors.contains("money of several currencies"), "\(mixed.errors)")
        #expect(try daemon.ctl("rule", "add", "often", "\(Self.reading) > 3", "--shadow").status == 0)
        let taken = try daemon.ctl("config", "set", "counter.2", "none")
        #expect(taken.status == 65 && taken.errors.contains("often"), "\(taken.errors)")
    }
}
