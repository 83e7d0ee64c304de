internal import Cryptography
internal import Platform

/// What it takes to read and write a repository's files.
struct RepositoryAccess: Sendable {
    let id: RepositoryID
    let key: BackupKey
}

/// A directory of backups.
///
///     repository            a text: what this is, its id, the id of the key
///     manifests/00000007    what backup 7 consists of; made last, when everything else is durable
///     objects/HEX           encrypted contents; HEX is SHA-256 of the file
///     progress/HEX          of a backup that is not finished: what the object is
///     verified/00000007     that backup 7 was verified, when
///     damaged/HEX           that the object was found damaged
///     lock                  held by whoever changes the directory
public struct Repository: Sendable {
    private static let format = "assent-backups/v1"
    private static let directories = ["damaged", "manifests", "objects", "progress", "verified"]
    /// What a file system makes in its topmost directory: a disk that was just mounted is empty all the same.
    static let lostAndFound = "lost+found"

    /// The directory.
    public let path: String
    let access: RepositoryAccess

    /// Its id.
    public var id: RepositoryID { access.id }
    /// The id of its key.
    public var keyID: KeyID { access.key.id }

    /// Makes a repository in a directory that is empty or does not exist.
    ///
    /// - Throws: `.notEmpty`, `.storage`.
    public static func make(_ path: String, key: BackupKey) throws(BackupError) -> Repository {
        let id = RepositoryID(Array(SHA256Digest(random: ()).bytes.prefix(RepositoryID.byteCount)))
        // What an interrupted attempt left is empty.
        let found: String? = try kernel { () throws(PlatformError) in
            try FileSystem.createDirectory(path)
            for name in try FileSystem.names(inDirectory: path)
            where !directories.contains(name) && name != lostAndFound { return name }
            for name in directories {
                try FileSystem.createDirectory("\(path)/\(name)")
                if let inside = try FileSystem.names(inDirectory: "\(path)/\(name)").first {
                    return "\(name)/\(inside)"
                }
            }
            return nil
        }
        if let found { throw .notEmpty(path: path, name: found) }
        let text = "\(format)\nrepository \(id)\nkey \(key.id)\n"
        try kernel { () throws(PlatformError) in
            try FileSystem.replace("\(path)/repository", with: Array(text.utf8), isDurable: true)
            try FileSystem.synchronizeDirectory(of: path)
        }
        return Repository(path: path, access: RepositoryAccess(id: id, key: key))
    }

    /// Opens a repository.
    ///
    /// - Throws: `.notARepository`, `.otherKey`, `.storage`.
    public init(_ path: String, key: BackupKey) throws(BackupError) {
        let (id, keyID) = try Self.identity(path)
        guard keyID == key.id else { throw .otherKey(path: path, needed: "\(keyID)", given: "\(key.id)") }
        self.init(path: path, access: RepositoryAccess(id: id, key: key))
    }

    private init(path: String, access: RepositoryAccess) {
        self.path = path
        self.access = access
    }

    /// The id of a directory of backups; for which no key is needed.
    public static func id(of path: String) throws(BackupError) -> RepositoryID { try identity(path).0 }

    /// What a directory's file `repository` says; for which no key is needed.
    static func identity(_ path: String) throws(BackupError) -> (RepositoryID, KeyID) {
        guard FileSystem.isDirectory(path) else {
            throw .notARepository(path: path, finding: "there is no such directory")
        }
        let file = "\(path)/repository"
        guard FileSystem.exists(file) else {
            throw .notARepository(path: path, finding: "there is no file \"repository\" in it")
        }
        let bytes = try kernel { () throws(PlatformError) in try FileSystem.contents(of: file, byteCountMax: 4_096) }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[0] == format, lines[3].isEmpty, lines[1].hasPrefix("repository "),
            lines[2].hasPrefix("key "), let id = RepositoryID(lines[1].dropFirst(11)),
            let key = KeyID(lines[2].dropFirst(4))
        else { throw .notARepository(path: path, finding: "its file \"repository\" is not what was written") }
        return (id, key)
    }

    /// Keeps everybody else from changing it as long as the lock is held.
    func lock() throws(BackupError) -> DirectoryLock {
        try kernel { () throws(PlatformError) in try DirectoryLock(directory: path) }
    }

    /// Keeps what is read from being removed meanwhile, or who reads from having it removed. Taken beside `lock`, which
    /// who only reads does not take: a backup can be made while others are read.
    func use(_ kind: DirectoryUse.Kind) throws(BackupError) -> DirectoryUse { try Self.use(path, kind) }

    /// The same without the key.
    static func use(_ path: String, _ kind: DirectoryUse.Kind) throws(BackupError) -> DirectoryUse {
        let directory = "\(path)/objects"
        guard FileSystem.isDirectory(directory) else { throw .missing(file: directory) }
        return try kernel { () throws(PlatformError) in try DirectoryUse(directory: directory, kind) }
    }

    // MARK: Objects

    func objectPath(_ digest: SHA256Digest) -> String { "\(path)/objects/\(digest)" }

    private static let passingSuffix = ".part"

    /// Begins an object.
    func writer(_ kind: ObjectKind) throws(BackupError) -> ObjectWriter {
        try ObjectWriter("\(path)/objects/\(CurrentProcess.identifier)\(Self.passingSuffix)", kind: kind, access)
    }

    /// Ends an object.
    func finish(_ writer: ObjectWriter) throws(BackupError) -> StoredObject {
        try writer.finish { objectPath($0) }
    }

    /// Reads an object.
    func reader(_ object: StoredObject, kind: ObjectKind) throws(BackupError) -> ObjectReader {
        try ObjectReader(objectPath(object.digest), kind: kind, access)
    }

    /// Removes what interrupted writers have left without a name.
    func removePassing() throws(BackupError) {
        do throws(PlatformError) {
            for directory in Self.directories where FileSystem.isDirectory("\(path)/\(directory)") {
                for name in try FileSystem.names(inDirectory: "\(path)/\(directory)")
                where name.hasSuffix(Self.passingSuffix) {
                    try FileSystem.remove("\(path)/\(directory)/\(name)")
                }
            }
        } catch {
            throw .storage(error)
        }
    }

    // MARK: Manifests

    private static let digitCount = 8

    static func name(_ number: UInt64) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
    }

    private func path(_ directory: String, _ number: UInt64) -> String { "\(path)/\(directory)/\(Self.name(number))" }

    /// The path of a backup's manifest.
    func manifestPath(_ number: UInt64) -> String { path("manifests", number) }

    /// The numbers of the backups, the newest first.
    public func numbers() throws(BackupError) -> [UInt64] { try Self.manifests(in: path).numbers }

    /// The backups that have a manifest, the newest first, and what lies there under another name; for which no key is
    /// needed.
    static func manifests(in path: String) throws(BackupError) -> (numbers: [UInt64], strangers: [BackupError]) {
        let directory = "\(path)/manifests"
        guard FileSystem.isDirectory(directory) else { throw .missing(file: directory) }
        let names = try kernel { () throws(PlatformError) in try FileSystem.names(inDirectory: directory) }
        var numbers: [UInt64] = []
        var strangers: [BackupError] = []
        for name in names where !name.hasSuffix(Self.passingSuffix) {
            if let number = UInt64(name), Self.name(number) == name {
                numbers.append(number)
            } else {
                strangers.append(
                    .damaged(file: "\(directory)/\(name)", byte: 0, finding: "no manifest has such a name")
                )
            }
        }
        return (numbers.sorted(by: >), strangers)
    }

    /// All manifests that can be read, the newest first, and why the others cannot.
    func readableManifests() throws(BackupError) -> (manifests: [Manifest], unreadable: [BackupError]) {
        let (numbers, strangers) = try Self.manifests(in: path)
        var (manifests, unreadable): ([Manifest], [BackupError]) = ([], strangers)
        for number in numbers {
            do throws(BackupError) {
                manifests.append(try manifest(number))
            } catch .noBackup {
                // It was pruned meanwhile.
                continue
            } catch {
                unreadable.append(error)
            }
        }
        return (manifests, unreadable)
    }

    private static let manifestByteCountMax = 256 << 20

    /// Reads what a backup consists of.
    ///
    /// - Throws: `.noBackup`, `.damaged`, `.storage`.
    func manifest(_ number: UInt64) throws(BackupError) -> Manifest {
        let path = manifestPath(number)
        guard FileSystem.exists(path) else { throw .noBackup("there is no backup \(number) in \(self.path)") }
        let bytes = try ObjectReader.contents(
            of: path,
            kind: .manifest,
            access,
            byteCountMax: Self.manifestByteCountMax
        )
        do throws(Manifest.Problem) {
            let manifest = try Manifest(parsing: bytes)
            guard manifest.number == number else {
                throw .init("it is that of backup \(manifest.number): somebody renamed it")
            }
            return manifest
        } catch {
            throw .damaged(file: path, byte: UInt64(SealedHeader.byteCount), finding: error.finding)
        }
    }

    /// The newest backup.
    func newestManifest() throws(BackupError) -> Manifest? {
        guard let number = try numbers().first else { return nil }
        return try manifest(number)
    }

    /// Makes a backup known; all that it consists of is durable.
    func add(_ manifest: Manifest) throws(BackupError) {
        let target = manifestPath(manifest.number)
        let writer = try ObjectWriter(target + Self.passingSuffix, kind: .manifest, access)
        try writer.write(manifest.text)
        _ = try writer.finish { _ in target }
    }

    // MARK: Progress

    /// Notes what an object of an unfinished backup is.
    func note(_ entry: Manifest.Segment) throws(BackupError) {
        let target = "\(path)/progress/\(entry.object.digest)"
        let writer = try ObjectWriter(target + Self.passingSuffix, kind: .progress, access)
        try writer.write(Array((entry.line + "\n").utf8))
        _ = try writer.finish { _ in target }
    }

    /// What unfinished backups have stored. What cannot be read is made again.
    func notes() throws(BackupError) -> [Manifest.Segment] {
        let directory = "\(path)/progress"
        guard FileSystem.isDirectory(directory) else { throw .missing(file: directory) }
        var entries: [Manifest.Segment] = []
        for name in try kernel({ () throws(PlatformError) in try FileSystem.names(inDirectory: directory) }) {
            guard
                let bytes = try? ObjectReader.contents(
                    of: "\(directory)/\(name)",
                    kind: .progress,
                    access,
                    byteCountMax: 4_096
                ), bytes.last == 10,
                let entry = Manifest.Segment(line: String(decoding: bytes.dropLast(), as: UTF8.self)[...]),
                "\(entry.object.digest)" == name
            else { continue }
            entries.append(entry)
        }
        return entries
    }

    /// Forgets what unfinished backups have stored; it is in a manifest now, or goes with the next `prune`.
    func removeNotes() throws(BackupError) {
        do throws(PlatformError) {
            for name in try FileSystem.names(inDirectory: "\(path)/progress") {
                try FileSystem.remove("\(path)/progress/\(name)")
            }
        } catch {
            throw .storage(error)
        }
    }

    // MARK: Verifications

    /// Notes that all of a backup was read and found whole.
    func noteVerified(_ manifest: Manifest, at microseconds: Int64) throws(BackupError) {
        let target = path("verified", manifest.number)
        let writer = try ObjectWriter(target + Self.passingSuffix, kind: .verification, access)
        try writer.write(Array("\(manifest.number) \(try manifest.digest()) \(microseconds)\n".utf8))
        _ = try writer.finish { _ in target }
    }

    /// When all of a backup was read and found whole the last time, microseconds; nil: never.
    func verifiedAt(_ manifest: Manifest) throws(BackupError) -> Int64? {
        guard
            let bytes = try? ObjectReader.contents(
                of: path("verified", manifest.number),
                kind: .verification,
                access,
                byteCountMax: 4_096
            )
        else { return nil }
        let words = String(decoding: bytes.dropLast(), as: UTF8.self).split(separator: " ")
        guard words.count == 3, words[0] == "\(manifest.number)", words[1] == "\(try manifest.digest())" else {
            return nil
        }
        return Int64(words[2])
    }

    /// Removes a backup; what it alone consists of goes after it.
    func remove(_ number: UInt64) throws(BackupError) {
        do throws(PlatformError) {
            try FileSystem.remove(manifestPath(number))
            try FileSystem.synchronizeDirectory("\(path)/manifests")
            if FileSystem.exists(path("verified", number)) { try FileSystem.remove(path("verified", number)) }
        } catch {
            throw .storage(error)
        }
    }

    /// The names in `objects`.
    func objectNames() throws(BackupError) -> [String] {
        try kernel { () throws(PlatformError) in try FileSystem.names(inDirectory: "\(path)/objects") }
    }

    /// Bytes of an object.
    func objectByteCount(_ name: String) throws(BackupError) -> UInt64 {
        try kernel { () throws(PlatformError) in
            try FileDescriptor.open("\(path)/objects/\(name)", .readRegular).byteCount()
        }
    }

    /// Removes an object.
    ///
    /// - Returns: The bytes that it had.
    func removeObject(_ name: String) throws(BackupError) -> UInt64 {
        let byteCount = try objectByteCount(name)
        try kernel { () throws(PlatformError) in try FileSystem.remove("\(path)/objects/\(name)") }
        forgetDamage(name)
        return byteCount
    }
}
