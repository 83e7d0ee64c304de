import Client
import Cryptography
import Domain
import Foundation
import Glibc
import Platform
import TestCertificates
import Testing
import Wire

/// TLS as operators and gateways meet it: the real daemon's files, its reload, its tools and its figures.
@Suite(.timeLimit(.minutes(20))) struct TLSDaemonTests {
    /// A daemon whose files a test may change, and who talks to it.
    private struct Setup {
        let scratch: Scratch
        let daemon: DaemonUnderTest
        let port: UInt16

        init(_ certificates: TestCertificates, _ more: [String] = []) throws {
            scratch = try Scratch()
            for (name, identity) in [("server", certificates.server), ("gateway", certificates.gateway)] {
                try Self.write(identity, "\(scratch.path)/\(name)")
            }
            try Data(certificates.authority).write(to: URL(fileURLWithPath: scratch.path + "/ca.pem"))
            try Data(certificates.revocationList).write(to: URL(fileURLWithPath: scratch.path + "/list.pem"))
            daemon = try DaemonUnderTest.ready(
                scratch,
                [
                    "--listen-tls", "127.0.0.1:0", "--tls-certificate", scratch.path + "/server.pem",
                    "--tls-key", scratch.path + "/server.key", "--tls-client-ca", scratch.path + "/ca.pem",
                    "--tls-revocation-list", scratch.path + "/list.pem",
                ] + more
            )
            let endpoint = try daemon.process.line(.error) { line in
                line.contains("tls=true")
                    ? DaemonUnderTest.field("endpoint", of: line).flatMap { Endpoint($0) } : nil
            }
            guard case .tcp(_, let port) = endpoint else { throw CocoaError(.fileReadUnknown) }
            self.port = port
            _ = try daemon.ask(
                PrincipalCreate(
                    requestID: .make(),
                    transmissionTime: Instant(microseconds: Clock.now()),
                    userID: nil,
                    publicKey: [UInt8](repeating: 0, count: 32),
                    scopes: .gateway,
                    ratePerSecond: 0,
                    burst: 0,
                    creditMax: 0,
                    name: "gateway-7",
                    certificateName: "uri:spiffe://assent.test/gateway/7"
                ),
                PrincipalCreateReply.self
            )
        }

        static func write(_ identity: TestCertificates.Identity, _ path: String) throws {
            try Data(identity.certificate).write(to: URL(fileURLWithPath: path + ".pem"))
            try Data(identity.key).write(to: URL(fileURLWithPath: path + ".key"))
        }

        var options: ConnectionOptions {
            get throws {
                var options = DaemonUnderTest.patience
                options.tls = try TLSClientFiles(
                    authorities: scratch.path + "/ca.pem",
                    certificate: scratch.path + "/gateway.pem",
                    key: scratch.path + "/gateway.key"
                ).context()
                return options
            }
        }

        func connect() throws -> Connection {
            try Connection(to: .tcp(host: "127.0.0.1", port: port), options: options)
        }

        /// The fingerprints of the certificates that were in force, in turn.
        func waitForFingerprint(other than: String) throws -> String {
            try daemon.process.line(.error) { line in
                guard line.contains("message=TLS ") else { return nil }
                return DaemonUnderTest.field("fingerprint", of: line).flatMap { $0 == than ? nil : $0 }
            }
        }

        /// Asks for a reload and waits for what comes of it.
        func reload(_ text: String) throws {
            daemon.process.signal(SIGHUP)
            try daemon.process.line(.error) { $0.contains(text) ? () : nil }
        }
    }

    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates.shared.get() }

    @Test func filesAreReadAgainAndWhatCannotBeUsedChangesNothing() async throws {
        try await onOwnThread {
            let setup = try Setup(certificates)
            var early = try setup.connect()
            let first = try setup.waitForFingerprint(other: "")
            try Setup.write(certificates.newServer, setup.scratch.path + "/server")
            setup.daemon.process.signal(SIGHUP)
            let second = try setup.waitForFingerprint(other: first)
            _ = try early.ping()
            var late = try setup.connect()
            _ = try late.ping()

            let key = URL(fileURLWithPath: setup.scratch.path + "/server.key")
            try Data(certificates.gateway.key).write(to: key)
            try setup.reload("the private key does not belong to the certificate")
            try Data("nonsense".utf8).write(to: key)
            try setup.reload("the private key cannot be used")
            try FileManager.default.removeItem(at: key)
            try setup.reload("server.key")
            try Setup.write(certificates.expiredServer, setup.scratch.path + "/server")
            try setup.reload("certificate has ended")
            try Setup.write(certificates.newServer, setup.scratch.path + "/server")
            try Data(certificates.oldRevocationList).write(
                to: URL(fileURLWithPath: setup.scratch.path + "/list.pem")
            )
            try setup.reload("revocation list is out of date")
            try Data(certificates.foreignRevocationList).write(
                to: URL(fileURLWithPath: setup.scratch.path + "/list.pem")
            )
            try setup.reload("no revocation list is by the authority /CN=authority any more")
            _ = try early.ping()
            _ = try late.ping()
            var later = try setup.connect()
            _ = try later.ping()
            #expect(first != second)
            let certificate = try setup.daemon.ask(Status(), StatusReply.self)
            #expect(certificate.certificateEndsAt > Instant(microseconds: Clock.now()))
            #expect(certificate.revocationListEndsAt > Instant(microseconds: Clock.now()))
            #expect(certificate.authorityEndsAt > Instant(microseconds: Clock.now()))
            try setup.daemon.stop()
        }
    }

    @Test func everyClientSpeaksIt() async throws {
        try await onOwnThread {
            let setup = try Setup(certificates)
            let card = CardToken.make()
            _ = try setup.daemon.ask(Traffic.create(card, limit: 5_000), CardCreateReply.self)
            let target = "tls:127.0.0.1:\(setup.port)"
            let path = setup.scratch.path
            let payment = ["authorize", "--card", "\(card)", "--amount", "12.34", "--currency", "EUR"]
            let python = try ChildProcess(
                "python3",
                [
                    Place.repository + "/Protocol/clients/python/assent_client.py", "--connect", target, "--ca",
                    path + "/ca.pem", "--certificate", path + "/gateway.pem", "--key", path + "/gateway.key",
                ] + payment + ["--merchant", "Shop", "--mcc", "5411"]
            )
            #expect(try python.waitForEnd() == .exited(0), "\(python.report)")
            let files = [
                "--tls-ca", path + "/ca.pem", "--tls-certificate", path + "/gateway.pem", "--tls-key",
                path + "/gateway.key",
            ]
            let ping = try assentctl(["--connect", target] + files + ["ping"])
            #expect(ping.status == 0, "\(ping.errors)")
            var connection = try setup.connect()
            let reply = try connection.call(Traffic.authorize(card, 300), returning: AuthorizeReply.self)
            #expect(reply.decision.held == 1_534)
            // Nobody gets in without a certificate, and administration is not done here.
            #expect(try assentctl(["--connect", target, "--tls-ca", path + "/ca.pem", "ping"]).status != 0)
            let status = try assentctl(["--connect", target] + files + ["status"])
            #expect(status.status != 0 && status.errors.contains("lacks the scope reports"), "\(status.errors)")
            let doctor = try assentctl(["--connect", "\(setup.daemon.administration)", "doctor", "-o", "jsonl"])
            #expect(doctor.output.contains("\"subject\":\"certificate\",\"verdict\":\"ok\""), "\(doctor.output)")
            try setup.daemon.stop()
        }
    }

    /// What TLS is to be spoken with must fit together.
    @Test func whatIsNotSafeIsRefusedBeforeItServes() throws {
        let scratch = try Scratch()
        try Setup.write(certificates.server, scratch.path + "/server")
        try Setup.write(certificates.gateway, scratch.path + "/gateway")
        let own = ["--tls-certificate", scratch.path + "/server.pem", "--tls-key", scratch.path + "/server.key"]
        for (options, words) in [
            (["--listen-tls", "127.0.0.1:0"], "TLS needs --tls-certificate"),
            (["--tls-certificate", scratch.path + "/server.pem"], "there is a certificate and no key"),
            (["--tls-certificate", scratch.path + "/none.pem", "--tls-key", "x"], "none.pem"),
            (own + ["--tls-client-certificates", "required"], "nobody is trusted"),
            (["--listen-tls", "nowhere"] + own, "HOST:PORT"),
            (["--listen-tls", "127.0.0.1:0", "--tls-minimum", "1.1"] + own, "1.2, 1.3"),
        ] {
            let daemon = try DaemonUnderTest(scratch, options)
            let end = try daemon.process.waitForEnd()
            #expect(end == .exited(78) || end == .exited(64), "\(options)")
            #expect(daemon.process.said(words), "\(options): \(daemon.process.report)")
        }
        let other = ["--tls-certificate", scratch.path + "/server.pem", "--tls-key", scratch.path + "/gateway.key"]
        let check = try DaemonUnderTest(scratch, other + ["--check-config"])
        #expect(try check.process.waitForEnd() == .exited(78))
        #expect(check.process.said("the private key does not belong to the certificate"))
    }
}
