internal import Cryptography
internal import Platform

/// The secret that salts come from: 32 random bytes in a file that only the daemon reads.
///
/// A salt is HMAC-SHA-256 with this key over the record's number and the part's, so that the journal's records make the
/// same leaves again whenever they are hashed. Whoever has the key can try out what closed parts might say, so it is
/// not in the directory that auditors get a copy of.
public struct SaltKey: Sendable {
    private let bytes: SHA256Digest

    init(_ bytes: SHA256Digest) { self.bytes = bytes }

    /// Reads the key, or draws it when there is no such file yet.
    ///
    /// - Throws: `.storage`; `.unusable`, when the file does not have 32 bytes.
    public init(path: String) throws(AuditError) {
        let contents: [UInt8]
        do throws(PlatformError) {
            if !FileSystem.exists(path) { try Self.draw(path) }
            contents = try FileSystem.contents(of: path, byteCountMax: 64)
        } catch {
            throw .storage(error)
        }
        guard let bytes = SHA256Digest(contents) else { throw .unusable("\(path) has not 32 bytes") }
        self.bytes = bytes
    }

    private static func draw(_ path: String) throws(PlatformError) {
        let temporary = path + ".new"
        if FileSystem.exists(temporary) { try FileSystem.remove(temporary) }
        let file = try FileDescriptor.open(temporary, .createSecret)
        let key = UnsafeMutableRawBufferPointer.allocate(byteCount: SHA256Digest.byteCount, alignment: 8)
        defer { key.deallocate() }
        RandomBytes.fill(key)
        try file.write(UnsafeRawBufferPointer(key), at: 0)
        try file.synchronize()
        try FileSystem.rename(temporary, to: path)
        try FileSystem.synchronizeDirectory(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
    }

    /// The salt of a closed part.
    func salt(lsn: UInt64, part: UInt32, _ hasher: borrowing SHA256) -> SHA256Digest {
        withUnsafeTemporaryAllocation(byteCount: 12, alignment: 8) { message in
            message.storeBytes(of: lsn.littleEndian, as: UInt64.self)
            message.storeBytes(of: part.littleEndian, toByteOffset: 8, as: UInt32.self)
            return hasher.authenticationCode(UnsafeRawBufferPointer(message), key: bytes)
        }
    }
}
