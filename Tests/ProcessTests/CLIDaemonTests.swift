import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(20))) struct CLIDaemonTests {
    @Test func figuresAreShown() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        _ = try daemon.ctl("authorize", "--card", token, "--amount", "5")
        _ = try daemon.ctl("authorize", "--card", token, "--amount", "6000")
        let status = try daemon.ctl("status", "-o", "json").object()
        #expect(status["approved"] as? Int == 1)
        #expect(status["declined"] as? Int == 1)
        #expect(status["cards"] as? Int == 1)
        let reasons = try #require(status["reasons"] as? [String: Any])
        #expect(reasons["exceedsAmountThreshold"] as? Int == 1)
        let table = try daemon.ctl("status").output
        #expect(table.contains("decided         2: 1 approved, 0 flagged, 1 declined"))
        let health = try daemon.ctl("health", "-o", "json").object()
        #expect(health["ready"] as? Bool == true && health["lastLsn"] is Int)
        #expect(try assentctl(["--connect", daemon.gateway, "health"]).status == 0)
        #expect(try daemon.ctl("ping", "--count", "3").output.contains("3 pongs from \(daemon.admin)"))
        #expect(try daemon.ctl("ping", "--count", "3", "-o", "csv").lines.count == 4)
        #expect(try assentctl(["--connect", daemon.gateway, "ping"]).status == 0)
    }

    @Test func theDigestOutlivesARestart() throws {
        let daemon = try CLIDaemon()
        let token = try daemon.makeCard()
        let empty = try daemon.ctl("digest", "-o", "json").object()
        _ = try daemon.ctl("authorize", "--card", token, "--amount", "5")
        let before = try daemon.ctl("digest", "-o", "json")
        #expect(try before.object()["digest"] as? String != empty["digest"] as? String)
        #expect((try before.object()["digest"] as? String)?.count == 32)
        try daemon.restart()
        #expect(try daemon.ctl("digest", "-o", "json").output == before.output)
    }

    @Test func snapshotsAreMadeAndListedAndAStartGoesOnFromThem() throws {
        let daemon = try CLIDaemon()
        #expect(try daemon.ctl("snapshot", "list").errors.contains("no snapshots"))
        #expect(try daemon.ctl("status").output.contains("snapshot        none"))
        let token = try daemon.makeCard()
        _ = try daemon.ctl("authorize", "--card", token, "--amount", "5")
        let made = try daemon.ctl("snapshot", "now", "-o", "json").object()
        #expect(made["made"] as? Bool == true && made["lsn"] as? Int == 2)
        #expect(made["cards"] as? Int == 1 && made["payments"] as? Int == 1)
        // Nothing has happened since: the same one.
        let again = try daemon.ctl("snapshot", "now", "-o", "json").object()
        #expect(again["made"] as? Bool == false && again["lsn"] as? Int == 2)
        let list = try daemon.ctl("snapshot", "list", "-o", "json").object()
        let snapshots = try #require(list["snapshots"] as? [[String: Any]])
        #expect(snapshots.count == 1)
        #expect(snapshots[0]["lsn"] as? Int == 2 && snapshots[0]["madeAt"] is String)
        #expect(snapshots[0]["fileBytes"] as? Int == made["fileBytes"] as? Int)
        let status = try daemon.ctl("status", "-o", "json").object()
        #expect(status["snapshotLsn"] as? Int == 2 && status["snapshotsKept"] as? Int == 1)
        #expect(status["snapshotBytes"] as? Int == made["fileBytes"] as? Int)
        #expect(status["paymentsInMemory"] as? Int == 1 && status["archiveComplete"] as? Bool == true)
        let before = try daemon.ctl("digest", "-o", "json").output
        try daemon.restart()
        #expect(try daemon.ctl("digest", "-o", "json").output == before)
        let after = try daemon.ctl("status", "-o", "json").object()
        #expect(after["snapshotLsn"] as? Int == 2)
        #expect(try daemon.ctl("status").output.contains("snapshot        record 2 of "))
        #expect(try assentctl(["--connect", daemon.gateway, "snapshot", "now"]).status == 77)
    }

    @Test func topPrintsLinesWhereNobodyWatches() throws {
        let daemon = try CLIDaemon()
        let lines = try daemon.ctl("top", "--count", "1").lines
        #expect(lines.count == 2)
        #expect(lines.first?.contains("DECIDED/S") == true)
        let csv = try daemon.ctl("top", "--count", "1", "-o", "csv").lines
        #expect(csv.count == 2)
        #expect(csv.first?.hasPrefix("time,decisionsPerSecond,") == true)
    }

    @Test func topDrawsOnATerminalAndPutsItRight() throws {
        let daemon = try CLIDaemon()
        let drawn = try shell(
            "script -qec \"stty rows 24 cols 90; $CTL --connect \(daemon.admin) top --count 1; stty -a\" /dev/null",
            environment: ["TERM": "xterm"]
        )
        #expect(drawn.output.contains("\u{1B}[?1049h"))
        #expect(drawn.output.contains("\u{1B}[?1049l"))
        #expect(drawn.output.contains("assentd"))
        #expect(drawn.output.contains(" icanon"), "the terminal is as it was")
    }

    @Test func aDaemonIsFoundWhereDaemonsAre() throws {
        let daemon = try CLIDaemon()
        let here = try assentctl(["digest"], directory: daemon.directory)
        #expect(here.status == 0, "\(here.errors)")
        let runtime = daemon.directory + "/run"
        try FileManager.default.createDirectory(atPath: runtime, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: runtime + "/assent",
            withDestinationPath: daemon.directory + "/assent-data"
        )
        #expect(try assentctl(["digest"], environment: ["XDG_RUNTIME_DIR": runtime]).status == 0)
        // A socket's file that nobody listens at is passed over.
        let elsewhere = daemon.directory + "/elsewhere"
        try FileManager.default.createDirectory(
            atPath: elsewhere + "/assent-data",
            withIntermediateDirectories: true
        )
        try Data().write(to: URL(fileURLWithPath: elsewhere + "/assent-data/admin.sock"))
        let past = try assentctl(["digest"], directory: elsewhere, environment: ["XDG_RUNTIME_DIR": runtime])
        #expect(past.status == 0, "\(past.errors)")
        #expect(try assentctl(["--connect", daemon.directory + "/assent-data/admin.sock", "digest"]).status == 0)
    }

    @Test func noDaemonSaysWhereItWasLookedFor() throws {
        let lost = try assentctl(["status"], environment: ["XDG_RUNTIME_DIR": "/nonexistent/run"])
        #expect(lost.status == 69)
        for path in ["./assent-data/admin.sock", "/nonexistent/run/assent/admin.sock", "/run/assent/admin.sock"] {
            #expect(lost.errors.contains(path))
        }
        #expect(lost.errors.contains("--connect"))
        let refused = try assentctl(["--connect", "unix:/nonexistent/s", "status"])
        #expect(refused.status == 69)
        #expect(refused.errors.contains("No such file or directory"))
        #expect(try assentctl(["--connect", "somewhere", "status"]).status == 64)
        #expect(try assentctl(["--timeout", "0", "status"]).status == 64)
    }

    @Test func aDaemonThatDoesNotAnswerIsTransient() throws {
        let daemon = try CLIDaemon()
        daemon.freeze()
        let result = try daemon.ctl("--timeout", "1", "status")
        #expect(result.status == 75)
        #expect(result.errors.contains("within 1000 ms"))
    }

    @Test func whatIsNoDaemonIsAProtocolError() throws {
        let daemon = try CLIDaemon()
        let path = daemon.directory + "/web"
        let result = try shell(
            """
            python3 -c '
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.bind("\(path)"); s.listen(1); print("up", flush=True)
            c, _ = s.accept(); c.recv(100); c.sendall(b"HTTP/1.1 400 Bad Request and more of it\\r\\n\\r\\n"); c.recv(1)
            ' | { read up; "$CTL" --connect unix:\(path) status; echo "status $?"; }
            """
        )
        #expect(result.output.contains("status 76"), "\(result.output) \(result.errors)")
        #expect(result.errors.contains("50eb"))
    }
}
