internal import Merkle
internal import Platform

/// The files below DATA/audit.
struct AuditFiles {
    /// The directory; it exists.
    let directory: String

    private static let byteCountMax = 256 * (2 + 65_535)

    init(_ directory: String) throws(AuditError) {
        self.directory = directory
        do throws(PlatformError) {
            try FileSystem.createDirectory(directory)
        } catch {
            throw .storage(error)
        }
    }

    /// A file's contents; nil when there is none.
    func contents(_ name: String) throws(AuditError) -> [UInt8]? {
        let path = "\(directory)/\(name)"
        guard FileSystem.exists(path) else { return nil }
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: Self.byteCountMax)
        } catch {
            throw .storage(error)
        }
    }

    /// The bytes of a tile: of the full one in place of a partial one that went.
    ///
    /// - Throws: `.unreadable`, when there is neither.
    func tile(_ tile: Tile) throws(MerkleError) -> [UInt8] {
        let full = Tile(tile.content, index: tile.index, width: Tile.fullWidth)
        for candidate in tile.isFull ? [tile] : [tile, full] {
            do throws(AuditError) {
                guard let bytes = try contents(candidate.path) else { continue }
                guard candidate != tile else { return bytes }
                return try Self.prefix(of: bytes, candidate: candidate, width: tile.width)
            } catch {
                throw .unreadable(path: candidate.path, problem: "\(error)")
            }
        }
        throw .unreadable(path: tile.path, problem: "it is missing")
    }

    private static func prefix(of bytes: [UInt8], candidate: Tile, width: Int) throws(AuditError) -> [UInt8] {
        switch candidate.content {
        case .hashes: return Array(bytes.prefix(width * 32))
        case .entries:
            do throws(MerkleError) {
                let ranges = try EntryBundle.entries(bytes, count: candidate.width)
                return Array(bytes[..<ranges[width - 1].upperBound])
            } catch {
                throw .tree(error)
            }
        }
    }

    /// The stored entry of a record.
    func entry(of lsn: UInt64, size: UInt64) throws(MerkleError) -> RecordEntry {
        let index = (lsn - 1) / UInt64(Tile.fullWidth)
        let width = Int(min(size - index * UInt64(Tile.fullWidth), UInt64(Tile.fullWidth)))
        let bytes = try tile(Tile(.entries, index: index, width: width))
        let ranges = try EntryBundle.entries(bytes, count: width)
        return try RecordEntry(parsing: Array(bytes[ranges[Int((lsn - 1) % UInt64(Tile.fullWidth))]]))
    }

    /// Puts a file in its place, making the directories on its way.
    func replace(_ name: String, with bytes: [UInt8], isDurable: Bool = false) throws(AuditError) {
        let path = "\(directory)/\(name)"
        do throws(PlatformError) {
            do throws(PlatformError) {
                try FileSystem.replace(path, with: bytes, isDurable: isDurable)
            } catch .system(code: 2, _, _) {
                try makeDirectories(above: name)
                try FileSystem.replace(path, with: bytes, isDurable: isDurable)
            }
        } catch {
            throw .storage(error)
        }
    }

    private func makeDirectories(above name: String) throws(PlatformError) {
        var path = directory
        for part in name.split(separator: "/").dropLast() {
            path += "/\(part)"
            try FileSystem.createDirectory(path)
        }
    }

    /// Removes the partial tiles of a place, now that the full one is there.
    func removePartials(of tile: Tile) throws(AuditError) {
        let path = "\(directory)/\(tile.partialsPath)"
        guard FileSystem.isDirectory(path) else { return }
        do throws(PlatformError) {
            for name in try FileSystem.names(inDirectory: path) { try FileSystem.remove("\(path)/\(name)") }
            try FileSystem.removeDirectory(path)
        } catch {
            throw .storage(error)
        }
    }

    /// Makes all tiles durable.
    func synchronize() throws(AuditError) {
        do throws(PlatformError) {
            try FileSystem.synchronizeAll(at: directory)
        } catch {
            throw .storage(error)
        }
    }

    // MARK: Heads

    /// The newest signed checkpoint.
    static let checkpoint = "checkpoint"
    /// What tells whether a salt key is the log's.
    static let saltCommitment = "salt-commitment"
    /// How far the tiles are durable: a checkpoint's text, not signed.
    static let head = "head"

    /// The newest signed checkpoint of `checkpoint` and `checkpoints`; nil when there is none.
    func signedCheckpoint() throws(AuditError) -> SignedNote? { try signedNotes().first }

    /// What `checkpoint` and `checkpoints` say was signed last: the newest first, and the other where it differs.
    ///
    /// The history is durable first, so it is one ahead when a crash came between the two. One of them alone could be
    /// removed to have what was signed forgotten, so neither is believed without the other.
    func signedNotes() throws(AuditError) -> [SignedNote] {
        let single = try singleCheckpoint()
        let last = try CheckpointHistory(self).newest()
        guard let single, let last, single != last else { return (single ?? last).map { [$0] } ?? [] }
        return try AuditLog.opened(last).size > AuditLog.opened(single).size ? [last, single] : [single, last]
    }

    /// The statements by which the log's key was replaced, one behind the other.
    static let rotations = "rotations"

    /// How the log's key was replaced, every statement checked.
    func keyChain() throws(AuditError) -> KeyChain {
        guard let bytes = try contents(Self.rotations) else { return KeyChain() }
        do throws(MerkleError) {
            return try KeyChain(parsing: [bytes])
        } catch {
            throw .unusable("\(directory)/\(Self.rotations): \(error)")
        }
    }

    /// All trees that these files say were signed, and that the log must begin with; the largest first.
    func signedTrees() throws(AuditError) -> [Checkpoint] {
        var trees = try keyChain().rotations.map(\.checkpoint)
        for note in try signedNotes() { trees.append(try AuditLog.opened(note)) }
        return trees.sorted { $0.size > $1.size }
    }

    /// What the file `checkpoint` has; nil when there is none.
    func singleCheckpoint() throws(AuditError) -> SignedNote? {
        guard let bytes = try contents(Self.checkpoint) else { return nil }
        do throws(MerkleError) {
            return try SignedNote(parsing: bytes)
        } catch {
            throw .unusable("\(directory)/checkpoint: \(error)")
        }
    }

    /// How far the tiles are durable; nil when there is nothing usable.
    func storedHead() throws(AuditError) -> Checkpoint? {
        guard let bytes = try contents(Self.head), let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        return try? Checkpoint(parsing: text)
    }

    /// Whether records were hashed for this log.
    func hasRecords() throws(AuditError) -> Bool {
        if let head = try storedHead(), head.size > 0 { return true }
        return try !signedTrees().isEmpty
    }

    /// A tree over the stored tiles.
    func tree(size: UInt64) throws(AuditError) -> TiledTree {
        let files = self
        do throws(MerkleError) {
            return try TiledTree(size: size) { tile throws(MerkleError) in try files.tile(tile) }
        } catch {
            throw .tree(error)
        }
    }
}
