internal import Glibc

/// One process alone uses a directory: an exclusive lock (flock(2)) on the directory itself and on its file `lock`,
/// which says who holds it. The file alone would not do: whoever removes it could lock the next one.
///
/// The kernel gives the lock back when the process ends, however it ends.
public struct DirectoryLock: ~Copyable, Sendable {
    private let directory: FileDescriptor
    private let file: FileDescriptor

    /// Whether the file was there before: some process has used the directory.
    public let wasUsedBefore: Bool

    /// Takes the lock, or says at once who has it.
    ///
    /// - Throws: `.locked` when another process (or another lock in this one) holds it.
    public init(directory: String) throws(PlatformError) {
        let path = directory + "/lock"
        let entry = try FileDescriptor.open(directory, .directory)
        guard flock(entry.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw lastError("lock", directory) }
            throw .locked(path: directory, holder: Self.holder(at: path))
        }
        let wasUsedBefore = FileSystem.exists(path)
        // Root may ask for a directory that somebody else may write to, who has no say in which file is written here.
        let file = try FileDescriptor.open(path, .openOrCreateAmongOthers)
        guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw lastError("lock", directory) }
            throw .locked(path: directory, holder: Self.holder(in: file))
        }
        let text = Array("\(CurrentProcess.identifier)\n".utf8)
        guard ftruncate(file.rawValue, 0) == 0 else { throw lastError("truncate", file.subject) }
        // SAFETY: the array outlives the call.
        let outcome = text.withUnsafeBytes { bytes in
            Result { () throws(PlatformError) in try file.write(bytes, at: 0) }
        }
        try outcome.get()
        self.file = file
        self.wasUsedBefore = wasUsedBefore
        self.directory = entry
    }

    private static func holder(at path: String) -> Int32? {
        guard let file = try? FileDescriptor.open(path, .readRegular) else { return nil }
        return holder(in: file)
    }

    private static func holder(in file: borrowing FileDescriptor) -> Int32? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
        defer { buffer.deallocate() }
        guard let count = try? file.read(into: buffer, at: 0) else { return nil }
        return Int32(String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
