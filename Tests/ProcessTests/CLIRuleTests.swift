import Foundation
import Testing

/// Rules from outside: written, tried, watched in shadow, promoted, explained, and there after `kill -9`.
@Suite(.serialized, .timeLimit(.minutes(20))) struct CLIRuleTests {
    private static let condition = "merchant.category == 7995 && amount > 20.00"

    private func pay(
        _ daemon: CLIDaemon,
        _ card: String,
        _ amount: String,
        category: String = "7995"
    ) throws -> CLIResult {
        try daemon.ctl(
            "authorize",
            "--card",
            card,
            "--amount",
            amount,
            "--category",
            category,
            "--merchant-name",
            "Casino Royale",
            "-o",
            "json"
        )
    }

    @Test func aRuleGoesFromDraftToShadowToActiveAndDecidesTheSameAfterAKill() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard()
        let added = try daemon.ctl(
            "rule",
            "add",
            "gambling",
            Self.condition,
            "--owner",
            "risk",
            "--note",
            "Losses of October",
            "-o",
            "json"
        )
        #expect(added.status == 0, "\(added.errors)")
        #expect(try added.object()["version"] as? Int == 1)
        #expect(try pay(daemon, card, "25.00").object()["outcome"] as? String == "approved")
        #expect(try daemon.ctl("rule", "promote", "gambling").status == 65, "a draft is not promoted")
        #expect(try daemon.ctl("rule", "enable", "gambling").status == 0)
        for _ in 0..<3 { #expect(try pay(daemon, card, "25.00").object()["outcome"] as? String == "approved") }
        _ = try pay(daemon, card, "25.00", category: "5411")
        let shown = try daemon.ctl("rule", "show", "gambling", "-o", "json").object()
        #expect(shown["state"] as? String == "shadow")
        #expect(shown["matched"] as? Int == 3 && shown["approved"] as? Int == 3)
        let money = try #require((shown["money"] as? [[String: Any]])?.first)
        #expect(money["asked"] as? String == "75.00" && money["currency"] as? String == "EUR")
        #expect(try daemon.ctl("rule", "show", "gambling").output.contains("75.00 EUR asked for"))
        #expect(try daemon.ctl("rule", "promote", "gambling").output.contains("is active, it was shadow"))

        let declined = try pay(daemon, card, "25.00")
        #expect(declined.status == 1)
        let answer = try declined.object()
        #expect(answer["reason"] as? String == "suspectedFraud" && answer["responseCode"] as? String == "59")
        let payment = try #require(answer["payment"] as? Int)
        #expect(try pay(daemon, card, "20.00").status == 0)
        let before = try explained(daemon, payment)
        let digest = try daemon.ctl("digest", "-o", "json").object()["digest"] as? String
        try daemon.killAndRestart()
        #expect(try daemon.ctl("digest", "-o", "json").object()["digest"] as? String == digest)
        #expect(try explained(daemon, payment) == before)
        #expect(try pay(daemon, card, "25.00").object()["reason"] as? String == "suspectedFraud")
        let history = try daemon.ctl("rule", "history", "gambling", "-o", "json").object()
        let steps = try #require(history["steps"] as? [[String: Any]])
        #expect(steps.compactMap { $0["state"] as? String } == ["active", "shadow", "draft"])
        #expect(steps.allSatisfy { $0["actor"] as? Int == Int(getuid()) })
        #expect(try daemon.ctl("rule", "disable", "gambling").status == 0)
        #expect(try pay(daemon, card, "25.00").status == 0)
        #expect(try daemon.ctl("rule", "disable", "gambling", "--retire").status == 0)
        #expect(try daemon.ctl("rule", "list").errors.contains("there are no rules"))
        #expect(try daemon.ctl("rule", "list", "--all").output.contains("retired"))
    }

    /// What `payment show` says of the rules.
    private func explained(_ daemon: CLIDaemon, _ payment: Int) throws -> String {
        let text = try daemon.ctl("payment", "show", "\(payment)")
        #expect(text.output.contains("by rule gambling version 1: Losses of October"), "\(text.output)\(text.errors)")
        let shown = try daemon.ctl("payment", "show", "\(payment)", "-o", "json").object()
        let rules = try #require(shown["rules"] as? [[String: Any]])
        #expect(rules.count == 1 && rules[0]["rule"] as? String == "gambling" && rules[0]["deciding"] as? Bool == true)
        let checks = try #require(shown["checks"] as? [[String: Any]])
        let check = try #require(checks.first { $0["check"] as? String == "rules" })
        #expect(check["result"] as? String == "failed" && check["seen"] as? Int == 1 && check["allowed"] as? Int == 1)
        return text.output
    }

    @Test func whatIsWrongWithAConditionIsShownUnderItsCharacter() throws {
        let daemon = try CLIDaemon()
        let path = daemon.directory + "/rule.cel"
        try "amount > 10.00\n  && merchant.catgory == 7995\n".write(toFile: path, atomically: true, encoding: .utf8)
        let text = "amount > 10.00\n  && merchant.catgory == 7995"
        for result in [
            try daemon.ctl("rule", "add", "typo", "@\(path)"), try daemon.ctl("rule", "test", "@\(path)"),
            try daemon.ctl("rule", "test", "-", "--set", "amount=1", input: text),
        ] {
            #expect(result.status == 65)
            let lines = result.errors.split(separator: "\n").map(String.init)
            #expect(lines.first?.contains("line 2, column 6") == true, "\(result.errors)")
            #expect(lines.first?.contains("did you mean 'merchant.category'?") == true)
            let place = try #require(lines.firstIndex { $0.contains("&& merchant.catgory") })
            let start = try #require(lines[place].range(of: "merchant.catgory")).lowerBound
            let column = lines[place].distance(from: lines[place].startIndex, to: start)
            #expect(lines[place + 1] == String(repeating: " ", count: column) + "^~~~~~~~~~~~~~~~")
        }
        #expect(try daemon.ctl("rule", "list").errors.contains("there are no rules"))
        let window = try daemon.ctl("rule", "add", "w", "velocity.count('card', '2h') > 3")
        #expect(window.errors.contains("no window of 2h is kept for cards; those kept are 60s (velocity.1)"))
        #expect(try daemon.ctl("rule", "add", "Bad Name", "true").status == 65)
        #expect(try daemon.ctl("rule", "show", "nothing").status == 65)
        #expect(try daemon.ctl("rule", "enable", "nothing").status == 65)
    }

    @Test func conditionsAreTriedOnWhatWasAndOnWhatIsGiven() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard()
        for amount in ["10.00", "20.00", "30.00", "2000.00"] { _ = try pay(daemon, card, amount) }
        let tried = try daemon.ctl("rule", "test", "amount > 15.00", "--last", "100", "-o", "json")
        #expect(tried.status == 0, "\(tried.errors)")
        let report = try tried.object()
        #expect(report["looked"] as? Int == 4 && report["matched"] as? Int == 3 && report["approved"] as? Int == 2)
        let payments = try #require(report["payments"] as? [[String: Any]])
        #expect(payments.compactMap { $0["amount"] as? String } == ["2000.00", "30.00", "20.00"])
        let none = try daemon.ctl("rule", "test", "-", input: "amount > 5000.00\n")
        #expect(none.status == 1 && none.output.contains("matches"))
        let newest = try #require(payments.last?["record"] as? Int)
        #expect(try daemon.ctl("rule", "test", "amount == 20.00", "--payment", "\(newest)").status == 0)
        #expect(try daemon.ctl("rule", "test", "amount == 21.00", "--payment", "\(newest)").status == 1)
        #expect(try daemon.ctl("rule", "test", "amount == 21.00", "--payment", "1").status == 65, "a card's record")
        _ = try daemon.ctl("rule", "add", "mine", "amount == 30.00")
        #expect(try daemon.ctl("rule", "test", "--rule", "mine").status == 0)

        let given = ["amount * 2 > card.available", "--set", "amount=12.50", "--set", "card.available=24.99"]
        #expect(try assentctl(["rule", "test"] + given).output == "true\n")
        let call = "velocity.count(\"card\",\"60s\")=3"
        let other = try assentctl(["rule", "test", "velocity.count('card', '60s') > 3", "--set", call])
        #expect(other.status == 1 && other.output == "false\n")
        let absent = try assentctl(["rule", "test", "card.limit > 1.00 && amount > 1.00", "--set", "amount=2"])
        #expect(absent.status == 1 && absent.output.hasPrefix("no value: "))
        #expect(absent.errors.contains("asked for and not set: card.limit"))
        #expect(try assentctl(["rule", "test", "true", "--set", "amont=2"]).errors.contains("did you mean 'amount'?"))
    }

    @Test func aNewVersionIsWatchedWhileTheOldOneDecides() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard()
        _ = try daemon.ctl("rule", "add", "large", "amount > 100.00", "--shadow")
        _ = try daemon.ctl("rule", "promote", "large")
        let stale = try daemon.ctl("rule", "add", "large", "amount > 50.00", "--expected-version", "2")
        #expect(stale.status == 65 && stale.errors.contains("343"))
        #expect(try daemon.ctl("rule", "add", "large", "amount > 50.00", "--expected-version", "0").status == 65)
        let second = try daemon.ctl("rule", "add", "large", "amount > 50.00", "--shadow", "--expected-version", "1")
        #expect(second.status == 0, "\(second.errors)")
        #expect(try pay(daemon, card, "60.00").status == 0)
        let watched = try daemon.ctl("rule", "show", "large", "--version", "2", "-o", "json").object()
        #expect(watched["matched"] as? Int == 1)
        #expect(try daemon.ctl("rule", "promote", "large").status == 0)
        #expect(try pay(daemon, card, "60.00").status == 1)
        #expect(try daemon.ctl("rule", "show", "large").output.contains("1 retired"))
        #expect(try daemon.ctl("config", "set", "rule.promotion", "second-person").status == 0)
        _ = try daemon.ctl("rule", "add", "large", "amount > 40.00", "--shadow")
        let alone = try daemon.ctl("rule", "promote", "large")
        #expect(alone.status == 65 && alone.errors.contains("344"))
    }
}
