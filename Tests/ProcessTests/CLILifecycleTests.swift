import Foundation
import Testing

/// A payment's life as an operator drives it with assentctl, against a real daemon.
@Suite(.serialized, .timeLimit(.minutes(20))) struct CLILifecycleTests {
    private func authorized(
        _ daemon: CLIDaemon,
        _ card: String,
        _ amount: String,
        _ more: String...
    ) throws -> [String: Any] {
        let answer = try assentctl(
            ["--connect", daemon.admin, "authorize", "--card", card, "--amount", amount, "-o", "json"] + more
        )
        return try answer.object()
    }

    private func number(_ value: Any?) -> Int { (value as? NSNumber)?.intValue ?? .min }

    @Test func aPaymentIsIncrementedReversedInPartAndClearedAndItsHistoryTellsIt() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard("--last-four", "4242")
        let payment = number(try authorized(daemon, card, "100.00", "--lifecycle-id", "MCC0001")["payment"])
        let raised = try daemon.ctl("payment", "increment", "\(payment)", "--amount", "20.00", "-o", "json").object()
        #expect(raised["heldOfPayment"] as? String == "120.00")
        #expect(raised["matchRule"] as? String == "identifier")
        let mistaken = try daemon.ctl("payment", "increment", "\(payment)", "--amount", "1.00", "--currency", "USD")
        #expect(mistaken.status == 64 && mistaken.errors.contains("the payment is in EUR"))
        let reversed = try daemon.ctl("payment", "reverse", "\(payment)", "--amount", "30.00", "-o", "json").object()
        #expect(reversed["heldOfPayment"] as? String == "90.00")
        let cleared = try daemon.ctl(
            "payment",
            "clear",
            "--card",
            card,
            "--lifecycle-id",
            "MCC0001",
            "--amount",
            "80.00 EUR",
            "--final",
            "-o",
            "json"
        ).object()
        #expect(cleared["matchRule"] as? String == "lifecycle")
        #expect(cleared["status"] as? String == "cleared")
        #expect(number(cleared["paymentId"]) == payment)
        #expect(cleared["heldMinor"] as? Int == 0)
        #expect(cleared["postedMinor"] as? Int == 8_000)

        let shown = try daemon.ctl("payment", "show", "\(payment)", "-o", "json").object()
        #expect(shown["status"] as? String == "cleared")
        #expect(shown["lifecycleId"] as? String == "MCC0001")
        let history = try #require(shown["history"] as? [[String: Any]])
        #expect(history.map { $0["kind"] as? String } == ["authorization", "increment", "reversal", "clearing"])
        #expect(history.map { $0["heldChangeMinor"] as? Int } == [10_000, 2_000, -3_000, -9_000])
        #expect(history.map { $0["postedChangeMinor"] as? Int } == [0, 0, 0, 8_000])
        let text = try daemon.ctl("payment", "show", "\(payment)").output
        #expect(text.contains("120.00 EUR approved, 40.00 EUR reversed, 80.00 EUR cleared; nothing held"))

        let refused = try daemon.ctl("payment", "increment", "\(payment)", "--amount", "1.00", "-o", "json")
        #expect(refused.status == 1)
        #expect(try refused.object()["reason"] as? String == "lifecycleOver")
    }

    @Test func aReversalThatOvertakesItsAuthorizationLeavesNothingHeld() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard("--last-four", "4242")
        let early = try daemon.ctl("payment", "reverse", "--card", card, "--lifecycle-id", "VISA77", "-o", "json")
            .object()
        #expect(early["matchRule"] as? String == "none")
        let answer = try daemon.ctl(
            "authorize",
            "--card",
            card,
            "--amount",
            "12.50",
            "--lifecycle-id",
            "VISA77",
            "-o",
            "json"
        )
        #expect(answer.status == 1)
        #expect(try answer.object()["reason"] as? String == "originalReversed")
        #expect(try answer.object()["heldMinor"] as? Int == 0)
        let shown = try daemon.ctl("payment", "show", "\(number(early["paymentId"]))", "-o", "json").object()
        #expect((shown["flags"] as? [String])?.contains("reversedBeforeAuthorization") == true)
    }

    @Test func aRepeatedClearingPostsOnceAndAForcedOneKeepsBothAmounts() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard("--last-four", "4242")
        let id = UUID().uuidString.lowercased()
        let command = [
            "payment", "clear", "--card", card, "--amount", "9.25 EUR", "--merchant-amount", "10.00 USD", "--rate",
            "0.925", "--request-id", id, "--transmission-time", "2026-11-21T05:00:00Z", "-o", "json",
        ]
        let first = try assentctl(["--connect", daemon.admin] + command)
        let second = try assentctl(["--connect", daemon.admin] + command)
        #expect(first.status == 0)
        #expect(first.output == second.output)
        let answer = try first.object()
        #expect(answer["status"] as? String == "forcePosted")
        #expect(answer["postedMinor"] as? Int == 925)
        let shown = try daemon.ctl("payment", "show", "\(number(answer["paymentId"]))", "-o", "json").object()
        let event = try #require((shown["history"] as? [[String: Any]])?.first)
        #expect(event["rate"] as? String == "0.925")
        #expect(event["merchantAmount"] as? String == "10.00")
        #expect(event["merchantCurrency"] as? String == "USD")
    }

    @Test func aReplacedCardsMoneyAndPaymentsGoOnUnderTheNewOne() throws {
        let daemon = try CLIDaemon()
        let old = try daemon.makeCard("--last-four", "4242")
        let payment = number(try authorized(daemon, old, "40.00")["payment"])
        let new = try daemon.ctl("card", "replace", old, "--reason", "stolen", "--last-four", "1881", "-o", "json")
            .object()
        let token = try #require(new["token"] as? String)
        #expect(new["heldMinor"] as? Int == 4_000)
        #expect(new["status"] as? String == "active")
        #expect(try daemon.ctl("card", "show", old, "-o", "json").object()["status"] as? String == "stolen")
        let declined = try daemon.ctl("authorize", "--card", old, "--amount", "1.00", "-o", "json")
        #expect(try declined.object()["reason"] as? String == "cardStolen")
        #expect(number(try authorized(daemon, token, "5.00")["heldMinor"]) == 4_500)
        let cleared = try daemon.ctl(
            "payment",
            "clear",
            "\(payment)",
            "--card",
            old,
            "--amount",
            "40.00",
            "--final",
            "-o",
            "json"
        ).object()
        #expect(cleared["postedMinor"] as? Int == 4_000)
        #expect(cleared["heldMinor"] as? Int == 500)
    }

    @Test func aSingleMessageIsPostedAtOnceAndRefunded() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard("--last-four", "4242")
        let taken = try authorized(daemon, card, "30.00", "--kind", "financial")
        #expect(number(taken["postedMinor"]) == 3_000)
        #expect(number(taken["heldMinor"]) == 0)
        let refunded = try daemon.ctl(
            "payment",
            "refund",
            "\(number(taken["payment"]))",
            "--amount",
            "30.00",
            "-o",
            "json"
        ).object()
        #expect(refunded["status"] as? String == "refunded")
        #expect(refunded["postedMinor"] as? Int == 0)
    }
}
