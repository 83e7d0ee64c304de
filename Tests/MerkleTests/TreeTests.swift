import Cryptography
import Merkle
import Testing

@Suite struct TreeTests {
    /// The leaves and roots that implementations of RFC 6962 are compared by.
    @Test func rootsAreThoseOfOtherImplementations() throws {
        let leaves = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        let memory = try TileMemory()
        #expect(memory.root.description == roots[0])
        for (leaf, root) in zip(leaves, roots.dropFirst()) {
            memory.append(
                stride(from: 0, to: leaf.count, by: 2).compactMap { UInt8(leaf.dropFirst($0).prefix(2), radix: 16) }
            )
            #expect(memory.root.description == root)
        }
    }

    private static func leaves(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("leaf \($0)".utf8) } }

    @Test func rootsOfGrowingTreesAreThoseOfTheDefinition() throws {
        let slow = SlowTree(leaves: Self.leaves(1_030))
        let memory = try TileMemory()
        let sizes = Set([0, 1, 2, 3, 4, 5, 7, 8, 127, 128, 129, 255, 256, 257, 511, 512, 513, 700, 1_023, 1_024, 1_029])
        for size in 0..<slow.leaves.count {
            if sizes.contains(size) {
                let root = try slow.root(0..<size)
                #expect(memory.root == root, "\(size)")
                #expect(try memory.reopenedRoot() == root, "\(size)")
                var tree = try memory.tree()
                #expect(try tree.root() == root, "\(size)")
                #expect(try tree.root(size: UInt64(size / 2)) == slow.root(0..<size / 2), "\(size)")
            }
            memory.append(slow.leaves[size])
        }
    }

    @Test func proofsAreThoseOfTheDefinitionAndHold() throws {
        let slow = SlowTree(leaves: Self.leaves(40))
        let memory = try TileMemory()
        for leaf in slow.leaves { memory.append(leaf) }
        var tree = try memory.tree()
        let hasher = try TreeHasher()
        for size in 1...40 {
            let root = try slow.root(0..<size)
            for index in 0..<size {
                let path = try tree.inclusionProof(of: UInt64(index), size: UInt64(size))
                #expect(try path == slow.path(index, 0..<size))
                try ProofCheck.inclusion(
                    leaf: hasher.leaf(slow.leaves[index]),
                    index: UInt64(index),
                    size: UInt64(size),
                    path: path,
                    root: root,
                    hasher: hasher
                )
            }
            for old in 0...size {
                let path = try tree.consistencyProof(from: UInt64(old), to: UInt64(size))
                if old > 0 { #expect(try path == slow.consistency(old, 0..<size)) }
                try ProofCheck.consistency(
                    old: (UInt64(old), try slow.root(0..<old)),
                    new: (UInt64(size), root),
                    path: path,
                    hasher: hasher
                )
            }
        }
    }

    @Test(arguments: [(255, 254), (256, 255), (257, 256), (511, 100), (65_537, 65_536), (65_800, 3), (66_000, 65_791)])
    func proofsHoldWhereTilesEnd(size: Int, index: Int) throws {
        let memory = try TileMemory()
        var oldRoot: SHA256Digest?
        for number in 0..<size {
            if number == index { oldRoot = memory.root }
            memory.append(Array("\(number)".utf8))
        }
        var tree = try memory.tree()
        let hasher = try TreeHasher()
        #expect(try tree.root() == memory.root)
        #expect(try tree.leaf(UInt64(index)) == hasher.leaf(Array("\(index)".utf8)))
        try ProofCheck.inclusion(
            leaf: tree.leaf(UInt64(index)),
            index: UInt64(index),
            size: UInt64(size),
            path: tree.inclusionProof(of: UInt64(index), size: UInt64(size)),
            root: memory.root,
            hasher: hasher
        )
        try ProofCheck.consistency(
            old: (UInt64(index), try #require(oldRoot)),
            new: (UInt64(size), memory.root),
            path: tree.consistencyProof(from: UInt64(index), to: UInt64(size)),
            hasher: hasher
        )
    }

    /// Another leaf, place, size or root, and each hash changed, left out, doubled or added, for all trees of up to 17.
    @Test func nothingElseIsProved() throws {
        let slow = SlowTree(leaves: Self.leaves(17))
        let hasher = try TreeHasher()
        func holds(_ leaf: SHA256Digest, _ index: Int, _ size: Int, _ path: [SHA256Digest], _ root: SHA256Digest)
            -> Bool
        {
            (try? ProofCheck.inclusion(
                leaf: leaf,
                index: UInt64(index),
                size: UInt64(size),
                path: path,
                root: root,
                hasher: hasher
            )) != nil
        }
        for size in 1...17 {
            let root = try slow.root(0..<size)
            for index in 0..<size {
                let leaf = hasher.leaf(slow.leaves[index])
                let path = try slow.path(index, 0..<size)
                #expect(holds(leaf, index, size, path, root))
                #expect(!holds(.zero, index, size, path, root))
                #expect(!holds(leaf, index, size, path, .zero))
                for other in 0...size + 1 where other != index { #expect(!holds(leaf, other, size, path, root)) }
                for wrong in Self.variations(of: path) { #expect(!holds(leaf, index, size, wrong, root)) }
            }
        }
    }

    @Test func noForkIsConsistent() throws {
        let slow = SlowTree(leaves: Self.leaves(17))
        let hasher = try TreeHasher()
        func holds(_ old: (UInt64, SHA256Digest), _ new: (UInt64, SHA256Digest), _ path: [SHA256Digest]) -> Bool {
            (try? ProofCheck.consistency(old: old, new: new, path: path, hasher: hasher)) != nil
        }
        for size in 1...17 {
            for old in 1...size {
                let oldHead = (UInt64(old), try slow.root(0..<old))
                let newHead = (UInt64(size), try slow.root(0..<size))
                let path = try slow.consistency(old, 0..<size)
                #expect(holds(oldHead, newHead, path))
                #expect(!holds((UInt64(old), .zero), newHead, path))
                #expect(!holds(oldHead, (UInt64(size), .zero), path))
                #expect(!holds(newHead, oldHead, path) || old == size)
                for wrong in Self.variations(of: path) { #expect(!holds(oldHead, newHead, wrong)) }
            }
        }
    }

    private static func variations(of path: [SHA256Digest]) -> [[SHA256Digest]] {
        var variations = [path + [.zero], [.zero] + path]
        for index in path.indices {
            var changed = path
            changed[index] = .zero
            var shorter = path
            shorter.remove(at: index)
            variations += [changed, shorter]
        }
        return variations
    }

    @Test(arguments: [
        (Tile(.hashes(level: 0), index: 0, width: 256), "tile/0/000"),
        (Tile(.hashes(level: 2), index: 0, width: 1), "tile/2/000.p/1"),
        (Tile(.hashes(level: 0), index: 1_234_067, width: 256), "tile/0/x001/x234/067"),
        (Tile(.entries, index: 999, width: 255), "tile/entries/999.p/255"),
        (Tile(.entries, index: 1_000, width: 256), "tile/entries/x001/000"),
    ])
    func tilesHaveTheNamesOfTheSpecification(tile: Tile, path: String) {
        #expect(tile.path == path)
    }

    /// The example of the specification: 70,000 leaves.
    @Test func aTreeHasTheTilesOfTheSpecification() throws {
        var builder = TreeBuilder()
        let hasher = try TreeHasher()
        var full: [Int: Int] = [:]
        for number in 0..<70_000 {
            let leaf = hasher.leaf(Array("\(number)".utf8))
            builder.append(leaf, hasher: hasher) { tile in
                if case .hashes(let level) = tile.tile.content { full[level, default: 0] += 1 }
            }
        }
        #expect(full == [0: 273, 1: 1])
        #expect(builder.partialTiles.map(\.tile.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
    }

    @Test func aMissingOrShortTileIsNamed() throws {
        var missing = try TiledTree(size: 300) { tile throws(MerkleError) in
            throw .unreadable(path: tile.path, problem: "gone")
        }
        #expect(throws: MerkleError.unreadable(path: "tile/0/001.p/44", problem: "gone")) { try missing.leaf(299) }
        var short = try TiledTree(size: 300) { _ throws(MerkleError) in [1, 2, 3] }
        #expect(throws: MerkleError.malformed(what: "tile tile/0/000", problem: "it has 3 bytes, not 8192")) {
            try short.leaf(0)
        }
    }

    @Test func entriesAreReadBackOrRefused() throws {
        let entries: [[UInt8]] = [[], [1], [UInt8](repeating: 7, count: 300), [UInt8](repeating: 9, count: 65_535)]
        var bundle: [UInt8] = []
        for entry in entries { EntryBundle.append(entry, to: &bundle) }
        #expect(bundle.prefix(7) == [0, 0, 0, 1, 1, 1, 44])
        #expect(try EntryBundle.entries(bundle, count: 4).map { Array(bundle[$0]) } == entries)
        #expect(throws: MerkleError.self) { try EntryBundle.entries(bundle, count: 3) }
        for end in [1, 3, 6, 100, bundle.count - 1] {
            #expect(throws: MerkleError.self) { try EntryBundle.entries(Array(bundle[..<end]), count: 4) }
        }
    }
}
