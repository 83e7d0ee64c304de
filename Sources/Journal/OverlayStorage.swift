internal import Platform
internal import Synchronization

/// A journal's files as they would be after changes that are kept in memory. What is on the disk is only read.
final class OverlayStorage: JournalStorage {
    /// What is to change in one file.
    struct Changes: Equatable {
        /// New contents of pages, by their offset.
        var pages: [UInt64: [UInt8]] = [:]
        /// The file's new length; nil when it stays.
        var byteCount: UInt64?
    }

    private struct State {
        var changes: [String: Changes] = [:]
        var removed: Set<String> = []
    }

    static let pageByteCount = BlockHeader.alignment

    let directory: String
    private let state = Locked(State())

    init(directory: String) { self.directory = directory }

    /// The files with changed bytes, by name, without those that go.
    var changes: [String: Changes] {
        state.withLock { state in state.changes.filter { !state.removed.contains($0.key) } }
    }

    /// The files that go, sorted.
    var removed: [String] { state.withLock { $0.removed.sorted() } }

    func names() throws(PlatformError) -> [String] {
        let all = try FileSystem.names(inDirectory: directory)
        return state.withLock { state in all.filter { !state.removed.contains($0) } }
    }

    func create(
        _ name: String,
        byteCount: UInt64,
        keepGoing: () -> Bool
    ) throws(PlatformError) -> (any JournalFile)? {
        throw .ended(operation: "create", subject: name)
    }

    func open(_ name: String) throws(PlatformError) -> any JournalFile {
        File(self, name, try .open(directory + "/" + name, .read))
    }

    func rename(_ old: String, to new: String) throws(PlatformError) {
        throw .ended(operation: "rename", subject: old)
    }

    func remove(_ name: String) throws(PlatformError) {
        // What an interrupted preparation left is no part of the journal; the next start removes it.
        guard !name.hasSuffix(SegmentPreparer.passingSuffix) else { return }
        state.withLock { _ = $0.removed.insert(name) }
    }

    func synchronizeNames() throws(PlatformError) {}

    func setByteCount(_ byteCount: UInt64, of name: String) {
        state.withLock { $0.changes[name, default: Changes()].byteCount = byteCount }
    }

    /// One open file, read through its changes.
    private final class File: JournalFile {
        private let storage: OverlayStorage
        private let name: String
        private let descriptor: FileDescriptor

        init(_ storage: OverlayStorage, _ name: String, _ descriptor: consuming FileDescriptor) {
            self.storage = storage
            self.name = name
            self.descriptor = descriptor
        }

        func byteCount() throws(PlatformError) -> UInt64 {
            if let changed = storage.state.withLock({ $0.changes[name]?.byteCount }) { return changed }
            return try descriptor.byteCount()
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int {
            let changes = storage.state.withLock { $0.changes[name] }
            let length = try byteCount()
            let count = Int(min(UInt64(buffer.count), length - min(offset, length)))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
            let done = try descriptor.read(into: part, at: offset)
            Memory.clear(UnsafeMutableRawBufferPointer(rebasing: part[done...]))
            guard let changes, !changes.pages.isEmpty else { return count }
            let page = UInt64(OverlayStorage.pageByteCount)
            var start = offset / page * page
            while start < offset + UInt64(count) {
                if let bytes = changes.pages[start] {
                    let from = max(start, offset)
                    let end = min(start + page, offset + UInt64(count))
                    UnsafeMutableRawBufferPointer(rebasing: part[Int(from - offset)..<Int(end - offset)])
                        .copyBytes(from: bytes[Int(from - start)..<Int(end - start)])
                }
                start += page
            }
            return count
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
            let page = OverlayStorage.pageByteCount
            precondition(offset % UInt64(page) == 0 && bytes.count % page == 0, "changes are whole pages")
            storage.state.withLock { state in
                for start in stride(from: 0, to: bytes.count, by: page) {
                    state.changes[name, default: Changes()].pages[offset + UInt64(start)] =
                        Array(bytes[start..<start + page])
                }
            }
        }

        func synchronize() throws(PlatformError) {}

        func willRead(byteCount: UInt64, at offset: UInt64) { descriptor.willRead(byteCount: byteCount, at: offset) }
    }
}
