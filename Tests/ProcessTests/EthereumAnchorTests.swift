import Client
import Domain
import Foundation
import Platform
import Testing
import Wire

/// A Python with an EVM in it.
enum RealEVM {
    /// The program; nil where none can be had.
    static let python: String? = {
        let program = Place.repository + "/Tests/Ethereum/prepare"
        guard let made = try? run(program, []), made.status == 0 else { return nil }
        return made.output.trimmingCharacters(in: .newlines)
    }()
}

/// What assent-ethereum.service does, line by line, with a node whose chain a real EVM makes. What node and contract
/// can do besides is held in Tests/Ethereum.
@Suite struct EthereumAnchorTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let program = Place.repository + "/Protocol/ethereum/assent_ethereum.py"

    private func command(_ program: String, _ arguments: [String]) throws -> CLIResult {
        try run(try Place.program(program), arguments)
    }

    /// Has a shell run a line with the settings that the unit's file has.
    private func shell(_ line: String, _ settings: [String]) throws -> CLIResult {
        try run("/usr/bin/env", settings + ["/bin/sh", "-c", line])
    }

    /// Runs the unit's lines, up to the first that fails, as the service manager does.
    private func anchor(_ settings: [String]) throws -> CLIResult {
        let unit = try String(contentsOfFile: Place.repository + "/systemd/assent-ethereum.service", encoding: .utf8)
        let lines = unit.replacingOccurrences(of: "\\\n", with: "").split(separator: "\n")
            .filter { $0.hasPrefix("ExecStart") }.map { String($0.drop { $0 != "=" }.dropFirst()) }
        try #require(lines.count == 3)
        let places = [
            ("/usr/bin/assentctl", try Place.program("assentctl")),
            ("%t/assent-ethereum", scratch.path + "/exchange"),
            ("/usr/share/assent/ethereum/assent_ethereum.py", Self.program),
            ("/var/lib/assent", scratch.path + "/data"),
        ]
        var (result, kept): (CLIResult?, CLIResult?)
        for line in lines {
            let done = try shell(
                places.reduce(line) { $0.replacingOccurrences(of: $1.0, with: $1.1) },
                settings
            )
            result = done
            if done.status != 0 { break }
            if line.contains(" keep-ethereum ") { kept = done }
        }
        return try #require(result?.status == 0 ? kept : result)
    }

    @Test(.enabled(if: RealEVM.python != nil, "no EVM: Tests/Ethereum/prepare says why"), .timeLimit(.minutes(20)))
    func theNewestCheckpointIsAnchoredAndVerifiedBack() async throws {
        try await onOwnThread {
            let key = scratch.path + "/audit.key"
            let made = try command("assentctl", ["audit", "keygen", "--name", "bank.test/x", "--output-file", key])
            let daemon = try DaemonUnderTest.ready(scratch, ["--audit", "--audit-interval", "1", "--audit-key", key])
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 100), CardCreateReply.self)
            try daemon.stop()
            let python = try #require(RealEVM.python)
            let node = try ChildProcess("/usr/bin/env", [python, Place.repository + "/Tests/Ethereum/node.py"])
            defer { node.signal(SIGKILL) }
            let words = try node.line(.output) { $0.split(separator: " ").map(String.init) }
            var settings = [
                "ASSENT_ETHEREUM_NODE=http://127.0.0.1:\(words[0])/", "ASSENT_ETHEREUM_CHAIN=131277322940537",
                "ASSENT_ETHEREUM_ACCOUNT=\(words[1])", "ASSENT_ETHEREUM_CONFIRMATIONS=3",
                "ASSENT_ETHEREUM_POLL_MILLISECONDS=50",
            ]
            let deployed = try shell("/usr/bin/python3 \(Self.program) deploy", settings)
            #expect(deployed.status == 0, "\(deployed.errors)")
            let contract = try #require(deployed.output.split(separator: " ").first)
            settings.append("ASSENT_ETHEREUM_CONTRACT=\(contract)")

            let kept = try anchor(settings)
            #expect(kept.status == 0, "\(kept.errors)")
            #expect(kept.output.hasPrefix("1 records were under the checkpoint at 20"), "\(kept.output)")
            let anchors = scratch.path + "/data/audit/ethereum/"
            #expect(kept.output.contains("of chain 131277322940537; kept as "), "\(kept.output)")
            let before = try String(contentsOfFile: anchors + "1.anchor", encoding: .utf8)
            // The next day nothing new was decided: nothing is sent, the anchor stays.
            #expect(try anchor(settings).output.contains("is kept already"))
            #expect(try String(contentsOfFile: anchors + "1.anchor", encoding: .utf8) == before)
            let verified = try shell(
                "/usr/bin/python3 \(Self.program) verify \(anchors)1.anchor \(anchors)1.checkpoint",
                settings
            )
            #expect(verified.output.hasPrefix("1 records of bank.test/x were under the root"), "\(verified.errors)")
            let lost = try anchor(settings.map { $0.replacingOccurrences(of: words[0], with: "1") } + ["no_proxy=*"])
            #expect(lost.status == 0, "what is kept needs no node")
            try verify(made.output.trimmingCharacters(in: .newlines), anchors, String(contract))
        }
    }

    /// Files and public keys: by assent-verify, which asks nobody.
    private func verify(_ key: String, _ anchors: String, _ contract: String) throws {
        func verify(_ anchor: String) throws -> CLIResult {
            let checkpoint = anchors + "1.checkpoint"
            return try command("assent-verify", ["checkpoint", checkpoint, "--key", key, "--ethereum", anchor])
        }
        let good = try verify(anchors + "1.anchor")
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output.contains("contract     \(contract)\n"), "\(good.output)")
        #expect(good.output.contains("chain        131277322940537, block "), "\(good.output)")

        let text = try String(contentsOfFile: anchors + "1.anchor", encoding: .utf8)
        let lines = text.components(separatedBy: "\n")
        let changed = scratch.path + "/exchange/anchor"
        func verify(line: Int, _ value: String) throws -> CLIResult {
            var others = lines
            others[line] = value
            try Data(others.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: changed))
            return try verify(changed)
        }
        for (line, value, wanted) in [
            (1, "other.test/x", "of another log: other.test/x, not bank.test/x"), (2, "2", "of another size: 2, not 1"),
            (3, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "of another root: AQEB"),
        ] {
            let refused = try verify(line: line, value)
            #expect(refused.status == 1 && refused.errors.contains(wanted), "\(refused.errors)")
            let unkept = try command(
                "assentctl",
                ["audit", "anchor", "keep-ethereum", scratch.path + "/exchange", "--data-dir", scratch.path + "/data"]
            )
            #expect(unkept.status == 65 && unkept.errors.contains(wanted), "\(unkept.errors)")
        }
        for (line, value) in [
            (0, "assent/ethereum-anchor/v2"), (1, ""), (2, "01"), (2, "0"), (3, "AQEB"), (4, "chain 0x1"),
            (4, "chain 99999999999999999999"), (5, "contract 0x12"), (6, lines[6] + "0"), (6, lines[5]),
            (7, lines[7].uppercased()), (8, "block 007"), (9, "block-hash " + lines[9].dropFirst(13)), (10, "time 1e9"),
            (10, "time 253402300800"), (11, "more"),
        ] {
            let malformed = try verify(line: line, value)
            #expect(malformed.status == 65, "\(value): \(malformed.output)\(malformed.errors)")
        }
        #expect(try verify(anchors + "2.anchor").status == 66)
    }
}
