import Cryptography
import Foundation
import Journal
import Merkle
import Platform
import Testing

@testable import Audit

/// A journal in a directory of its own, and the audit log that follows it.
// SAFETY: used by the one thread of a test; the log's own thread touches only what is Sendable.
final class AuditHarness: @unchecked Sendable {
    static let waitMilliseconds: Int64 = 60_000

    let directory: String
    let signer: SignerKey
    private(set) var journal: Journal
    private(set) var log: AuditLog
    private let change: (inout AuditOptions) -> Void

    var auditDirectory: String { directory + "/audit" }

    init(_ change: @escaping (inout AuditOptions) -> Void = { _ in }) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let seed = try #require(SHA256Digest([UInt8](repeating: 0x42, count: 32)))
        signer = try SignerKey(name: "test.example/audit", algorithm: .ed25519, seed: seed)
        self.change = change
        journal = try Self.openJournal(directory + "/journal")
        log = try Self.follow(journal, directory, signer, change)
    }

    deinit {
        log.stop()
        journal.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    static func openJournal(_ path: String) throws -> Journal {
        var options = JournalOptions()
        options.segmentByteCount = 4 << 20
        options.bufferByteCount = 1 << 20
        options.payloadByteCountMax = 1 << 10
        options.largePayloadByteCountMax = 256 << 10
        let journal = try Journal.open(options: options, storage: try FileJournalStorage(directory: path)) { _ in
            .applied
        }
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        return journal
    }

    private static func follow(
        _ journal: Journal,
        _ directory: String,
        _ signer: SignerKey,
        _ change: (inout AuditOptions) -> Void
    ) throws -> AuditLog {
        var options = AuditOptions(directory: directory + "/audit", saltKeyPath: directory + "/salt.key")
        options.signer = signer
        options.pollMilliseconds = 5
        options.retryMilliseconds = 5
        options.intervalMilliseconds = 1_000_000
        options.reserveByteCount = 0
        change(&options)
        let log = try AuditLog(
            options,
            storage: try FileJournalStorage(directory: directory + "/journal"),
            identity: journal.identity,
            durableLSN: { journal.durableLSN }
        )
        try log.start()
        return log
    }

    /// Stops everything in order, has something done, and starts again.
    func restart(after body: () throws -> Void = {}) throws {
        log.stop()
        journal.close()
        try body()
        journal = try Self.openJournal(directory + "/journal")
        log = try Self.follow(journal, directory, signer, change)
    }

    // MARK: Records

    /// A record of a kind that is closed whole, but for its first bytes a configuration now and then.
    static func payload(_ number: Int) -> (kind: UInt16, bytes: [UInt8]) {
        if number % 10 == 3 {
            let (key, value) = ("velocity.1", "count>\(number) in 60s flag")
            var bytes: [UInt8] = [1, 0] + [UInt8](repeating: 9, count: 36)
            for text in [key, value] {
                let count = UInt32(text.utf8.count)
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) } + Array(text.utf8)
            }
            return (0x1041, bytes)
        }
        return (0x1001, [1, 0] + Array("a card's status, record \(number)".utf8))
    }

    static func append(_ kind: UInt16, _ bytes: [UInt8], to journal: Journal) throws {
        try journal.waitForRoom(byteCount: bytes.count)
        _ = bytes.withUnsafeBytes { journal.append(kind: kind, time: 1_763_000_000_000_000, payload: $0) }
    }

    func append(_ count: Int) throws {
        for _ in 0..<count {
            let (kind, bytes) = Self.payload(Int(journal.lastLSN) + 1)
            try Self.append(kind, bytes, to: journal)
        }
        try journal.waitUntilDurable(journal.lastLSN)
    }

    /// Waits until all that is durable is signed.
    func settle(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let isSigned = log.waitForCheckpoint(over: journal.durableLSN, milliseconds: Self.waitMilliseconds)
        #expect(isSigned, "\(log.figures)", sourceLocation: sourceLocation)
    }

    typealias Record = (kind: UInt16, bytes: [UInt8])

    /// Another journal of the same identity with these records.
    @discardableResult
    static func forged(_ records: [Record], like journal: Journal, in directory: String) throws -> FileJournalStorage {
        var options = JournalOptions()
        options.segmentByteCount = 4 << 20
        options.bufferByteCount = 1 << 20
        options.payloadByteCountMax = 1 << 10
        options.largePayloadByteCountMax = 256 << 10
        options.newIdentity = journal.identity
        let storage = try FileJournalStorage(directory: directory)
        let forged = try Journal.open(options: options, storage: storage) { _ in .applied }
        try forged.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        for (kind, bytes) in records { try append(kind, bytes, to: forged) }
        forged.close()
        return storage
    }

    /// Stops everything, puts a journal with other records in the place of this one, changes files, starts again.
    func restart(with records: [Record], removing names: [String]) throws {
        let identity = journal
        try restart {
            try FileManager.default.removeItem(atPath: directory + "/journal")
            try Self.forged(records, like: identity, in: directory + "/journal")
            for name in names { try FileManager.default.removeItem(atPath: directory + "/" + name) }
        }
    }

    // MARK: Checking

    /// Reads the whole log as a stranger does.
    func verifyLog() throws -> LogCheck.Report {
        let directory = auditDirectory
        let note = try SignedNote(parsing: bytes("checkpoint"))
        let policy = try TrustPolicy(logs: [signer.verifier], witnesses: [])
        var check = try LogCheck(try policy.open(note).checkpoint) { path throws(MerkleError) in
            FileManager.default.contents(atPath: directory + "/" + path).map(Array.init)
        }
        return try check.run()
    }

    func bytes(_ name: String) -> [UInt8] {
        FileManager.default.contents(atPath: auditDirectory + "/" + name).map(Array.init) ?? []
    }

    /// What a start finds, over all records if that is asked for.
    func checkHistory(last: UInt64, _ storage: any JournalStorage, _ identity: JournalIdentity, all: Bool) throws {
        let check = HistoryCheck(
            try AuditedJournal(
                directory: auditDirectory,
                saltKeyPath: directory + "/salt.key",
                storage: storage,
                identity: identity
            )
        )
        let signed = try #require(try check.signed(by: signer.verifier))
        if all {
            try check.checkAll(signed)
        } else {
            try check.checkStart(signed, last: last, count: 100)
        }
    }
}
