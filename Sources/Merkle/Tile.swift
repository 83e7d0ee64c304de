public import Cryptography

/// Which tile of a tree, or which bundle of entries (C2SP tlog-tiles): a name and a width.
public struct Tile: Hashable, Sendable {
    /// How many hashes or entries a full one has.
    public static let fullWidth = 256
    /// How many levels of a tree lie in one tile.
    public static let height = 8
    /// The highest level that a tree of less than 2^64 leaves has.
    public static let levelMax = 7

    /// What it holds.
    public enum Content: Hashable, Sendable {
        /// Hashes of the tree at a level: 0 for those of leaves, 1 for those of full tiles of level 0.
        case hashes(level: Int)
        /// Entries.
        case entries
    }

    /// What it holds.
    public let content: Content
    /// Its place in its level, from 0.
    public let index: UInt64
    /// How many hashes or entries it has, from 1 to 256.
    public let width: Int

    /// Joins the three.
    public init(_ content: Content, index: UInt64, width: Int) {
        precondition((1...Self.fullWidth).contains(width), "a tile has 1 to 256 hashes")
        self.content = content
        self.index = index
        self.width = width
    }

    /// Whether it will never change.
    public var isFull: Bool { width == Self.fullWidth }

    /// The tile that has this node in a tree of this size: full, or the partial one at the edge.
    ///
    /// - Parameters:
    ///   - level: The tile's level.
    ///   - node: The place of the node among all of its level, which the tree must have.
    static func holding(node: UInt64, level: Int, treeSize: UInt64) -> Tile {
        let available = treeSize >> UInt64(height * level)
        precondition(node < available, "the tree has the node")
        let index = node / UInt64(fullWidth)
        let width = min(available - index * UInt64(fullWidth), UInt64(fullWidth))
        return Tile(.hashes(level: level), index: index, width: Int(width))
    }

    /// Its path below the log's prefix.
    public var path: String {
        var path = "tile/"
        switch content {
        case .hashes(let level): path += "\(level)/"
        case .entries: path += "entries/"
        }
        path += Self.groups(index)
        return isFull ? path : path + ".p/\(width)"
    }

    /// The path of the directory that has the partial ones of this place.
    public var partialsPath: String {
        Tile(content, index: index, width: Self.fullWidth).path + ".p"
    }

    /// A number in groups of three digits, all but the last with an `x` before them.
    private static func groups(_ number: UInt64) -> String {
        var groups: [String] = []
        var rest = number
        repeat {
            let digits = String(rest % 1_000)
            groups.insert(String(repeating: "0", count: 3 - digits.count) + digits, at: 0)
            rest /= 1_000
        } while rest > 0
        return groups.enumerated().map { $0.offset < groups.count - 1 ? "x" + $0.element : $0.element }
            .joined(separator: "/")
    }

    /// The hashes in the bytes of this tile.
    ///
    /// - Throws: `.malformed`, when there are more or fewer bytes than `width` hashes have.
    public func hashes(_ bytes: [UInt8]) throws(MerkleError) -> [SHA256Digest] {
        guard bytes.count == width * SHA256Digest.byteCount else {
            throw .malformed(
                what: "tile \(path)",
                problem: "it has \(bytes.count) bytes, not \(width * SHA256Digest.byteCount)"
            )
        }
        return bytes.withUnsafeBytes { bytes in
            (0..<width).map { SHA256Digest(bytes, at: $0 * SHA256Digest.byteCount) }
        }
    }

    /// The bytes of a tile with these hashes.
    public static func bytes(_ hashes: some Collection<SHA256Digest>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * SHA256Digest.byteCount)
        for hash in hashes { hash.withBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
