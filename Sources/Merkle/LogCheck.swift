public import Cryptography

/// Checks a whole log that lies in files, entry by entry, against a checkpoint that is believed (Protocol/AUDIT.md).
///
/// Nothing stored is taken for granted: each entry is hashed again, the whole tree is built again, and every tile that
/// the size of the tree calls for must be there and be the one that was built.
public struct LogCheck: ~Copyable {
    /// Gives a file below the log's directory; nil when there is none of this name.
    public typealias Source = (_ path: String) throws(MerkleError) -> [UInt8]?

    /// What a log that is good came to.
    public struct Report: Equatable, Sendable {
        /// How many entries it has.
        public var entryCount: UInt64 = 0
        /// Bytes of these.
        public var byteCount: UInt64 = 0
        /// The journal that all are of; nil for a log without entries.
        public var journal: [UInt8]?
        /// The digest over the configuration behind the last entry.
        public var configuration = SHA256Digest.zero
        /// The chain of hashes over all leaves: each SHA-256 of the one before and the leaf's hash, from 32 zeros.
        public var chain = SHA256Digest.zero
    }

    private let checkpoint: Checkpoint
    /// Earlier trees that were signed when the key was replaced, the smallest first.
    private var marks: ArraySlice<Checkpoint>
    private let source: Source
    private let hasher: TreeHasher
    private var builder = TreeBuilder()
    private var report = Report()
    private var full: [TreeBuilder.FullTile] = []

    /// - Parameters:
    ///   - checkpoint: One whose signatures were checked.
    ///   - rotations: How the log's key was replaced: each is over a tree that the log must begin with.
    ///   - source: The log's files.
    /// - Throws: `.unreadable`, when OpenSSL cannot hash.
    public init(
        _ checkpoint: Checkpoint,
        rotations: [KeyRotation] = [],
        source: @escaping Source
    ) throws(MerkleError) {
        self.checkpoint = checkpoint
        marks = rotations.map(\.checkpoint).filter { $0.size <= checkpoint.size }[...]
        self.source = source
        do throws(CryptographyError) {
            hasher = try TreeHasher()
        } catch {
            throw .unreadable(path: "the log", problem: "\(error)")
        }
    }

    /// Reads everything.
    ///
    /// - Parameter progress: Gets how many entries are read, now and then.
    /// - Throws: With the first place that is not good.
    public mutating func run(
        progress: (UInt64) -> Void = { _ in },
        visit: (RecordEntry, SHA256Digest) throws(MerkleError) -> Void = { _, _ in }
    ) throws(MerkleError) -> Report {
        while report.entryCount < checkpoint.size {
            let first = report.entryCount
            let width = Int(min(checkpoint.size - first, UInt64(Tile.fullWidth)))
            let tile = Tile(.entries, index: first / UInt64(Tile.fullWidth), width: width)
            try read(tile, visit)
            progress(report.entryCount)
        }
        for (tile, hashes) in builder.partialTiles { try compare(tile, hashes) }
        let root = builder.root(hasher)
        guard root == checkpoint.root else {
            throw .refused(
                "the \(checkpoint.size) entries have the root \(Base64.encode(root.bytes)), the checkpoint says "
                    + Base64.encode(checkpoint.root.bytes)
            )
        }
        return report
    }

    private mutating func read(
        _ tile: Tile,
        _ visit: (RecordEntry, SHA256Digest) throws(MerkleError) -> Void
    ) throws(MerkleError) {
        let (bundle, path) = try contents(tile)
        let ranges: [Range<Int>]
        do throws(MerkleError) {
            let all = path == tile.path ? tile.width : Tile.fullWidth
            ranges = Array(try EntryBundle.entries(bundle, count: all).prefix(tile.width))
        } catch {
            throw .refused("\(path): \(error)")
        }
        var hashes: [SHA256Digest] = []
        for range in ranges {
            let leaf = bundle.withUnsafeBytes { hasher.leaf(UnsafeRawBufferPointer(rebasing: $0[range])) }
            let entry: RecordEntry
            do throws(MerkleError) {
                entry = try RecordEntry(parsing: Array(bundle[range]))
                try check(entry)
            } catch {
                throw .refused("\(path), entry \(report.entryCount): \(error)")
            }
            try visit(entry, leaf)
            if RecordEntry.changesConfiguration(kind: entry.kind) {
                report.configuration = RecordEntry.configuration(
                    after: report.configuration,
                    leaf: leaf,
                    hasher: hasher.plain
                )
            }
            report.chain = hasher.plain.digest(report.chain.bytes + leaf.bytes)
            report.entryCount += 1
            report.byteCount += UInt64(range.count)
            hashes.append(leaf)
        }
        try compareLeaves(tile, hashes)
        for hash in hashes {
            builder.append(hash, hasher: hasher) { full.append($0) }
            while let mark = marks.first, mark.size == builder.size {
                guard builder.root(hasher) == mark.root else {
                    throw .refused("the first \(mark.size) entries have another root than the key was replaced over")
                }
                marks.removeFirst()
            }
        }
        for tile in full { try compare(tile.tile, tile.hashes) }
        full.removeAll(keepingCapacity: true)
    }

    private mutating func check(_ entry: RecordEntry) throws(MerkleError) {
        guard entry.lsn == report.entryCount + 1 else {
            throw .refused("it is record \(entry.lsn), where record \(report.entryCount + 1) belongs")
        }
        if let journal = report.journal {
            guard entry.journal == journal else { throw .refused("it is of another journal") }
        } else {
            report.journal = entry.journal
        }
        guard entry.configuration == report.configuration else {
            throw .refused("it was decided under another configuration than the records before it make")
        }
    }

    /// Says which entry it is, where comparing the tile could only say which tile.
    private func compareLeaves(_ entries: Tile, _ hashes: [SHA256Digest]) throws(MerkleError) {
        let tile = Tile(.hashes(level: 0), index: entries.index, width: entries.width)
        let stored = try storedHashes(tile)
        for (offset, (mine, theirs)) in zip(hashes, stored).enumerated() where mine != theirs {
            let index = entries.index * UInt64(Tile.fullWidth) + UInt64(offset)
            throw .refused("entry \(index) (record \(index + 1)) is not the one whose hash is in \(tile.path)")
        }
    }

    private func compare(_ tile: Tile, _ hashes: [SHA256Digest]) throws(MerkleError) {
        guard try storedHashes(tile) == hashes else {
            throw .refused("\(tile.path) does not have the hashes of what lies below it")
        }
    }

    private func storedHashes(_ tile: Tile) throws(MerkleError) -> [SHA256Digest] {
        let (bytes, path) = try contents(tile)
        do throws(MerkleError) {
            let all = path == tile.path ? tile : Tile(tile.content, index: tile.index, width: Tile.fullWidth)
            return Array(try all.hashes(bytes).prefix(tile.width))
        } catch {
            throw .refused("\(path): \(error)")
        }
    }

    /// A tile's bytes, or those of the full one that has replaced it.
    private func contents(_ tile: Tile) throws(MerkleError) -> (bytes: [UInt8], path: String) {
        if let bytes = try source(tile.path) { return (bytes, tile.path) }
        let fullTile = Tile(tile.content, index: tile.index, width: Tile.fullWidth)
        if !tile.isFull, let bytes = try source(fullTile.path) { return (bytes, fullTile.path) }
        throw .refused("\(tile.path) is missing")
    }
}
