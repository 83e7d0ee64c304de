import ArgumentParser
import Client
import Cryptography
import Domain
import LoadDriver
import LoadModel
import LoadReport
import LoadScenario
import Platform

/// What `saturate`, `run` and `race` have in common.
struct LoadOptions: ParsableArguments {
    @Option(help: "Where payment gateways connect: tcp:HOST:PORT, tls:HOST:PORT or unix:PATH.")
    var gateway = "tcp:127.0.0.1:9701"

    @Option(help: "With tls:, the authorities that may have issued the daemon's certificate (PEM); else the system's.")
    var tlsCa: String?

    @Option(help: "With tls:, the certificate to show (PEM).")
    var tlsCertificate: String?

    @Option(help: "That certificate's private key (PEM).")
    var tlsKey: String?

    @Option(help: "Where operators connect: unix:PATH.")
    var admin = "unix:./assent-data/admin.sock"

    @Option(help: "Start this assentd on a fresh directory under --data, and stop it afterwards.")
    var daemon: String?

    @Option(help: "Where a daemon started by --daemon keeps its data; removed afterwards.")
    var data = ".build/bench-data"

    @Option(help: "Connections.")
    var connections = 16

    @Option(help: "Requests in flight on each connection.")
    var depth = 64

    @Option(help: "Threads that generate.")
    var threads = 1

    @Option(help: "Cards; made where they do not exist.")
    var cards = 1_000

    @Option(help: "What tokens, amounts and the choice of cards follow from.")
    var seed: UInt64 = 1

    @Option(help: "Currency of cards and payments.")
    var currency = "EUR"

    @Option(help: "A directory for the report as JSON, .hgrm and SVG.")
    var output = ".build/load"

    @Flag(inversion: .prefixedNo, help: "Compute the checksum of every reply.")
    var checksums = true

    /// The currency, read.
    func money() throws -> Currency {
        guard let code = Currency(currency) else { throw ValidationError("--currency: three upper-case letters") }
        return code
    }

    /// An endpoint, read.
    func endpoint(_ text: String, _ option: String) throws -> Endpoint {
        guard let endpoint = Endpoint(text) else { throw ValidationError("\(option): tcp:HOST:PORT or unix:PATH") }
        return endpoint
    }

    /// Where a daemon is reached.
    struct Target {
        var gateway: Endpoint
        var tls: TLSClientContext?
        var administration: Endpoint
    }

    /// Calls the body with the endpoints of the daemon, which is started and stopped where --daemon says so.
    func withDaemon<Result>(_ body: (Target) throws -> Result) throws -> Result {
        guard let daemon else {
            return try body(
                Target(
                    gateway: endpoint(TLSClientFiles.plain(gateway), "--gateway"),
                    tls: TLSClientFiles.isSealed(gateway) ? tlsFiles.context() : nil,
                    administration: endpoint(admin, "--admin")
                )
            )
        }
        let directory = try DaemonProcess.freshDirectory(under: data)
        let process = try DaemonProcess(executable: daemon, directory: directory, isTCP: true)
        defer {
            process.stop()
            process.remove()
        }
        try process.start()
        return try body(Target(gateway: process.gateway, administration: process.administration))
    }

    private var tlsFiles: TLSClientFiles {
        TLSClientFiles(authorities: tlsCa, certificate: tlsCertificate, key: tlsKey)
    }

    /// Writes a report's files and says where they are.
    func write(_ report: RunReport, _ console: Console) throws {
        try ReportFiles.write(report.files, to: output)
        console.line("  report: " + report.files.map { "\(output)/\($0.name)" }.joined(separator: " "))
    }
}

/// Reads `1.00` or `1.00-99.99` as amounts.
func amounts(_ text: String, _ currency: Currency) throws -> ClosedRange<Int64> {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    do {
        let first = try Money(decimal: parts[0], currency: currency).minorUnits
        let last = try parts.count > 1 ? Money(decimal: parts[1], currency: currency).minorUnits : first
        guard first >= 1, last >= first, last - first < 1 << 31 else {
            throw ValidationError("--amount: positive, and from the lower to the higher")
        }
        return first...last
    } catch let error as MoneyError {
        throw ValidationError("--amount: \(error)")
    }
}
