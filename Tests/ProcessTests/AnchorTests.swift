import Client
import Domain
import Foundation
import Glibc
import Platform
import TestCertificates
import Testing
import Wire

/// What assent-anchor.service does, line by line, with an authority that answers over HTTP.
@Suite struct AnchorTests {
    private let scratch: Scratch
    private let authority: TimeAuthority

    init() throws {
        scratch = try Scratch()
        authority = try TimeAuthority()
    }

    /// The path is the signer; `/late` answers what was asked first, whatever is asked.
    private static let listener = """
        import http.server, os, subprocess, sys
        class Authority(http.server.BaseHTTPRequestHandler):
            count, first = 0, None
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                Authority.first = Authority.first or body
                Authority.count += 1
                name, signer = f"asked-{Authority.count}", self.path.strip("/")
                if signer == "busy":
                    return self.send_error(503)
                if signer == "late":
                    body, signer = Authority.first, "good"
                open(name, "wb").write(body)
                subprocess.run(["bash", "reply", signer, name], check=True, stdout=subprocess.DEVNULL)
                reply = open(name + ".tsr", "rb").read()
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)
            def log_message(self, *words):
                pass
        os.chdir(sys.argv[1])
        server = http.server.HTTPServer(("127.0.0.1", 0), Authority)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    private func command(_ program: String, _ arguments: [String]) throws -> CLIResult {
        try run(try Place.program(program), arguments)
    }

    /// The lines that the unit runs, with this test's files and address in them.
    private func steps(_ address: String) throws -> [String] {
        let unit = try String(contentsOfFile: Place.repository + "/systemd/assent-anchor.service", encoding: .utf8)
        let steps = unit.replacingOccurrences(of: "\\\n", with: "").split(separator: "\n")
            .filter { $0.hasPrefix("ExecStart") }.map { $0.drop { $0 != "=" }.dropFirst() }
        let places = [
            ("/usr/bin/assentctl", try Place.program("assentctl")), ("%t/assent-anchor", scratch.path + "/exchange"),
            ("/var/lib/assent", scratch.path + "/data"), ("${ASSENT_AUTHORITY}", address),
            ("${ASSENT_AUTHORITY_CA}", authority.directory + "/ca.pem"),
        ]
        return steps.map { step in
            places.reduce(String(step)) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        }
    }

    /// Runs the unit's lines, up to the first that fails, as the service manager does.
    private func anchor(_ address: String) throws -> CLIResult {
        let steps = try steps(address)
        try #require(steps.count == 3)
        var (result, kept): (CLIResult?, CLIResult?)
        for step in steps {
            let done = try run("/bin/sh", ["-c", step])
            result = done
            if done.status != 0 { break }
            if step.contains(" keep ") { kept = done }
        }
        return try #require(result?.status == 0 ? kept : result)
    }

    private func daemon(_ key: String) throws -> DaemonUnderTest {
        try DaemonUnderTest.ready(scratch, ["--audit", "--audit-interval", "1", "--audit-key", key])
    }

    @Test(.timeLimit(.minutes(20)))
    func theNewestCheckpointIsStampedAndVerifiedOffline() async throws {
        try await onOwnThread {
            let key = scratch.path + "/audit.key"
            let made = try command("assentctl", ["audit", "keygen", "--name", "bank.test/x", "--output-file", key])
            let publicKey = made.output.trimmingCharacters(in: .newlines)
            let daemon = try daemon(key)
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 100), CardCreateReply.self)
            try daemon.stop()
            let listener = try ChildProcess("/usr/bin/env", ["python3", "-c", Self.listener, authority.directory])
            defer { listener.signal(SIGKILL) }
            let port = try listener.line(.output) { UInt16($0) }
            let address = "http://127.0.0.1:\(port)/"

            let kept = try anchor(address + "good")
            #expect(kept.status == 0, "\(kept.errors)")
            #expect(kept.output.hasPrefix("1 records were under the checkpoint at 20"), "\(kept.output)")
            #expect(kept.output.contains("says CN=good.time.test in its token"), "\(kept.output)")
            let anchors = scratch.path + "/data/audit/anchors/"
            let before = try Data(contentsOf: URL(fileURLWithPath: anchors + "1.tsr"))
            // Asked again, the first token stays.
            #expect(try anchor(address + "good").output.contains("is kept already"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: anchors + "1.tsr")) == before)

            for (signer, wanted) in [
                ("late", "nonce mismatch"), ("stranger", "self-signed certificate"), ("expired", "has expired"),
                ("early", "is not yet valid"), ("server", "unsuitable certificate purpose"),
            ] {
                let refused = try anchor(address + signer)
                #expect(refused.status == 65, "\(signer): \(refused.errors)")
                #expect(refused.errors.contains(wanted), "\(signer): \(refused.errors)")
            }
            #expect(try anchor(address + "busy").errors.contains("503"))
            #expect(try anchor("http://127.0.0.1:1/").status == 7, "curl says that nobody listens")

            try verify(publicKey, anchors)
        }
    }

    /// The daemon's user, whose directory it is, chooses neither where root writes nor has to be given what it wrote.
    @Test(.enabled(if: geteuid() == 0, "only root has other users' directories"), .timeLimit(.minutes(20)))
    func rootKeepsATokenForTheDaemonsUserAndFollowsNoLink() async throws {
        try await onOwnThread {
            let key = scratch.path + "/audit.key"
            _ = try command("assentctl", ["audit", "keygen", "--name", "bank.test/x", "--output-file", key])
            let user: UInt32 = 65_534
            try #require(chown(key, user, user) == 0 && chown(scratch.path, user, user) == 0)
            let options = ["--audit", "--audit-interval", "1", "--audit-key", key]
            let daemon = try DaemonUnderTest.ready(scratch, user: user, options)
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 100), CardCreateReply.self)
            try daemon.stop()
            let listener = try ChildProcess("/usr/bin/env", ["python3", "-c", Self.listener, authority.directory])
            defer { listener.signal(SIGKILL) }
            let port = try listener.line(.output) { UInt16($0) }
            let (anchors, elsewhere) = (scratch.path + "/data/audit/anchors", scratch.path + "/elsewhere")
            try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: false)
            try #require(symlink(elsewhere, anchors) == 0 && lchown(anchors, user, user) == 0)

            let refused = try anchor("http://127.0.0.1:\(port)/good")
            #expect(refused.status == 66, "\(refused.errors)")
            #expect(refused.errors.contains("cannot use \(anchors): it is a symbolic link"), "\(refused.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == [])

            try FileManager.default.removeItem(atPath: anchors)
            let kept = try anchor("http://127.0.0.1:\(port)/good")
            #expect(kept.status == 0, "\(kept.errors)")
            for path in [anchors, anchors + "/1.tsr", anchors + "/1.checkpoint"] {
                var information = stat()
                try #require(lstat(path, &information) == 0, "\(path)")
                #expect(information.st_uid == user && information.st_gid == user, "\(path)")
            }
        }
    }

    /// Files and public keys: by assent-verify, and by the `openssl` command.
    private func verify(_ key: String, _ anchors: String) throws {
        let trusted = authority.directory + "/ca.pem"
        func verify(_ token: String, _ checkpoint: String, _ ca: String) throws -> CLIResult {
            try command(
                "assent-verify",
                ["checkpoint", checkpoint, "--key", key, "--token", token, "--tsa-ca", ca]
            )
        }
        let good = try verify(anchors + "1.tsr", anchors + "1.checkpoint", trusted)
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.contains("stamped by  CN=good.time.test, token "), "\(good.output)")
        let text = try String(contentsOfFile: anchors + "1.checkpoint", encoding: .utf8)
        let body = try #require(text.components(separatedBy: "\n\n").first) + "\n"
        try Data(body.utf8).write(to: URL(fileURLWithPath: scratch.path + "/text"))
        let openssl = try run(
            "/usr/bin/openssl",
            ["ts", "-verify", "-data", scratch.path + "/text", "-in", anchors + "1.tsr", "-CAfile", trusted]
        )
        #expect(openssl.status == 0, "\(openssl.errors)")

        let other = authority.directory + "/stranger.pem"
        let untrusted = try verify(anchors + "1.tsr", anchors + "1.checkpoint", other)
        #expect(untrusted.status == 1, "\(untrusted.errors)")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: anchors + "1.tsr"))
        bytes[bytes.count - 20] ^= 1
        let changed = scratch.path + "/changed.tsr"
        try bytes.write(to: URL(fileURLWithPath: changed))
        let altered = try verify(changed, anchors + "1.checkpoint", trusted)
        #expect(altered.status == 1, "\(altered.errors)")
        #expect(try verify(anchors + "1.checkpoint", anchors + "1.checkpoint", trusted).status == 65)
        #expect(try verify(anchors + "1.tsr", anchors + "1.checkpoint", anchors + "1.tsr").status == 64)
        let half = ["checkpoint", anchors + "1.checkpoint", "--key", key, "--token", anchors + "1.tsr"]
        #expect(try command("assent-verify", half).status == 64)
    }
}
