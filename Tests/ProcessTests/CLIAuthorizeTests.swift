import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct CLIAuthorizeTests {
    @Test func approvalIsZeroAndDeclineIsOne() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        let approved = try daemon.ctl(
            "authorize",
            "--card",
            token,
            "--amount",
            "12.50",
            "--merchant-name",
            "Corner Café",
            "--category",
            "5814",
            "--country",
            "de",
            "--presence",
            "not-present",
            "-o",
            "json"
        )
        #expect(approved.status == 0, "\(approved.errors)")
        let decision = try approved.object()
        #expect(decision["outcome"] as? String == "approved")
        #expect(decision["amount"] as? String == "12.50")
        #expect(decision["approvedAmountMinor"] as? Int == 1_250)
        #expect(decision["available"] as? String == "987.50")
        #expect(decision["heldMinor"] as? Int == 1_250)
        #expect(decision["responseCode"] as? String == "00")

        let declined = try daemon.ctl("authorize", "--card", token, "--amount", "6000", "-o", "json")
        #expect(declined.status == 1)
        #expect(declined.errors.isEmpty)
        let refusal = try declined.object()
        #expect(refusal["outcome"] as? String == "declined")
        #expect(refusal["reason"] as? String == "exceedsAmountThreshold")
        #expect(refusal["responseCode"] as? String == "61")
        #expect(refusal["checksFailed"] as? [String] == ["amountThreshold", "spendingLimit"])
        #expect(refusal["approvalCode"] is NSNull)

        let table = try daemon.ctl("authorize", "--card", token, "--amount", "6,000.00")
        #expect(table.status == 1)
        #expect(table.output.hasPrefix("✗ declined 6,000.00 EUR: exceeds the amount threshold\n"))
        #expect(table.output.contains("assentctl payment show "))
    }

    @Test func aPartialApprovalTakesWhatIsThere() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard(limit: "50 EUR")
        let partial = try daemon.ctl("authorize", "--card", token, "--amount", "80.00", "--partial")
        #expect(partial.status == 0)
        #expect(partial.output.hasPrefix("✓ approved 50.00 EUR of 80.00 EUR: partially approved\n"))
    }

    @Test func aRepeatGetsTheFirstAnswerAndOtherContentIsRefused() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        let first = try daemon.ctl("authorize", "--card", token, "--amount", "7", "-o", "json")
        let id = try #require(try first.object()["requestId"] as? String)
        let again = try daemon.ctl("authorize", "--card", token, "--amount", "7", "--request-id", id, "-o", "json")
        #expect(again.output == first.output)
        let other = try daemon.ctl("authorize", "--card", token, "--amount", "8", "--request-id", id)
        #expect(other.status == 65)
        #expect(other.errors.contains("307"))
        #expect(try daemon.ctl("card", "show", token, "-o", "json").object()["heldMinor"] as? Int == 700)
        try daemon.restart()
        let later = try daemon.ctl("authorize", "--card", token, "--amount", "7", "--request-id", id, "-o", "json")
        #expect(later.output == first.output)
    }

    @Test func verificationAndBalanceHoldNothing() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        for kind in ["verify", "balance"] {
            let answer = try daemon.ctl("authorize", "--card", token, "--kind", kind, "-o", "json")
            #expect(answer.status == 0)
            #expect(try answer.object()["kind"] as? String == kind)
            #expect(try answer.object()["heldMinor"] as? Int == 0)
            #expect(try daemon.ctl("authorize", "--card", token, "--kind", kind, "--amount", "5").status == 64)
        }
    }

    @Test func theGatewaySocketIsEnoughWithTokenAndCurrency() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        let answer = try assentctl([
            "--connect", daemon.gateway, "authorize", "--card", token, "--amount", "5", "--currency", "EUR",
        ])
        #expect(answer.status == 0, "\(answer.errors)")
        let withoutCurrency = try assentctl([
            "--connect", daemon.gateway, "authorize", "--card", token, "--amount", "5",
        ])
        #expect(withoutCurrency.status == 64)
        #expect(withoutCurrency.errors.contains("--currency EUR"))
        let other = try assentctl(["--connect", daemon.gateway, "card", "list"])
        #expect(other.status == 77)
        #expect(other.errors.contains("--admin"))
    }

    @Test func wrongRequestsAreCaughtWithAWordOnWhatIsRight() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        for (arguments, expected) in [
            (["--amount", "0"], "more than zero"), (["--amount", "12.345"], "EUR has 2"), ([], "--amount is missing"),
            (["--amount", "abc"], "abc"), (["--amount", "5", "--merchant-id", "1234567890123456"], "15"),
            (["--amount", "5", "--request-id", "0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b"], "--transmission-time"),
        ] {
            let result = try assentctl(["--connect", daemon.admin, "authorize", "--card", token] + arguments)
            #expect(result.status == 64, "\(arguments)")
            #expect(result.errors.contains(expected), "\(arguments): \(result.errors)")
        }
        let declined = try daemon.ctl("authorize", "--card", token, "--amount", "5 USD")
        #expect(declined.status == 1)
        let unknown = try daemon.ctl(
            "authorize",
            "--card",
            "0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b",
            "--amount",
            "5",
            "--currency",
            "EUR"
        )
        #expect(unknown.status == 1)
        #expect(unknown.output.contains("card unknown"))
    }
}
