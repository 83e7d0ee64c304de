import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct CLICardTests {
    @Test func aCardGoesThroughItsLife() throws {
        let daemon = try CLIDaemon()
        let created = try daemon.ctl(
            "card",
            "create",
            "--currency",
            "EUR",
            "--limit",
            "1,000.00",
            "--transaction-limit",
            "250",
            "--last-four",
            "4242",
            "--expiry",
            "2049-12",
            "-o",
            "json"
        )
        #expect(created.status == 0)
        let card = try created.object()
        let token = try #require(card["token"] as? String)
        #expect(card["status"] as? String == "notActivated")
        #expect(card["limit"] as? String == "1000.00")
        #expect(card["limitMinor"] as? Int == 100_000)
        #expect(card["transactionLimitMinor"] as? Int == 25_000)
        #expect(card["expiry"] as? String == "2049-12")
        #expect(card["currency"] as? String == "EUR")

        for (command, status) in [
            ("activate", "active"), ("freeze", "frozen"), ("unfreeze", "active"), ("lost", "lost"),
        ] {
            let changed = try daemon.ctl("card", command, token, "-o", "jsonl")
            #expect(changed.status == 0, "\(command): \(changed.errors)")
            #expect(try changed.object()["status"] as? String == status)
        }
        let after = try daemon.ctl("card", "unfreeze", token)
        #expect(after.status == 65)
        #expect(after.errors.contains("322"))
        #expect(try daemon.ctl("card", "show", "4242").output.hasPrefix("•••• 4242  lost\n"))
    }

    @Test func whatCannotBeUndoneTakesTheWholeToken() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard("--last-four", "1234")
        for command in ["cancel", "lost", "stolen"] {
            let refused = try daemon.ctl("card", command, "1234")
            #expect(refused.status == 64)
            #expect(refused.errors.contains("assentctl card \(command) \(token)"))
        }
        #expect(try daemon.ctl("card", "show", token, "-o", "json").object()["status"] as? String == "active")
        #expect(try daemon.ctl("card", "cancel", token, "-o", "json").object()["status"] as? String == "cancelled")
        let stolen = try daemon.makeCard("--last-four", "1234")
        #expect(try daemon.ctl("card", "stolen", stolen, "-o", "json").object()["status"] as? String == "stolen")
    }

    @Test func limitsChangeOneByOne() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard("--transaction-limit", "100")
        var card = try daemon.ctl("card", "limits", token, "--limit", "2,000.50", "-o", "json").object()
        #expect(card["limitMinor"] as? Int == 200_050)
        #expect(card["transactionLimitMinor"] as? Int == 10_000)
        card = try daemon.ctl(
            "card",
            "limits",
            token,
            "--transaction-limit",
            "none",
            "--expiry",
            "2050-01",
            "-o",
            "json"
        )
        .object()
        #expect(card["transactionLimit"] is NSNull)
        #expect(card["expiry"] as? String == "2050-01")
        #expect(card["limitMinor"] as? Int == 200_050)
        #expect(try daemon.ctl("card", "limits", token, "--limit", "5 USD").status == 64)
        #expect(try daemon.ctl("card", "limits", token, "--limit", "5.001").status == 64)
        #expect(try daemon.ctl("card", "limits", token).status == 64)
    }

    @Test func digitsNameACardOnlyWhereTheyTellWhich() throws {
        let daemon = try CLIDaemon()
        let first = try daemon.makeCard("--last-four", "7777")
        #expect(try daemon.ctl("card", "show", "7777", "-o", "json").object()["token"] as? String == first)
        let second = try daemon.makeCard("--last-four", "7777")
        let ambiguous = try daemon.ctl("card", "show", "7777")
        #expect(ambiguous.status == 64)
        #expect(ambiguous.errors.contains(first) && ambiguous.errors.contains(second))
        let missing = try daemon.ctl("card", "show", "0000")
        #expect(missing.status == 65)
        #expect(missing.errors.contains("no card ends in 0000"))
        let unknown = try daemon.ctl("card", "show", "0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b")
        #expect(unknown.status == 65)
        #expect(unknown.errors.contains("321") && unknown.errors.contains("assentctl card list"))
        #expect(try daemon.ctl("card", "show", "nonsense").status == 64)
    }

    @Test func listsFilterAndPage() throws {
        let daemon = try CLIDaemon()
        let made = try daemon.ctl(
            "card",
            "create",
            "--currency",
            "EUR",
            "--limit",
            "10",
            "--count",
            "25",
            "--activate",
            "-q"
        )
        #expect(made.lines.count == 25)
        #expect(Set(made.lines).count == 25)
        _ = try daemon.makeCard("--last-four", "4242", limit: "5 USD")
        let all = try daemon.ctl("card", "list", "--all", "-q")
        #expect(Array(all.lines.prefix(25)) == made.lines)
        #expect(all.lines.count == 26)

        var paged: [String] = []
        var next: UInt64? = 0
        while let place = next {
            let page = try daemon.ctl("card", "list", "--limit", "7", "--after", "\(place)", "-o", "json").object()
            let cards = try #require(page["cards"] as? [[String: Any]])
            #expect(cards.count <= 7)
            paged += cards.compactMap { $0["token"] as? String }
            next = (page["next"] as? NSNumber)?.uint64Value
        }
        #expect(paged == all.lines)

        let page = try daemon.ctl("card", "list", "--limit", "7")
        #expect(page.errors.contains("--after"))
        #expect(try daemon.ctl("card", "list", "--currency", "usd", "-q").lines.count == 1)
        #expect(try daemon.ctl("card", "list", "--last-four", "4242", "--currency", "EUR", "-q").lines.count == 0)
        #expect(try daemon.ctl("card", "list", "--status", "active", "--all", "-q").lines.count == 26)
        #expect(try daemon.ctl("card", "list", "--status", "frozen").errors == "no cards match\n")
        let csv = try daemon.ctl("card", "list", "--all", "-o", "csv")
        #expect(csv.lines.count == 27)
        #expect(csv.lines.first?.hasPrefix("token,lastFour,status,currency,limit,limitMinor") == true)
        #expect(try daemon.ctl("card", "list", "--all", "-o", "jsonl").lines.count == 26)
    }

    @Test func creatingAgainWithTheSameIdsMakesOneCard() throws {
        let daemon = try CLIDaemon()
        let arguments = [
            "--connect", daemon.admin, "card", "create", "--limit", "5 EUR", "--token",
            "0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b", "--request-id",
        ]
        let id = try daemon.requestID()
        let first = try assentctl(arguments + [id])
        let second = try assentctl(arguments + [id])
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output == second.output)
        // The helper's own card is the other one.
        #expect(try daemon.ctl("card", "list", "-q").lines.count == 2)
        // Another request for the same token is refused.
        let other = try assentctl(Array(arguments.dropLast()))
        #expect(other.status == 65)
        #expect(other.errors.contains("320"))
    }

    @Test func manyCardsAreSummedUpInATable() throws {
        let daemon = try CLIDaemon()
        let made = try daemon.ctl("card", "create", "--currency", "JPY", "--limit", "5000", "--count", "1234")
        #expect(made.output == "1,234 cards made\n")
        #expect(try daemon.ctl("status", "-o", "json").object()["cards"] as? Int == 1_234)
    }
}

extension CLIDaemon {
    /// A request id of now: what a first attempt printed.
    func requestID() throws -> String {
        let token = try makeCard()
        let answer = try ctl("authorize", "--card", token, "--kind", "balance", "-o", "json")
        let used = try #require(try answer.object()["requestId"] as? String)
        _ = try ctl("card", "cancel", token)
        // One digit further: the same time, never used.
        let last = try #require(used.last?.hexDigitValue)
        return String(used.dropLast()) + String((last + 1) % 16, radix: 16)
    }
}
