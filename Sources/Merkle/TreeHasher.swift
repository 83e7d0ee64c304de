public import Cryptography

/// The hashes of a Merkle tree (RFC 6962, section 2.1) with SHA-256. One thread at a time.
public struct TreeHasher: ~Copyable {
    /// For digests of other things than leaves and nodes.
    public let plain: SHA256
    // SAFETY: owned by this value alone; a node's 65 bytes are put together here.
    private let node: UnsafeMutableRawBufferPointer

    /// Makes a hasher.
    ///
    /// - Throws: `.unavailable`, when OpenSSL's configuration offers no SHA-256.
    public init() throws(CryptographyError) {
        plain = try SHA256()
        node = .allocate(byteCount: 65, alignment: 8)
        node[0] = 1
    }

    deinit { node.deallocate() }

    /// The hash of the tree without leaves.
    public var emptyRoot: SHA256Digest { plain.digest([]) }

    /// The hash of a leaf with this content.
    public func leaf(_ content: [UInt8]) -> SHA256Digest {
        content.withUnsafeBytes { leaf($0) }
    }

    /// The hash of a leaf with this content.
    public func leaf(_ content: UnsafeRawBufferPointer) -> SHA256Digest {
        withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { prefix in
            prefix[0] = 0
            return plain.digest(UnsafeRawBufferPointer(prefix), content)
        }
    }

    /// The hash of a leaf whose content stands behind a first byte of zero.
    ///
    /// - Complexity: one digest over the bytes, which is quicker than `leaf(_:)` by a call into the library.
    public func prefixedLeaf(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest {
        precondition(bytes.first == 0, "a leaf is hashed behind a zero")
        return plain.digest(bytes)
    }

    /// The hash of a node with these children.
    public func parent(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        left.withBytes { UnsafeMutableRawBufferPointer(rebasing: node[1..<33]).copyMemory(from: $0) }
        right.withBytes { UnsafeMutableRawBufferPointer(rebasing: node[33..<65]).copyMemory(from: $0) }
        return plain.digest(UnsafeRawBufferPointer(node))
    }

    /// The hash of the complete tree over nodes: their number must be a power of two.
    public func subtree(_ nodes: ArraySlice<SHA256Digest>) -> SHA256Digest {
        precondition(nodes.count.nonzeroBitCount == 1, "a complete tree has a power of two of leaves")
        var level = Array(nodes)
        var count = level.count
        while count > 1 {
            count /= 2
            for index in 0..<count { level[index] = parent(level[2 * index], level[2 * index + 1]) }
        }
        return level[0]
    }
}
