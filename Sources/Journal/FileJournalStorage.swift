public import Platform

/// A journal's files in one directory of a file system.
public struct FileJournalStorage: JournalStorage {
    /// The directory, which exists.
    public let directory: String
    private let access: FileDescriptor.Access

    /// Creates the directory when it does not exist; its parent must.
    public init(directory: String) throws(PlatformError) {
        self.directory = directory
        access = .readWrite
        try FileSystem.createDirectory(directory)
    }

    /// For whoever only reads: files are opened for reading alone, so that a copy on a file system without writes will
    /// do, and a directory that does not exist is not made.
    public init(reading directory: String) throws(PlatformError) {
        self.directory = directory
        access = .read
        _ = try FileSystem.names(inDirectory: directory)
    }

    /// The names of all files, sorted.
    public func names() throws(PlatformError) -> [String] {
        try FileSystem.names(inDirectory: directory)
    }

    /// Creates a file filled with zeros; one without bytes grows as it is written.
    public func create(
        _ name: String,
        byteCount: UInt64,
        keepGoing: () -> Bool
    ) throws(PlatformError) -> (any JournalFile)? {
        let file = File(try .open(path(name), .create), isWritten: true)
        guard byteCount > 0 else { return file }
        try file.descriptor.fillWithZeros(byteCount: byteCount, keepGoing: keepGoing)
        return keepGoing() ? file : nil
    }

    /// Opens an existing file.
    public func open(_ name: String) throws(PlatformError) -> any JournalFile {
        File(try .open(path(name), access), isWritten: access == .readWrite)
    }

    /// Renames a file.
    public func rename(_ old: String, to new: String) throws(PlatformError) {
        try FileSystem.rename(path(old), to: path(new))
    }

    /// Removes a file.
    public func remove(_ name: String) throws(PlatformError) {
        try FileSystem.remove(path(name))
    }

    /// Makes names durable.
    public func synchronizeNames() throws(PlatformError) {
        try FileSystem.synchronizeDirectory(directory)
    }

    private func path(_ name: String) -> String { directory + "/" + name }

    /// One open file, twice: for reading through the page cache, and for writing whole pages around it where the file
    /// system can. What was written is rarely read again, so the copy into the cache would be work for nothing; the
    /// kernel drops what the cache has of the pages written (open(2), O_DIRECT).
    private final class File: JournalFile {
        let descriptor: FileDescriptor
        let direct: FileDescriptor?

        init(_ descriptor: consuming FileDescriptor, isWritten: Bool) {
            do throws(PlatformError) {
                direct = isWritten ? try FileDescriptor.open(descriptor.subject, .direct) : nil
            } catch {
                // A file system in memory, for one, refuses.
                direct = nil
            }
            self.descriptor = descriptor
        }

        func byteCount() throws(PlatformError) -> UInt64 {
            try descriptor.byteCount()
        }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int {
            try descriptor.read(into: buffer, at: offset)
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
            let pageByteCount = 4_096
            let isWholePages =
                offset % UInt64(pageByteCount) == 0 && bytes.count % pageByteCount == 0
                && Int(bitPattern: bytes.baseAddress) % pageByteCount == 0
            switch direct {
            case .some(let direct):
                // A partial page goes through the cache.
                if isWholePages { return try direct.write(bytes, at: offset) }
            case .none: break
            }
            try descriptor.write(bytes, at: offset)
        }

        func synchronize() throws(PlatformError) {
            try descriptor.synchronizeData()
        }

        func willRead(byteCount: UInt64, at offset: UInt64) {
            descriptor.willRead(byteCount: byteCount, at: offset)
        }
    }
}
