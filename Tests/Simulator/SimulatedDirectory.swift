import Archive
import Glibc
import Journal
import Platform

/// One directory of the simulated disk: names outlive a loss of power only once they were synchronized.
// SAFETY: a simulation runs on one thread.
final class SimulatedDirectory: JournalStorage, @unchecked Sendable {
    typealias Contents = SimulatedDisk.Contents

    private unowned let disk: SimulatedDisk
    /// Whether segments of a journal are in it: then it keeps what is removed, for the books.
    private let holdsSegments: Bool
    private(set) var files: [String: Contents] = [:]
    /// Segments that were removed.
    private(set) var removed: [String: Contents] = [:]
    /// The names after each change since they were synchronized last, that moment first.
    private var history: [[String: Contents]] = [[:]]

    init(_ disk: SimulatedDisk, holdsSegments: Bool = false) {
        self.disk = disk
        self.holdsSegments = holdsSegments
    }

    /// The names of all files, sorted.
    var sortedNames: [String] { files.keys.sorted() }

    /// Every segment that ever was, with those that were removed, in order.
    var segments: [(name: String, contents: Contents)] {
        removed.merging(files) { $1 }.filter { $0.key.hasSuffix(".segment") }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    /// Takes the files of another, all durable.
    func take(_ other: SimulatedDirectory, withRemoved: Bool) {
        files = (withRemoved ? other.removed.merging(other.files) { $1 } : other.files)
            .mapValues { Contents($0.bytes) }
        history = [files]
    }

    /// Puts the removed segments back, as an operator would from a backup.
    func restoreRemoved() {
        files = removed.merging(files) { $1 }
        removed = [:]
        history = [files]
    }

    func losePower(_ random: inout SeededRandom) {
        let kept = random.below(history.count)
        if kept != history.count - 1 { CoverageMark.reach("disk: a change of names was lost") }
        files = history[kept]
        for name in files.keys.sorted() { if let contents = files[name] { Self.settle(contents, &random) } }
        history = [files]
    }

    private static func settle(_ contents: Contents, _ random: inout SeededRandom) {
        // Any part, but all and nothing more often than chance gives them.
        let odds = random.pick([0, 1, 2, 2, 3, 4])
        var lost: [Int] = []
        var kept: [Int] = []
        for sector in contents.dirty.sorted() {
            if random.below(4) < odds {
                contents.keep(sector)
                kept.append(sector)
            } else {
                lost.append(sector)
            }
        }
        if !lost.isEmpty { CoverageMark.reach("disk: a write that was not synchronized was lost") }
        if let last = kept.last, let first = lost.first {
            CoverageMark.reach("disk: a write was torn")
            if first < last {
                CoverageMark.reach("disk: what was written later became durable, and not what came before")
            }
        }
        contents.loseWhatIsNotDurable()
    }

    // MARK: JournalStorage

    func names() throws(PlatformError) -> [String] {
        try disk.call("list")
        return sortedNames
    }

    func create(
        _ name: String,
        byteCount: UInt64,
        keepGoing: () -> Bool
    ) throws(PlatformError) -> (any JournalFile)? {
        try disk.call("create")
        try disk.requireRoom(for: name)
        guard keepGoing() else { return nil }
        return make(name, byteCount: byteCount)
    }

    fileprivate func make(_ name: String, byteCount: UInt64) -> File {
        let contents = Contents([UInt8](repeating: 0, count: Int(byteCount)))
        change { $0[name] = contents }
        return File(disk, contents, isSegment: holdsSegments)
    }

    func open(_ name: String) throws(PlatformError) -> any JournalFile { try find(name) }

    fileprivate func find(_ name: String) throws(PlatformError) -> File {
        try disk.call("open")
        guard let contents = files[name] else {
            throw .system(code: ENOENT, operation: "open", subject: name)
        }
        return File(disk, contents, isSegment: holdsSegments)
    }

    func rename(_ old: String, to new: String) throws(PlatformError) {
        do throws(PlatformError) {
            try disk.call("rename")
        } catch {
            // It may have happened all the same.
            if disk.isGone, Bool.random(using: &disk.random) { change { $0[new] = $0.removeValue(forKey: old) } }
            throw error
        }
        change { $0[new] = $0.removeValue(forKey: old) }
    }

    func remove(_ name: String) throws(PlatformError) {
        try disk.call("remove")
        guard let contents = files[name] else {
            throw .system(code: ENOENT, operation: "remove", subject: name)
        }
        if holdsSegments, name.hasSuffix(".segment") { removed[name] = contents }
        change { $0[name] = nil }
    }

    func synchronizeNames() throws(PlatformError) {
        try disk.call("synchronize the names of")
        if !disk.liesAboutSynchronizing { history = [files] }
    }

    private func change(_ body: (inout [String: Contents]) -> Void) {
        body(&files)
        history.append(files)
    }

    /// One open file.
    fileprivate final class File: JournalFile, ArchiveFile {
        private let disk: SimulatedDisk
        private let isSegment: Bool
        // SAFETY: a simulation runs on one thread.
        private nonisolated(unsafe) let contents: Contents

        init(_ disk: SimulatedDisk, _ contents: Contents, isSegment: Bool) {
            self.disk = disk
            self.contents = contents
            self.isSegment = isSegment
        }

        func byteCount() throws(PlatformError) -> UInt64 { UInt64(contents.bytes.count) }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int {
            try disk.read(into: buffer, at: Int(offset), from: contents)
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
            if isSegment {
                precondition(offset % 512 == 0 && bytes.count % 512 == 0, "the journal writes whole sectors")
                disk.journalWriteCount += 1
            }
            disk.transcript.add(Int(offset))
            disk.transcript.add(bytes)
            try disk.write(bytes, at: Int(offset), to: contents)
        }

        func synchronize() throws(PlatformError) { try disk.synchronize(contents) }

        func willRead(byteCount: UInt64, at offset: UInt64) {}
    }
}

/// A directory of the simulated disk as an archive sees it.
struct SimulatedArchiveStorage: ArchiveStorage {
    private let directory: SimulatedDirectory

    init(_ directory: SimulatedDirectory) { self.directory = directory }

    func names() throws(PlatformError) -> [String] { try directory.names() }

    func create(_ name: String) throws(PlatformError) -> any ArchiveFile {
        guard let file = try directory.create(name, byteCount: 0, keepGoing: { true }) as? any ArchiveFile else {
            throw .system(code: EIO, operation: "create", subject: name)
        }
        return file
    }

    func open(_ name: String) throws(PlatformError) -> any ArchiveFile { try directory.find(name) }

    func rename(_ old: String, to new: String) throws(PlatformError) { try directory.rename(old, to: new) }

    func remove(_ name: String) throws(PlatformError) { try directory.remove(name) }

    func synchronizeNames() throws(PlatformError) { try directory.synchronizeNames() }
}
