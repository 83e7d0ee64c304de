import Client
import Domain
import Foundation
import Platform
import Testing
import Wire

/// The audit log of a real daemon, from the operator's key to the auditor's verdict.
@Suite struct AuditTrailTests {
    private struct Result {
        let status: ChildProcess.End
        let output: String
        let errors: String
    }

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func run(_ program: String, _ arguments: [String]) throws -> Result {
        let process = try ChildProcess(Place.program(program), arguments)
        let end = try process.waitForEnd()
        return Result(
            status: end,
            output: process.lines(.output).map { $0 + "\n" }.joined(),
            errors: process.lines(.error).joined(separator: "\n")
        )
    }

    /// `assentctl audit`, of the test's data directory; what it prints also goes to a file.
    private func audit(_ arguments: [String], into file: String? = nil) throws -> Result {
        let result = try run("assentctl", ["audit"] + arguments + ["--data-dir", scratch.path + "/data"])
        if let file { try Data(result.output.utf8).write(to: URL(fileURLWithPath: scratch.path + "/" + file)) }
        return result
    }

    private func verify(_ arguments: [String], key: String = "audit.pub") throws -> Result {
        try run("assent-verify", arguments + ["--key", scratch.path + "/" + key])
    }

    private func makeKey(_ name: String, _ file: String) throws {
        let made = try run(
            "assentctl",
            ["audit", "keygen", "--name", name, "--output-file", scratch.path + "/" + file + ".key"]
        )
        try #require(made.status == .exited(0), "\(made.errors)")
        try Data(made.output.utf8).write(to: URL(fileURLWithPath: scratch.path + "/" + file + ".pub"))
    }

    private func daemon(key: String = "audit.key", former: String? = nil) throws -> DaemonUnderTest {
        let replaced = former.map { ["--audit-former-key", scratch.path + "/" + $0] } ?? []
        return try DaemonUnderTest(scratch, ["--audit", "--audit-key", scratch.path + "/" + key] + replaced)
    }

    /// Some decisions and changes, and a stop in order.
    private func serve(_ count: Int, key: String = "audit.key", former: String? = nil) throws {
        let daemon = try daemon(key: key, former: former)
        try daemon.waitUntilReady()
        let card = CardToken.make()
        _ = try daemon.ask(Traffic.create(card, limit: 100_000), CardCreateReply.self)
        _ = try daemon.ask(Traffic.configure("velocity.2", "count>99 in 1h flag"), ConfigSetReply.self)
        var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
        for _ in 0..<count { _ = try connection.call(Traffic.authorize(card, 100), returning: AuthorizeReply.self) }
        try daemon.stop()
    }

    @Test(.timeLimit(.minutes(20)))
    func anAuditorVerifiesWhatADaemonDid() async throws {
        try await onOwnThread {
            try makeKey("bank.example/assent", "audit")
            try serve(20)
            let checkpoint = try audit(["checkpoint"], into: "first")
            #expect(checkpoint.output.hasPrefix("bank.example/assent\n22\n"), "\(checkpoint.errors)")
            try serve(5)
            #expect(try audit(["checkpoint"]).output.hasPrefix("bank.example/assent\n29\n"))

            let proved = try audit(["prove", "payment", "3"], into: "3.tlog-proof")
            #expect(proved.status == .exited(0), "\(proved.errors)")
            let shown = try verify(["proof", scratch.path + "/3.tlog-proof"])
            #expect(shown.status == .exited(0), "\(shown.errors)")
            let name = Traffic.merchants[0].utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(shown.output.contains(name))
            _ = try audit(["prove", "payment", "3", "--closed"], into: "closed.tlog-proof")
            let closed = try verify(["proof", scratch.path + "/closed.tlog-proof"])
            #expect(closed.status == .exited(0), "\(closed.errors)")
            #expect(!closed.output.contains(name))
            #expect(try audit(["prove", "payment", "2"]).status == .exited(66), "it is a setting")
            #expect(try audit(["prove", "admin-change", "2"]).status == .exited(0))

            _ = try audit(["consistency", "22"], into: "consistency")
            let grown = try verify(
                ["consistency", scratch.path + "/consistency", "--old", scratch.path + "/first"]
            )
            #expect(grown.status == .exited(0), "\(grown.errors)")
            #expect(try verify(["log", scratch.path + "/data/audit"]).status == .exited(0))

            let whole = try audit(["verify", "--key", scratch.path + "/audit.pub"])
            #expect(whole.status == .exited(0), "\(whole.errors)")
            let log = try audit(["log", "-o", "csv", "--object", "velocity.2"])
            let lines = log.output.split(separator: "\n")
            #expect(lines.count == 3, "\(log.output)\(log.errors)")
            #expect(lines.first == "lsn,time,actor,what,object,before,after,why")
            #expect(lines.dropFirst().first?.contains(",default,count>99 in 1h flag,") == true)
            #expect(try audit(["show", "3", "-o", "json"]).output.contains("\"leafHash\""))
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aRestoredOlderCopyIsRefusedUntilSomebodyAcceptsIt() async throws {
        try await onOwnThread {
            try makeKey("bank.example/assent", "audit")
            try serve(3)
            let files = FileManager.default
            let (journal, copy) = (scratch.path + "/data/journal", scratch.path + "/copy")
            try files.copyItem(atPath: journal, toPath: copy)
            try serve(3)
            // Somebody puts the older copy back; snapshots and the archive come from the journal.
            for name in ["journal", "snapshots", "archive"]
            where files.fileExists(atPath: scratch.path + "/data/" + name) {
                try files.removeItem(atPath: scratch.path + "/data/" + name)
            }
            try files.copyItem(atPath: copy, toPath: journal)
            try files.removeItem(atPath: scratch.path + "/data/audit/checkpoint")
            let refused = try daemon()
            #expect(try refused.process.waitForEnd() == .exited(77), "\(refused.process.report)")
            #expect(refused.process.said("the history was rolled back: the journal ends with record 5"))
            #expect(refused.process.said("a checkpoint over 10 records was signed"))
            let found = try audit(["verify"])
            #expect(found.status == .exited(65), "\(found.errors)")
            #expect(found.errors.contains("rolled back: the journal ends with record 5"), "\(found.errors)")

            try makeKey("bank.example/assent/2", "second")
            let reason = "the disk died, backup of four o'clock"
            let sameName = try audit(
                ["accept-restore", "--new-key", scratch.path + "/audit.key", "--reason", reason]
            )
            #expect(sameName.status != .exited(0), "one name never has two histories")
            let accepted = try audit(
                ["accept-restore", "--new-key", scratch.path + "/second.key", "--reason", reason]
            )
            #expect(accepted.status == .exited(0), "\(accepted.errors)")
            let statement = try String(contentsOfFile: scratch.path + "/data/audit/accepted-restore", encoding: .utf8)
            #expect(statement.contains("\nreason \(reason)\n"))
            #expect(statement.contains("\nended bank.example/assent\nsize 10\n"))
            let oldKey = try daemon()
            #expect(try oldKey.process.waitForEnd() == .exited(78), "\(oldKey.process.report)")
            try serve(2, key: "second.key")
            #expect(try audit(["checkpoint"]).output.hasPrefix("bank.example/assent/2\n9\n"))
            #expect(try verify(["log", scratch.path + "/data/audit"], key: "second.pub").status == .exited(0))
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aKeyIsReplacedWithBothKeysAndInNoOtherWay() async throws {
        try await onOwnThread {
            for name in ["audit", "second", "third"] { try makeKey("bank.example/assent", name) }
            try makeKey("bank.example/other", "misnamed")
            try serve(3)
            _ = try audit(["checkpoint"], into: "by-first")
            #expect(try audit(["rotations"]).status == .exited(66), "there is none yet")

            func refuses(_ key: String, former: String? = nil, saying text: String) throws {
                let refused = try daemon(key: key, former: former)
                #expect(try refused.process.waitForEnd() == .exited(78), "\(refused.process.report)")
                #expect(refused.process.said(text), "\(refused.process.report)")
            }
            try refuses("second.key", saying: "the former one as --audit-former-key")
            try refuses("second.key", former: "third.key", saying: "the key is not the audit log's")
            try refuses("audit.key", former: "audit.key", saying: "are the same")
            try refuses("misnamed.key", former: "audit.key", saying: "keygen --name bank.example/assent")
            #expect(try audit(["rotations"]).status == .exited(66), "nothing was stated meanwhile")

            try serve(2, key: "second.key", former: "audit.key")
            let statement = try audit(["rotations"], into: "rotations")
            let beginning = "assent/key-rotation/v1\nbank.example/assent\n5\n"
            #expect(statement.output.hasPrefix(beginning), "\(statement.errors)")
            try refuses("audit.key", saying: "was replaced over 5 records")
            try refuses("third.key", saying: "accept-lost-key")
            // Left where it was, the former key changes nothing and is remarked upon.
            let again = try daemon(key: "second.key", former: "audit.key")
            try again.waitUntilReady()
            #expect(again.process.said("is not needed any more"), "\(again.process.report)")
            try again.stop()
            #expect(try audit(["rotations"]).output == statement.output)
            try serve(2, key: "third.key", former: "second.key")
            try serve(1, key: "third.key")
            _ = try audit(["rotations"], into: "rotations")
            _ = try audit(["checkpoint"], into: "by-third")

            // The auditor still has the first key, and what he was given since.
            let chain = ["--rotations", scratch.path + "/rotations"]
            for checkpoint in ["by-first", "by-third"] {
                let taken = try verify(["checkpoint", scratch.path + "/" + checkpoint] + chain)
                #expect(taken.status == .exited(0), "\(taken.errors)")
            }
            #expect(try verify(["checkpoint", scratch.path + "/by-third"]).status == .exited(1))
            _ = try audit(["consistency", "5"], into: "growth")
            let old = ["--old", scratch.path + "/by-first"]
            let grown = try verify(["consistency", scratch.path + "/growth"] + old + chain)
            #expect(grown.status == .exited(0), "\(grown.errors)")
            #expect(try verify(["log", scratch.path + "/data/audit"]).status == .exited(0))
            for key in ["audit.pub", "second.pub", "third.pub"] {
                let whole = try audit(["verify", "--key", scratch.path + "/" + key])
                #expect(whole.status == .exited(0), "\(key): \(whole.errors)")
            }
            let anchors = ["/audit/anchors/5.tsr", "/audit/ethereum/5.anchor"]
            for anchor in anchors {
                let file = URL(fileURLWithPath: scratch.path + "/data" + anchor)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(anchor.utf8).write(to: file)
            }
            try restoreElsewhere()
            for anchor in anchors {
                #expect(try String(contentsOfFile: scratch.path + "/restored" + anchor, encoding: .utf8) == anchor)
            }
            let restored = scratch.path + "/restored/audit/rotations"
            #expect(try audit(["rotations"]).output == String(contentsOfFile: restored, encoding: .utf8))
            // Without its statements the log is a stranger's, and no key begins anew on it.
            try FileManager.default.removeItem(atPath: scratch.path + "/data/audit/rotations")
            try refuses("second.key", saying: "the key is not the audit log's")
            #expect(try verify(["log", scratch.path + "/data/audit"]).status == .exited(1))
        }
    }

    /// A backup of the stopped daemon's data, restored beside it.
    private func restoreElsewhere() throws {
        let (key, backups) = (["--key", scratch.path + "/backup.key"], scratch.path + "/backups")
        for arguments in [
            ["keygen", "--output-file", scratch.path + "/backup.key"], ["init", backups] + key,
            ["create", backups, "--offline", "--data-dir", scratch.path + "/data"] + key,
            ["restore", backups, "--to", scratch.path + "/restored", "--continue-log"] + key,
        ] {
            let done = try run("assentctl", ["backup"] + arguments)
            try #require(done.status == .exited(0), "\(done.errors)")
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aLostKeyEndsItsLogAndSomebodySaysSo() async throws {
        try await onOwnThread {
            try makeKey("bank.example/assent", "audit")
            try makeKey("bank.example/assent/2", "second")
            try serve(3)
            let lost = ["accept-lost-key", "--reason", "the safe burnt down", "--new-key", scratch.path + "/"]
            let running = try daemon()
            try running.waitUntilReady()
            let busy = try audit(lost.dropLast() + [scratch.path + "/second.key"])
            #expect(busy.status != .exited(0), "a daemon runs there")
            try running.stop()
            #expect(try audit(lost.dropLast() + [scratch.path + "/audit.key"]).status != .exited(0), "it has that name")
            let ended = try audit(lost.dropLast() + [scratch.path + "/second.key"])
            #expect(ended.status == .exited(0), "\(ended.errors)")
            #expect(ended.output.contains("the log bank.example/assent has ended with 5 records"), "\(ended.output)")
            let statement = try String(contentsOfFile: scratch.path + "/data/audit/accepted-restore", encoding: .utf8)
            #expect(statement.contains("\nfinding the key was lost or stolen\nreason the safe burnt down\n"))
            let oldKey = try daemon()
            #expect(try oldKey.process.waitForEnd() == .exited(78), "\(oldKey.process.report)")
            try serve(1, key: "second.key")
            #expect(try audit(["checkpoint"]).output.hasPrefix("bank.example/assent/2\n8\n"))
            #expect(try verify(["log", scratch.path + "/data/audit"], key: "second.pub").status == .exited(0))
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func withoutAKeyTheLogIsKeptAndTheDaemonSaysSo() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch, ["--audit"])
            #expect(daemon.process.said("no audit key"))
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 100), CardCreateReply.self)
            try daemon.stop()
            let head = try String(contentsOfFile: scratch.path + "/data/audit/head", encoding: .utf8)
            #expect(head.hasPrefix("unsigned\n1\n"))
            #expect(try audit(["checkpoint"]).status == .exited(66))
        }
    }

    @Test func aKeyThatCannotBeUsedIsAConfigurationError() async throws {
        try await onOwnThread {
            try Data("PRIVATE+KEY+x\n".utf8).write(to: URL(fileURLWithPath: scratch.path + "/audit.key"))
            let refused = try daemon()
            #expect(try refused.process.waitForEnd() == .exited(78), "\(refused.process.report)")
            try makeKey("bank.example/assent", "open")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o640],
                ofItemAtPath: scratch.path + "/open.key"
            )
            for (key, words) in [
                ("audit.key", "the audit key"), ("none.key", "the audit key"), ("open.key", "chmod 600"),
            ] {
                let checked = try run(
                    "assentd",
                    ["--check-config", "--audit", "--audit-key", scratch.path + "/" + key]
                )
                #expect(checked.status == .exited(78) && checked.errors.contains(words), "\(checked.errors)")
            }
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aSaltKeyThatIsMissingIsNoAccusation() async throws {
        try await onOwnThread {
            try makeKey("bank.example/assent", "audit")
            try serve(3)
            let path = scratch.path + "/data/salt.key"
            let key = try Data(contentsOf: URL(fileURLWithPath: path))
            try FileManager.default.removeItem(atPath: path)
            let refused = try daemon()
            #expect(try refused.process.waitForEnd() == .exited(77), "\(refused.process.report)")
            #expect(refused.process.said("salt.key is missing"))
            #expect(try audit(["verify"]).status == .exited(66))
            #expect(!FileManager.default.fileExists(atPath: path))
            try key.write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let open = try daemon()
            try open.waitUntilReady()
            #expect(open.process.said("can be read or written by others"))
            try open.stop()
        }
    }
}
