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
        /// Seconds of one window of it.
        public var seconds = 1.0
        /// Windows of each attack, and as many of calm in between.
        public var windows = 9
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
        var attempts = 0
        var successes = 0
        /// Of honest requests while the bystander has it: right before each window of it, and after the last.
        let calm = LatencyWindows()
        /// Of honest requests under it.
        let honest = LatencyWindows()
        var growth: Int64 = 0
        var lineCount = 0
        var isLogged = false
        var newcomers = HostileWitness.Newcomers()
        /// Why honest connections ended, if they did.
        var failures: [String] = []

        init(_ attack: HostileAttack) { self.attack = attack }

        /// How many times as long as in calm the slowest hundredth of a window takes at least. Windows take turns, so
        /// that what the machine does to one kind it does to the other.
        func slowdown() -> Double {
            guard honest.count > 0 else { return .infinity }
            return Double(honest.p99) / Double(max(1, calm.p99))
        }
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
    /// A minute in which the log does not say the same again, and a second until it is looked again.
    private static let quietMicroseconds: Int64 = 61_000_000

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
        let victim = try victim()
        defer { victim.remove() }
        let bystander = try self.victim()
        defer { bystander.remove() }
        bystander.daemon.useLeftovers()
        var target = try BenchTarget.furnished(
            daemon: victim.daemon,
            load: .init(cards: 2_000, seconds: settings.seconds),
            console: console
        )
        let sealed = BenchTarget.Sealed(endpoint: victim.gateway.endpoint, tls: try victim.gateway.context())
        var rows: [Row] = []
        for attack in settings.attacks {
            console.line(console.paint("  " + attack.title, .dim))
            rows.append(try self.row(attack, victim, bystander, &target, attack.isSealed ? sealed : nil))
        }
        let isCorrect = try target.verify()
        show(rows)
        return judge(rows) && isCorrect
    }

    /// A daemon that can be attacked, running.
    private func victim() throws -> HostileVictim {
        try HostileVictim(
            executable: settings.executable,
            data: settings.data,
            connectionCountMax: settings.connectionCountMax,
            options: ["--max-total-pending-output", "\(Self.unreadMebibytes)"] + settings.daemonOptions
        )
    }

    private var pace: LoadPlan.Pace { .open(perSecond: settings.rate, toleranceNanoseconds: 2_000_000) }

    /// What honest requests take while the bystander is attacked: the machine has all the work of an attack, the daemon
    /// none.
    private func calm(
        _ attack: HostileAttack,
        _ bystander: HostileVictim,
        _ target: inout BenchTarget,
        _ sealed: BenchTarget.Sealed?,
        _ windows: LatencyWindows
    ) throws {
        let crew = HostileCrew(attack, bystander.field, HostileAttacker.Score(), count: settings.attackers)
        defer { crew.end() }
        _ = try target.measure(Self.connections, 64, pace: pace, over: sealed, windows: windows) { _, _ in
            crew.start()
        }
        crew.end()
        try bystander.settle()
    }

    private func row(
        _ attack: HostileAttack,
        _ victim: HostileVictim,
        _ bystander: HostileVictim,
        _ target: inout BenchTarget,
        _ sealed: BenchTarget.Sealed?
    ) throws -> Row {
        var row = Row(attack)
        let daemon = victim.daemon
        let before = try target.status().residentBytes
        let linesBefore = daemon.lines.count
        let witness = HostileWitness(daemon)
        let looking = try HostileLook(witness)
        defer { looking.end() }
        for _ in 0..<settings.windows {
            try calm(attack, bystander, &target, sealed, row.calm)
            let score = HostileAttacker.Score()
            let crew = HostileCrew(attack, victim.field, score, count: settings.attackers)
            defer { crew.end() }
            witness.isAttacked(true)
            do {
                // The honest are there first: what newcomers see is the witness's to say.
                _ = try target.measure(Self.connections, 64, pace: pace, over: sealed, windows: row.honest) { _, _ in
                    crew.start()
                }
            } catch let failure as LoadFailure {
                row.failures.append("\(failure)")
            }
            crew.end()
            witness.isAttacked(false)
            row.attempts += score.attempts
            row.successes += score.successes
            try victim.settle()
        }
        try calm(attack, bystander, &target, sealed, row.calm)
        row.isLogged = isLogged(attack.logged, daemon)
        row.growth = Int64(witness.residentMax) - Int64(before)
        row.lineCount = daemon.lines.count - linesBefore
        row.newcomers = witness.newcomers
        return row
    }

    /// Whether the log says it, now or soon, or has said it lately: it says once a minute what goes on, and another
    /// attack may have had the same effect just before.
    private func isLogged(_ text: String, _ daemon: DaemonProcess) -> Bool {
        let lately = "time=\(Instant(microseconds: Clock.now() - Self.quietMicroseconds))"
        let deadline = Clock.monotonicNanoseconds() + 10_000_000_000
        while Clock.monotonicNanoseconds() < deadline {
            if daemon.lines.contains(where: { $0.contains(text) && $0 > lately }) { return true }
            cls_pause(50_000_000)
        }
        return false
    }

    // MARK: What it came to

    private func show(_ rows: [Row]) {
        console.section("Under attack (\(settings.rate) honest requests a second over \(Self.connections) connections)")
        var table = [
            ["", "attempts", "calm p99", "p50", "p99", "of calm", "stolen", "memory", "log lines", "slowest newcomer"]
        ]
        for row in rows {
            table.append(
                [
                    row.attack.title, Format.grouped(UInt64(row.attempts)),
                    Format.duration(nanoseconds: row.calm.p99), Format.duration(nanoseconds: row.honest.p50),
                    Format.duration(nanoseconds: row.honest.p99), Format.percent(row.slowdown()),
                    Format.percent(max(row.calm.stolen, row.honest.stolen)),
                    (row.growth < 0 ? "-" : "+") + Self.mebibytes(row.growth.magnitude), "\(row.lineCount)",
                    row.newcomers.servedCount == 0
                        ? "none served" : Format.duration(nanoseconds: row.newcomers.slowestNanoseconds),
                ]
            )
        }
        console.table(table)
        console.line("  stolen: of the processors' time, by the machine's host, at most in a window that counts")
    }

    private static func mebibytes(_ count: UInt64) -> String { "\(Format.grouped(count >> 20)) MiB" }

    private func judge(_ rows: [Row]) -> Bool {
        var holds = true
        func check(_ what: String, _ isGood: (Row) -> Bool) {
            let bad = rows.filter { !isGood($0) }.map(\.attack.title)
            console.check(bad.isEmpty, what + (bad.isEmpty ? "" : ": not under " + bad.joined(separator: ", ")))
            holds = holds && bad.isEmpty
        }
        check("nobody got what was not his") { $0.successes == 0 }
        for row in rows { for failure in row.failures { console.line("      \(row.attack.title): \(failure)") } }
        check("honest connections are kept") { $0.failures.isEmpty }
        if settings.judgesLatency {
            check("honest p99 within \(Format.percent(Self.slowdownMax)) of calm") {
                $0.slowdown() <= Self.slowdownMax
            }
        }
        check("memory grew by no more than \(Self.mebibytes(growthMax.magnitude))") { $0.growth <= growthMax }
        check("the log says what happened") { $0.isLogged }
        let lineCountMax =
            Int(settings.seconds * Double(2 * settings.windows) * Self.linesPerSecondMax) + Self.linesOnce
        check("in no more than \(lineCountMax) lines") { $0.lineCount <= lineCountMax }
        check("newcomers are served, where there is a place") {
            $0.attack == .crowd || $0.newcomers.failedCount == 0
        }
        return holds
    }
}
