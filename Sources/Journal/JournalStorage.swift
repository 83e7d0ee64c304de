public import Platform

/// Where a journal keeps its files; tests put one with faults in its place.
public protocol JournalStorage: Sendable {
    /// The names of all files, sorted.
    func names() throws(PlatformError) -> [String]

    /// Creates a file of this size, filled with zeros and with its space really taken.
    ///
    /// The contents are durable when it returns; the name is after `synchronizeNames()`. A file of no bytes grows by
    /// what is written behind its end, always without a gap.
    ///
    /// - Parameter keepGoing: Asked now and then; at false the work is given up and nil returned.
    func create(
        _ name: String,
        byteCount: UInt64,
        keepGoing: () -> Bool
    ) throws(PlatformError) -> (any JournalFile)?

    /// Opens an existing file for reading and writing.
    func open(_ name: String) throws(PlatformError) -> any JournalFile

    /// Renames; open files stay valid.
    func rename(_ old: String, to new: String) throws(PlatformError)

    /// Removes a file.
    func remove(_ name: String) throws(PlatformError)

    /// Makes created, renamed and removed names durable.
    func synchronizeNames() throws(PlatformError)
}

/// One file of a journal, open.
public protocol JournalFile: AnyObject, Sendable {
    /// Bytes in the file.
    func byteCount() throws(PlatformError) -> UInt64

    /// Reads until the buffer is full or the file ends; returns the bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(PlatformError) -> Int

    /// Writes all bytes.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(PlatformError)

    /// Makes all that was written durable.
    func synchronize() throws(PlatformError)

    /// Tells that a range will be read soon; only advice.
    func willRead(byteCount: UInt64, at offset: UInt64)
}
