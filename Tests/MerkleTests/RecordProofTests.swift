import Cryptography
import Merkle
import Testing

@Suite final class RecordProofTests {
    private static let payload = Array("open1CLOSED1open2CLOSED2".utf8)
    private static let salt = [UInt8](repeating: 0xA5, count: 32)

    private let hasher: TreeHasher
    private let log: SignerKey
    private let witness: SignerKey

    init() throws {
        hasher = try TreeHasher()
        let seeds = [1, 2].map { SHA256Digest([UInt8](repeating: $0, count: 32)) ?? .zero }
        log = try SignerKey(name: "log.example/assent", algorithm: .ed25519, seed: seeds[0])
        witness = try SignerKey(name: "witness.example", algorithm: .cosignature, seed: seeds[1])
    }

    private func part() throws -> ClosedPart {
        ClosedPart(
            salt: try #require(SHA256Digest(Self.salt)),
            pieces: [
                ClosedPart.Piece(offset: 5, bytes: Array("CLOSED1".utf8)),
                ClosedPart.Piece(offset: 17, bytes: Array("CLOSED2".utf8)),
            ]
        )
    }

    private func entry(_ lsn: UInt64) throws -> RecordEntry {
        RecordEntry(
            kind: 0x0100,
            lsn: lsn,
            time: 1_763_000_000_000_000,
            journal: Array(0..<16),
            configuration: .zero,
            commitments: [try part().commitment(number: 0, lsn: lsn, hasher: hasher.plain)],
            open: Array("open1open2".utf8)
        )
    }

    private func proof(of lsn: UInt64, in count: UInt64, parts: [Int: ClosedPart]) throws -> InclusionProof {
        let memory = try TileMemory()
        for number in 1...count { memory.append(try entry(number).encoded) }
        var note = SignedNote(text: Checkpoint(origin: log.verifier.name, size: count, root: memory.root).text)
        try log.sign(&note)
        try witness.sign(&note, time: 1_763_000_001)
        var tree = try memory.tree()
        return InclusionProof(
            extra: RecordDisclosure(entry: try entry(lsn), parts: parts).encoded,
            index: lsn - 1,
            path: try tree.inclusionProof(of: lsn - 1, size: count),
            checkpoint: note
        )
    }

    private func check(_ bytes: [UInt8], key: String, witness: String) throws -> RecordProof {
        let policy = try TrustPolicy(
            logs: [try VerifierKey(parsing: key)],
            witnesses: [try VerifierKey(parsing: witness)]
        )
        return try RecordProof(verifying: try InclusionProof(parsing: bytes), policy: policy, hasher: hasher)
    }

    @Test func aRecordIsProvedWithItsWholePayload() throws {
        let proof = try proof(of: 6, in: 11, parts: [0: part()])
        let checked = try check(
            Array(proof.encoded.utf8),
            key: log.verifier.encoded,
            witness: witness.verifier.encoded
        )
        #expect(checked.checkpoint.size == 11)
        #expect(checked.signers.map(\.key) == [log.verifier, witness.verifier])
        #expect(try checked.record.payload() == Self.payload)
        #expect(try InclusionProof(parsing: Array(proof.encoded.utf8)) == proof)
    }

    @Test func aRecordIsProvedWhenItsTextIsGone() throws {
        let checked = try check(
            Array(try proof(of: 6, in: 11, parts: [:]).encoded.utf8),
            key: log.verifier.encoded,
            witness: witness.verifier.encoded
        )
        #expect(try checked.record.payload() == nil)
        #expect(checked.record.entry == (try entry(6)))
    }

    /// Record, salt, text, place, path, checkpoint, signatures and keys: each bit of them.
    @Test func everyFlippedBitIsRefused() throws {
        let bytes = Array(try proof(of: 6, in: 11, parts: [0: part()]).encoded.utf8)
        let keys = (log.verifier.encoded, witness.verifier.encoded)
        _ = try check(bytes, key: keys.0, witness: keys.1)
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: MerkleError.self, "bit \(bit) of the proof") {
                try check(flipped, key: keys.0, witness: keys.1)
            }
        }
        for (key, isLog) in [(keys.0, true), (keys.1, false)] {
            for bit in 0..<key.utf8.count * 8 {
                var flipped = Array(key.utf8)
                flipped[bit / 8] ^= 1 << (bit % 8)
                let text = String(decoding: flipped, as: UTF8.self)
                #expect(throws: MerkleError.self, "bit \(bit) of a key") {
                    try check(bytes, key: isLog ? text : keys.0, witness: isLog ? keys.1 : text)
                }
            }
        }
    }

    @Test func whatIsCutOffOrAddedIsRefused() throws {
        let bytes = Array(try proof(of: 3, in: 5, parts: [0: part()]).encoded.utf8)
        let keys = (log.verifier.encoded, witness.verifier.encoded)
        for end in 0..<bytes.count {
            #expect(throws: MerkleError.self, "\(end)") {
                try check(Array(bytes[..<end]), key: keys.0, witness: keys.1)
            }
        }
        for byte in 0...UInt8.max {
            #expect(throws: MerkleError.self, "\(byte)") { try check(bytes + [byte], key: keys.0, witness: keys.1) }
        }
    }

    @Test func anotherRecordsProofIsRefused() throws {
        let (sixth, seventh) = (try proof(of: 6, in: 11, parts: [:]), try proof(of: 7, in: 11, parts: [:]))
        let mixed = InclusionProof(
            extra: sixth.extra,
            index: seventh.index,
            path: seventh.path,
            checkpoint: seventh.checkpoint
        )
        #expect(throws: MerkleError.refused("record 6 belongs to place 5, not 6")) {
            try check(Array(mixed.encoded.utf8), key: log.verifier.encoded, witness: witness.verifier.encoded)
        }
    }

    /// Two checkpoints and the proof between them: each bit of all three.
    @Test func everyFlippedBitOfAConsistencyProofIsRefused() throws {
        let memory = try TileMemory()
        var notes: [SignedNote] = []
        for number in UInt64(1)...11 {
            memory.append(try entry(number).encoded)
            guard number == 5 || number == 11 else { continue }
            var note = SignedNote(text: Checkpoint(origin: log.verifier.name, size: number, root: memory.root).text)
            try log.sign(&note)
            notes.append(note)
        }
        var tree = try memory.tree()
        let proof = ConsistencyProof(
            oldSize: 5,
            path: try tree.consistencyProof(from: 5, to: 11),
            checkpoint: notes[1]
        )
        let policy = try TrustPolicy(logs: [log.verifier], witnesses: [])
        func check(_ proof: [UInt8], _ old: [UInt8]) throws {
            _ = try ConsistencyProof(parsing: proof).verify(
                old: SignedNote(parsing: old),
                policy: policy,
                hasher: hasher
            )
        }
        let (bytes, old) = (Array(proof.encoded.utf8), Array(notes[0].encoded.utf8))
        try check(bytes, old)
        for bit in 0..<(bytes.count + old.count) * 8 {
            var flipped = bytes + old
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: MerkleError.self, "bit \(bit)") {
                try check(Array(flipped[..<bytes.count]), Array(flipped[bytes.count...]))
            }
        }
    }

    @Test func everyTruncationOfAnEntryIsATypedError() throws {
        let bytes = try entry(9).encoded
        #expect(try RecordEntry(parsing: bytes) == (try entry(9)))
        for end in 0..<RecordEntry.headerByteCount + 32 {
            #expect(throws: MerkleError.self) { try RecordEntry(parsing: Array(bytes[..<end])) }
        }
    }
}
