public import Cryptography

/// A tree that lies in tiles: hashes of parts of it, and proofs.
///
/// It believes the tiles; whoever does not, checks what it says against a signed root.
public struct TiledTree: ~Copyable {
    /// Gives the bytes of a tile, or of a wider one of the same place.
    public typealias Source = (Tile) throws(MerkleError) -> [UInt8]

    /// How many leaves it has.
    public let size: UInt64
    private let hasher: TreeHasher
    private let source: Source
    private var cache: [Tile: [SHA256Digest]] = [:]
    private static let cachedTileCountMax = 512

    /// - Throws: `.unreadable`, when OpenSSL cannot hash.
    public init(size: UInt64, source: @escaping Source) throws(MerkleError) {
        self.size = size
        self.source = source
        do throws(CryptographyError) {
            hasher = try TreeHasher()
        } catch {
            throw .unreadable(path: "the tree", problem: "\(error)")
        }
    }

    /// The hash of the whole tree, or of the one that it was when it had so many leaves.
    ///
    /// - Throws: `.unreadable` and `.malformed`, when a tile is not there or not whole.
    public mutating func root(size: UInt64? = nil) throws(MerkleError) -> SHA256Digest {
        let size = size ?? self.size
        precondition(size <= self.size, "a tree knows what it was, not what it will be")
        return size == 0 ? hasher.emptyRoot : try hash(of: 0..<size)
    }

    /// A leaf's hash.
    public mutating func leaf(_ index: UInt64) throws(MerkleError) -> SHA256Digest {
        precondition(index < size, "the tree has the leaf")
        return try node(index, height: 0)
    }

    /// The hashes that lead from a leaf to the root of the tree at a size, from the bottom up (RFC 6962, 2.1.1).
    ///
    /// - Parameter size: Not more than the tree has; more than `index`.
    public mutating func inclusionProof(of index: UInt64, size: UInt64) throws(MerkleError) -> [SHA256Digest] {
        precondition(index < size && size <= self.size, "the tree has the leaf")
        var range = 0..<size
        var path: [SHA256Digest] = []
        while range.count > 1 {
            let middle = Self.middle(of: range)
            if index < middle {
                path.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return path.reversed()
    }

    /// The hashes that show that the tree at one size begins with the tree at another (RFC 6962, 2.1.2).
    ///
    /// - Parameters:
    ///   - old: From 0; nothing needs to be shown for 0, nor for `size` itself.
    ///   - size: Not more than the tree has.
    public mutating func consistencyProof(from old: UInt64, to size: UInt64) throws(MerkleError) -> [SHA256Digest] {
        precondition(old <= size && size <= self.size, "the tree has both")
        guard old > 0, old < size else { return [] }
        var range = 0..<size
        var path: [SHA256Digest] = []
        // Whether the part that is left begins where the tree begins, so that its old hash is known already.
        var isWhole = true
        while range.upperBound != old {
            let middle = Self.middle(of: range)
            if old <= middle {
                path.append(try hash(of: middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(try hash(of: range.lowerBound..<middle))
                range = middle..<range.upperBound
                isWhole = false
            }
        }
        if !isWhole { path.append(try hash(of: range)) }
        return path.reversed()
    }

    /// Where a tree over these leaves divides: behind the largest power of two that is smaller than their number.
    private static func middle(of range: Range<UInt64>) -> UInt64 {
        let count = range.upperBound - range.lowerBound
        return range.lowerBound + 1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    private mutating func hash(of range: Range<UInt64>) throws(MerkleError) -> SHA256Digest {
        let count = range.upperBound - range.lowerBound
        if count.nonzeroBitCount == 1 {
            let height = count.trailingZeroBitCount
            return try node(range.lowerBound >> UInt64(height), height: height)
        }
        let middle = Self.middle(of: range)
        let left = try hash(of: range.lowerBound..<middle)
        return hasher.parent(left, try hash(of: middle..<range.upperBound))
    }

    /// The hash of a complete subtree.
    private mutating func node(_ index: UInt64, height: Int) throws(MerkleError) -> SHA256Digest {
        let level = height / Tile.height
        let width = 1 << (height % Tile.height)
        let first = index * UInt64(width)
        let nodes = try hashes(.holding(node: first, level: level, treeSize: size))
        let offset = Int(first % UInt64(Tile.fullWidth))
        guard offset + width <= nodes.count else {
            throw .malformed(what: "tile of level \(level)", problem: "it ends before node \(first)")
        }
        return hasher.subtree(nodes[offset..<offset + width])
    }

    private mutating func hashes(_ tile: Tile) throws(MerkleError) -> [SHA256Digest] {
        if let known = cache[tile] { return known }
        let hashes = try tile.hashes(try source(tile))
        if cache.count >= Self.cachedTileCountMax { cache.removeAll(keepingCapacity: true) }
        cache[tile] = hashes
        return hashes
    }
}
