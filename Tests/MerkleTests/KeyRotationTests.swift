import Cryptography
import Merkle
import Testing

@Suite struct KeyRotationTests {
    private static let name = "log.example/x"
    private let keys: [SignerKey]

    init() throws {
        keys = try (1...4).map { try Self.key(seed: UInt8($0)) }
    }

    private static func key(_ name: String = name, seed: UInt8) throws -> SignerKey {
        try SignerKey(
            name: name,
            algorithm: .ed25519,
            seed: try #require(SHA256Digest([UInt8](repeating: seed, count: 32)))
        )
    }

    private static func checkpoint(_ size: UInt64, root: UInt8 = 0) throws -> Checkpoint {
        let root = try #require(SHA256Digest([UInt8](repeating: root == 0 ? UInt8(size) : root, count: 32)))
        return Checkpoint(origin: name, size: size, root: root)
    }

    /// A statement that the key of one number was replaced by that of another.
    private func statement(_ former: Int, _ new: Int, over size: UInt64, root: UInt8 = 0) throws -> SignedNote {
        let rotation = try KeyRotation(
            checkpoint: try Self.checkpoint(size, root: root),
            time: 1_763_000_000 + size,
            former: keys[former].verifier,
            key: keys[new].verifier
        )
        return try rotation.note(former: keys[former], new: keys[new])
    }

    private func file(_ notes: [SignedNote]) -> [UInt8] { notes.flatMap { Array($0.encoded.utf8) } }

    private func signed(_ checkpoint: Checkpoint, by key: Int) throws -> SignedNote {
        var note = SignedNote(text: checkpoint.text)
        try keys[key].sign(&note)
        return note
    }

    /// Key 0 up to 10 records, key 1 up to 20, key 2 from there on.
    private func chain() throws -> KeyChain {
        try KeyChain(parsing: [file([try statement(0, 1, over: 10), try statement(1, 2, over: 20)])])
    }

    @Test func aStatementIsReadBackAsItWasWritten() throws {
        let note = try statement(0, 1, over: 10)
        let rotation = try KeyRotation(opening: SignedNote(parsing: Array(note.encoded.utf8)))
        #expect(rotation.former == keys[0].verifier)
        #expect(rotation.key == keys[1].verifier)
        #expect(rotation.checkpoint == (try Self.checkpoint(10)))
        #expect(rotation.time == 1_763_000_010)
        #expect(try rotation.note(former: keys[0], new: keys[1]) == note)
    }

    @Test func everyFlippedBitIsRefused() throws {
        let bytes = file([try statement(0, 1, over: 10), try statement(1, 2, over: 20)])
        #expect(try KeyChain(parsing: [bytes]).rotations.count == 2)
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: MerkleError.self, "bit \(bit)") { try KeyChain(parsing: [flipped]) }
        }
        for count in 1..<bytes.count where count != Array(try statement(0, 1, over: 10).encoded.utf8).count {
            #expect(throws: MerkleError.self, "\(count) bytes") { try KeyChain(parsing: [Array(bytes[..<count])]) }
        }
    }

    @Test func bothKeysSignAndNobodyElse() throws {
        let good = try statement(0, 1, over: 10)
        for order in [[0], [1], [1, 0], [0, 1, 2], [0, 2], [2, 1], [0, 0], [0, 1, 1]] {
            var note = SignedNote(text: good.text)
            for key in order { try keys[key].sign(&note) }
            #expect(throws: MerkleError.self, "signed by \(order)") { try KeyRotation(opening: note) }
        }
    }

    @Test func aLogKeepsItsNameAndItsKind() throws {
        let checkpoint = try Self.checkpoint(10)
        let (former, other) = (keys[0].verifier, try Self.key("log.example/y", seed: 2).verifier)
        let witness = VerifierKey(name: Self.name, algorithm: .cosignature, publicKey: other.publicKey)
        for key in [former, other, witness] {
            #expect(throws: MerkleError.self) {
                try KeyRotation(checkpoint: checkpoint, time: 1, former: former, key: key)
            }
        }
        #expect(throws: MerkleError.self, "nothing was signed") {
            try KeyRotation(checkpoint: try Self.checkpoint(0, root: 1), time: 1, former: former, key: keys[1].verifier)
        }
    }

    private enum Fault: CaseIterable {
        case fork, forkOfAnEarlierKey, gap, order, back, otherRoot, returnToAnEarlierKey
    }

    @Test(arguments: Fault.allCases)
    private func whatIsNoChainIsRefused(fault: Fault) throws {
        let first = try statement(0, 1, over: 10)
        let (notes, wanted): ([SignedNote], String) =
            switch fault {
            case .fork: ([first, try statement(0, 2, over: 10)], "the chain of keys forks")
            case .forkOfAnEarlierKey:
                ([first, try statement(1, 2, over: 20), try statement(0, 3, over: 11)], "the chain of keys forks")
            case .gap: ([first, try statement(2, 3, over: 20)], "the chain of keys breaks")
            case .order: ([try statement(1, 2, over: 20), first], "the chain of keys breaks")
            case .back: ([first, try statement(1, 2, over: 9)], "the chain of keys goes back")
            case .otherRoot: ([first, try statement(1, 2, over: 10, root: 9)], "has two roots over 10 records")
            case .returnToAnEarlierKey: ([first, try statement(1, 0, over: 20)], "the chain of keys returns to")
            }
        let refusal = #expect(throws: MerkleError.self) { try KeyChain(parsing: [file(notes)]) }
        #expect(refusal.map { "\($0)".contains(wanted) } == true, "\(String(describing: refusal))")
    }

    /// An auditor keeps the statements that he has seen: what is shown to him later must go on from them.
    @Test func aKeptFileIsHeldAgainstTheOneThatIsShown() throws {
        let (first, second) = (try statement(0, 1, over: 10), try statement(1, 2, over: 20))
        let both = file([first, second])
        #expect(try KeyChain(parsing: [file([first]), both]) == KeyChain(parsing: [both]))
        #expect(try KeyChain(parsing: [both, file([first])]) == KeyChain(parsing: [both]))
        #expect(throws: MerkleError.self) { try KeyChain(parsing: [both, file([try statement(0, 3, over: 10)])]) }
        #expect(throws: MerkleError.self) {
            try KeyChain(parsing: [both, file([first, try statement(1, 2, over: 21)])])
        }
    }

    @Test(arguments: [
        (0, 1, true), (0, 10, true), (0, 11, false), (1, 9, false), (1, 10, true), (1, 20, true), (1, 21, false),
        (2, 19, false), (2, 20, true), (2, 1_000_000, true), (3, 15, false),
    ])
    func eachKeySignsWhatIsItsOwn(key: Int, size: UInt64, isTaken: Bool) throws {
        let policy = try TrustPolicy(logs: [keys[0].verifier], witnesses: [], chain: try chain())
        let root: UInt8 = size > 255 ? 7 : 0
        let note = try signed(try Self.checkpoint(size, root: root), by: key)
        #expect(((try? policy.open(note)) != nil) == isTaken)
    }

    @Test func overTheReplacedTreeThereIsOneRoot() throws {
        let policy = try TrustPolicy(logs: [keys[0].verifier], witnesses: [], chain: try chain())
        for key in [0, 1] {
            let note = try signed(try Self.checkpoint(10, root: 99), by: key)
            #expect(throws: MerkleError.self) { try policy.open(note) }
        }
        // A former key's signature beside the right one's is no better.
        var note = try signed(try Self.checkpoint(30), by: 2)
        #expect(try policy.open(note).checkpoint.size == 30)
        try keys[0].sign(&note)
        #expect(throws: MerkleError.self) { try policy.open(note) }
    }

    @Test func whoHasALaterKeyDoesNotTrustAnEarlierOne() throws {
        let policy = try TrustPolicy(logs: [keys[1].verifier], witnesses: [], chain: try chain())
        #expect(policy.rotations.count == 1)
        #expect(throws: MerkleError.self) { try policy.open(try signed(try Self.checkpoint(5), by: 0)) }
        #expect(try policy.open(try signed(try Self.checkpoint(15), by: 1)).checkpoint.size == 15)
        #expect(throws: MerkleError.self) { try policy.open(try signed(try Self.checkpoint(25), by: 1)) }
        #expect(throws: MerkleError.self, "a stranger's key") {
            try TrustPolicy(logs: [keys[3].verifier], witnesses: [], chain: try chain())
        }
    }

    @Test(arguments: [(0, 10, true), (0, 11, false), (1, 3, true), (1, 20, true), (1, 21, false), (2, 3, true)])
    func receiptsAreOfTheKeyThatWasTheLogs(key: Int, lsn: UInt64, isTaken: Bool) throws {
        let policy = try TrustPolicy(logs: [keys[0].verifier], witnesses: [], chain: try chain())
        let receipt = Receipt(
            origin: Self.name,
            journal: [UInt8](repeating: 1, count: 16),
            lsn: lsn,
            leaf: .zero,
            requestID: [UInt8](repeating: 2, count: 16),
            decision: Receipt.Decision(outcome: "approved", responseCode: "00", approvedAmount: 5),
            previousLSN: 0
        )
        var note = SignedNote(text: receipt.text)
        try keys[key].sign(&note)
        #expect(((try? Receipt.open(note, policy: policy)) != nil) == isTaken)
    }
}
