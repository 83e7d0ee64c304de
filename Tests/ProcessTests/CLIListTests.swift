import Foundation
import Testing

/// Lists from outside: made, loaded, asked by a rule, explained, and there after `kill -9`.
@Suite(.serialized, .timeLimit(.minutes(20))) struct CLIListTests {
    private func pay(_ daemon: CLIDaemon, _ card: String, _ merchant: String) throws -> CLIResult {
        let payment = ["authorize", "--card", card, "--amount", "5.00", "--merchant-id", merchant, "-o", "json"]
        return try daemon.ctl(payment)
    }

    private func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "list-\(UUID().uuidString).csv").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func aListIsLoadedAskedExplainedAndThereAfterAKill() throws {
        let daemon = try CLIDaemon()
        let card = try daemon.makeCard()
        #expect(try daemon.ctl("list", "create", "hot", "merchant", "--owner", "risk").status == 0)
        #expect(try daemon.ctl("list", "create", "hot", "merchant").status == 65, "there is one")
        let misspelt = try daemon.ctl("rule", "add", "hot", "merchant.id in list('hto')", "--shadow")
        #expect(misspelt.status == 65 && misspelt.errors.contains("did you mean 'hot'?"), "\(misspelt.errors)")
        let mistaken = try daemon.ctl("rule", "add", "hot", "terminal.id in list('hot')", "--shadow")
        #expect(mistaken.errors.contains("which merchant.id is asked of"), "\(mistaken.errors)")
        let rule = ["rule", "add", "hot", "merchant.id in list('hot')", "--reason", "merchant-blocked", "--shadow"]
        #expect(try daemon.ctl(rule).status == 0)
        #expect(try daemon.ctl("rule", "promote", "hot").status == 0)
        #expect(try pay(daemon, card, "M0001").status == 0)

        // A line that is wrong, far behind: nothing is loaded, and it is named.
        let many = (0..<3_000).map { "M\($0)" }.joined(separator: "\n")
        let broken = try file(many + "\nMUCH-TOO-LONG-FOR-A-MERCHANT\n")
        defer { try? FileManager.default.removeItem(atPath: broken) }
        let refused = try daemon.ctl("list", "load", "hot", broken)
        #expect(refused.status == 65 && refused.errors.contains("line 3001"), "\(refused.errors)")
        let good = try file(
            "value,until,reason\r\n# comment\r\nM0001,30d,\"card testing, again\"\r\n\r\n" + many + "\r\n"
        )
        defer { try? FileManager.default.removeItem(atPath: good) }
        let loaded = try daemon.ctl("list", "load", "hot", good, "--reason", "weekly", "-o", "json").object()
        #expect(loaded["added"] as? Int == 3_001 && loaded["entries"] as? Int == 3_001)
        let again = try daemon.ctl("list", "load", "hot", good, "--reason", "weekly", "-o", "json").object()
        #expect(again["added"] as? Int == 0 && again["unchanged"] as? Int == 3_000, "only one has a relative time")

        let declined = try pay(daemon, card, "M0001").object()
        #expect(declined["reason"] as? String == "merchantBlocked")
        let payment = try #require(declined["payment"] as? Int)
        #expect(try daemon.ctl("list", "find", "hot", "M0001").status == 0)
        #expect(try daemon.ctl("list", "remove", "hot", "M0001", "--reason", "cleared").status == 0)
        #expect(try daemon.ctl("list", "find", "hot", "M0001").status == 1)
        #expect(try pay(daemon, card, "M0001").status == 0)
        let inUse = try daemon.ctl("list", "delete", "hot")
        #expect(inUse.status == 65 && inUse.errors.contains("rule 'hot' reads list 'hot'"), "\(inUse.errors)")

        func hit() throws -> [String: Any] {
            let shown = try daemon.ctl("payment", "show", "\(payment)", "-o", "json").object()
            let rules = try #require(shown["rules"] as? [[String: Any]])
            return try #require((rules.first?["hits"] as? [[String: Any]])?.first)
        }
        #expect(try hit()["value"] as? String == "M0001" && hit()["reason"] as? String == "card testing, again")
        #expect(try daemon.ctl("payment", "show", "\(payment)").output.contains("list hot has M0001 until"))
        let digest = try daemon.ctl("digest", "-o", "json").object()["digest"] as? String
        try daemon.killAndRestart()
        #expect(try daemon.ctl("digest", "-o", "json").object()["digest"] as? String == digest)
        #expect(try hit()["value"] as? String == "M0001")
        #expect(try pay(daemon, card, "M17").object()["reason"] as? String == "merchantBlocked")
        let entries = try daemon.ctl("list", "show", "hot", "--all", "-o", "csv").output
        #expect(entries.split(whereSeparator: \.isNewline).count == 3_001, "a heading and what is left")
        let steps = try #require(
            try daemon.ctl("list", "history", "hot", "-o", "json").object()["steps"] as? [[String: Any]]
        )
        #expect(steps.last?["change"] as? String == "created" && steps.first?["change"] as? String == "removed")
        let small = try file("M17\nM18\n")
        defer { try? FileManager.default.removeItem(atPath: small) }
        let replaced = try daemon.ctl("list", "load", "hot", small, "--replace", "-o", "json").object()
        #expect(replaced["removed"] as? Int == 2_998 && replaced["entries"] as? Int == 2)
        #expect(try daemon.ctl("rule", "disable", "hot", "--retire").status == 0)
        #expect(try daemon.ctl("list", "delete", "hot", "-o", "json").object()["entries"] as? Int == 2)
        #expect(try daemon.ctl("list", "show").errors.contains("there are no lists"))
    }
}
