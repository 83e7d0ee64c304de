import Foundation
import Journal
import Platform
import Testing

@testable import Backup

/// Whatever is changed in a directory of backups is found, and named.
@Suite struct TamperingTests {
    private let harness: BackupHarness

    init() throws {
        harness = try BackupHarness()
        try harness.append(24)
        let audit = harness.data + "/audit"
        try FileManager.default.createDirectory(atPath: audit, withIntermediateDirectories: true)
        try Data([UInt8](repeating: 7, count: 100)).write(to: URL(fileURLWithPath: harness.data + "/salt.key"))
        try Data([UInt8](repeating: 9, count: 3_000)).write(to: URL(fileURLWithPath: audit + "/checkpoints"))
        try harness.back()
    }

    /// The data directory is the daemon's user's, and a backup root's.
    @Test func whatALinkLeadsToIsInNoBackup() throws {
        let secret = harness.directory + "/secret"
        try Data("of somebody else".utf8).write(to: URL(fileURLWithPath: secret))
        for name in ["salt.key", "audit/checkpoints", "audit/checkpoint", "audit/anchors/1.tsr", "audit-ended-1-1/x"] {
            let path = "\(harness.data)/\(name)"
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
            let before = try? Data(contentsOf: URL(fileURLWithPath: path))
            if before != nil { try FileManager.default.removeItem(atPath: path) }
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: secret)
            #expect(throws: BackupError.storage(.notRegularFile(path)), "\(name)") { try harness.back() }
            try FileManager.default.removeItem(atPath: path)
            try before?.write(to: URL(fileURLWithPath: path))
        }
        try harness.append(1)
        try harness.back()
        #expect(verdict() == nil)
    }

    /// What reading everything says; nil when it is content.
    private func verdict() -> BackupError? {
        do throws(BackupError) {
            let repository = try Repository(harness.repository.path, key: harness.key)
            for number in try repository.numbers() {
                _ = try BackupVerification(repository).run(number, time: 1) { _ in }
            }
            return try repository.numbers().isEmpty ? .noBackup("none") : nil
        } catch {
            return error
        }
    }

    private func withBytes(_ path: String, _ change: (inout [UInt8]) -> Void, _ check: () throws -> Void) throws {
        let url = URL(fileURLWithPath: path)
        let before = try Data(contentsOf: url)
        var bytes = Array(before)
        change(&bytes)
        try Data(bytes).write(to: url)
        defer { try? before.write(to: url) }
        try check()
    }

    private func expectRefused(_ path: String, _ what: String, named: Bool = true) {
        guard let verdict = verdict() else {
            Issue.record("\(what) of \(path) was not found")
            return
        }
        #expect(verdict.isDamage || verdict.isOtherKey, "\(what): \(verdict)")
        if named {
            #expect("\(verdict)".contains(path.split(separator: "/").last ?? ""), "\(what): \(verdict)")
        }
    }

    @Test func everyByteOfAManifestCounts() throws {
        let path = harness.repository.manifestPath(1)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let file = try FileDescriptor.open(path, .readWrite)
        for byte in bytes.indices {
            // Every bit of the header, and of the rest each place of a bit in turn.
            for bit in 0..<8 where byte < 80 || bit == byte % 8 {
                try file.write([bytes[byte] ^ 1 << UInt8(bit)], at: UInt64(byte))
                #expect(throws: BackupError.self, "bit \(bit) of byte \(byte)") {
                    try harness.repository.manifest(1)
                }
            }
            try file.write([bytes[byte]], at: UInt64(byte))
        }
        #expect(verdict() == nil)
    }

    @Test func everyKindOfByteOfAnObjectCounts() throws {
        for path in try harness.files(in: "objects") {
            let count = try Data(contentsOf: URL(fileURLWithPath: path)).count
            let chunk = ObjectWriter.chunkByteCount + 16
            var places = Array(stride(from: 0, to: 80, by: 5)) + [80, 81, count / 2, count - 17, count - 16, count - 1]
            if count > 80 + chunk { places += [80 + chunk - 17, 80 + chunk - 1, 80 + chunk] }
            for byte in places {
                try withBytes(path, { $0[byte] ^= 0x10 }) { expectRefused(path, "byte \(byte) of \(count)") }
            }
            for length in [0, 1, 79, 80, 95, count - 1] {
                try withBytes(path, { $0.removeLast($0.count - length) }) { expectRefused(path, "cut to \(length)") }
            }
            if count > 80 + chunk {
                try withBytes(path, { $0.removeLast($0.count - 80 - chunk) }) { expectRefused(path, "one chunk left") }
                try withBytes(
                    path,
                    {
                        let first = Array($0[80..<80 + chunk])
                        $0.replaceSubrange(80..<80 + chunk, with: $0[80 + chunk..<80 + 2 * chunk])
                        $0.replaceSubrange(80 + chunk..<80 + 2 * chunk, with: first)
                    }
                ) {
                    expectRefused(path, "chunks in another order")
                    #expect("\(verdict().map { "\($0)" } ?? "")".contains("chunk 1 in the place of chunk 0"))
                }
                try withBytes(path, { $0.removeSubrange(80..<80 + chunk) }) { expectRefused(path, "a chunk left out") }
            }
            try withBytes(path, { $0 += [0] }) { expectRefused(path, "a byte more") }
        }
        #expect(verdict() == nil)
    }

    @Test func objectsThatAreMissingOrSwappedAreNamed() throws {
        let files = FileManager.default
        let paths = try harness.files(in: "objects")
        for path in paths {
            try files.moveItem(atPath: path, toPath: path + ".away")
            #expect(verdict() == .missing(file: path))
            try files.moveItem(atPath: path + ".away", toPath: path)
        }
        for (path, other) in zip(paths, paths.dropFirst()) {
            let replacement = try Data(contentsOf: URL(fileURLWithPath: other))
            try withBytes(path, { $0 = Array(replacement) }) { expectRefused(path, "another object") }
        }
        #expect(verdict() == nil)
    }

    @Test func manifestsAndRepositoriesDoNotMix() throws {
        try harness.append(3)
        try harness.back()
        let files = FileManager.default
        let (first, second) = (harness.repository.manifestPath(1), harness.repository.manifestPath(2))
        try files.moveItem(atPath: second, toPath: second + ".away")
        try files.copyItem(atPath: first, toPath: second)
        expectRefused(second, "an older manifest under another name")
        try files.removeItem(atPath: second)
        try files.moveItem(atPath: second + ".away", toPath: second)

        let other = try BackupHarness()
        try other.append(2)
        try other.back()
        let foreign = try Data(contentsOf: URL(fileURLWithPath: other.repository.manifestPath(1)))
        try withBytes(first, { $0 = Array(foreign) }) { expectRefused(first, "another repository's") }
        let path = harness.repository.path
        #expect(throws: BackupError.self) { try Repository(path, key: other.key) }
        let text = harness.repository.path + "/repository"
        for byte in 0..<83 {
            try withBytes(text, { $0[byte] ^= 1 }) { expectRefused(path, "byte \(byte) of its text", named: false) }
        }
        #expect(verdict() == nil)
    }

    @Test func nothingDamagedIsRestored() throws {
        for object in try harness.files(in: "objects") {
            try withBytes(object, { $0[$0.count - 20] ^= 1 }) {
                let error = #expect(throws: BackupError.self) { try harness.restore(to: "r") }
                #expect(error?.isDamage == true)
                #expect(RestoreMarks.isUnfinished(harness.directory + "/r"))
                try harness.remove("r")
            }
        }
    }

    @Test func withoutTheKeyAChangeByAccidentShows() throws {
        let path = harness.repository.path
        let whole = try BackupVerification.checkStored(path)
        #expect(whole.objectCount == (try harness.files(in: "objects").count))
        for object in try harness.files(in: "objects") {
            try withBytes(object, { $0[$0.count / 2] ^= 1 }) {
                let error = #expect(throws: BackupError.self) { try BackupVerification.checkStored(path) }
                #expect(error?.isDamage == true)
            }
        }
    }
}

extension BackupError {
    /// Whether it says that the repository is not what was written.
    fileprivate var isDamage: Bool {
        switch self {
        case .damaged, .missing, .notARepository: true
        case .storage, .cryptography, .journal, .audit, .unusableKey, .otherKey, .noBackup, .gap, .outOfReach,
            .notEmpty, .otherRestore, .noRoom, .daemon, .refused:
            false
        }
    }

    fileprivate var isOtherKey: Bool { if case .otherKey = self { true } else { false } }
}
