public import Cryptography

/// Checks proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2).
public enum ProofCheck {
    /// A tree of less than 2^63 leaves has as many levels at most.
    static let hashCountMax = 63

    /// Whether a leaf is in a tree at a place.
    ///
    /// - Throws: `.refused`, which says why not.
    public static func inclusion(
        leaf: SHA256Digest,
        index: UInt64,
        size: UInt64,
        path: [SHA256Digest],
        root: SHA256Digest,
        hasher: borrowing TreeHasher
    ) throws(MerkleError) {
        guard index < size else { throw .refused("the tree has \(size) leaves, and no leaf \(index)") }
        var hash = leaf
        try walk(path[...], "inclusion", node: index, last: size - 1) { sibling, isLeft in
            hash = isLeft ? hasher.parent(sibling, hash) : hasher.parent(hash, sibling)
        }
        guard hash == root else { throw .refused("the inclusion proof leads to another root than the checkpoint's") }
    }

    /// Whether a tree begins with all of another.
    ///
    /// - Throws: `.refused`, which says why not.
    public static func consistency(
        old: (size: UInt64, root: SHA256Digest),
        new: (size: UInt64, root: SHA256Digest),
        path: [SHA256Digest],
        hasher: borrowing TreeHasher
    ) throws(MerkleError) {
        guard old.size <= new.size else {
            throw .refused("the newer tree has \(new.size) leaves, fewer than the older with \(old.size)")
        }
        if old.size == new.size || old.size == 0 {
            guard path.isEmpty else { throw .refused("the consistency proof has hashes where none are needed") }
            guard old.size == 0 || old.root == new.root else {
                throw .refused("two trees of \(old.size) leaves have different roots: one history was replaced")
            }
            guard old.size > 0 || old.root == hasher.emptyRoot else {
                throw .refused("the tree without leaves has another root")
            }
            return
        }
        var rest = path[...]
        var hash: SHA256Digest
        if old.size.nonzeroBitCount == 1 {
            hash = old.root
        } else {
            guard let first = rest.popFirst() else { throw .refused("the consistency proof has no hash") }
            hash = first
        }
        var oldHash = hash
        // The older tree's last complete part is the part that the walk starts from.
        let height = (~(old.size - 1)).trailingZeroBitCount
        try walk(rest, "consistency", node: (old.size - 1) >> height, last: (new.size - 1) >> height) {
            sibling,
            isLeft in
            if isLeft { oldHash = hasher.parent(sibling, oldHash) }
            hash = isLeft ? hasher.parent(sibling, hash) : hasher.parent(hash, sibling)
        }
        guard oldHash == old.root else {
            throw .refused("the newer tree does not begin with the older one of \(old.size) leaves: a fork")
        }
        guard hash == new.root else { throw .refused("the consistency proof leads to another root than the newer") }
    }

    /// Goes from a node up to the root and tells of each sibling whether it is on the left.
    ///
    /// - Parameters:
    ///   - node: The node's number on its level.
    ///   - last: The last node's number on that level.
    private static func walk(
        _ path: ArraySlice<SHA256Digest>,
        _ proof: String,
        node: UInt64,
        last: UInt64,
        step: (_ sibling: SHA256Digest, _ isLeft: Bool) -> Void
    ) throws(MerkleError) {
        var node = node
        var last = last
        for sibling in path {
            guard last > 0 else { throw .refused("the \(proof) proof has more hashes than the tree has levels") }
            let isLeft = node & 1 == 1 || node == last
            step(sibling, isLeft)
            // The last node of an odd level has no sibling there: it goes up until it has one.
            while isLeft, node & 1 == 0, node != 0 {
                node >>= 1
                last >>= 1
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .refused("the \(proof) proof has fewer hashes than the tree has levels") }
    }
}
