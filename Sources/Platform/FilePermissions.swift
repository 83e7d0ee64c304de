internal import Glibc

/// Whose a file is and who may do what with it (stat(2)).
public struct FilePermissions: Equatable, Sendable {
    /// The permission bits.
    public var mode: UInt32
    /// Its owner.
    public var user: UInt32
    /// When its contents last changed, in whole seconds since 1970.
    public var changedSecond: Int64

    /// What is already known.
    public init(mode: UInt32, user: UInt32, changedSecond: Int64 = 0) {
        self.mode = mode
        self.user = user
        self.changedSecond = changedSecond
    }

    /// Looks at what has a path, or at what a link there leads to; `nil` where there is nothing, or nothing to be seen.
    public init?(of path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        mode = UInt32(information.st_mode) & 0o7777
        user = information.st_uid
        changedSecond = Int64(information.st_mtim.tv_sec)
    }
}
