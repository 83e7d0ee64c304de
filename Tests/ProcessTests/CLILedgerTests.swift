import Foundation
import Testing

/// Searches, exports, the ledger and the projection as an operator meets them, against a real daemon.
@Suite(.serialized, .timeLimit(.minutes(20))) struct CLILedgerTests {
    /// A card with a payment that is reversed twice, one that is cleared for more and refunded, one that is declined.
    private func prepared(_ options: [String] = []) throws -> (daemon: CLIDaemon, card: String) {
        let daemon = try CLIDaemon(options)
        let card = try daemon.makeCard("--last-four", "4242")
        for (amount, merchant) in [("12.50", "Corner Café"), ("30.00", "=SUM(A1)"), ("9000.00", "Shop")] {
            let arguments = ["authorize", "--card", card, "--amount", amount, "--merchant-name", merchant]
            _ = try assentctl(["--connect", daemon.admin] + arguments)
        }
        let first = try daemon.ctl("payment", "reverse", "2")
        #expect(first.status == 0, "\(first.errors)")
        let again = try daemon.ctl("payment", "reverse", "2")
        #expect(again.status == 1 && again.output.contains("already reversed"))
        let cleared = try daemon.ctl("payment", "clear", "3", "--amount", "31.00", "--final")
        #expect(cleared.status == 0, "\(cleared.errors)")
        let refunded = try daemon.ctl("payment", "refund", "3", "--amount", "1.00")
        #expect(refunded.status == 0, "\(refunded.errors)")
        if !options.contains("off") { try daemon.waitUntilProjected(8) }
        return (daemon, card)
    }

    private func found(_ daemon: CLIDaemon, _ arguments: [String]) throws -> [String] {
        let result = try assentctl(["--connect", daemon.admin, "payment", "search", "-q"] + arguments)
        #expect(result.status == 0, "\(arguments): \(result.errors)")
        return result.lines
    }

    @Test func aSearchFindsPaymentsByWhatBecameOfThem() throws {
        let (daemon, card) = try prepared()
        for (arguments, expected) in [
            ([], ["4", "3", "2"]), (["--text", "caf corn"], ["2"]), (["--merchant", "CORNER CAFE"], ["2"]),
            (["--merchant", "corner"], []), (["--card", card], ["4", "3", "2"]),
            (["--card", "4242", "--status", "reversed"], ["2"]), (["--status", "partially-refunded"], ["3"]),
            (["--kind", "refund-clearing"], ["3"]), (["--kind", "reversal"], ["2"]),
            (["--outcome", "declined"], ["4"]),
            (["--amount", "30.00 EUR"], ["3"]), (["--amount-min", "12.50", "--currency", "EUR"], ["4", "3", "2"]),
            (["--amount-min", "12.51", "--amount-max", "30 EUR"], ["3"]), (["--currency", "USD"], []),
            (["--from", "1h"], ["4", "3", "2"]), (["--to", "1h"], []), (["--limit", "1"], ["4"]),
            (["--before", "4"], ["3", "2"]), (["--reason", "exceeds-amount-threshold"], ["4"]),
        ] {
            #expect(try found(daemon, arguments) == expected, "\(arguments)")
        }
        let json = try daemon.ctl("payment", "search", "--limit", "1", "-o", "json").object()
        #expect(json["next"] as? Int == 4 && json["asOfLsn"] as? Int == 8 && json["durableLsn"] as? Int == 8)
        let table = try daemon.ctl("payment", "search", "--status", "reversed")
        #expect(table.lines.count == 2 && table.lines.last?.contains("Corner Café") == true)
    }

    @Test func whatIsAskedWronglyIsExplained() throws {
        let (daemon, _) = try prepared()
        for (arguments, text) in [
            (["payment", "search", "--amount", "12.50"], "in which currency?"),
            (["payment", "search", "--amount", "1 EUR", "--amount-min", "1 EUR"], "--amount-min"),
            (["payment", "search", "--amount-min", "1 EUR", "--currency", "USD"], "but the currency here is USD"),
            (["payment", "search", "--limit", "0"], "--limit is at least 1"),
            (["payment", "search", "--kind", "unknown"], "finds nothing"),
            (["ledger", "account", "money"], "receivable"), (["ledger", "trial", "--on", "someday"], "--on"),
        ] {
            let result = try assentctl(["--connect", daemon.admin] + arguments)
            #expect(result.status == 64 && result.errors.contains(text), "\(arguments): \(result.errors)")
        }
        let card = "0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b"
        #expect(try daemon.ctl("ledger", "entries", "--card", card).errors.contains("no entries match"))
        #expect(try daemon.ctl("ledger", "trial", "--as-of", "99").errors.contains("the journal ends at record 8"))
        let gateway = try assentctl(["--connect", daemon.gateway, "ledger", "trial"])
        #expect(gateway.status == 77 && gateway.errors.contains("administration socket"))
    }

    @Test func anExportIsAllThatASearchFindsAndSafeInASpreadsheet() throws {
        let (daemon, _) = try prepared()
        let csv = try daemon.ctl("payment", "export")
        #expect(csv.status == 0 && csv.lines.count == 4)
        #expect(csv.lines[0].hasPrefix("payment,lastRecord,decidedAt,"))
        #expect(csv.output.contains(",'=SUM(A1),") && !csv.output.contains(",=SUM"))
        #expect(csv.errors.contains("3 payments, up to record 8"))
        let lines = try daemon.ctl("payment", "export", "--status", "reversed", "-o", "jsonl").lines
        let line = try #require(lines.first)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(lines.count == 1 && object["merchantName"] as? String == "Corner Café")
        #expect(object["reversedMinor"] as? Int == 1_250 && object["heldMinor"] as? Int == 0)
    }

    @Test func aHistoryHasWhatChangedNothingAndTheEntriesThatWereBooked() throws {
        let (daemon, _) = try prepared()
        let shown = try daemon.ctl("payment", "show", "2", "--ledger", "-o", "json").object()
        let history = try #require(shown["history"] as? [[String: Any]])
        #expect(history.map { $0["record"] as? Int } == [2, 5, 6])
        #expect(history.map { $0["reason"] as? String } == ["approved", "approved", "alreadyReversed"])
        #expect(history.last?["heldChangeMinor"] as? Int == 0)
        #expect(shown["historyWholeThrough"] as? Int == 8)
        let entries = try #require(shown["entries"] as? [[String: Any]])
        #expect(entries.map { $0["amountMinor"] as? Int } == [1_250, -1_250, -1_250, 1_250])
        #expect(entries.map { $0["account"] as? String } == ["receivable", "commitment", "receivable", "commitment"])
        let text = try daemon.ctl("payment", "show", "2", "--ledger").output
        #expect(text.contains("already reversed") && text.contains("commitment"))
    }

    @Test func theLedgerIsShownAsOfRecordsAndDays() throws {
        let (daemon, card) = try prepared()
        let trial = try daemon.ctl("ledger", "trial", "-o", "json").object()
        #expect(trial["balanced"] as? Bool == true && trial["asOfLsn"] as? Int == 8)
        let accounts = try #require(trial["accounts"] as? [[String: Any]])
        let balances = accounts.map { "\($0["phase"] ?? "") \($0["account"] ?? "") \($0["balanceMinor"] ?? "")" }
        #expect(
            balances == [
                "pending receivable 0", "pending commitment 0", "posted receivable 3000", "posted settlement -3000",
            ]
        )
        let early = try daemon.ctl("ledger", "trial", "--as-of", "2")
        #expect(early.output.contains("balanced, as of record 2") && early.output.contains("-12.50"))
        #expect(try daemon.ctl("ledger", "trial", "--on", "2d").output.contains("nothing is booked"))
        let account = try daemon.ctl(
            "ledger",
            "account",
            "receivable",
            "--card",
            card,
            "--phase",
            "posted",
            "-o",
            "csv"
        )
        #expect(account.lines.count == 2)
        #expect(account.lines.last == "EUR,posted,receivable,31.00,3100,1.00,100,30.00,3000")
        let entries = try daemon.ctl("ledger", "entries", "--account", "settlement", "-o", "jsonl").lines
        #expect(entries.count == 2)
        let page = try daemon.ctl("ledger", "entries", "--limit", "3", "-o", "json").object()
        #expect((page["entries"] as? [[String: Any]])?.count == 3)
        let next = try #require(page["next"] as? Int)
        let rest = try daemon.ctl("ledger", "entries", "--after", "\(next)", "--all", "-o", "jsonl").lines
        #expect(rest.count == 12 - 3)
        let check = try daemon.ctl("ledger", "check")
        #expect(check.status == 0 && check.output.contains("1 compared") && check.output.contains("balanced"))
    }

    @Test func theProjectionSaysHowFarItIsAndIsMadeAnewWhileServing() throws {
        let (daemon, _) = try prepared()
        let before = try daemon.ctl("projection", "status", "-o", "json").object()
        #expect(before["state"] as? String == "following" && before["rebuilds"] as? Int == 0)
        let rebuilt = try daemon.ctl("projection", "rebuild", "--wait", "-o", "json")
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        try daemon.waitUntilProjected(8)
        #expect(try rebuilt.object()["rebuilds"] as? Int == 1 && rebuilt.object()["projectedLsn"] as? Int == 8)
        #expect(try found(daemon, []) == ["4", "3", "2"])
        let status = try daemon.ctl("status", "-o", "json").object()
        #expect(status["projectionState"] as? String == "following" && status["projectedLsn"] as? Int == 8)
        #expect(status["projectionLagRecords"] as? Int == 0)
        #expect(try daemon.ctl("status").output.contains("record 8, following"))
        try daemon.restart()
        try daemon.waitUntilProjected(8)
        #expect(try daemon.ctl("projection", "status", "-o", "json").object()["rebuilds"] as? Int == 0)
        #expect(try found(daemon, []) == ["4", "3", "2"])
    }

    @Test func withoutAProjectionTheRestGoesOnAndTheAnswerSaysWhy() throws {
        let (daemon, _) = try prepared(["--projection", "off"])
        for arguments in [
            ["payment", "search"], ["ledger", "trial"], ["ledger", "check"], ["projection", "rebuild"],
        ] {
            let result = try assentctl(["--connect", daemon.admin] + arguments)
            #expect(result.status == 65, "\(arguments)")
            #expect(result.errors.contains("keeps no projection"), "\(result.errors)")
        }
        #expect(try daemon.ctl("projection", "status").output.contains("off"))
        let shown = try daemon.ctl("payment", "show", "2")
        #expect(shown.status == 0 && shown.errors.contains("events that changed nothing are not shown"))
        #expect(try daemon.ctl("payment", "list", "-q").lines.count == 3)
        #expect(!FileManager.default.fileExists(atPath: daemon.directory + "/assent-data/projection.sqlite"))
    }
}

/// What the daemon does with the projection's file.
@Suite(.timeLimit(.minutes(20))) struct ProjectionFileTests {
    private func record(_ directory: TestDirectory) throws -> String {
        let result = try assentctl(["--connect", "unix:\(directory.path)/a.sock", "projection", "status", "-o", "json"])
        let object = try result.object()
        return "\(object["projectedLsn"] ?? "") \(object["rebuilds"] ?? "")"
    }

    @Test func aFileThatIsDeletedOrDamagedIsMadeAnewAndTheLogSaysSo() throws {
        let directory = try TestDirectory()
        let file = directory.path + "/data/projection.sqlite"
        let daemon = try AssentdRun(small: directory.path).ready()
        let create = ["card", "create", "--currency", "EUR", "--limit", "100.00", "--activate", "-q"]
        #expect(try assentctl(["--connect", "unix:\(directory.path)/a.sock"] + create).status == 0)
        try waitUntilProjected(1, "unix:\(directory.path)/a.sock")
        #expect(try assentctl(["--connect", "unix:\(directory.path)/a.sock", "ledger", "trial"]).status == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try FileManager.default.removeItem(atPath: file)
        let line = try daemon.line(containing: "the projection is made anew from the journal")
        #expect(line.contains("deleted"))
        try waitUntilProjected(1, "unix:\(directory.path)/a.sock")
        #expect(try assentctl(["--connect", "unix:\(directory.path)/a.sock", "ledger", "trial"]).status == 0)
        #expect(try record(directory) == "1 1")
        #expect(daemon.stop() == 0)
        try Data("this is no database, but it is long enough to be taken for one at first".utf8)
            .write(to: URL(fileURLWithPath: file))
        let other = try AssentdRun(small: directory.path).ready()
        try other.line(containing: "the projection is made anew from the journal")
        try waitUntilProjected(1, "unix:\(directory.path)/a.sock")
        #expect(try assentctl(["--connect", "unix:\(directory.path)/a.sock", "ledger", "trial"]).status == 0)
        #expect(try record(directory) == "1 1")
        #expect(other.stop() == 0)
    }
}
