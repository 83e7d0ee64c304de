internal import Domain
internal import Foundation
internal import LoadDriver
public import LoadReport
internal import Platform
internal import Wire

/// How many receipts a daemon signs in a second, and what asking for them costs decisions.
public struct ReceiptCost {
    /// Decisions that receipts are asked for, again and again: each is made anew.
    private static let decisionCount = 4_096
    /// More than are decided meanwhile: whoever is forgotten gets no receipt.
    private static let rememberedIDCount = 33_554_432

    private let settings: TurnSettings
    private let console: Console

    /// A measurement; `run` carries it out.
    public init(settings: TurnSettings, console: Console) {
        self.settings = settings
        self.console = console
    }

    /// Measures, and shows the figures.
    ///
    /// - Returns: Whether all answers and balances were right, and every receipt was of its decision and signed.
    public func run() throws -> Bool {
        let directory = try DaemonProcess.freshDirectory(under: settings.data)
        let key = try ReceiptKey(file: directory + ".key")
        defer { key.remove() }
        let daemon = try DaemonProcess(
            executable: settings.executable,
            directory: directory,
            isTCP: true,
            options: key.options + TurnSettings.daemonOptions + ["--remembered-ids", "\(Self.rememberedIDCount)"]
        )
        defer {
            daemon.stop()
            daemon.remove()
        }
        try daemon.start()
        let asking = try ReceiptAsking(daemon, count: Self.decisionCount)
        let areSigned = try asking.check(key)
        console.check(areSigned, "\(Format.grouped(Self.decisionCount)) receipts, each of its decision and signed")
        return try measure(daemon, asking) && areSigned
    }

    private func measure(_ daemon: DaemonProcess, _ asking: ReceiptAsking) throws -> Bool {
        var target = try BenchTarget.furnished(
            daemon: daemon,
            load: .init(cards: settings.cards, seconds: settings.seconds),
            console: console
        )
        var plain: [BenchFigures.Round] = []
        var beside: [BenchFigures.Round] = []
        var asked: [ReceiptAsking.Outcome] = []
        var lone: [ReceiptAsking.Outcome] = []
        _ = try target.measure(16, 64, seconds: 1)
        for number in 1...settings.rounds {
            console.line(console.paint("  round \(number) of \(settings.rounds)", .dim))
            plain.append(try target.measure(16, 64))
            lone.append(try asking.ask(seconds: settings.seconds))
            asking.beginCounting()
            beside.append(
                try RepeatedAsking.during(
                    { try target.measure(16, 64) },
                    of: daemon.gateway,
                    thread: "receipts",
                    complaint: "receipts could not be asked for",
                    ask: { try asking.askBatch($0) }
                )
            )
            asked.append(asking.counted())
        }
        let isCorrect = try target.verify()
        console.section("Decisions at 16 x 64 (medians of \(settings.rounds) rounds)")
        console.table([
            ["", "a second", "p50", "p99", "p99.9"], BenchFigures.row("without receipts", plain),
            BenchFigures.row("with receipts", beside),
        ])
        console.section("Receipts, \(ReceiptAsking.depth) asked for at a time over one connection")
        console.table([
            ["", "a second", "refused", "p50", "p99"], ReceiptAsking.row("alone", lone),
            ReceiptAsking.row("beside decisions", asked),
        ])
        console.line("  \(Format.percent(BenchFigures.ratio(beside, plain))) of the decisions are made beside receipts")
        return isCorrect && (lone + asked).allSatisfy { $0.otherCount == 0 }
    }
}
