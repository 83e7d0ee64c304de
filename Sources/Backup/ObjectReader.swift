internal import Cryptography
internal import Platform

/// Decrypts one file of the repository, and hands out nothing that was not proven to be what was written there.
final class ObjectReader {
    private let path: String
    private let file: FileDescriptor
    private let fileByteCount: UInt64
    private let chunkByteCount: Int
    private let cipher: AES256GCM
    private let hash: SHA256
    // SAFETY: only this object has them.
    private let plain: UnsafeMutableRawBufferPointer
    private let sealed: UnsafeMutableRawBufferPointer
    private var held: Range<Int> = 0..<0
    private var offset = UInt64(SealedHeader.byteCount)
    private var chunk: UInt64 = 0
    private var isEnded = false
    /// Bytes handed out.
    private(set) var plainByteCount: UInt64 = 0

    /// Opens a file.
    ///
    /// - Throws: `.missing`, `.damaged`, `.otherKey`, `.storage`.
    init(_ path: String, kind: ObjectKind, _ access: RepositoryAccess) throws(BackupError) {
        guard FileSystem.exists(path) else { throw .missing(file: path) }
        var header: SealedHeader?
        file = try kernel { () throws(PlatformError) in try FileDescriptor.open(path, .readRegular) }
        let bytes: [UInt8]
        (fileByteCount, bytes) = try Self.beginning(of: file)
        let problem = SealedHeader.read(bytes, into: &header)
        func damage(_ byte: Int, _ finding: String) -> BackupError {
            .damaged(file: path, byte: UInt64(byte), finding: finding)
        }
        guard let header else { throw damage(problem?.byte ?? 0, problem?.finding ?? "no header") }
        guard header.kind == kind else { throw damage(16, "a file of another kind") }
        guard header.repository == access.id else { throw damage(24, "a file of another repository") }
        guard header.keyID == access.key.id else { throw damage(40, "a file of the key \(header.keyID)") }
        guard fileByteCount >= UInt64(SealedHeader.byteCount + AES256GCM.tagByteCount) else {
            throw damage(Int(fileByteCount), "the file ends early")
        }
        let key = try access.key.objectKey(header: bytes)
        do throws(CryptographyError) {
            cipher = try AES256GCM(key: key)
            hash = try SHA256()
        } catch {
            throw .cryptography(error)
        }
        hash.start()
        self.path = path
        chunkByteCount = header.chunkByteCount
        plain = .allocate(byteCount: chunkByteCount, alignment: 4_096)
        sealed = .allocate(byteCount: chunkByteCount + AES256GCM.tagByteCount, alignment: 4_096)
    }

    private static func beginning(of file: borrowing FileDescriptor) throws(BackupError) -> (UInt64, [UInt8]) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: SealedHeader.byteCount, alignment: 8)
        defer { buffer.deallocate() }
        do throws(PlatformError) {
            return (try file.byteCount(), Array(buffer[..<(try file.read(into: buffer, at: 0))]))
        } catch {
            throw .storage(error)
        }
    }

    deinit {
        plain.deallocate()
        sealed.deallocate()
    }

    /// Reads on; fewer bytes than there is room for, and none at the end alone.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(BackupError) -> Int {
        if held.isEmpty, !isEnded { try open() }
        let count = min(buffer.count, held.count)
        let part = UnsafeRawBufferPointer(rebasing: plain[held.lowerBound..<held.lowerBound + count])
        buffer.copyMemory(from: part)
        held = held.lowerBound + count..<held.upperBound
        return count
    }

    /// The next chunk.
    private func open() throws(BackupError) {
        let left = fileByteCount - offset
        let full = UInt64(chunkByteCount + AES256GCM.tagByteCount)
        let isLast = left <= full
        let count = Int(min(left, full))
        let read: Int
        do throws(PlatformError) {
            read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: sealed[..<count]), at: offset)
        } catch {
            throw .storage(error)
        }
        let bytes = UnsafeRawBufferPointer(rebasing: sealed[..<read])
        guard read == count, count >= AES256GCM.tagByteCount, opens(bytes, isLast: isLast) else {
            throw .damaged(file: path, byte: offset, finding: finding(bytes, isLast: isLast))
        }
        held = 0..<count - AES256GCM.tagByteCount
        // Of a file with something in it the last chunk is not empty: there is one way to write it.
        guard !held.isEmpty || chunk == 0 else {
            throw .damaged(file: path, byte: offset, finding: "chunk \(chunk) is empty")
        }
        hash.add(UnsafeRawBufferPointer(rebasing: plain[held]))
        plainByteCount += UInt64(held.count)
        offset += UInt64(count)
        chunk += 1
        isEnded = isLast
    }

    private func opens(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Bool {
        cipher.open(bytes, nonce: SealedHeader.nonce(chunk: chunk, isLast: isLast), into: plain)
    }

    /// What is wrong with a chunk that does not open.
    private func finding(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> String {
        if bytes.count < AES256GCM.tagByteCount { return "the file ends early, inside chunk \(chunk)" }
        if opens(bytes, isLast: !isLast) {
            return isLast
                ? "the file ends early, behind chunk \(chunk)" : "more follows chunk \(chunk), which was the last"
        }
        // The size of chunks is not authenticated yet: whoever made it small shall not have this go on for days.
        let triedCount = min(fileByteCount / UInt64(chunkByteCount) + 1, 65_536)
        for other in UInt64(0)..<triedCount where other != chunk {
            for last in [false, true]
            where cipher.open(bytes, nonce: SealedHeader.nonce(chunk: other, isLast: last), into: plain) {
                return "chunk \(other) in the place of chunk \(chunk)"
            }
        }
        return "chunk \(chunk) is not what was written there"
    }

    /// Reads what is left, and compares all that was in the file with what it should be.
    func finish(_ object: StoredObject) throws(BackupError) {
        while !isEnded || !held.isEmpty {
            held = 0..<0
            if !isEnded { try open() }
        }
        guard plainByteCount == object.plainByteCount, hash.finish() == object.plainDigest else {
            throw .damaged(file: path, byte: 0, finding: "another file in its place: its contents have another digest")
        }
    }

    /// All that is in a small file.
    static func contents(
        of path: String,
        kind: ObjectKind,
        _ access: RepositoryAccess,
        byteCountMax: Int
    ) throws(BackupError) -> [UInt8] {
        let reader = try ObjectReader(path, kind: kind, access)
        var contents: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try reader.read(into: buffer)
            if count == 0 { return contents }
            contents += buffer[..<count]
            guard contents.count <= byteCountMax else {
                throw .damaged(file: path, byte: 0, finding: "more than \(byteCountMax) bytes are in it")
            }
        }
    }
}
