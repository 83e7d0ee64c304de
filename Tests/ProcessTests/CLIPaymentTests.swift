import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct CLIPaymentTests {
    /// A card with three payments: approved at a café, declined at a shop, a balance inquiry.
    private func prepared() throws -> (daemon: CLIDaemon, token: String) {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard("--last-four", "4242")
        _ = try daemon.ctl("authorize", "--card", token, "--amount", "5", "--merchant-name", "Corner Café")
        _ = try daemon.ctl("authorize", "--card", token, "--amount", "6000", "--merchant-name", "Shop, \"big\"")
        _ = try daemon.ctl("authorize", "--card", token, "--kind", "balance", "--merchant-name", "Corner Café")
        return (daemon, token)
    }

    private func numbers(_ result: CLIResult) -> [Int] { result.lines.compactMap(Int.init) }

    @Test func listsAreNewestFirstAndFilter() throws {
        let (daemon, token) = try prepared()
        let all = numbers(try daemon.ctl("payment", "list", "-q"))
        #expect(all.count == 3)
        #expect(all == all.sorted(by: >))
        for (arguments, expected) in [
            (["--status", "declined"], [all[1]]), (["--status", "approved"], [all[0], all[2]]),
            (["--reason", "exceeds-amount-threshold"], [all[1]]), (["--kind", "balance"], [all[0]]),
            (["--card", token, "--merchant", "CAFÉ"], [all[0], all[2]]),
            (["--card", "4242", "--limit", "1"], [all[0]]),
            (["--before", "\(all[0])"], [all[1], all[2]]), (["--from", "1h", "--to", "now"], all),
            (["--to", "1h"], []),
            (["--from", "today", "--status", "flagged"], []),
        ] {
            let result = try assentctl(["--connect", daemon.admin, "payment", "list", "-q"] + arguments)
            #expect(numbers(result) == expected, "\(arguments): \(result.output)\(result.errors)")
        }
        let csv = try daemon.ctl("payment", "list", "--status", "declined", "-o", "csv")
        #expect(csv.lines.count == 2)
        #expect(csv.lines.last?.contains("\"Shop, \"\"big\"\"\"") == true)
        let json = try daemon.ctl("payment", "list", "-o", "json").object()
        let payments = try #require(json["payments"] as? [[String: Any]])
        #expect(payments.map { $0["outcome"] as? String } == ["approved", "declined", "approved"])
        #expect(json["next"] is NSNull)
    }

    @Test func aPaymentIsExplainedByEveryCheck() throws {
        let (daemon, _) = try prepared()
        let declined = try #require(numbers(try daemon.ctl("payment", "list", "--status", "declined", "-q")).first)
        let text = try daemon.ctl("payment", "show", "\(declined)")
        #expect(text.status == 0)
        #expect(text.output.hasPrefix("✗ declined 6,000.00 EUR: exceeds the amount threshold\n"))
        #expect(text.output.contains("✓  card known"))
        let threshold = try #require(text.lines.first { $0.hasPrefix("✗  amount threshold") })
        #expect(threshold.contains("6,000.00 EUR") && threshold.contains("5,000.00 EUR"))
        let funds = try #require(text.lines.first { $0.hasPrefix("✗  available funds") })
        #expect(funds.contains("995.00 EUR"))

        // Neither limit alone: the other is exceeded too.
        let other = "the whole of it would have been approved\n  at 995.00 EUR\n"
        #expect(text.output.contains(other), "\(text.output)")

        let json = try daemon.ctl("payment", "show", "\(declined)", "-o", "json").object()
        let others = try #require(json["alternatives"] as? [[String: Any]])
        #expect(others.map { $0["change"] as? String } == ["amount"])
        #expect(others.first?["amount"] as? String == "995.00" && others.first?["outcome"] as? String == "approved")
        let checks = try #require(json["checks"] as? [[String: Any]])
        #expect(checks.filter { $0["result"] as? String == "failed" }.count == 2)
        let status = try #require(checks.first { $0["check"] as? String == "cardState" })
        #expect(status["seenName"] as? String == "active")
        let id = try #require(json["requestId"] as? String)
        let byID = try daemon.ctl("payment", "show", "--request-id", id, "-o", "json")
        #expect(try byID.object()["payment"] as? Int == declined)
    }

    @Test func noSuchPaymentIsInvalidData() throws {
        let daemon = try CLIDaemon()
        let missing = try daemon.ctl("payment", "show", "999")
        #expect(missing.status == 65)
        #expect(missing.errors.contains("assentctl payment list"))
        #expect(try daemon.ctl("payment", "show").status == 64)
        #expect(try daemon.ctl("payment", "show", "0").status == 64)
        #expect(try daemon.ctl("payment", "list").errors == "no payments match\n")
        #expect(try daemon.ctl("payment", "list", "--from", "tomorrow").status == 64)
    }
}
