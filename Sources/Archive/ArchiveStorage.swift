public import Platform

/// Where an archive keeps its files; tests put one with faults in its place.
public protocol ArchiveStorage: Sendable {
    /// The names of all files, sorted.
    func names() throws(PlatformError) -> [String]

    /// Creates an empty file, which must not exist.
    func create(_ name: String) throws(PlatformError) -> any ArchiveFile

    /// Opens an existing file for reading.
    func open(_ name: String) throws(PlatformError) -> any ArchiveFile

    /// Renames, replacing what had the new name; open files stay valid.
    func rename(_ old: String, to new: String) throws(PlatformError)

    /// Removes a name; open files stay valid.
    func remove(_ name: String) throws(PlatformError)

    /// Makes created, renamed and removed names durable.
    func synchronizeNames() throws(PlatformError)
}

/// One file of an archive, open. Read by any thread; written by one, before anybody reads.
public protocol ArchiveFile: AnyObject, Sendable {
    /// Bytes in the file.
    func byteCount() throws(PlatformError) -> UInt64

    /// Reads until the buffer is full or the file ends; returns the bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int

    /// Writes all bytes; the file grows as needed.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError)

    /// Makes all that was written durable, and the file's size.
    func synchronize() throws(PlatformError)
}
