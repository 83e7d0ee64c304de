import Foundation
import Journal
import Platform
import Testing

@testable import Backup

/// A data directory with a journal of small segments, and a directory of backups.
final class BackupHarness {
    let directory: String
    let key: BackupKey
    let repository: Repository
    private(set) var journal: Journal
    private(set) var data: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        data = directory + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        key = try BackupKey.make()
        repository = try Repository.make(directory + "/backups", key: key)
        journal = try Self.open(data)
    }

    deinit {
        journal.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    static var options: JournalOptions {
        var options = JournalOptions()
        options.segmentByteCount = 4 << 20
        options.bufferByteCount = 1 << 20
        options.payloadByteCountMax = 1 << 10
        options.largePayloadByteCountMax = 512 << 10
        return options
    }

    static func open(_ data: String) throws -> Journal {
        let storage = try FileJournalStorage(directory: data + "/journal")
        let journal = try Journal.open(options: options, storage: storage) { _ in .applied }
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        return journal
    }

    /// Has the journal of another directory take the place of this one.
    func turn(to data: String) throws {
        journal.close()
        self.data = data
        journal = try Self.open(data)
    }

    /// A record's time: one second after the one before.
    static func time(_ lsn: UInt64) -> Int64 { 1_700_000_000_000_000 + Int64(lsn) * 1_000_000 }

    /// What a record has; every third is large, so that there are several blocks and segments.
    static func payload(_ lsn: UInt64, _ salt: UInt8 = 0) -> [UInt8] {
        let count = lsn % 3 == 0 ? 400_000 : 40 + Int(lsn % 7)
        return (0..<count).map { UInt8(truncatingIfNeeded: UInt64($0) &* 31 &+ lsn) ^ salt }
    }

    func append(_ count: Int, salt: UInt8 = 0) throws {
        for number in 0..<count {
            let lsn = journal.lastLSN + 1
            let bytes = Self.payload(lsn, salt)
            try journal.waitForRoom(byteCount: bytes.count)
            _ = bytes.withUnsafeBytes { journal.append(kind: 7, time: Self.time(lsn), payload: $0) }
            // Blocks with one record and blocks with several.
            if number % 4 != 0 { try journal.waitUntilDurable(lsn) }
        }
        try journal.waitUntilDurable(journal.lastLSN)
    }

    @discardableResult
    func back(
        up lsn: UInt64? = nil,
        rereads: Bool = false,
        watch: BackupWatcher = { _ in }
    ) throws -> BackupReport {
        var creation = BackupCreation(repository, dataDirectory: data, rereads: rereads)
        let last = lsn ?? journal.durableLSN
        return try creation.run(time: Self.time(last) + 1, cut: { BackupCut(lsn: last) }, watch: watch)
    }

    @discardableResult
    func restore(
        _ target: RestoreTarget = .end,
        of number: UInt64? = nil,
        to name: String,
        watch: BackupWatcher = { _ in }
    ) throws -> RestoreReport {
        let restoration = BackupRestoration(repository, dataDirectory: directory + "/" + name)
        return try restoration.run(try restoration.plan(target, of: number), watch: watch)
    }

    /// All records of a directory's journal, as a start reads them.
    static func records(_ data: String) -> [JournalRecord] {
        var records: [JournalRecord] = []
        let found = OfflineJournal(directory: data + "/journal").verify { view in
            records.append(JournalRecord(view))
            return .applied
        }
        if let problem = found.problem { Issue.record("\(problem)") }
        return records
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: directory + "/" + name) }

    /// The files of the repository, by path, sorted.
    func files(in part: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: repository.path + "/" + part).sorted()
            .map { "\(repository.path)/\(part)/\($0)" }
    }
}

extension RestoreReport {
    /// The newest record that was restored.
    var lsn: UInt64 { plan.lsn }
}
