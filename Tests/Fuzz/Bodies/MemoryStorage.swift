import Journal
import Platform

/// Files in memory without faults.
final class MemoryStorage: JournalStorage {
    private let files: Locked<[(name: String, file: File)]>

    init(_ files: [(name: String, bytes: [UInt8])]) {
        self.files = Locked(files.map { ($0.name, File($0.bytes)) })
    }

    func names() -> [String] {
        files.withLock { files in files.map(\.name).sorted() }
    }

    func create(_ name: String, byteCount: UInt64, keepGoing: () -> Bool) -> (any JournalFile)? {
        let file = File([UInt8](repeating: 0, count: Int(byteCount)))
        files.withLock { $0.append((name, file)) }
        return file
    }

    func open(_ name: String) throws(PlatformError) -> any JournalFile {
        guard let file = files.withLock({ files in files.first { $0.name == name }?.file }) else {
            throw .unusablePath(name)
        }
        return file
    }

    func rename(_ old: String, to new: String) {
        files.withLock { files in
            for index in files.indices where files[index].name == old { files[index].name = new }
        }
    }

    func remove(_ name: String) {
        files.withLock { files in files.removeAll { $0.name == name } }
    }

    func synchronizeNames() {}

    /// One file.
    private final class File: JournalFile {
        private let bytes: Locked<[UInt8]>

        init(_ bytes: [UInt8]) {
            self.bytes = Locked(bytes)
        }

        func byteCount() -> UInt64 {
            bytes.withLock { UInt64($0.count) }
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int {
            bytes.withLock { bytes in
                guard offset < UInt64(bytes.count) else { return 0 }
                let end = min(Int(offset) + buffer.count, bytes.count)
                buffer.copyBytes(from: bytes[Int(offset)..<end])
                return end - Int(offset)
            }
        }

        func write(_ source: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
            let isInside = bytes.withLock { bytes in
                guard Int(offset) + source.count <= bytes.count else { return false }
                bytes.replaceSubrange(Int(offset)..<Int(offset) + source.count, with: source)
                return true
            }
            guard isInside else { throw .ended(operation: "write", subject: "file in memory") }
        }

        func synchronize() {}

        func willRead(byteCount: UInt64, at offset: UInt64) {}
    }
}
