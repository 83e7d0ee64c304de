internal import CLoadSockets
internal import Client
internal import Cryptography
internal import Domain
internal import Foundation
internal import LoadDriver
internal import LoadModel
public import LoadReport
internal import Platform
internal import Wire

/// What a hostile network comes to: while strangers attack, honest gateways keep their answers and their p99, the
/// daemon's memory stays under its bound, and the log says what happens without being flooded.
public struct HostileNetwork {
    /// How much is tried.
    public struct Settings: Sendable {
        /// The assentd to start.
        public var executable: String
        /// Where its data is.
        public var data: String
        /// Which attacks.
        public var attacks = HostileAttack.allCases
        /// Seconds of each.
        public var seconds = 4.0
        /// Requests a second of the honest gateways.
        public var rate: UInt64 = 2_000
        /// Threads of each attack.
        public var attackers = 2
        /// Whether latencies are judged: not where others use the machine.
        public var judgesLatency = true
        /// The daemon's `--max-connections`.
        public var connectionCountMax = 4_096
        /// Further options of the daemon.
        public var daemonOptions: [String] = []

        /// The defaults, with this daemon and place.
        public init(executable: String, data: String) {
            self.executable = executable
            self.data = data
        }
    }

    /// What one attack came to.
    private struct Row {
        let attack: HostileAttack
        let attempts: Int
        let successes: Int
        let honest: LatencySummary
        let growth: Int64
        let lineCount: Int
        let isLogged: Bool
        let newcomers: HostileWitness.Newcomers
    }

    private let settings: Settings
    private let console: Console

    /// How much slower the 99th percentile may be under attack.
    public static let slowdownMax = 2.0
    /// Bytes that a connection may take whatever its peer does, beside what is counted as unread.
    public static let connectionByteCountMax: Int64 = 65_536
    /// Bytes of answers that all peers may leave unread; the daemon's `--max-total-pending-output`.
    private static let unreadMebibytes: Int64 = 64
    /// What the heap takes beside all that it is asked for.
    private static let heapByteCount: Int64 = 64 << 20
    /// Lines that the log may have in a second, and whatever is told of the attack's end.
    private static let linesPerSecondMax = 5.0
    private static let linesOnce = 10
    private static let connections = 16

    /// A measurement; `run` carries it out.
    public init(settings: Settings, console: Console) {
        self.settings = settings
        self.console = console
    }

    /// What the daemon may grow by.
    private var growthMax: Int64 {
        Int64(settings.connectionCountMax) * Self.connectionByteCountMax + Self.unreadMebibytes << 20
            + Self.heapByteCount
    }

    /// Attacks, and shows a table.
    ///
    /// - Returns: whether every line holds.
    public func run() throws -> Bool {
        _ = DescriptorLimit.raise(to: settings.connectionCountMax * settings.attackers + 1_024)
        let directory = try DaemonProcess.freshDirectory(under: settings.data)
        let gateway = try SealedGateway(files: directory + "-certificates")
        defer { gateway.remove() }
        let daemon = try DaemonProcess(
            executable: settings.executable,
            directory: directory,
            isTCP: true,
            options: gateway.options + [
                "--max-connections", "\(settings.connectionCountMax)", "--max-total-pending-output",
                "\(Self.unreadMebibytes)", "--projection", "off", "--spare-memory", "0",
                // So that what is given up for its slowness is given up within an attack.
                "--hello-timeout", "1000", "--frame-timeout", "1000",
            ] + settings.daemonOptions
        )
        defer {
            daemon.stop()
            daemon.remove()
        }
        try daemon.start()
        let key = try Ed25519.PrivateKey.make().key
        try gateway.admit(to: daemon, publicKey: key.publicKey)
        let field = try HostileField(
            daemon: daemon,
            gateway: gateway,
            key: key,
            connectionCountMax: settings.connectionCountMax
        )
        return try attack(daemon, gateway, field)
    }

    private func attack(_ daemon: DaemonProcess, _ gateway: SealedGateway, _ field: HostileField) throws -> Bool {
        var target = try BenchTarget.furnished(
            daemon: daemon,
            load: .init(cards: 2_000, seconds: settings.seconds),
            console: console
        )
        let sealed = BenchTarget.Sealed(endpoint: gateway.endpoint, tls: try gateway.context())
        // What the same requests take while as many threads want whatever processor time is left.
        let calmPlain = try calm(&target, nil)
        let calmSealed = try calm(&target, sealed)
        var rows: [Row] = []
        for attack in settings.attacks {
            console.line(console.paint("  " + attack.title, .dim))
            rows.append(try self.row(attack, daemon, field, &target, attack.isSealed ? sealed : nil))
        }
        let isCorrect = try target.verify()
        show(rows, calmPlain, calmSealed)
        return judge(rows, calmPlain, calmSealed) && isCorrect
    }

    private var pace: LoadPlan.Pace { .open(perSecond: settings.rate, toleranceNanoseconds: 2_000_000) }

    /// The middle one of three measurements without an attack.
    private func calm(_ target: inout BenchTarget, _ sealed: BenchTarget.Sealed?) throws -> LatencySummary {
        let idlers = try HostileIdlers(count: settings.attackers)
        defer { idlers.end() }
        var summaries: [LatencySummary] = []
        for _ in 0..<3 {
            summaries.append(try target.measure(Self.connections, 64, pace: pace, over: sealed).latencies)
        }
        return summaries.sorted { $0.p99 < $1.p99 }[1]
    }

    private func row(
        _ attack: HostileAttack,
        _ daemon: DaemonProcess,
        _ field: HostileField,
        _ target: inout BenchTarget,
        _ sealed: BenchTarget.Sealed?
    ) throws -> Row {
        let before = try target.status().residentBytes
        let linesBefore = daemon.lines.count
        let score = HostileAttacker.Score()
        let witness = HostileWitness(daemon)
        let crew = HostileCrew(attack, field, score, witness, count: settings.attackers)
        defer { crew.end() }
        // The honest are there first: what newcomers see is the witness's to say.
        let honest = try target.measure(Self.connections, 64, pace: pace, over: sealed) { _, _ in crew.start() }
        crew.end()
        let lines = lines(of: daemon, after: linesBefore, until: attack.logged)
        return Row(
            attack: attack,
            attempts: score.attempts,
            successes: score.successes,
            honest: honest.latencies,
            growth: Int64(witness.residentMax) - Int64(before),
            lineCount: lines.count,
            isLogged: lines.contains { $0.contains(attack.logged) },
            newcomers: witness.newcomers
        )
    }

    /// What the log has said since, once it has said what it must, or has had the time for it.
    private func lines(of daemon: DaemonProcess, after count: Int, until text: String) -> ArraySlice<String> {
        let deadline = Clock.monotonicNanoseconds() + 10_000_000_000
        var lines = daemon.lines.dropFirst(count)
        while !lines.contains(where: { $0.contains(text) }), Clock.monotonicNanoseconds() < deadline {
            cls_pause(50_000_000)
            lines = daemon.lines.dropFirst(count)
        }
        return lines
    }

    // MARK: What it came to

    private func calm(_ row: Row, _ plain: LatencySummary, _ sealed: LatencySummary) -> LatencySummary {
        row.attack.isSealed ? sealed : plain
    }

    private func show(_ rows: [Row], _ plain: LatencySummary, _ sealed: LatencySummary) {
        console.section("Under attack (\(settings.rate) honest requests a second over \(Self.connections) connections)")
        var table = [["", "attempts", "p50", "p99", "of calm", "memory", "log lines", "slowest newcomer"]]
        for (name, summary) in [("calm, plain", plain), ("calm, TLS", sealed)] {
            table.append(
                [
                    name, "", Format.duration(nanoseconds: summary.p50), Format.duration(nanoseconds: summary.p99),
                    "", "", "", "",
                ]
            )
        }
        for row in rows {
            table.append(
                [
                    row.attack.title, Format.grouped(UInt64(row.attempts)),
                    Format.duration(nanoseconds: row.honest.p50), Format.duration(nanoseconds: row.honest.p99),
                    Format.percent(slowdown(row, plain, sealed)),
                    (row.growth < 0 ? "-" : "+") + Self.mebibytes(row.growth.magnitude), "\(row.lineCount)",
                    row.newcomers.servedCount == 0
                        ? "none served" : Format.duration(nanoseconds: row.newcomers.slowestNanoseconds),
                ]
            )
        }
        console.table(table)
    }

    private static func mebibytes(_ count: UInt64) -> String { "\(Format.grouped(count >> 20)) MiB" }

    private func slowdown(_ row: Row, _ plain: LatencySummary, _ sealed: LatencySummary) -> Double {
        Double(row.honest.p99) / Double(max(1, calm(row, plain, sealed).p99))
    }

    private func judge(_ rows: [Row], _ plain: LatencySummary, _ sealed: LatencySummary) -> Bool {
        var holds = true
        func check(_ what: String, _ isGood: (Row) -> Bool) {
            let bad = rows.filter { !isGood($0) }.map(\.attack.title)
            console.check(bad.isEmpty, what + (bad.isEmpty ? "" : ": not under " + bad.joined(separator: ", ")))
            holds = holds && bad.isEmpty
        }
        check("nobody got what was not his") { $0.successes == 0 }
        if settings.judgesLatency {
            check("honest p99 within \(Format.percent(Self.slowdownMax)) of calm") {
                slowdown($0, plain, sealed) <= Self.slowdownMax
            }
        }
        check("memory grew by no more than \(Self.mebibytes(growthMax.magnitude))") { $0.growth <= growthMax }
        check("the log says what happened") { $0.isLogged }
        let lineCountMax = Int(settings.seconds * Self.linesPerSecondMax) + Self.linesOnce
        check("in no more than \(lineCountMax) lines") { $0.lineCount <= lineCountMax }
        check("newcomers are served, where there is a place") {
            $0.attack == .crowd || $0.newcomers.failedCount == 0
        }
        return holds
    }
}
