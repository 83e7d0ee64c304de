import Cryptography
import Domain
import Randomness
import Testing

@testable import Score

@Suite struct ModelFileTests {
    private let key: Ed25519.PrivateKey
    private let model: ScoreModel

    init() throws {
        key = try Ed25519.PrivateKey(seed: try #require(SHA256Digest([UInt8](repeating: 7, count: 32))))
        var random = SeededRandom(seed: 11)
        let origin = ScoreModel.Origin(
            from: Instant(microseconds: 1),
            until: Instant(microseconds: 2),
            payments: 3,
            frauds: 4,
            note: "from a test, för alle"
        )
        let trees = (0..<5).map { _ in TreeEnsembleTests.tree(depth: 3, &random) }
        model = try ScoreModel(trees, base: -1.5, origin: origin)
    }

    /// What reading says, of bytes that are signed as they are.
    private func error(_ change: (inout [UInt8]) -> Void, isSignedAgain: Bool = true) throws -> ModelFileError? {
        var bytes = try ModelFile.encode(model, key: key)
        change(&bytes)
        if isSignedAgain { bytes = try ModelFile.signed(Array(bytes.dropLast(ModelFile.tailByteCount)), key: key) }
        do throws(ModelFileError) {
            _ = try ModelFile(parsing: bytes, signer: key.publicKey)
            return nil
        } catch {
            return error
        }
    }

    @Test func aModelComesBackAsItWasWritten() throws {
        let bytes = try ModelFile.encode(model, key: key)
        let file = try ModelFile(parsing: bytes, signer: key.publicKey)
        #expect(file.model == model)
        #expect(file.signer == key.publicKey)
        #expect(try ModelFile.encode(file.model, key: key) == bytes)
        #expect(file.hash == (try SHA256()).digest(Array(bytes.dropLast(ModelFile.tailByteCount))))
        #expect(try ModelFile(parsing: bytes, signer: nil) == file)
        // Another's signature changes nothing of what the model is called.
        let other = try Ed25519.PrivateKey(seed: try #require(SHA256Digest([UInt8](repeating: 8, count: 32))))
        let again = try ModelFile(parsing: try ModelFile.encode(model, key: other), signer: other.publicKey)
        #expect(again.hash == file.hash)
        #expect(throws: ModelFileError.signer(key.publicKey)) {
            try ModelFile(parsing: bytes, signer: other.publicKey)
        }
    }

    @Test func whatIsWrongIsNamed() throws {
        #expect(try error { $0[0] = 0x61 } == .notAModel)
        #expect(try error { $0[8] = 2 } == .version(2))
        #expect(try error { $0[10] = 9 } == .features(version: 9))
        let count = Int64(Feature.count)
        #expect(
            try error { $0[12] += 1 }
                == .value(field: "how many features there are", number: count + 1, least: count, most: count)
        )
        #expect(try error { $0[14] = 9 } == .value(field: "the depth", number: 9, least: 1, most: 8))
        #expect(try error { $0[14] = 0 } == .value(field: "the depth", number: 0, least: 1, most: 8))
        #expect(try error { $0[15] = 1 } == .value(field: "the reserved byte", number: 1, least: 0, most: 0))
        #expect(
            try error { $0[19] = 0xFF }
                == .value(field: "how many trees there are", number: 0xFF00_0005, least: 1, most: 1_024)
        )
        #expect(
            try error { $0[23] = 1 }
                == .value(field: "the length of the note", number: 1 << 24 + 22, least: 0, most: 1_024)
        )
        #expect(try error { $0[31] = 0x7F } != nil, "the base")
        #expect(try error { $0[39] = 0x80 } != nil, "the first payment's time")
        let note = ModelFile.headByteCount
        #expect(try error { $0[note] = 10 } == .note)
        #expect(try error { $0[note] = 0xFF } == .note)
        let questions = note + 22
        #expect(
            try error { $0[questions + 4] = 0x7F }
                == .value(field: "a feature", number: 127, least: 0, most: count - 1)
        )
        let most = Int64(ScoreLimits.leafMax)
        let leaves = questions + 5 * 8 * 8
        #expect(
            try error { $0.replaceSubrange(leaves..<leaves + 4, with: [0, 0, 0, 0x80]) }
                == .value(field: "a leaf", number: -1 << 31, least: -most, most: most)
        )
        let size = try ModelFile.encode(model, key: key).count
        #expect(try error({ $0.append(0) }, isSignedAgain: false) == .size(bytes: size + 1, expected: size))
        let most1 = ScoreLimits.modelByteCountMax + 1
        #expect(
            try error({ $0 = [UInt8](repeating: 0, count: most1) }, isSignedAgain: false) == .tooLarge(bytes: most1)
        )
    }

    @Test func everyTruncationAndEveryFlippedByteIsRefused() throws {
        let bytes = try ModelFile.encode(model, key: key)
        for count in 0..<bytes.count {
            #expect(throws: ModelFileError.self) { try ModelFile(parsing: Array(bytes[..<count]), signer: nil) }
        }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x10
            #expect(throws: ModelFileError.self, "byte \(index)") { try ModelFile(parsing: changed, signer: nil) }
        }
    }

    /// Somebody who has the key can sign anything; what is taken still answers within memory that is its own.
    @Test func signedNonsenseIsRefusedOrAnswers() throws {
        var random = SeededRandom.announced(for: #function)
        let bytes = Array(try ModelFile.encode(model, key: key).dropLast(ModelFile.tailByteCount))
        var vector = FeatureVector()
        var taken = 0
        for _ in 0..<400 {
            var changed = bytes
            for _ in 0...random.below(4) { changed[random.below(changed.count)] = UInt8(random.below(256)) }
            let signed = try ModelFile.signed(changed, key: key)
            guard let file = try? ModelFile(parsing: signed, signer: key.publicKey) else { continue }
            taken += 1
            let ensemble = TreeEnsemble(file.model)
            TreeEnsembleTests.fill(&vector, &random)
            #expect(ensemble.contributions(vector).reduce(ensemble.bias, +) == ensemble.margin(vector))
        }
        #expect(taken > 0)
    }

    @Test func theLargestModelFitsTheLargestFile() throws {
        var deep = TrainedTree.leaf(value: 1, cover: 1)
        for _ in 0..<ScoreLimits.depthMax { deep = .split(feature: 1, threshold: 5, below: deep, above: deep) }
        let origin = ScoreModel.Origin(
            from: .epoch,
            until: .epoch,
            payments: .max,
            frauds: .max,
            note: String(repeating: "n", count: ScoreLimits.noteByteCountMax)
        )
        let trees = [TrainedTree](repeating: deep, count: ScoreLimits.treesMax)
        let model = try ScoreModel(trees, base: 64, origin: origin)
        let bytes = try ModelFile.encode(model, key: key)
        #expect(bytes.count <= ScoreLimits.modelByteCountMax)
        #expect(try ModelFile(parsing: bytes, signer: key.publicKey).model == model)
        #expect(TreeEnsemble(model).margin(FeatureVector()) == Int64(64 + ScoreLimits.treesMax) << 24)
    }

    /// Models ask for features by place: whoever changes the list must raise `Feature.version`, and this digest.
    @Test func theFeaturesOfAVersionAreAlwaysTheSame() throws {
        let digest = try SHA256().digest(Array(Feature.names.joined(separator: "\n").utf8))
        #expect(Feature.version == 1)
        #expect("\(digest)" == "91d027787f7df494c26d96950d084792a9d1101bb7b421b3a509d386960de973")
        #expect(Feature.names.count == Feature.count && Set(Feature.names).count == Feature.count)
        #expect(Feature.count <= ScoreLimits.featuresMax)
        for (index, name) in Feature.names.enumerated() {
            #expect(Feature(name: name)?.index == index && Feature(index: index)?.description == name)
        }
        #expect(Feature(index: -1) == nil && Feature(index: Feature.count) == nil && Feature(name: "x") == nil)
    }
}
