import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct CLIConfigTests {
    @Test func settingsAreShownAndChanged() throws {
        let daemon = try CLIDaemon()
        let list = try daemon.ctl("config", "show")
        #expect(list.output.contains("amount-threshold.default  5000.00"))
        #expect(list.errors == "version 0\n")
        let set = try daemon.ctl("config", "set", "amount-threshold.EUR", "2500.00", "-o", "json")
        let version = try #require(try set.object()["version"] as? Int)
        #expect(version > 0)
        #expect(try daemon.ctl("config", "show", "amount-threshold.EUR").output.contains("2500.00"))
        let token = try daemon.makeCard(limit: "9000 EUR")
        #expect(try daemon.ctl("authorize", "--card", token, "--amount", "2500.01").status == 1)
        #expect(try daemon.ctl("authorize", "--card", token, "--amount", "2500.00").status == 0)
        let settings = try #require(
            try daemon.ctl("config", "show", "amount-", "-o", "json").object()["settings"] as? [[String: Any]]
        )
        #expect(settings.allSatisfy { $0["version"] as? Int == version && $0["help"] as? String != "" })

        let stale = try daemon.ctl("config", "set", "velocity.1", "none", "--expected-version", "\(version + 1000)")
        #expect(stale.status == 65)
        #expect(stale.errors.contains("325"))
        #expect(
            try daemon.ctl("config", "set", "velocity.1", "none", "--expected-version", "\(version)").status == 0
        )
    }

    @Test func valuesComeFromFilesAndStandardInput() throws {
        let daemon = try CLIDaemon()
        let path = daemon.directory + "/names"
        try "Shady Games Ltd\nCasino Royale\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try daemon.ctl("config", "set", "merchant-block.exact", "@\(path)").status == 0)
        #expect(try daemon.ctl("config", "block", "list").lines.count == 2)
        #expect(try daemon.ctl("config", "set", "merchant-block.exact", "-", input: "One\nTwo\nThree\n").status == 0)
        #expect(try daemon.ctl("config", "block", "list").lines == ["ONE", "TWO", "THREE"])
        #expect(try daemon.ctl("config", "set", "merchant-block.exact", "@/nonexistent").status == 66)
        let long = String(repeating: "a name\n", count: 200_000)
        #expect(try daemon.ctl("config", "set", "merchant-block.exact", "-", input: long).status == 66)
    }

    @Test func wrongKeysAndValuesSayWhatIsRight() throws {
        let daemon = try CLIDaemon()
        let key = try daemon.ctl("config", "set", "velocity.9", "none")
        #expect(key.status == 65)
        #expect(key.errors.contains("velocity.1"))
        let value = try daemon.ctl("config", "set", "velocity.1", "sometimes")
        #expect(value.status == 65)
        #expect(value.errors.contains("count>10 in 60s flag"))
        #expect(try daemon.ctl("config", "show", "nothing").status == 65)
    }

    @Test func namesAreBlockedAndUnblockedInTheirNormalForm() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        let added = try daemon.ctl("config", "block", "add", "Café Zoë*", "Casino", "-o", "json").object()
        #expect(added["changed"] as? Int == 2)
        #expect(try daemon.ctl("config", "block", "add", "CAFE ZOE").output == "nothing to do: already as wanted\n")
        let blocked = try daemon.ctl(
            "authorize",
            "--card",
            token,
            "--amount",
            "5",
            "--merchant-name",
            "cafe zoe",
            "-o",
            "json"
        )
        #expect(blocked.status == 1)
        #expect(try blocked.object()["reason"] as? String == "merchantBlocked")
        #expect(try daemon.ctl("config", "block", "remove", "cafe zoé").status == 0)
        #expect(try daemon.ctl("config", "block", "list").lines == ["CASINO"])
        let missing = try daemon.ctl("config", "block", "remove", "Nobody", "Casino")
        #expect(missing.status == 65)
        #expect(try daemon.ctl("config", "block", "list").lines == ["CASINO"])
        #expect(try daemon.ctl("config", "block", "add", "--contains", "vegas").status == 0)
        #expect(try daemon.ctl("config", "block", "list", "--contains").lines == ["VEGAS"])
        #expect(try daemon.ctl("config", "block", "add", "one, two").status == 64)
        #expect(try daemon.ctl("config", "block", "add", "***").status == 64)
    }

    @Test func peopleWhoAddAtTheSameTimeLoseNothing() throws {
        let daemon = try CLIDaemon()
        let names = (1...8).map { "MERCHANT \($0)" }
        let adding = names.map { "\"$CTL\" --connect \(daemon.admin) config block add '\($0)' || echo failed &" }
        let result = try shell(adding.joined(separator: "\n") + "\nwait")
        #expect(!result.output.contains("failed"), "\(result.output) \(result.errors)")
        #expect(Set(try daemon.ctl("config", "block", "list").lines) == Set(names))
    }
}
