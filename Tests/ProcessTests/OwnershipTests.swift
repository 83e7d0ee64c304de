import Client
import Domain
import Foundation
import Glibc
import Testing
import Wire

/// Root's commands on the data directory of a daemon that is somebody else: it starts again, and owns what they made.
@Suite(.enabled(if: geteuid() == 0, "only root has other users' directories to work on"))
struct OwnershipTests {
    private static let user: UInt32 = 65_534
    private let scratch: Scratch
    private let data: String

    init() throws {
        scratch = try Scratch()
        data = scratch.path + "/data"
        // The daemon's sockets are made there.
        try give(scratch.path)
    }

    private func give(_ path: String) throws { try #require(lchown(path, Self.user, Self.user) == 0, "\(path)") }

    private func tool(_ arguments: [String]) throws -> CLIResult {
        try run(try Place.program("assentctl"), arguments)
    }

    private func key(_ name: String) throws -> String {
        let path = "\(scratch.path)/\(name).key"
        let made = try tool(["audit", "keygen", "--name", "bank.test/\(name)", "--output-file", path])
        try #require(made.status == 0, "\(made.errors)")
        #expect(try owner(path) == [0, 0], "a key of root's stays that")
        try give(path)
        return path
    }

    private func daemon(_ data: String = "data", key: String) throws -> DaemonUnderTest {
        try DaemonUnderTest(
            scratch,
            data: data,
            user: Self.user,
            ["--audit", "--audit-interval", "1", "--audit-key", key]
        )
    }

    /// A daemon that has decided something and is killed; what it was in.
    private func serve(_ key: String) throws -> DigestReply {
        let daemon = try self.daemon(key: key)
        try daemon.waitUntilReady()
        let card = CardToken.make()
        _ = try daemon.ask(Traffic.create(card, limit: 100_000), CardCreateReply.self)
        var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
        for _ in 0..<30 { _ = try connection.call(Traffic.authorize(card, 100), returning: AuthorizeReply.self) }
        let state = try daemon.ask(Digest(), DigestReply.self)
        try daemon.kill()
        return state
    }

    private func owner(_ path: String) throws -> [UInt32] {
        var information = stat()
        try #require(lstat(path, &information) == 0, "\(path)")
        return [information.st_uid, information.st_gid]
    }

    /// That all of a data directory is the daemon's, with no more rights for others than the daemon gives.
    private func expectAllIsTheDaemons(_ data: String) throws {
        let names = try #require(FileManager.default.enumerator(atPath: data)).allObjects.compactMap { $0 as? String }
        #expect(names.count > 5)
        for name in names {
            var information = stat()
            try #require(lstat("\(data)/\(name)", &information) == 0, "\(name)")
            #expect([information.st_uid, information.st_gid] == [Self.user, Self.user], "\(name)")
            #expect(information.st_mode & 0o027 == 0, "\(name) has \(String(information.st_mode, radix: 8))")
        }
    }

    /// One changed bit of a record, which repair turns back.
    private func damage(_ segment: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
        let blocks = stride(from: 4_096, to: bytes.count, by: 4_096).filter {
            bytes[$0] == 0x41 && bytes[$0 + 1] == 0x42
        }
        bytes[blocks[10] + 70] ^= 4
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: segment))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    @Test(.timeLimit(.minutes(20)))
    func aJournalThatRootHasRepairedIsTheDaemonsOwn() async throws {
        try await onOwnThread {
            let key = try self.key("first")
            let state = try serve(key)
            let segment = try #require(try scratch.segments().first)
            try damage(segment)
            let repaired = try tool(["journal", "repair", data, "--yes"])
            #expect(repaired.status == 0, "\(repaired.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: data + "/journal")
            #expect(names.contains { $0.contains(".before-repair-") })
            try expectAllIsTheDaemons(data)
            let again = try daemon(key: key)
            try again.waitUntilReady()
            #expect(try again.ask(Digest(), DigestReply.self) == state)
            try again.stop()
        }
    }

    /// The daemon's user would have root copy a file that only root may read to where it can read it.
    @Test(.timeLimit(.minutes(20)))
    func repairReadsAndWritesNothingBehindALink() async throws {
        try await onOwnThread {
            let key = try self.key("first")
            _ = try serve(key)
            let segment = try #require(try scratch.segments().first)
            try damage(segment)
            let elsewhere = scratch.path + "/elsewhere"
            try FileManager.default.moveItem(atPath: segment, toPath: elsewhere)
            try #require(chown(elsewhere, 0, 0) == 0 && symlink(elsewhere, segment) == 0)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: elsewhere))
            let names = try FileManager.default.contentsOfDirectory(atPath: data + "/journal").sorted()
            for (arguments, status) in [(["verify", data], 66), (["repair", data, "--yes"], 65)] {
                let refused = try tool(["journal"] + arguments)
                #expect(refused.status == Int32(status), "\(refused.output) \(refused.errors)")
                #expect(refused.errors.contains("cannot use \(segment): it is a symbolic link"), "\(refused.errors)")
                #expect(refused.errors.contains("put a file or a directory in its place"), "\(refused.errors)")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: elsewhere)) == bytes)
            #expect(try FileManager.default.contentsOfDirectory(atPath: data + "/journal").sorted() == names)
        }
    }

    /// Restored into a directory of the daemon's user, and accepted: no `chown` is needed in between.
    @Test(.timeLimit(.minutes(20)))
    func whatRootRestoresAndAcceptsIsTheDaemonsOwn() async throws {
        try await onOwnThread {
            let key = try self.key("first")
            _ = try serve(key)
            let (backups, backupKey) = (scratch.path + "/backups", scratch.path + "/backup.key")
            let restored = scratch.path + "/restored"
            try FileManager.default.createDirectory(
                atPath: restored,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o750]
            )
            try give(restored)
            for arguments in [
                ["keygen", "--output-file", backupKey], ["init", backups, "--key", backupKey],
                ["create", backups, "--key", backupKey, "--offline", "--data-dir", data],
                ["restore", backups, "--key", backupKey, "--to", restored],
            ] {
                let done = try tool(["backup"] + arguments)
                try #require(done.status == 0, "\(arguments) \(done.errors)")
            }
            try expectAllIsTheDaemons(data)
            try expectAllIsTheDaemons(restored)
            let waiting = try daemon("restored", key: key)
            #expect(try waiting.process.waitForEnd() == .exited(77), "\(waiting.process.report)")
            let second = try self.key("second")
            let accepted = try tool(
                ["audit", "accept-restore", "--new-key", second, "--reason", "moved", "--data-dir", restored]
            )
            #expect(accepted.status == 0, "\(accepted.errors)")
            try expectAllIsTheDaemons(restored)
            let daemon = try self.daemon("restored", key: second)
            try daemon.waitUntilReady()
            _ = try daemon.ask(Traffic.create(CardToken.make(), limit: 100), CardCreateReply.self)
            try daemon.stop()
        }
    }
}
