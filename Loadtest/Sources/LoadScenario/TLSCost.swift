internal import Client
internal import Cryptography
internal import Foundation
internal import LoadDriver
public import LoadReport
internal import Platform

/// What mutual TLS costs: throughput over it beside that over plain TCP, of one daemon and in turn.
public struct TLSCost {
    private let settings: TurnSettings
    private let console: Console

    /// The least that throughput over TLS may be, of that over plain TCP.
    public static let ratioMin = 0.65

    /// A measurement; `run` carries it out.
    public init(settings: TurnSettings, console: Console) {
        self.settings = settings
        self.console = console
    }

    /// Measures, and shows the figures.
    ///
    /// - Returns: whether all answers and balances were right, and whether TLS costs no more than it may.
    public func run() throws -> (isCorrect: Bool, isCheap: Bool) {
        let directory = try DaemonProcess.freshDirectory(under: settings.data)
        let sealed = try SealedGateway(files: directory + "-certificates")
        defer { sealed.remove() }
        let daemon = try DaemonProcess(
            executable: settings.executable,
            directory: directory,
            isTCP: true,
            options: sealed.options + TurnSettings.daemonOptions
        )
        defer {
            daemon.stop()
            daemon.remove()
        }
        try daemon.start()
        try sealed.admit(to: daemon)
        return try measure(daemon, .init(endpoint: sealed.endpoint, tls: sealed.context()))
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
}
