internal import Cryptography
internal import Merkle
internal import Platform

/// The secret that salts come from: 32 random bytes in a file that only the daemon reads.
///
/// A salt is HMAC-SHA-256 with this key over the record's number and the part's, so that the journal's records make the
/// same leaves again whenever they are hashed. Whoever has the key can try out what closed parts might say, so it is
/// not in the directory that auditors get a copy of.
public struct SaltKey: Sendable {
    private let bytes: SHA256Digest

    init(_ bytes: SHA256Digest) { self.bytes = bytes }

    /// Reads the key of a log, or draws it when the log has no record yet.
    ///
    /// - Throws: `.saltKeyMissing`, when records were hashed with it; else as the other.
    init(path: String, orDrawnFor files: AuditFiles) throws(AuditError) {
        if !FileSystem.exists(path) {
            guard try !files.hasRecords() else { throw .saltKeyMissing(path: path) }
            do throws(PlatformError) { try Self.draw(path) } catch { throw .storage(error) }
        }
        try self.init(path: path, of: files)
        if try files.contents(AuditFiles.saltCommitment) == nil {
            try files.replace(AuditFiles.saltCommitment, with: try commitment(), isDurable: true)
        }
    }

    /// Reads the key of a log.
    ///
    /// - Throws: `.saltKeyMissing`; `.otherSaltKey`, when it is not that of the log; `.storage`; `.unusable`, when the
    ///   file does not have 32 bytes.
    init(path: String, of files: AuditFiles) throws(AuditError) {
        guard FileSystem.exists(path) else { throw .saltKeyMissing(path: path) }
        try self.init(reading: path)
        guard let known = try files.contents(AuditFiles.saltCommitment) else { return }
        guard try commitment() == known else { throw .otherSaltKey(path: path) }
    }

    /// One line that tells this key from another and says nothing about it.
    private func commitment() throws(AuditError) -> [UInt8] {
        do throws(CryptographyError) {
            let code = try SHA256().authenticationCode(Array("assent/salt-key/v1".utf8), key: bytes)
            return Array((Base64.encode(code.bytes) + "\n").utf8)
        } catch {
            throw .unusable("\(error)")
        }
    }

    private init(reading path: String) throws(AuditError) {
        let contents: [UInt8]
        do throws(PlatformError) {
            contents = try FileSystem.contents(of: path, byteCountMax: 64)
        } catch {
            throw .storage(error)
        }
        guard let bytes = SHA256Digest(contents) else { throw .unusable("\(path) has not 32 bytes") }
        self.bytes = bytes
    }

    private static func draw(_ path: String) throws(PlatformError) {
        let temporary = path + ".new"
        try FileSystem.removeIfThere(temporary)
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
