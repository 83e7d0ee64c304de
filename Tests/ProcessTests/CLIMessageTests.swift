import Foundation
import Testing

/// What the programs say of arguments that they cannot use.
@Suite(.timeLimit(.minutes(20))) struct CLIMessageTests {
    @Test(arguments: [
        (
            ["gateway", "create", "shop", "--scopes", "autorize", "--user", "1"],
            ["'autorize' is invalid for '--scopes <scopes>'", "authorize, lifecycle, inquiry, cards", "gateway, admin"]
        ),
        (["payment", "list", "--from", "999999d"], ["'999999d' is invalid", "at most 18250d", "2026-11-21"]),
        (["payment", "list", "--from=-5d"], ["'-5d' is invalid", "at most 18250d"]),
        (["payment", "list", "--to", "-5d"], ["Missing value for '--to <time>'", "an age such as"]),
        (["ledger", "trial", "--on", "18251d"], ["'18251d' is invalid", "at most 18250d"]),
        (
            ["card", "create", "--limit", "1 EUR", "--expiry", "9999-12"],
            ["'9999-12' is invalid", "from 2000-01 to 2099-12"]
        ),
        (
            ["gateway", "create", "shop", "--scopes", "gateway", "--user", "1", "--rate=-1"],
            ["'-1' is invalid for '--rate <rate>'", "A whole number, 0 or more"]
        ),
    ])
    func whatIsWrongIsSaidWithWhatWouldBeRight(arguments: [String], words: [String]) throws {
        // Nobody is asked.
        let result = try assentctl(["--connect", "unix:/nonexistent/a.sock"] + arguments)
        #expect(result.status == 64, "\(result.errors)")
        for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
    }

    @Test(arguments: [
        ["payment", "list", "--from", "LONG"], ["gateway", "create", "LONG", "--scopes", "LONG"], ["LONG"],
        ["card", "show", "LONG"], ["--connect", "LONG", "status"], ["config", "set", "velocity.1", "@LONG"],
        ["authorize", "--card", "4242", "--amount", "LONG"], ["rule", "test", "x", "--payment", "LONG"],
    ])
    func whatIsVeryLongIsNotRepeatedWhole(arguments: [String]) throws {
        for long in [String(repeating: "x", count: 90_000), String(repeating: "x y ", count: 20_000)] {
            let result = try assentctl(arguments.map { $0 == "LONG" ? long : $0 })
            #expect(result.status != 0)
            #expect(!result.errors.isEmpty && result.errors.utf8.count < 9_000, "\(arguments): \(result.errors.count)")
        }
    }

    @Test func theDaemonRepeatsNothingLongEither() throws {
        let long = String(repeating: "x", count: 90_000)
        let scratch = try Scratch()
        let path = scratch.path + "/a.conf"
        try Data("credit = \"\(long)\"\n".utf8).write(to: URL(fileURLWithPath: path))
        for options in [["--credit", long], [long], ["--config", path], ["--" + long, "1"], ["--listen", long]] {
            let result = try run(try Place.program("assentd"), ["--check-config"] + options)
            #expect(result.status == 64 || result.status == 78, "\(result.errors.prefix(500))")
            #expect(!result.errors.isEmpty && result.errors.utf8.count < 9_000, "\(result.errors.utf8.count)")
        }
    }

    @Test func aBackupLooksForTheDaemonInTheDataDirectory() throws {
        let daemon = try CLIDaemon()
        _ = try daemon.makeCard()
        let key = daemon.directory + "/backup.key"
        let repository = daemon.directory + "/backups"
        #expect(try assentctl(["backup", "keygen", "--output-file", key]).status == 0)
        #expect(try assentctl(["backup", "init", repository, "--key", key]).status == 0)
        let create = ["backup", "create", repository, "--key", key, "--data-dir"]
        let made = try assentctl(create + [daemon.directory + "/assent-data"])
        #expect(made.status == 0, "\(made.errors)")
        let relative = try assentctl(create + ["assent-data/"], directory: daemon.directory)
        #expect(relative.status == 0, "\(relative.errors)")
        // Where there is none, it says where it looked.
        let missing = try assentctl(create + ["/nonexistent/data"])
        #expect(missing.status != 0 && missing.errors.contains("/nonexistent/data"), "\(missing.errors)")
    }

    @Test func whatDoesNotFitTogetherIsSaidByTheCheckAndAtTheStart() throws {
        let scratch = try Scratch()
        let absent = ["--listen", "unix:\(scratch.path)/g.sock", "--data-dir", scratch.path + "/data"]
        func check(_ options: [String]) throws -> CLIResult {
            try run(try Place.program("assentd"), ["--check-config"] + absent + options)
        }
        let sealed = try check(["--listen-tls", "127.0.0.1:0"])
        #expect(sealed.status == 78 && sealed.errors.contains("TLS needs --tls-certificate"), "\(sealed.errors)")
        let authorities = try check(["--tls-client-ca", "/nonexistent"])
        #expect(authorities.errors.contains("note: tls-client-ca is set, and nothing listens over TLS"))
        #expect(authorities.status == 0, "\(authorities.errors)")
        let unasked = try check(["--tls-client-ca", "/nonexistent", "--tls-client-certificates", "none"])
        #expect(unasked.errors.contains("nobody is asked for a certificate"), "\(unasked.errors)")
        let unsigned = try check(["--audit-interval", "5"])
        #expect(unsigned.errors.contains("audit-interval is set, and audit is not"), "\(unsigned.errors)")
        #expect(try check([]).errors.isEmpty)
        let daemon = try DaemonUnderTest.ready(scratch, ["--tls-minimum", "1.3", "--audit-interval", "5"])
        for words in ["tls-minimum is set, and nothing listens over TLS", "audit-interval is set, and audit is not"] {
            #expect(daemon.process.said(words), "\(daemon.process.report)")
        }
        try daemon.stop()
    }
}
