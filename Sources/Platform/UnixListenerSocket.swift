internal import Glibc

/// A listening Unix socket's name in the file system, from bind to removal.
///
/// The socket is bound to a temporary name, given its mode, and renamed into place: nobody can ever connect before the
/// mode holds.
public struct UnixListenerSocket: Sendable {
    /// The name.
    public let path: String
    private let device: UInt64
    private let inode: UInt64

    /// The longest path: what an address holds less the temporary suffix.
    public static let pathByteCountMax = Endpoint.pathByteCountMax - temporarySuffix.utf8.count
    private static let temporarySuffix = ".new"

    /// Binds and listens. A socket that a dead process left behind is replaced; one that answers is not.
    ///
    /// - Parameters:
    ///   - path: At most `pathByteCountMax` bytes.
    ///   - mode: The file's permission bits, such as 0o600.
    ///   - backlog: Connections that may wait to be accepted.
    /// - Returns: What `remove` needs, and a non-blocking descriptor that the caller owns.
    /// - Throws: EADDRINUSE when somebody answers on the socket, ENOTSOCK when the name is another kind of file's.
    public static func listen(
        path: String,
        mode: UInt32,
        backlog: Int32
    ) throws(PlatformError) -> (socket: UnixListenerSocket, descriptor: Int32) {
        guard (1...pathByteCountMax).contains(path.utf8.count), !path.utf8.contains(0) else {
            throw .unusablePath(path)
        }
        try removeStale(path)
        let temporary = path + temporarySuffix
        let descriptor = try makeSocket(path)
        do throws(PlatformError) {
            _ = unlink(temporary)
            guard withAddress(temporary, { bind(descriptor, $0, $1) }) == 0, chmod(temporary, mode) == 0,
                Glibc.listen(descriptor, backlog) == 0
            else { throw lastError("listen on", path) }
            var information = stat()
            guard stat(temporary, &information) == 0, rename(temporary, path) == 0 else {
                throw lastError("name", path)
            }
            let made = UnixListenerSocket(
                path: path,
                device: UInt64(information.st_dev),
                inode: UInt64(information.st_ino)
            )
            return (made, descriptor)
        } catch {
            _ = unlink(temporary)
            _ = close(descriptor)
            throw error
        }
    }

    /// Removes the name, unless it has come to stand for something else since.
    public func remove() {
        var information = stat()
        guard stat(path, &information) == 0, UInt64(information.st_dev) == device,
            UInt64(information.st_ino) == inode
        else { return }
        _ = unlink(path)
    }

    private static func removeStale(_ path: String) throws(PlatformError) {
        var information = stat()
        guard lstat(path, &information) == 0 else {
            if errno == ENOENT { return }
            throw lastError("look at", path)
        }
        guard information.st_mode & S_IFMT == S_IFSOCK else {
            throw .system(code: ENOTSOCK, operation: "listen on", subject: path)
        }
        let probe = try makeSocket(path)
        defer { _ = close(probe) }
        // A full backlog (EAGAIN) is an answer too.
        if withAddress(path, { connect(probe, $0, $1) }) == 0 || errno == EAGAIN {
            throw .system(code: EADDRINUSE, operation: "listen on", subject: path)
        }
        guard errno == ECONNREFUSED || errno == ENOENT else { throw lastError("try", path) }
        if unlink(path) != 0, errno != ENOENT { throw lastError("remove", path) }
    }

    private static func makeSocket(_ path: String) throws(PlatformError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw lastError("make a socket for", path) }
        return descriptor
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: every caller's path was measured against the field; the rest of the field is zero.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            // SAFETY: a socket address is passed as its common prefix with its true length (unix(7)).
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
