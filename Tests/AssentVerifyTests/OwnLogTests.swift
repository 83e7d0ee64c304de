import Cryptography
import Foundation
import Merkle
import Testing

/// Hashes for a test that makes its own.
enum TreeHasherForTests {
    static func leaf(_ content: [UInt8]) throws -> [UInt8] { try TreeHasher().leaf(content).bytes }
}

/// The Python implementation takes what ours writes, and nothing that was changed in it.
@Suite final class OwnLogTests {
    private let scratch: Scratch
    private let hasher: TreeHasher
    private let log: SignerKey
    private let witness: SignerKey
    private var entries: [RecordEntry] = []
    private var tiles: [String: [UInt8]] = [:]
    private var builder = TreeBuilder()
    private var bundle: [UInt8] = []
    private var configuration = SHA256Digest.zero

    init() throws {
        scratch = try Scratch()
        hasher = try TreeHasher()
        let seeds = [7, 8].map { SHA256Digest([UInt8](repeating: $0, count: 32)) ?? .zero }
        log = try SignerKey(name: "swift.example/log", algorithm: .ed25519, seed: seeds[0])
        witness = try SignerKey(name: "swift.example/witness", algorithm: .cosignature, seed: seeds[1])
    }

    private func part(_ lsn: UInt64) throws -> ClosedPart {
        ClosedPart(
            salt: hasher.plain.digest(Array("salt \(lsn)".utf8)),
            pieces: [
                ClosedPart.Piece(offset: 0, bytes: Array("Lindenhof".utf8)),
                ClosedPart.Piece(offset: 12, bytes: Array("Bern".utf8)),
            ]
        )
    }

    private func append() throws {
        let lsn = builder.size + 1
        let entry = RecordEntry(
            kind: lsn % 11 == 0 ? 0x10A3 : 0x0101,
            lsn: lsn,
            time: -5 + Int64(lsn),
            journal: Array(100..<116),
            configuration: configuration,
            commitments: [try part(lsn).commitment(number: 0, lsn: lsn, hasher: hasher.plain)],
            open: Array("abc\(lsn)".utf8)
        )
        entries.append(entry)
        EntryBundle.append(entry.encoded, to: &bundle)
        let leaf = hasher.leaf(entry.encoded)
        builder.append(leaf, hasher: hasher) { tiles[$0.tile.path] = Tile.bytes($0.hashes) }
        if RecordEntry.changesConfiguration(kind: entry.kind) {
            configuration = RecordEntry.configuration(after: configuration, leaf: leaf, hasher: hasher.plain)
        }
        if lsn % 256 == 0 { flushBundle(lsn / 256 - 1, 256) }
    }

    private func flushBundle(_ index: UInt64, _ width: Int) {
        guard width > 0 else { return }
        tiles[Tile(.entries, index: index, width: width).path] = bundle
        bundle = []
    }

    private func note() throws -> SignedNote {
        let checkpoint = Checkpoint(origin: log.verifier.name, size: builder.size, root: builder.root(hasher))
        var note = SignedNote(text: checkpoint.text)
        try log.sign(&note)
        try witness.sign(&note, time: 1_763_000_000 + builder.size)
        return note
    }

    private func writeLog(_ note: SignedNote) throws -> TiledTree {
        flushBundle(builder.size / 256, Int(builder.size % 256))
        for (tile, hashes) in builder.partialTiles { tiles[tile.path] = Tile.bytes(hashes) }
        for (path, bytes) in tiles { try scratch.write(path, bytes) }
        try scratch.write("checkpoint", Array(note.encoded.utf8))
        let tiles = tiles
        return try TiledTree(size: builder.size) { tile throws(MerkleError) in
            guard let bytes = tiles[tile.path] else { throw .unreadable(path: tile.path, problem: "not there") }
            return bytes
        }
    }

    @Test(arguments: [1, 3, 256, 600])
    func aLogWithItsProofsIsTakenByPython(count: Int) throws {
        var old: SignedNote?
        for number in 1...count {
            try append()
            if number == (count + 1) / 2 { old = try note() }
        }
        var tree = try writeLog(try note())
        let key = log.verifier.encoded
        let whole = try Programs.python("log", scratch.directory, key)
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(whole.output == "\(count)\n")

        let note = try note()
        for lsn in Set([1, (count + 1) / 2, count]).sorted() {
            let proof = InclusionProof(
                extra: RecordDisclosure(entry: entries[lsn - 1], parts: [0: try part(UInt64(lsn))]).encoded,
                index: UInt64(lsn - 1),
                path: try tree.inclusionProof(of: UInt64(lsn - 1), size: UInt64(count)),
                checkpoint: note
            )
            try scratch.write("proof", Array(proof.encoded.utf8))
            let end = try Programs.python("proof", scratch.path("proof"), key, witness.verifier.encoded)
            let payload = "Lindenhofabc" + "Bern\(lsn)"
            let hexadecimal = payload.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(end.output == "\(lsn) \(hexadecimal)\n", "\(end.errors)")
        }

        let older = try #require(old)
        let oldSize = UInt64((count + 1) / 2)
        let proof = ConsistencyProof(
            oldSize: oldSize,
            path: try tree.consistencyProof(from: oldSize, to: UInt64(count)),
            checkpoint: note
        )
        try scratch.write("old", Array(older.encoded.utf8))
        try scratch.write("consistency", Array(proof.encoded.utf8))
        let end = try Programs.python("consistency", scratch.path("consistency"), scratch.path("old"), key)
        #expect(end.output == "consistent\n", "\(end.errors)")
    }

    /// Every 61st bit: plain Python needs milliseconds for a signature.
    @Test func pythonRefusesFlippedBits() throws {
        for _ in 1...5 { try append() }
        let note = try note()
        var tree = try writeLog(note)
        let proof = InclusionProof(
            extra: RecordDisclosure(entry: entries[2], parts: [0: try part(3)]).encoded,
            index: 2,
            path: try tree.inclusionProof(of: 2, size: 5),
            checkpoint: note
        )
        let keys = "\(log.verifier.encoded)\t\(witness.verifier.encoded)"
        let good = try goodAfterRefusals(of: Array(proof.encoded.utf8), command: "proof", keys: keys, everyBit: 61)
        #expect(good.hasPrefix("3 "))
    }

    /// Has one process check the bytes with one bit flipped, each so-manieth in turn, all of which it must refuse, and
    /// then as they are.
    ///
    /// - Returns: What it says of them as they are.
    private func goodAfterRefusals(of bytes: [UInt8], command: String, keys: String, everyBit: Int) throws -> Substring
    {
        var input = ""
        let bits = Array(stride(from: 0, to: bytes.count * 8, by: everyBit))
        for bit in bits {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            try scratch.write("flipped/\(bit)", flipped)
            input += "\(command)\t\(scratch.path("flipped/\(bit)"))\t\(keys)\n"
        }
        try scratch.write("good", bytes)
        input += "\(command)\t\(scratch.path("good"))\t\(keys)\n"
        let end = try Programs.python("serve", input: input)
        #expect(end.status == 0, "\(end.errors)")
        let lines = end.output.split(separator: "\n")
        #expect(lines.count == bits.count + 1)
        for (bit, line) in zip(bits, lines) { #expect(line.hasPrefix("refused: "), "bit \(bit): \(line)") }
        return try #require(lines.last)
    }

    /// The statement of a change of keys, over a tree of this log or of none.
    private func statement(over size: UInt64, root: SHA256Digest) throws -> (text: [UInt8], key: SignerKey) {
        let seed = try #require(SHA256Digest([UInt8](repeating: 9, count: 32)))
        let new = try SignerKey(name: log.verifier.name, algorithm: .ed25519, seed: seed)
        let rotation = try KeyRotation(
            checkpoint: Checkpoint(origin: log.verifier.name, size: size, root: root),
            time: 1_763_000_000,
            former: log.verifier,
            key: new.verifier
        )
        return (Array(try rotation.note(former: log, new: new).encoded.utf8), new)
    }

    @Test func aReplacedKeyIsFollowedByPython() throws {
        for _ in 1...300 { try append() }
        let (size, root) = (builder.size, builder.root(hasher))
        let (statement, new) = try statement(over: size, root: root)
        for _ in 1...100 { try append() }
        let head = Checkpoint(origin: log.verifier.name, size: builder.size, root: builder.root(hasher))
        var note = SignedNote(text: head.text)
        try new.sign(&note)
        _ = try writeLog(note)
        try scratch.write("rotations", statement)
        let first = log.verifier.encoded
        #expect(try Programs.python("log", scratch.directory, first).output == "400\n")
        #expect(try Programs.verify("log", scratch.directory, "--key", first).status == 0)
        // The former key cannot sign the larger tree.
        var late = SignedNote(text: head.text)
        try log.sign(&late)
        try scratch.write("late", Array(late.encoded.utf8))
        let refused = try Programs.python("rotations", scratch.path("rotations"), first, scratch.path("late"))
        #expect(refused.errors.contains("not this key's to sign"), "\(refused.errors)")
        // A statement over another tree is signed as it should be, and the log is not of it.
        try scratch.write("rotations", try self.statement(over: size, root: hasher.emptyRoot).text)
        let ours = try Programs.verify("log", scratch.directory, "--key", first)
        #expect(ours.status == 1)
        #expect(ours.errors.contains("the first 300 entries have another root than the key was replaced over"))
        #expect(try Programs.python("log", scratch.directory, first).status == 1)
    }

    @Test func pythonRefusesFlippedBitsOfAStatement() throws {
        let (statement, _) = try statement(over: 5, root: hasher.emptyRoot)
        let good = try goodAfterRefusals(of: statement, command: "rotations", keys: log.verifier.encoded, everyBit: 43)
        #expect(good.hasPrefix("swift.example/log+"))
    }
}
