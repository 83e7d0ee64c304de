import Domain
import Foundation
import Platform
import TestCertificates
import Testing

/// TLS and principals, from outside: with the daemon, the operators' tool, OpenSSL's and the client in Python.
@Suite(.timeLimit(.minutes(20))) struct GatewayIdentityTests {
    private let scratch: TestDirectory
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
        scratch = try TestDirectory()
    }

    private var directory: String { scratch.path }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
    }

    private func daemon(_ options: [String] = []) throws -> AssentdRun {
        try write(certificates.authority, "ca.pem")
        try write(certificates.server.certificate, "server.pem")
        try write(certificates.server.key, "server.key")
        return try AssentdRun(
            small: directory,
            [
                "--listen-tls", "127.0.0.1:0", "--tls-certificate", directory + "/server.pem", "--tls-key",
                directory + "/server.key",
            ] + options
        ).ready()
    }

    /// Where TLS is spoken, by the name that its certificate has.
    private func sealed(_ daemon: AssentdRun) throws -> String {
        let line = try daemon.line(containing: "tls=true")
        let port = try #require(
            line.split(separator: " ").first { $0.hasPrefix("endpoint=") }?.split(separator: ":").last
        )
        return "localhost:\(port)"
    }

    private func ctl(_ arguments: String...) throws -> CLIResult {
        try assentctl(["--connect", "unix:\(directory)/a.sock"] + arguments, directory: directory)
    }

    /// A verification of a card by the client in Python, over TLS, as a principal.
    private func verify(_ address: String, card: String, key: String) throws -> Command.Outcome {
        try Command.run(
            "/usr/bin/python3",
            [
                Place.repository + "/Protocol/clients/python/assent_client.py", "--connect", "tls:" + address, "--ca",
                "ca.pem", "--as", "shop", "--principal-key", key, "verify", "--card", card, "--currency", "EUR",
            ],
            in: directory
        )
    }

    /// What cannot be is refused with what would be right, and leaves nothing behind.
    @Test func whatIsRefusedLeavesNoKeyAndSaysWhatWouldBeRight() throws {
        let daemon = try daemon()
        let made = try ctl("gateway", "create", "shop", "--scopes", "gateway", "--new-key", "shop.key")
        try #require(made.status == 0, "\(made.errors)")
        let again = try ctl("gateway", "create", "SHOP", "--scopes", "gateway", "--new-key", "other.key")
        #expect(again.status == 65 && again.errors.contains("\"shop\" was given already"), "\(again.errors)")
        let unknown = try ctl("gateway", "rotate", "nobody", "--new-key", "other.key")
        #expect(unknown.status == 65, "\(unknown.errors)")
        #expect(!FileManager.default.fileExists(atPath: directory + "/other.key"))
        #expect(FileManager.default.fileExists(atPath: directory + "/shop.key"))
        let nobody = try ctl("gateway", "create", "tool", "--scopes", "reports", "--user", "4294967295")
        #expect(nobody.status == 64 && nobody.errors.contains("--user is up to 4294967294"), "\(nobody.errors)")
        let burst = try ctl("gateway", "change", "shop", "--burst", "5", "--rate", "0")
        #expect(burst.status == 64 && burst.errors.contains("--burst needs a rate"), "\(burst.errors)")
        let noKey = try ctl("gateway", "create", "tool", "--scopes", "reports", "--public-key", "server.pem")
        #expect(noKey.status == 66 && noKey.errors.contains("neither public nor private"), "\(noKey.errors)")
        #expect(daemon.stop() == 0)
    }

    @Test func aGatewayIsMadeServedRotatedAndRevoked() throws {
        var daemon = try daemon()
        let made = try ctl("gateway", "create", "shop", "--scopes", "gateway", "--new-key", "shop.key")
        try #require(made.status == 0, "\(made.errors)")
        let card = try #require(try ctl("card", "create", "--limit", "10.00 EUR", "--activate", "-q").lines.first)
        var address = try sealed(daemon)
        let first = try verify(address, card: card, key: "shop.key")
        #expect(first.status == 0, "\(first.output)")

        // Over TLS nothing is asked without saying who asks.
        let ping = ["--connect", "tls:" + address, "--tls-ca", "ca.pem"]
        let known = try assentctl(
            ping + ["--as", "shop", "--principal-key", "shop.key", "ping", "--count", "1"],
            directory: directory
        )
        #expect(known.status == 0, "\(known.errors)")
        let nameless = try assentctl(ping + ["status"], directory: directory)
        #expect(nameless.status == 77)
        #expect(nameless.errors.contains("does not know who asks"), "\(nameless.errors)")
        let untrusted = try assentctl(["--connect", "tls:" + address, "ping"], directory: directory)
        #expect(untrusted.status == 77)
        #expect(untrusted.errors.contains("no TLS with"), "\(untrusted.errors)")

        let rotated = try ctl("gateway", "rotate", "shop", "--new-key", "shop2.key", "--grace", "0")
        try #require(rotated.status == 0, "\(rotated.errors)")
        #expect(try verify(address, card: card, key: "shop.key").output.contains("authenticationFailed"))
        #expect(try verify(address, card: card, key: "shop2.key").status == 0)

        // It is in the journal.
        #expect(daemon.stop() == 0)
        daemon = try self.daemon()
        address = try sealed(daemon)
        #expect(try verify(address, card: card, key: "shop2.key").status == 0)
        #expect(try ctl("gateway", "change", "shop", "--scopes", "authorize").status == 0)
        #expect(try verify(address, card: card, key: "shop2.key").output.contains("lacks the scope inquiry"))
        #expect(try ctl("gateway", "revoke", "shop").status == 0)
        #expect(try verify(address, card: card, key: "shop2.key").output.contains("authenticationFailed"))
        let shown = try ctl("gateway", "show", "shop", "-o", "json").object()
        #expect(shown["revokedAt"] is String)
        #expect(shown["scopes"] as? String == "authorize")
        #expect(try ctl("gateway", "create", "shop", "--scopes", "all", "--user", "5").status == 65)
        #expect(try ctl("gateway", "show", "nobody").status == 65)
        #expect(daemon.stop() == 0)
    }

    @Test func aReloadShowsANewCertificateAndKeepsTheOldWhereTheNewIsBad() throws {
        let daemon = try daemon()
        let address = try sealed(daemon)
        func shown() throws -> String {
            try Command.run(
                "/usr/bin/openssl",
                ["s_client", "-connect", address, "-CAfile", "ca.pem", "-verify_return_error"],
                in: directory
            ).output
        }
        #expect(try shown().contains("CN = server"))
        try write(certificates.newServer.certificate, "server.pem")
        try write(certificates.newServer.key, "server.key")
        daemon.signal(SIGHUP)
        try daemon.line(containing: "the configuration was read again")
        #expect(try shown().contains("CN = newserver"))
        for (certificate, words) in [
            (certificates.gateway.certificate, "does not belong to the certificate"),
            (Array("nonsense".utf8), "no certificate in it"),
        ] {
            try write(certificate, "server.pem")
            daemon.signal(SIGHUP)
            try daemon.line(containing: words)
            #expect(try shown().contains("CN = newserver"))
        }
        try write(certificates.expiredServer.certificate, "server.pem")
        try write(certificates.expiredServer.key, "server.key")
        daemon.signal(SIGHUP)
        try daemon.line(containing: "has ended")
        #expect(try shown().contains("CN = newserver"))
        #expect(daemon.stop() == 0)
    }
}
