private import CPlatform

/// What the kernel refused, with the place: enough for one clear line to an operator.
public enum PlatformError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A system call failed with an error number (errno(3)) on a file, an address or another subject.
    case system(code: Int32, operation: String, subject: String)
    /// Nothing happened within the time allowed.
    case timedOut(operation: String, subject: String)
    /// A host name has no address; the resolver's reason.
    case unresolved(host: String, reason: String)
    /// A file or a peer ended where more was expected.
    case ended(operation: String, subject: String)
    /// Another process holds the lock of a directory; its process id, where it could be read.
    case locked(path: String, holder: Int32?)
    /// A path names a pipe, a device, a directory or a socket where a file of bytes is wanted, or a link where none is.
    case notRegularFile(String)
    /// Root came to a symbolic link where somebody else may put one; which.
    case linkAmongOthers(String)
    /// A file that root came to has another name, where somebody else may have given it one.
    case severalNames(String)
    /// A path cannot be given to the kernel: too long, empty, or with a zero byte.
    case unusablePath(String)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .system(let code, let operation, let subject):
            "cannot \(operation) \(subject): \(Self.text(of: code)) (errno \(code))"
        case .timedOut(let operation, let subject):
            "cannot \(operation) \(subject): timed out"
        case .unresolved(let host, let reason):
            "cannot find the address of \(host): \(reason)"
        case .ended(let operation, let subject):
            "cannot \(operation) \(subject): it ended early"
        case .locked(let path, let holder):
            if let holder {
                "\(path) is in use by another process (process id \(holder))"
            } else {
                "\(path) is in use by another process"
            }
        case .notRegularFile(let path):
            "cannot use \(path): it is no regular file"
        case .linkAmongOthers(let path):
            "cannot use \(path): it is a symbolic link in a directory that others than root may write to, and root "
                + "follows none there; put a file or a directory in its place, or do this as the directory's owner"
        case .severalNames(let path):
            "cannot use \(path): it has another name (a hard link), which somebody else may have given it; put a copy "
                + "in its place, or do this as the directory's owner"
        case .unusablePath(let path):
            "not a usable path: \"\(path)\""
        }
    }

    /// The system's message for an error number.
    static func text(of code: Int32) -> String {
        // SAFETY: the C side writes at most `count` bytes and always a zero.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "error" }
            assent_error_text(code, start, buffer.count)
            return String(cString: start)
        }
    }
}
