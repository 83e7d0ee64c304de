internal import Cryptography
internal import Journal
internal import Platform

/// Reads all of a backup, and checks that it is what was backed up.
public struct BackupVerification {
    private let repository: Repository

    /// Takes the repository.
    public init(_ repository: Repository) { self.repository = repository }

    /// Decrypts every object of a backup: every chunk, the digest of every object, every block of the journal and the
    /// chain from the first to the last record, every small file; then notes when that was.
    ///
    /// - Parameters:
    ///   - number: The backup's.
    ///   - time: Now, microseconds since 1970.
    /// - Throws: `.damaged` and `.missing` with the place; an object that is damaged is used by no later backup.
    public func run(_ number: UInt64, time: Int64, watch: BackupWatcher) throws(BackupError) -> BackupSummary {
        try repository.notingDamage { () throws(BackupError) in
            try run(number, time, watch, holding: try repository.use(.reading))
        }
    }

    private func run(
        _ number: UInt64,
        _ time: Int64,
        _ watch: BackupWatcher,
        holding use: borrowing DirectoryUse
    ) throws(BackupError) -> BackupSummary {
        let manifest = try repository.manifest(number)
        var byteCount: UInt64 = 0
        for segment in manifest.segments {
            try repository.scan(segment) { (scanner) throws(BackupError) in
                byteCount += UInt64(scanner.bytes.count)
                try watch(
                    BackupProgress(
                        phase: .verifying,
                        lsn: scanner.content.after.lsn - 1,
                        lastLSN: manifest.lsn,
                        byteCount: byteCount
                    )
                )
            }
        }
        try repository.readSmallFiles(of: manifest) { _ throws(BackupError) in }
        // What was damaged is whole again, where a copy was put back.
        for object in manifest.objects { repository.forgetDamage("\(object.digest)") }
        do throws(BackupError) {
            try repository.noteVerified(manifest, at: time)
        } catch .storage(let error) {
            // Who may not write there (EACCES), or cannot (EROFS), can verify backups all the same; so can two at once,
            // of whom one has the other's file renamed (ENOENT).
            guard case .system(let code, _, _) = error, [2, 13, 30].contains(code) else { throw .storage(error) }
        }
        return try BackupSummary(manifest, repository)
    }

    /// What a look without the key came to.
    public struct StoredFiles: Equatable, Sendable {
        /// Backups that have a manifest, which without the key nobody can read.
        public var backupCount = 0
        /// Objects whose bytes are those that they were written with.
        public var objectCount = 0
        /// Their bytes.
        public var byteCount: UInt64 = 0
    }

    /// Checks without the key that no object has changed by accident: the name of each is SHA-256 of its bytes.
    ///
    /// Says nothing of what is missing, nor of what is in manifests; and whoever writes a file can give it the right
    /// name.
    ///
    /// - Throws: `.damaged`, `.notARepository`, `.storage`; `.noBackup`, when there is no manifest, so that no backup
    ///   is there whatever the objects are.
    public static func checkStored(_ path: String) throws(BackupError) -> StoredFiles {
        _ = try Repository.identity(path)
        return try checkStored(path, holding: try Repository.use(path, .reading))
    }

    private static func checkStored(
        _ path: String,
        holding use: borrowing DirectoryUse
    ) throws(BackupError) -> StoredFiles {
        let directory = "\(path)/objects"
        var found = StoredFiles()
        let (numbers, strangers) = try Repository.manifests(in: path)
        if let stranger = strangers.first { throw stranger }
        found.backupCount = numbers.count
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        for name in try kernel({ () throws(PlatformError) in try FileSystem.names(inDirectory: directory) }) {
            guard let digest = SHA256Digest(name[...]) else { continue }
            let byteCount = try check("\(directory)/\(name)", digest, buffer)
            found.objectCount += 1
            found.byteCount += byteCount
        }
        guard found.backupCount > 0 else {
            throw .noBackup("there is no backup in \(path): \(found.objectCount) stored files, and no manifest")
        }
        return found
    }

    static func check(
        _ path: String,
        _ digest: SHA256Digest,
        _ buffer: UnsafeMutableRawBufferPointer
    ) throws(BackupError) -> UInt64 {
        let hash: SHA256
        do throws(CryptographyError) { hash = try SHA256() } catch { throw .cryptography(error) }
        hash.start()
        let file = try kernel { () throws(PlatformError) in try FileDescriptor.open(path, .readRegular) }
        var offset: UInt64 = 0
        while true {
            let count: Int
            do throws(PlatformError) { count = try file.read(into: buffer, at: offset) } catch { throw .storage(error) }
            if count == 0 { break }
            hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += UInt64(count)
        }
        guard hash.finish() == digest else {
            throw .damaged(file: path, byte: 0, finding: "its bytes are not those that it was written with")
        }
        return offset
    }
}

extension Repository {
    /// Reads the stream of small files of a backup, checking everything.
    func readSmallFiles(
        of manifest: Manifest,
        visit: (SmallFilesReader.Piece) throws(BackupError) -> Void
    ) throws(BackupError) {
        var stream = SmallFilesReader()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        for slice in manifest.slices {
            let reader = try reader(slice, kind: .files)
            while true {
                let count = try reader.read(into: buffer)
                if count == 0 { break }
                let part = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                if let finding = try stream.take(part, visit) {
                    throw .damaged(file: objectPath(slice.digest), byte: 0, finding: finding)
                }
            }
            try reader.finish(slice)
        }
        guard stream.isEnded else {
            throw .damaged(
                file: manifestPath(manifest.number),
                byte: 0,
                finding: "the small files that it names are not all of them"
            )
        }
    }
}
