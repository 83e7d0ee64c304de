internal import Glibc

/// Several processes read what is in a directory, or one removes from it: a lock (flock(2)) on the directory itself.
///
/// Unlike `DirectoryLock` it writes nothing, so that whoever may only read can hold it. The kernel gives it back when
/// the process ends, however it ends.
public struct DirectoryUse: ~Copyable, Sendable {
    /// How a directory is used.
    public enum Kind: Sendable {
        /// With others who read.
        case reading
        /// Alone.
        case removing
    }

    private let directory: FileDescriptor

    /// Takes the lock, or says at once that it is taken.
    ///
    /// - Throws: `.locked` when another process (or another lock in this one) holds it in a way that does not go with
    ///   this.
    public init(directory path: String, _ kind: Kind) throws(PlatformError) {
        let entry = try FileDescriptor.open(path, .directory)
        let operation =
            switch kind {
            case .reading: LOCK_SH
            case .removing: LOCK_EX
            }
        guard flock(entry.rawValue, operation | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw lastError("lock", path) }
            throw .locked(path: path, holder: nil)
        }
        directory = entry
    }
}
