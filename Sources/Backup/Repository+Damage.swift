internal import Cryptography
internal import Platform

/// Objects that are known not to be what was written: an empty file `damaged/HEX` for each, so that no later backup
/// uses them.
extension Repository {
    private var damagedDirectory: String { "\(path)/damaged" }

    /// The names of the objects that are known to be damaged.
    func damagedNames() throws(BackupError) -> Set<String> {
        // Directories of backups that were begun by earlier versions have none.
        guard FileSystem.isDirectory(damagedDirectory) else { return [] }
        return Set(
            try kernel { () throws(PlatformError) in try FileSystem.names(inDirectory: damagedDirectory) }
        )
    }

    /// Remembers that an object is damaged, when that is what an error says.
    func noteDamage(_ error: BackupError) {
        guard case .damaged(let file, _, _) = error, file.hasPrefix("\(path)/objects/"),
            let name = file.split(separator: "/").last, SHA256Digest(name) != nil
        else { return }
        // Who may not write there has said it all the same.
        try? FileSystem.createDirectory(damagedDirectory)
        try? FileSystem.replace("\(damagedDirectory)/\(name)", with: [], isDurable: true)
    }

    /// Forgets that an object was damaged: it went, or a copy of it was put back.
    func forgetDamage(_ name: String) {
        guard FileSystem.exists("\(damagedDirectory)/\(name)") else { return }
        try? FileSystem.remove("\(damagedDirectory)/\(name)")
    }

    /// Runs a body, and remembers which object it finds damaged.
    func notingDamage<Result>(_ body: () throws(BackupError) -> Result) throws(BackupError) -> Result {
        do throws(BackupError) {
            return try body()
        } catch {
            noteDamage(error)
            throw error
        }
    }

    /// Compares the bytes of an object with the digest that is its name.
    ///
    /// - Returns: How many there are.
    /// - Throws: `.damaged`, `.storage`.
    func checkStored(_ digest: SHA256Digest) throws(BackupError) -> UInt64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        return try BackupVerification.check(objectPath(digest), digest, buffer)
    }
}
