import Cryptography
import Merkle
import Testing

@Suite struct NoteTests {
    private func key(_ name: String, _ algorithm: VerifierKey.Algorithm = .ed25519, seed: UInt8) throws -> SignerKey {
        try SignerKey(
            name: name,
            algorithm: algorithm,
            seed: try #require(SHA256Digest([UInt8](repeating: seed, count: 32)))
        )
    }

    /// The example of the specification.
    @Test func theNoteOfTheSpecificationIsSignedByItsKey() throws {
        let key = try VerifierKey(parsing: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        let text = """
            This is an example message.

            — example.com/foo \
            Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

            """
        let note = try SignedNote(parsing: Array(text.utf8))
        #expect(note.text == "This is an example message.\n")
        #expect(try note.signers(among: [key]).map(\.key) == [key])
        #expect(note.encoded == text)
        #expect(key.encoded == "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    }

    @Test func keysAreReadBack() throws {
        let signer = try key("log.example/x", seed: 3)
        #expect(try SignerKey(parsing: signer.encoded).encoded == signer.encoded)
        #expect(try VerifierKey(parsing: signer.verifier.encoded) == signer.verifier)
        let witness = try key("log.example/x", .cosignature, seed: 3)
        #expect(witness.verifier.id != signer.verifier.id, "the algorithm is part of the id")
    }

    @Test(arguments: [
        "", "a", "a+b", "a+12345678+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k=",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
        "example.com/foo+530d903a+ AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ])
    func whatIsNoVerifierKeyIsRefused(text: String) {
        #expect(throws: MerkleError.self) { try VerifierKey(parsing: text) }
    }

    @Test(arguments: [
        "", "\n", "text\n", "text\n\n", "text\n\n— a AAAAAAA\n", "text\n\n— a AAAAAA==", "text\n\n— a  AAAAAAA=\n",
        "text\n\n- a AAAAAAA=\n", "text\n\n— a+b AAAAAAA=\n", "text\n\n— AAAAAAA=\n", "te\u{1}xt\n\n— a AAAAAAA=\n",
        "text\r\n\n— a AAAAAAA=\n", "text\n\n— a AAAAAAB=\n", "text\n\n— a AAAA\n", "\n\n— a AAAAAAA=\nx",
        "text\n\n— a AAAAAA==\n", "text\n\n— a AAAAAAA=\n— b\n", "text\n\n— \u{2003} AAAAAAA=\n",
    ])
    func whatIsNoNoteIsRefused(text: String) {
        #expect(throws: MerkleError.self) { try SignedNote(parsing: Array(text.utf8)) }
    }

    @Test func aTextMayHaveEmptyLines() throws {
        var note = SignedNote(text: "one\n\ntwo\n\n\n")
        try key("k", seed: 1).sign(&note)
        #expect(try SignedNote(parsing: Array(note.encoded.utf8)) == note)
    }

    @Test func otherSignaturesAreIgnoredButAWrongOneOfAKnownKeyIsNot() throws {
        let (mine, other) = (try key("mine", seed: 1), try key("other", seed: 2))
        var note = SignedNote(text: "hello\n")
        try other.sign(&note)
        #expect(throws: MerkleError.self) { try note.signers(among: [mine.verifier]) }
        try mine.sign(&note)
        #expect(try note.signers(among: [mine.verifier]).map(\.key) == [mine.verifier])
        var forged = SignedNote(text: "hello!\n")
        for signature in note.signatures { forged.add(signature) }
        #expect(throws: MerkleError.untrusted("the signature of mine is wrong")) {
            try forged.signers(among: [mine.verifier])
        }
    }

    @Test func aWitnessSignsATimeWithTheCheckpoint() throws {
        let witness = try key("witness.example/w", .cosignature, seed: 9)
        let log = try key("log.example", seed: 1)
        let checkpoint = Checkpoint(origin: "log.example", size: 7, root: .zero)
        var note = SignedNote(text: checkpoint.text)
        try log.sign(&note)
        try witness.sign(&note, time: 1_679_315_147)
        let policy = try TrustPolicy(logs: [log.verifier], witnesses: [witness.verifier])
        let opened = try policy.open(try SignedNote(parsing: Array(note.encoded.utf8)))
        #expect(opened.checkpoint == checkpoint)
        #expect(opened.signers.map(\.time) == [nil, 1_679_315_147])
        // Without the log's own signature, or without the witness's, it is not believed.
        var alone = SignedNote(text: checkpoint.text)
        try witness.sign(&alone, time: 1)
        #expect(throws: MerkleError.untrusted("the log log.example has not signed it itself")) {
            try policy.open(alone)
        }
        var unwitnessed = SignedNote(text: checkpoint.text)
        try log.sign(&unwitnessed)
        #expect(throws: MerkleError.untrusted("0 witnesses have signed it, not 1")) { try policy.open(unwitnessed) }
        let lenient = try TrustPolicy(logs: [log.verifier], witnesses: [witness.verifier], quorum: 0)
        #expect(try lenient.open(unwitnessed).checkpoint == checkpoint)
        // Of a log of another name.
        let misnamed = try TrustPolicy(logs: [try key("elsewhere", seed: 1).verifier], witnesses: [])
        #expect(throws: MerkleError.self) { try misnamed.open(note) }
    }

    @Test(arguments: [
        "", "a\n1\n", "a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "a\n1\nAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n18446744073709551616\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n9223372036854775808\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nx\n",
    ])
    func whatIsNoCheckpointIsRefused(text: String) {
        #expect(throws: MerkleError.self) { try Checkpoint(parsing: text) }
    }

    @Test func aCheckpointIsReadBack() throws {
        let text = "a b c\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nmore\n"
        let checkpoint = try Checkpoint(parsing: text)
        #expect(checkpoint.text == text)
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.extensions == ["more"])
    }

    @Test func base64IsCanonical() {
        for count in 0..<100 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode(Array("any carnal pleas".utf8)) == "YW55IGNhcm5hbCBwbGVhcw==")
        for text in ["A", "AA", "AAA", "AA=", "AAA==", "AB==", "AAB=", "AA==AA==", "A===", "====", "AA\n=", "AA-_"] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }
}
