import Client
import Domain
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// Backups of a real daemon, and what a real daemon says of what comes back.
@Suite struct BackupDrillTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        let made = try backup(["keygen", "--output-file", key])
        try #require(made.status == 0, "\(made.errors)")
        let begun = try backup(["init", repository, "--key", key])
        try #require(begun.status == 0, "\(begun.errors)")
    }

    private var key: String { scratch.path + "/backup.key" }
    private var repository: String { scratch.path + "/backups" }

    private func backup(_ arguments: [String]) throws -> CLIResult {
        try run(try Place.program("assentctl"), ["backup"] + arguments)
    }

    /// A command on the test's directory of backups.
    private func backups(_ command: String, _ arguments: [String] = []) throws -> CLIResult {
        try backup([command, repository, "--key", key] + arguments)
    }

    private func creation(_ arguments: [String] = []) -> [String] {
        [
            "--connect", "unix:\(scratch.path)/a.sock", "backup", "create", repository, "--key", key, "--data-dir",
            scratch.path + "/data",
        ] + arguments
    }

    private func create(_ arguments: [String] = []) throws -> CLIResult {
        try run(try Place.program("assentctl"), creation(arguments))
    }

    private func restore(_ name: String, _ arguments: [String] = []) throws -> CLIResult {
        try backups("restore", ["--to", scratch.path + "/" + name] + arguments)
    }

    /// Asks for authorizations until it is told to stop.
    private final class Load: Sendable {
        private let isStopping = Locked(false)
        private let count = Monitor(0)

        init(_ daemon: DaemonUnderTest, _ card: CardToken) throws {
            _ = try WorkerThread(name: "load") { [self] in
                do {
                    var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
                    while !isStopping.withLock({ $0 }) {
                        do throws(ClientError) {
                            _ = try connection.call(Traffic.authorize(card, 1), returning: AuthorizeReply.self)
                            count.update { $0 += 1 }
                        } catch {
                            // A machine with much to do refuses; then it is asked again.
                            guard case .rejected = error else { return }
                        }
                    }
                } catch {
                    // The daemon was stopped; whoever waits for answers finds out.
                }
            }
        }

        /// Waits until so many more were answered.
        func wait(more: Int) {
            let wanted = count.read { $0 } + more
            let deadline = Clock.monotonicNanoseconds() + 60_000_000_000
            _ = count.wait(untilNanoseconds: deadline) { $0 >= wanted ? true : nil }
        }

        func stop() { isStopping.withLock { $0 = true } }
    }

    @Test(.timeLimit(.minutes(20)))
    func whatWasBackedUpUnderLoadComesBackAsItWas() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 100_000_000), CardCreateReply.self)
            // Several at once, so that the cut comes in the middle of a group commit.
            let others = try (0..<3).map { _ in try Load(daemon, card) }
            defer { for other in others { other.stop() } }
            let load = try Load(daemon, card)
            var digests: [UInt64: String] = [:]
            for number in 1...3 {
                load.wait(more: 200)
                let made = try create(["-o", "json"])
                try #require(made.status == 0, "\(made.errors)")
                let object = try made.object()
                #expect(object["number"] as? Int == number)
                digests[UInt64(number)] = try #require(object["stateDigest"] as? String)
            }
            load.wait(more: 50)
            let state = try daemon.ask(Self.question, BackupHoldReply.self)
            #expect(state.repositories == 1 && state.heldUntil > .epoch && state.backedUpAt > .epoch)
            #expect(state.backedUpLSN > .zero && state.backedUpLSN < state.durableLSN)
            load.stop()
            try daemon.kill()
            #expect(try backups("verify", ["--all"]).status == 0)
            let listed = try backups("list", ["-o", "csv"])
            #expect(listed.lines.count == 4, "\(listed.output)")
            for number in UInt64(1)...3 {
                let name = "restored-\(number)"
                let restored = try restore(name, ["--backup", "\(number)", "-o", "json"])
                try #require(restored.status == 0, "\(restored.errors)")
                let again = try DaemonUnderTest.ready(scratch, data: name)
                #expect(again.process.said("restored from a backup"))
                let said = again.process.lines().first { $0.contains("restored from a backup") } ?? ""
                #expect(DaemonUnderTest.field("compared", of: said) == "true", "\(said)")
                #expect(DaemonUnderTest.field("digest", of: said) == digests[number], "\(said)")
                // It keeps what the directory does not have.
                let held = try again.ask(Self.question, BackupHoldReply.self)
                #expect(held.repositories == 1)
                #expect(held.backedUpLSN.rawValue == (try restored.object()["lsn"] as? UInt64))
                _ = try again.ask(Traffic.create(CardToken.make(), limit: 1), CardCreateReply.self)
                try again.stop()
            }
            let full = try restore("restored-1")
            #expect(full.status == 65 && full.errors.contains("is not empty"), "\(full.errors)")
        }
    }

    private static var question: BackupHold {
        BackupHold(repository: [UInt8](repeating: 0, count: 16), completedLSN: .zero, seconds: 0, forget: false)
    }

    @Test(.timeLimit(.minutes(20)))
    func aBackupThatIsKilledAnywhereGoesOn() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch)
            // Enough that a debug build works on it for a while: two segments of the journal.
            let connection = try Connection(to: daemon.administration, options: DaemonUnderTest.patience)
            try Self.fill(connection, count: 2_500)
            let program = try Place.program("assentctl")
            var killedCount = 0
            // A rate makes it slow, so that the kills come at all places of it.
            for attempt in 0..<8 {
                let process = try ChildProcess(program, creation(["--no-digest", "--rate", "8"]))
                Pause.milliseconds(Int64(20 + 60 * attempt))
                process.signal(SIGKILL)
                if try process.waitForEnd() == .killed(signal: SIGKILL) { killedCount += 1 }
                let listed = try backups("list", ["-o", "csv"])
                #expect(listed.status == 0, "\(listed.errors)")
                #expect(try backups("verify", ["--all"]).status == (listed.lines.count > 1 ? 0 : 66))
            }
            #expect(killedCount > 0)
            let made = try create(["-o", "json"])
            try #require(made.status == 0, "\(made.errors)")
            let digest = try #require(try made.object()["stateDigest"] as? String)
            try daemon.stop()
            // And the restore, killed as often.
            for attempt in 0..<5 {
                let process = try ChildProcess(
                    program,
                    ["backup", "restore", repository, "--key", key, "--to", scratch.path + "/restored"]
                )
                Pause.milliseconds(Int64(10 + 25 * attempt))
                process.signal(SIGKILL)
                guard try process.waitForEnd() == .killed(signal: SIGKILL) else { break }
                guard FileManager.default.fileExists(atPath: scratch.path + "/restored/restoring") else { continue }
                let early = try DaemonUnderTest(scratch, data: "restored")
                #expect(try early.process.waitForEnd() == .exited(76), "\(early.process.report)")
                #expect(early.process.said("has not finished"))
            }
            if FileManager.default.fileExists(atPath: scratch.path + "/restored/restoring")
                || !FileManager.default.fileExists(atPath: scratch.path + "/restored/journal")
            {
                let restored = try restore("restored")
                try #require(restored.status == 0, "\(restored.errors)")
            }
            let again = try DaemonUnderTest.ready(scratch, data: "restored")
            let said = again.process.lines().first { $0.contains("restored from a backup") } ?? ""
            #expect(DaemonUnderTest.field("digest", of: said) == digest, "\(said)")
            try again.stop()
        }
    }

    /// Fills the journal with cards.
    private static func fill(_ connection: consuming Connection, count: Int) throws {
        for _ in 0..<count {
            _ = try connection.call(Traffic.create(CardToken.make(), limit: 100), returning: CardCreateReply.self)
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aLogThatWasRestoredWaitsForSomebodyToAcceptIt() async throws {
        try await onOwnThread {
            let audit = ["--audit", "--audit-key", scratch.path + "/audit.key"]
            let program = try Place.program("assentctl")
            for name in ["audit", "second"] {
                let made = try run(
                    program,
                    ["audit", "keygen", "--name", "bank/\(name)", "--output-file", "\(scratch.path)/\(name).key"]
                )
                #expect(made.status == 0)
            }
            let daemon = try DaemonUnderTest.ready(scratch, audit)
            for _ in 0..<5 { _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 9), CardCreateReply.self) }
            try daemon.stop()
            let made = try backups("create", ["--data-dir", scratch.path + "/data", "--offline", "-o", "json"])
            try #require(made.status == 0, "\(made.errors)")
            #expect(try made.object()["signedRecords"] as? Int == 5)

            // Everything, where nothing came after it.
            let moved = try restore("moved", ["--continue-log", "-o", "json"])
            try #require(moved.status == 0, "\(moved.errors)")
            #expect(try moved.object()["signedRecords"] as? Int == 5)
            let there = try DaemonUnderTest.ready(scratch, data: "moved", audit)
            try there.stop()
            // Where that is not known.
            #expect(try restore("restored").status == 0)
            let refused = try DaemonUnderTest(scratch, data: "restored", audit)
            #expect(try refused.process.waitForEnd() == .exited(77), "\(refused.process.report)")
            #expect(refused.process.said("a backup was restored"))
            let accepted = try run(
                program,
                [
                    "audit", "accept-restore", "--data-dir", scratch.path + "/restored", "--new-key",
                    scratch.path + "/second.key", "--reason", "the disk died",
                ]
            )
            #expect(accepted.status == 0, "\(accepted.errors)")
            let again = try DaemonUnderTest.ready(
                scratch,
                data: "restored",
                ["--audit", "--audit-key", scratch.path + "/second.key"]
            )
            try again.stop()
            // A part of it: more was signed than there is.
            #expect(try restore("part", ["--lsn", "3", "--continue-log"]).status == 65)
            #expect(try restore("part", ["--lsn", "3"]).status == 0)
            let cut = try DaemonUnderTest(scratch, data: "part", audit)
            #expect(try cut.process.waitForEnd() == .exited(77), "\(cut.process.report)")
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aBackupFromBeforeTheFirstCheckpointWaitsAsWell() async throws {
        try await onOwnThread {
            let program = try Place.program("assentctl")
            for name in ["first", "second"] {
                let key = "\(scratch.path)/\(name).key"
                #expect(
                    try run(program, ["audit", "keygen", "--name", "bank/\(name)", "--output-file", key]).status == 0
                )
            }
            let daemon = try DaemonUnderTest.ready(scratch)
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 9), CardCreateReply.self)
            try daemon.stop()
            #expect(try backups("create", ["--data-dir", scratch.path + "/data", "--offline"]).status == 0)
            // The log begins, and signs.
            let audit = ["--audit", "--audit-key", scratch.path + "/first.key"]
            let signing = try DaemonUnderTest.ready(scratch, audit)
            _ = try signing.ask(Traffic.create(CardToken.make(), limit: 9), CardCreateReply.self)
            try signing.stop()

            let restored = try restore("restored", ["-o", "json"])
            #expect(try restored.object()["needsAcceptance"] as? Bool == true, "\(restored.errors)")
            let refused = try DaemonUnderTest(scratch, data: "restored", audit)
            #expect(try refused.process.waitForEnd() == .exited(77), "\(refused.process.report)")
            #expect(refused.process.said("nothing was signed when the backup was made"))
            let accepted = try run(
                program,
                [
                    "audit", "accept-restore", "--data-dir", scratch.path + "/restored", "--new-key",
                    scratch.path + "/second.key", "--reason", "the disk died",
                ]
            )
            #expect(accepted.status == 0, "\(accepted.errors)")
            let statement = try String(
                contentsOfFile: scratch.path + "/restored/audit/accepted-restore",
                encoding: .utf8
            )
            #expect(statement.contains("\nended unknown\nsize 0\nroot unknown\n"))
            let second = ["--audit", "--audit-key", scratch.path + "/second.key"]
            let again = try DaemonUnderTest.ready(scratch, data: "restored", second)
            try again.stop()
            // The old key signs nothing there, and without a log nothing waits.
            let old = try DaemonUnderTest(scratch, data: "restored", audit)
            #expect(try old.process.waitForEnd() == .exited(78), "\(old.process.report)")
            #expect(try restore("plain").status == 0)
            try DaemonUnderTest.ready(scratch, data: "plain").stop()
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func whatIsDamagedInADirectoryIsNamedAndTheRestGoesOn() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch)
            for _ in 0..<2 {
                _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 9), CardCreateReply.self)
                #expect(try create().status == 0)
            }
            let manifest = repository + "/manifests/00000001"
            let whole = try Data(contentsOf: URL(fileURLWithPath: manifest))
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: manifest))
            let made = try create(["-o", "json"])
            #expect(made.status == 65 && made.errors.contains(manifest), "\(made.errors)")
            #expect(try made.object()["number"] as? Int == 3, "it is made all the same")
            let listed = try backups("list", ["-o", "csv"])
            #expect(listed.status == 65 && listed.lines.count == 3, "\(listed.output)")
            #expect(listed.errors.contains(manifest), "\(listed.errors)")
            let verified = try backups("verify", ["--all"])
            #expect(verified.status == 65 && verified.errors.contains(manifest), "\(verified.errors)")
            #expect(try backups("verify").status == 0)
            try whole.write(to: URL(fileURLWithPath: manifest))
            // A file that all of them need, as the journal has one segment that goes on.
            for name in try FileManager.default.contentsOfDirectory(atPath: repository + "/objects") {
                let path = repository + "/objects/" + name
                var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                bytes[bytes.count - 1] ^= 1
                try bytes.write(to: URL(fileURLWithPath: path))
            }
            let damaged = try backups("verify", ["--all"])
            #expect(damaged.status == 65 && damaged.errors.split(separator: "\n").count >= 4, "\(damaged.errors)")
            let again = try create(["-o", "json"])
            #expect(try again.object()["number"] as? Int == 4, "\(again.errors)")
            #expect(try backups("verify").status == 0)
            let marked = try backups("list", ["-o", "csv"])
            #expect(marked.status == 65 && marked.errors.contains("known to be damaged"), "\(marked.errors)")
            #expect(try backup(["verify", repository, "--stored-only"]).status == 65)
            #expect(try backups("prune", ["--keep", "1"]).status == 0)
            let stored = try backup(["verify", repository, "--stored-only", "-o", "json"])
            #expect(stored.status == 0 && !stored.output.contains("whole"), "\(stored.output)")
            #expect(try backups("list").status == 0)
            for name in try FileManager.default.contentsOfDirectory(atPath: repository + "/manifests") {
                try FileManager.default.removeItem(atPath: repository + "/manifests/" + name)
            }
            let none = try backup(["verify", repository, "--stored-only"])
            #expect(none.status == 66 && none.errors.contains("no manifest"), "\(none.errors)")
            try daemon.stop()
        }
    }

    @Test(.enabled(if: SmallFileSystem.canMount, "only root can mount a file system"), .timeLimit(.minutes(20)))
    func aFullDiskLeavesNoBackupAndTheNextOneGoesOn() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch)
            try Self.fill(try Connection(to: daemon.administration, options: DaemonUnderTest.patience), count: 1_900)
            let disk = try SmallFileSystem(below: scratch, mebibytes: 6)
            let directory = disk.path + "/backups"
            #expect(try backup(["init", directory, "--key", key]).status == 0)
            let arguments = creation(["-o", "json"]).map { $0 == repository ? directory : $0 }
            let full = try run(try Place.program("assentctl"), arguments)
            #expect(full.status == 74 && full.errors.contains("No space left"), "\(full.errors)")
            #expect(try backup(["list", directory, "--key", key, "-o", "csv"]).lines.count == 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: directory + "/objects")
            #expect(!names.contains { $0.hasSuffix(".part") }, "what has no name gives its room back")
            try disk.grow(toMebibytes: 40)
            let made = try run(try Place.program("assentctl"), arguments)
            try #require(made.status == 0, "\(made.errors)")
            #expect(try made.object()["reusedSegments"] as? Int == 1, "\(made.output)")
            #expect(try backup(["verify", directory, "--key", key]).status == 0)
            // And a restore that does not fit says so before it begins.
            try FileManager.default.createDirectory(atPath: disk.path + "/x", withIntermediateDirectories: true)
            try disk.grow(toMebibytes: 12)
            let small = try backup(["restore", directory, "--key", key, "--to", disk.path + "/x"])
            #expect(small.status == 74 && small.errors.contains("bytes free"), "\(small.errors)")
            try daemon.stop()
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aStateThatIsNotTheOneBackedUpIsNotServed() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch)
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 9), CardCreateReply.self)
            #expect(try create().status == 0)
            try daemon.stop()
            #expect(try restore("restored").status == 0)
            let path = scratch.path + "/restored/restored"
            let note = try String(contentsOfFile: path, encoding: .utf8)
            let state = try #require(note.split(separator: "\n").last { $0.hasPrefix("state ") })
            let other = "state " + String(repeating: "0", count: 32) + state.dropFirst(38)
            try note.replacingOccurrences(of: String(state), with: other)
                .write(toFile: path, atomically: true, encoding: .utf8)
            let refused = try DaemonUnderTest(scratch, data: "restored")
            #expect(try refused.process.waitForEnd() == .exited(76), "\(refused.process.report)")
            #expect(refused.process.said("the restored state is not the one that was backed up"))
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func whatIsAskedWronglyIsRefusedWithWhatWouldBeRight() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch)
            let empty = try create()
            #expect(empty.status == 65 && empty.errors.contains("nothing to back up"), "\(empty.errors)")
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 9), CardCreateReply.self)
            let busy = try backups("create", ["--data-dir", scratch.path + "/data", "--offline"])
            #expect(busy.status == 75, "\(busy.errors)")
            let other = try run(
                try Place.program("assentctl"),
                ["--connect", "unix:\(scratch.path)/a.sock"] + [
                    "backup", "create", repository, "--key", key, "--data-dir", scratch.path + "/elsewhere",
                ]
            )
            #expect(other.status == 66, "\(other.errors)")
            let nowhere = try backup(["create", scratch.path + "/nowhere", "--key", key])
            #expect(nowhere.status == 66 && nowhere.errors.contains("backup init"), "\(nowhere.errors)")
            chmod(key, 0o644)
            let open = try create()
            #expect(open.status == 66 && open.errors.contains("chmod 600"), "\(open.errors)")
            chmod(key, 0o600)
            #expect(try create().status == 0)
            _ = try backup(["keygen", "--output-file", scratch.path + "/other.key"])
            let wrong = try backup(["list", repository, "--key", scratch.path + "/other.key"])
            #expect(wrong.status == 65 && wrong.errors.contains("is encrypted with the key"), "\(wrong.errors)")
            for (completed, seconds) in [(UInt64.max, UInt32(0)), (0, 3_601)] {
                #expect(throws: (any Error).self) {
                    try daemon.ask(
                        BackupHold(
                            repository: [UInt8](repeating: 1, count: 16),
                            completedLSN: LogSequenceNumber(rawValue: completed),
                            seconds: seconds,
                            forget: false
                        ),
                        BackupHoldReply.self
                    )
                }
            }
            let forgotten = try run(
                try Place.program("assentctl"),
                ["--connect", "unix:\(scratch.path)/a.sock", "backup", "forget", repository]
            )
            #expect(forgotten.status == 0, "\(forgotten.errors)")
            #expect(try daemon.ask(Self.question, BackupHoldReply.self).repositories == 0)
            try daemon.stop()
        }
    }
}
