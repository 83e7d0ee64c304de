/// A file, whatever name it has: as long as somebody has it open, no other file has the same identity.
public struct FileIdentity: Equatable, Sendable {
    /// The file system.
    public let device: UInt64
    /// The file's number in it (inode).
    public let number: UInt64
}
