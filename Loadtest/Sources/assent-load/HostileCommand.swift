import ArgumentParser
import LoadDriver
import LoadReport
import LoadScenario

/// What a hostile network comes to.
struct HostileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hostile",
        abstract: "Attacks a daemon in many ways, and shows what becomes of honest gateways, memory and the log.",
        discussion: """
            Each attack comes in windows of a second while honest gateways ask at a held rate, in turns with calm. The \
            p99 of requests under attack is compared with that in calm: the middle one of the half of the windows of \
            which the host of a virtual machine took least. Attackers have machines of their own, but here they share \
            one with the daemon: so they get only what processor time nobody else wants (SCHED_IDLE), and in calm they \
            do the same to another daemon beside it, which gets no more. What shows is what the attack takes of the \
            attacked daemon. Every balance is compared in the end. The openssl command makes the certificates.
            """
    )

    @OptionGroup var own: OwnDaemonOptions

    @Option(help: "Seconds of a window.")
    var seconds = 1.0

    @Option(help: "Windows of each attack, and of calm.")
    var windows = 9

    @Option(help: "Honest requests a second.")
    var rate: UInt64 = 2_000

    @Option(help: "Threads of each attack.")
    var attackers = 2

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Attacks, by name; all without it.",
            discussion: HostileAttack.allCases.map(\.rawValue).joined(separator: ", ")
        )
    )
    var attacks: [String] = []

    @Flag(help: "Do not judge latencies: others use this machine.")
    var busy = false

    mutating func run() throws {
        guard seconds >= 0.1, seconds <= 600, (1...100_000).contains(rate), (1...64).contains(attackers),
            (1...100).contains(windows)
        else {
            throw ValidationError("--seconds 0.1 to 600, --rate 1 to 100,000, --attackers 1 to 64, --windows 1 to 100")
        }
        var settings = HostileNetwork.Settings(executable: own.daemon, data: own.data)
        settings.seconds = seconds
        settings.windows = windows
        settings.rate = rate
        settings.attackers = attackers
        settings.judgesLatency = !busy
        if !attacks.isEmpty {
            settings.attacks = try attacks.map { name in
                guard let attack = HostileAttack(rawValue: name) else {
                    throw ValidationError(
                        "\(name) is no attack: \(HostileAttack.allCases.map(\.rawValue).joined(separator: ", "))"
                    )
                }
                return attack
            }
        }
        try finish(try HostileNetwork(settings: settings, console: Console()).run() ? .valid : .failed)
    }
}
