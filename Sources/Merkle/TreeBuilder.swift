public import Cryptography

/// A tree that grows leaf by leaf, and keeps of it only the tiles that are not full yet.
public struct TreeBuilder: ~Copyable {
    /// A tile that became full.
    public struct FullTile: Sendable {
        /// Which one.
        public let tile: Tile
        /// Its 256 hashes.
        public let hashes: [SHA256Digest]
    }

    /// How many leaves it has.
    public private(set) var size: UInt64 = 0
    /// By level, the hashes behind the last full tile.
    private var partial: [[SHA256Digest]] = []

    /// The tree without leaves.
    public init() {}

    /// The tree of a size, from its tiles.
    ///
    /// - Parameter hashes: Gives the hashes of a tile, as many as it is wide.
    /// - Throws: What `hashes` throws.
    public init(
        size: UInt64,
        hashes: (Tile) throws(MerkleError) -> [SHA256Digest]
    ) throws(MerkleError) {
        self.size = size
        var level = 0
        while size >> UInt64(Tile.height * level) > 0 {
            let available = size >> UInt64(Tile.height * level)
            let width = Int(available % UInt64(Tile.fullWidth))
            var nodes: [SHA256Digest] = []
            nodes.reserveCapacity(Tile.fullWidth)
            if width > 0 {
                let tile = Tile(.hashes(level: level), index: available / UInt64(Tile.fullWidth), width: width)
                nodes.append(contentsOf: try hashes(tile))
                precondition(nodes.count == width, "a tile has as many hashes as it is wide")
            }
            partial.append(nodes)
            level += 1
            if level > Tile.levelMax { break }
        }
    }

    /// Adds a leaf by its hash.
    ///
    /// - Parameter full: Gets each tile that became full, from the leaves up.
    /// - Complexity: O(1) on average: a node's hash for each leaf.
    public mutating func append(
        _ leaf: SHA256Digest,
        hasher: borrowing TreeHasher,
        full: (FullTile) -> Void
    ) {
        size += 1
        var node = leaf
        var level = 0
        while true {
            if level == partial.count {
                partial.append([])
                partial[level].reserveCapacity(Tile.fullWidth)
            }
            partial[level].append(node)
            guard partial[level].count == Tile.fullWidth else { return }
            let index = (size >> UInt64(Tile.height * level)) / UInt64(Tile.fullWidth) - 1
            full(FullTile(tile: Tile(.hashes(level: level), index: index, width: 256), hashes: partial[level]))
            node = hasher.subtree(partial[level][...])
            partial[level].removeAll(keepingCapacity: true)
            level += 1
        }
    }

    /// The tree's hash as it is now.
    public func root(_ hasher: borrowing TreeHasher) -> SHA256Digest {
        var root: SHA256Digest?
        for nodes in partial {
            // From the right: the smaller a complete subtree, the further right it stands.
            var end = nodes.count
            var width = 1
            while end > 0 {
                if end & width != 0 {
                    let left = hasher.subtree(nodes[(end - width)..<end])
                    root = root.map { hasher.parent(left, $0) } ?? left
                    end -= width
                }
                width *= 2
            }
        }
        return root ?? hasher.emptyRoot
    }

    /// The tiles at its edge that are not full and not empty, from the leaves up.
    public var partialTiles: [(tile: Tile, hashes: [SHA256Digest])] {
        partial.indices.compactMap { level in
            guard !partial[level].isEmpty else { return nil }
            let index = (size >> UInt64(Tile.height * level)) / UInt64(Tile.fullWidth)
            return (Tile(.hashes(level: level), index: index, width: partial[level].count), partial[level])
        }
    }
}
