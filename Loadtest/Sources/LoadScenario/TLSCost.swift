internal import CLoadSockets
internal import Client
internal import Cryptography
internal import Domain
internal import Foundation
internal import LoadDriver
public import LoadReport
internal import Platform
internal import Wire

/// What mutual TLS costs: throughput over it beside that over plain TCP, of one daemon and in turn.
public struct TLSCost {
    /// How much is measured.
    public struct Settings: Sendable {
        /// The assentd to start.
        public var executable: String
        /// Where its data is; on the disk that is to be measured.
        public var data: String
        /// Cards.
        public var cards = 100_000
        /// Rounds of each measurement.
        public var rounds = 5
        /// Seconds of one measurement.
        public var seconds = 2.0

        /// The defaults, with this daemon and place.
        public init(executable: String, data: String) {
            self.executable = executable
            self.data = data
        }
    }

    private let settings: Settings
    private let console: Console

    /// The least that throughput over TLS may be, of that over plain TCP.
    public static let ratioMin = 0.65

    /// A measurement; `run` carries it out.
    public init(settings: Settings, console: Console) {
        self.settings = settings
        self.console = console
    }

    /// Measures, and shows the figures.
    ///
    /// - Returns: whether all answers and balances were right, and whether TLS costs no more than it may.
    public func run() throws -> (isCorrect: Bool, isCheap: Bool) {
        let directory = try DaemonProcess.freshDirectory(under: settings.data)
        let files = directory + "-certificates"
        try FileManager.default.createDirectory(atPath: files, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: files) }
        for (name, alternative) in [("server", "IP:127.0.0.1"), ("gateway", "URI:spiffe://assent.load/gateway")] {
            try Self.makeCertificate("\(files)/\(name)", alternative)
        }
        let port = cls_free_port()
        guard port > 0 else { throw LoadFailure.socket(operation: "bind", code: -port) }
        let daemon = try DaemonProcess(
            executable: settings.executable,
            directory: directory,
            isTCP: true,
            options: [
                "--listen-tls", "127.0.0.1:\(port)", "--tls-certificate", files + "/server.pem", "--tls-key",
                files + "/server.key", "--tls-client-ca", files + "/gateway.pem", "--log-level", "warning",
                "--projection", "off", "--max-in-flight", "65536",
            ]
        )
        defer {
            daemon.stop()
            daemon.remove()
        }
        try daemon.start()
        try Self.admit(daemon)
        let context = try TLSClientFiles(
            authorities: files + "/server.pem",
            certificate: files + "/gateway.pem",
            key: files + "/gateway.key"
        ).context()
        return try measure(
            daemon,
            .init(endpoint: .tcp(host: "127.0.0.1", port: UInt16(port)), tls: context)
        )
    }

    /// Makes the principal that the gateway's certificate stands for.
    private static func admit(_ daemon: DaemonProcess) throws {
        _ = try GatewayLink(to: daemon.administration).call(
            PrincipalCreate(
                requestID: RequestID(high: RandomBytes.word() | 1, low: 1),
                transmissionTime: Instant(microseconds: Clock.now()),
                userID: nil,
                publicKey: [UInt8](repeating: 0, count: 32),
                scopes: .gateway,
                ratePerSecond: 0,
                burst: 0,
                creditMax: 0,
                name: "assent-load",
                certificateName: "uri:spiffe://assent.load/gateway"
            ),
            PrincipalCreateReply.self
        )
    }

    private func measure(
        _ daemon: DaemonProcess,
        _ sealed: BenchTarget.Sealed
    ) throws -> (isCorrect: Bool, isCheap: Bool) {
        var target = try BenchTarget.furnished(
            daemon: daemon,
            load: .init(cards: settings.cards, seconds: settings.seconds),
            console: console
        )
        var plain: [BenchFigures.Round] = []
        var tls: [BenchFigures.Round] = []
        _ = try target.measure(16, 64, seconds: 1)
        for number in 1...settings.rounds {
            console.line(console.paint("  round \(number) of \(settings.rounds)", .dim))
            plain.append(try target.measure(16, 64))
            tls.append(try target.measure(16, 64, over: sealed))
        }
        let isCorrect = try target.verify()
        console.section("Throughput at 16 x 64 over the loopback address (medians of \(settings.rounds) rounds)")
        console.table([
            ["", "a second", "p50", "p99", "p99.9"], BenchFigures.row("plain TCP", plain),
            BenchFigures.row("mutual TLS", tls),
        ])
        let ratio = BenchFigures.ratio(tls, plain)
        let isCheap = ratio >= Self.ratioMin
        console.check(
            isCheap,
            "\(Format.percent(ratio)) of the plain throughput over TLS; \(Format.percent(Self.ratioMin)) are wanted"
        )
        return (isCorrect, isCheap)
    }

    /// A certificate that signs itself, for a day.
    private static func makeCertificate(_ path: String, _ alternativeName: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=assent-load", "-addext", "subjectAltName=" + alternativeName, "-keyout", path + ".key",
            "-out", path + ".pem",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw LoadFailure.usage("the openssl command made no certificate: status \(process.terminationStatus)")
        }
    }
}
