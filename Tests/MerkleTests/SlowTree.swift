import Cryptography
import Merkle

/// The definitions of RFC 6962, section 2.1, word by word, over all leaves at once.
struct SlowTree {
    let leaves: [[UInt8]]

    func root(_ range: Range<Int>) throws -> SHA256Digest {
        let hasher = try SHA256()
        switch range.count {
        case 0: return hasher.digest([])
        case 1: return hasher.digest([0] + leaves[range.lowerBound])
        default:
            let middle = range.lowerBound + split(range.count)
            return hasher.digest(
                [1] + (try root(range.lowerBound..<middle).bytes) + (try root(middle..<range.upperBound).bytes)
            )
        }
    }

    /// PATH(m, D[n])
    func path(_ leaf: Int, _ range: Range<Int>) throws -> [SHA256Digest] {
        guard range.count > 1 else { return [] }
        let middle = range.lowerBound + split(range.count)
        return leaf < middle
            ? try path(leaf, range.lowerBound..<middle) + [try root(middle..<range.upperBound)]
            : try path(leaf, middle..<range.upperBound) + [try root(range.lowerBound..<middle)]
    }

    /// SUBPROOF(m, D[n], b), with m counted from the first leaf.
    func consistency(_ old: Int, _ range: Range<Int>, _ isWhole: Bool = true) throws -> [SHA256Digest] {
        if old == range.upperBound { return isWhole ? [] : [try root(range)] }
        let middle = range.lowerBound + split(range.count)
        return old <= middle
            ? try consistency(old, range.lowerBound..<middle, isWhole) + [try root(middle..<range.upperBound)]
            : try consistency(old, middle..<range.upperBound, false) + [try root(range.lowerBound..<middle)]
    }

    private func split(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }
}

/// The tiles of a growing tree, in memory, as a log that made a checkpoint at its present size stores them.
final class TileMemory {
    private var builder = TreeBuilder()
    private let hasher: TreeHasher
    private var tiles: [String: [UInt8]] = [:]

    init() throws { hasher = try TreeHasher() }

    var size: UInt64 { builder.size }
    var root: SHA256Digest { builder.root(hasher) }

    func append(_ leaf: [UInt8]) {
        builder.append(hasher.leaf(leaf), hasher: hasher) { tiles[$0.tile.path] = Tile.bytes($0.hashes) }
    }

    /// A tree over the tiles of now.
    func tree() throws -> TiledTree {
        var tiles = tiles
        for (tile, hashes) in builder.partialTiles { tiles[tile.path] = Tile.bytes(hashes) }
        return try TiledTree(size: size) { tile throws(MerkleError) in
            guard let bytes = tiles[tile.path] else { throw .unreadable(path: tile.path, problem: "not there") }
            return bytes
        }
    }

    /// The builder that a start makes of the tiles of now.
    func reopenedRoot() throws -> SHA256Digest {
        var partial: [String: [SHA256Digest]] = [:]
        for (tile, hashes) in builder.partialTiles { partial[tile.path] = hashes }
        let reopened = try TreeBuilder(size: size) { tile throws(MerkleError) in
            guard let hashes = partial[tile.path] else { throw .unreadable(path: tile.path, problem: "not there") }
            return hashes
        }
        return reopened.root(hasher)
    }
}
