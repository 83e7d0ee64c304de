internal import Client
internal import Domain
internal import Foundation
internal import LoadDriver
internal import LoadModel
public import LoadReport
internal import Platform
internal import Wire

/// `make bench`: all figures of one machine in one run, so that they can be compared with each other.
///
/// What is noisy is measured in rounds that alternate (one million cards, one thousand, one hot card, and so on), and
/// the medians of the rounds are reported.
public struct Bench {
    /// How much is measured.
    public struct Settings: Sendable {
        /// The assentd to start.
        public var executable: String
        /// Where its data is; on the disk that is to be measured.
        public var data: String
        /// Whether the gateway is TCP on the loopback address; else a Unix socket.
        public var isTCP = false
        /// Threads that generate.
        public var threads = 1
        /// Cards of the large daemon.
        public var cards = 1_000_000
        /// Cards of the small one.
        public var fewCards = 1_000
        /// Rounds of everything that is noisy.
        public var rounds = 9
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

    /// A benchmark; `run` runs it.
    public init(settings: Settings, console: Console) {
        self.settings = settings
        self.console = console
    }

    private func load(_ cards: Int) -> BenchTarget.Load {
        BenchTarget.Load(cards: cards, seconds: settings.seconds, threads: settings.threads)
    }

    /// Measures everything, shows it and returns the figures and whether all answers and balances were right.
    public func run() throws -> (figures: BenchFigures, isCorrect: Bool) {
        let many = try daemon([])
        let few = try daemon([])
        let echo = try daemon(["--benchmark-echo"])
        defer {
            for each in [many, few, echo] {
                each.stop()
                each.remove()
            }
        }
        console.line(console.paint("Benchmark: \(BenchMachine.text)", .bold))
        let transport = settings.isTCP ? "TCP on the loopback address" : "a Unix socket"
        console.line("  daemon and generator share the machine; group commit by fdatasync; all checks on; \(transport)")
        for each in [many, few, echo] { try each.start() }
        var figures = BenchFigures()
        var large = try BenchTarget(daemon: many, load: load(settings.cards), console: console)
        try large.configure()
        figures.bytesPerIdleCard = try large.makeCards(first: settings.fewCards)
        var small = try BenchTarget.furnished(daemon: few, load: load(settings.fewCards), console: console)
        let reflector = try BenchTarget(daemon: echo, load: load(settings.cards), console: console)

        // Until the window of remembered ids is full and evicts, as in a daemon that has served for a while.
        note("warming up")
        _ = try large.measure(16, 64, seconds: 5)
        _ = try small.measure(16, 64, seconds: 5)
        try measureLone(&large, &figures)
        try measureThroughput(&large, &small, reflector, &figures)
        for _ in 0..<settings.rounds {
            figures.saturate64x1.append(try large.measure(64, 1))
            figures.saturate16x512.append(try large.measure(16, 512))
            figures.saturate4x64.append(try large.measure(4, 64))
        }
        let isCorrect = try large.verify() && small.verify()
        return (figures, isCorrect)
    }

    private func daemon(_ options: [String]) throws -> DaemonProcess {
        let directory = try DaemonProcess.freshDirectory(under: settings.data)
        return try DaemonProcess(
            executable: settings.executable,
            directory: directory,
            isTCP: settings.isTCP,
            options: options + TurnSettings.daemonOptions
        )
    }

    private func note(_ text: String) { console.line(console.paint("  \(text) ...", .dim)) }

    /// A lone request and a bare fdatasync of as many bytes as its journal block has, in turn.
    private func measureLone(_ large: inout BenchTarget, _ figures: inout BenchFigures) throws {
        note("one request at a time, and fdatasync of the same bytes")
        let before = try large.status()
        _ = try large.measure(1, 1, seconds: 0.3)
        let after = try large.status()
        let commits = max(1, after.commits - before.commits)
        figures.blockByteCount = Int(max(64, (after.journalBytes - before.journalBytes) / commits))
        for _ in 0..<max(3, settings.rounds) {
            figures.fdatasync.append(
                try SyncProbe.measure(
                    directory: settings.data,
                    byteCount: figures.blockByteCount,
                    seconds: settings.seconds / 2
                )
            )
            figures.lone.append(try large.measure(1, 1, seconds: settings.seconds / 2))
        }
    }

    /// Throughput at 16 x 64: a million cards, a thousand, one hot card, and the echo, in turn.
    private func measureThroughput(
        _ large: inout BenchTarget,
        _ small: inout BenchTarget,
        _ echo: borrowing BenchTarget,
        _ figures: inout BenchFigures
    ) throws {
        note("16 connections x 64 in flight: many cards, few cards, one hot card, echo, in turn")
        for _ in 0..<settings.rounds {
            figures.saturate16x64.append(try large.measure(16, 64))
            figures.fewCards.append(try small.measure(16, 64))
            figures.hot.append(try large.measure(16, 64, skew: .hot(share: 1)))
            figures.echo.append(try echo.measureEcho(16, 64))
        }
    }
}
