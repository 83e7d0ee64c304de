internal import Glibc

extension PlatformError {
    /// Whether the kernel refused because of who asks (`EACCES`, `EPERM`).
    public var isPermissionDenied: Bool {
        guard case .system(let code, _, _) = self else { return false }
        return code == EACCES || code == EPERM
    }

    /// Whether somebody else has the address (`EADDRINUSE`).
    public var isAddressInUse: Bool {
        guard case .system(let code, _, _) = self else { return false }
        return code == EADDRINUSE
    }

    /// Whether what lies there is not a socket (`ENOTSOCK`).
    public var isNotSocket: Bool {
        guard case .system(let code, _, _) = self else { return false }
        return code == ENOTSOCK
    }

    /// Whether a file has more bytes than the caller takes (`EFBIG`).
    public var isTooLarge: Bool {
        guard case .system(let code, _, _) = self else { return false }
        return code == EFBIG
    }

    /// What happened, without the operation and the place: for messages that name those themselves.
    public var reason: String {
        switch self {
        case .system(let code, _, _): Self.text(of: code)
        case .timedOut: "timed out"
        case .unresolved(_, let reason): reason
        case .ended: "it ended early"
        case .notRegularFile: "it is no regular file"
        case .linkAmongOthers: "it is a symbolic link in a directory of somebody else"
        case .severalNames: "it has another name, in a directory of somebody else"
        case .locked, .unusablePath: description
        }
    }
}
