internal import Cryptography
internal import Platform

/// A file of the repository, as others point at it.
struct StoredObject: Hashable, Sendable {
    /// SHA-256 of the file; its name is this in digits.
    var digest: SHA256Digest
    /// Bytes of the file.
    var byteCount: UInt64
    /// SHA-256 of what is in it.
    var plainDigest: SHA256Digest
    /// Bytes of what is in it.
    var plainByteCount: UInt64
}

/// Encrypts one file of the repository, chunk by chunk; it gets its name when it is whole and durable.
final class ObjectWriter {
    /// Plain bytes of a chunk.
    static let chunkByteCount = 1 << 20

    private let passingPath: String
    private let file: FileDescriptor
    private let cipher: AES256GCM
    private let plainHash: SHA256
    private let storedHash: SHA256
    // SAFETY: only this object has them.
    private let plain: UnsafeMutableRawBufferPointer
    private let sealed: UnsafeMutableRawBufferPointer
    private var count = 0
    private var chunk: UInt64 = 0
    private var byteCount: UInt64 = 0
    private var plainByteCount: UInt64 = 0
    private var isNamed = false

    /// - Parameter passingPath: The file's name until it has its own.
    init(_ passingPath: String, kind: ObjectKind, _ access: RepositoryAccess) throws(BackupError) {
        let header = SealedHeader(
            kind: kind,
            chunkByteCount: Self.chunkByteCount,
            repository: access.id,
            keyID: access.key.id,
            salt: SHA256Digest(random: ())
        ).bytes
        let key = try access.key.objectKey(header: header)
        do throws(CryptographyError) {
            cipher = try AES256GCM(key: key)
            plainHash = try SHA256()
            storedHash = try SHA256()
        } catch {
            throw .cryptography(error)
        }
        file = try kernel { () throws(PlatformError) in
            try FileSystem.removeIfThere(passingPath)
            return try FileDescriptor.open(passingPath, .createSecret)
        }
        self.passingPath = passingPath
        plain = .allocate(byteCount: Self.chunkByteCount, alignment: 4_096)
        sealed = .allocate(byteCount: Self.chunkByteCount + AES256GCM.tagByteCount, alignment: 4_096)
        plainHash.start()
        storedHash.start()
        try lend(header) { (bytes) throws(BackupError) in try put(bytes) }
    }

    deinit {
        // What has no name takes room that a full disk needs. Should it fail, the next backup removes it.
        if !isNamed { try? FileSystem.remove(passingPath) }
        plain.deallocate()
        sealed.deallocate()
    }

    /// Adds bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(BackupError) {
        plainHash.add(bytes)
        plainByteCount += UInt64(bytes.count)
        var done = 0
        while done < bytes.count {
            // A full chunk is sealed when more comes: only then is it known that it is not the last.
            if count == plain.count { try seal(isLast: false) }
            let part = min(bytes.count - done, plain.count - count)
            UnsafeMutableRawBufferPointer(rebasing: plain[count..<count + part])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[done..<done + part]))
            count += part
            done += part
        }
    }

    /// Adds bytes.
    func write(_ bytes: [UInt8]) throws(BackupError) {
        try lend(bytes) { (bytes) throws(BackupError) in try write(bytes) }
    }

    /// Ends the file, makes it durable and names it.
    ///
    /// - Parameter path: Gets the digest of the file, and says what it is to be called.
    func finish(_ path: (SHA256Digest) -> String) throws(BackupError) -> StoredObject {
        try seal(isLast: true)
        let stored = StoredObject(
            digest: storedHash.finish(),
            byteCount: byteCount,
            plainDigest: plainHash.finish(),
            plainByteCount: plainByteCount
        )
        let target = path(stored.digest)
        try kernel { () throws(PlatformError) in
            try file.synchronize()
            try FileSystem.rename(passingPath, to: target)
            isNamed = true
            try FileSystem.synchronizeDirectory(of: target)
        }
        return stored
    }

    private func seal(isLast: Bool) throws(BackupError) {
        cipher.seal(
            UnsafeRawBufferPointer(rebasing: plain[..<count]),
            nonce: SealedHeader.nonce(chunk: chunk, isLast: isLast),
            into: sealed
        )
        try put(UnsafeRawBufferPointer(rebasing: sealed[..<(count + AES256GCM.tagByteCount)]))
        chunk += 1
        count = 0
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(BackupError) {
        storedHash.add(bytes)
        try kernel { () throws(PlatformError) in try file.write(bytes, at: byteCount) }
        byteCount += UInt64(bytes.count)
    }
}
