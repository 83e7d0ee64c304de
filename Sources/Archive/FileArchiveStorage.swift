public import Platform

/// An archive's files in one directory of a file system.
///
/// Read with pread(2), not mapped: a bad sector is then an error that names its place, not a signal.
public struct FileArchiveStorage: ArchiveStorage {
    /// The directory, which exists.
    public let directory: String

    /// Creates the directory when it does not exist; its parent must.
    public init(directory: String) throws(PlatformError) {
        self.directory = directory
        try FileSystem.createDirectory(directory)
    }

    /// The names of all files, sorted.
    public func names() throws(PlatformError) -> [String] {
        try FileSystem.names(inDirectory: directory)
    }

    /// Creates an empty file.
    public func create(_ name: String) throws(PlatformError) -> any ArchiveFile {
        File(try .open(path(name), .create))
    }

    /// Opens an existing file.
    public func open(_ name: String) throws(PlatformError) -> any ArchiveFile {
        File(try .open(path(name), .read))
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

    private final class File: ArchiveFile {
        private let descriptor: FileDescriptor

        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

        func byteCount() throws(PlatformError) -> UInt64 { try descriptor.byteCount() }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int {
            try descriptor.read(into: buffer, at: offset)
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError) {
            try descriptor.write(bytes, at: offset)
        }

        func synchronize() throws(PlatformError) { try descriptor.synchronizeData() }
    }
}
