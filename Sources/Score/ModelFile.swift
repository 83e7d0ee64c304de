public import Cryptography
import Domain

/// A model as a file, signed: `Protocol/SCORE.md`.
public struct ModelFile: Sendable, Equatable {
    /// The format's version.
    public static let version: UInt16 = 1

    /// The trees.
    public let model: ScoreModel
    /// SHA-256 of all that is signed: the model's name wherever one is meant.
    public let hash: SHA256Digest
    /// The public key that it was signed with.
    public let signer: SHA256Digest

    static let magic: [UInt8] = Array("ASSENT-M".utf8)
    static let headByteCount = 8 + 2 + 2 + 2 + 1 + 1 + 4 + 4 + 8 * 5
    static let tailByteCount = SHA256Digest.byteCount + Ed25519.signatureByteCount
    private static let context = Array("assent score model 1\n".utf8)

    static func isUsable(note: String) -> Bool {
        note.utf8.count <= ScoreLimits.noteByteCountMax
            && note.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    // MARK: Writing

    /// The file's bytes.
    ///
    /// - Throws: `.cryptography`.
    public static func encode(_ model: ScoreModel, key: Ed25519.PrivateKey) throws(ModelFileError) -> [UInt8] {
        var bytes = magic
        func add<Number: FixedWidthInteger>(_ number: Number) {
            withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
        }
        let note = Array(model.origin.note.utf8)
        add(version)
        add(Feature.version)
        add(UInt16(Feature.count))
        add(UInt8(model.depth))
        add(UInt8(0))
        add(UInt32(model.treeCount))
        add(UInt32(note.count))
        add(model.base)
        add(model.origin.from.microseconds)
        add(model.origin.until.microseconds)
        add(model.origin.payments)
        add(model.origin.frauds)
        bytes += note
        for question in model.questions { add(question) }
        for mean in model.means { add(mean) }
        for leaf in model.leaves { add(leaf) }
        return try signed(bytes, key: key)
    }

    /// Content with its signature behind it.
    static func signed(_ content: [UInt8], key: Ed25519.PrivateKey) throws(ModelFileError) -> [UInt8] {
        do throws(CryptographyError) {
            let signature = try key.sign(context + (try SHA256()).digest(content).bytes)
            return content + key.publicKey.bytes + signature
        } catch {
            throw .cryptography(error)
        }
    }

    // MARK: Reading

    /// Reads a file's bytes.
    ///
    /// - Parameter signer: The public key that is trusted; `nil` takes a file of anybody's who has signed it whole.
    /// - Throws: `ModelFileError`. Nothing larger than the file itself is allocated before it is known to be a model.
    public init(parsing bytes: [UInt8], signer: SHA256Digest?) throws(ModelFileError) {
        guard bytes.count <= ScoreLimits.modelByteCountMax else { throw .tooLarge(bytes: bytes.count) }
        guard bytes.starts(with: Self.magic) else { throw .notAModel }
        let least = Self.headByteCount + Self.tailByteCount
        guard bytes.count >= least else { throw .size(bytes: bytes.count, expected: least) }
        var reader = ModelReader(bytes: bytes, offset: Self.magic.count)
        let version: UInt16 = reader.number()
        guard version == Self.version else { throw .version(version) }
        let head = try ModelHead(&reader)
        let expected = least + head.noteByteCount + head.treeCount << head.depth * 12
        guard bytes.count == expected else { throw .size(bytes: bytes.count, expected: expected) }
        (hash, self.signer) = try Self.verify(bytes, signer)
        model = try Self.model(head, &reader)
    }

    private static func verify(
        _ bytes: [UInt8],
        _ trusted: SHA256Digest?
    ) throws(ModelFileError) -> (hash: SHA256Digest, signer: SHA256Digest) {
        let end = bytes.count - tailByteCount
        let hash: SHA256Digest
        do throws(CryptographyError) {
            hash = try SHA256().digest(Array(bytes[..<end]))
        } catch {
            throw .cryptography(error)
        }
        guard let signer = SHA256Digest(bytes[end..<end + SHA256Digest.byteCount]) else { throw .signature }
        if let trusted, trusted != signer { throw .signer(signer) }
        let signature = Array(bytes[(end + SHA256Digest.byteCount)...])
        guard Ed25519.isValid(signature: signature, message: context + hash.bytes, publicKey: signer) else {
            throw .signature
        }
        return (hash, signer)
    }

    private static func model(_ head: ModelHead, _ reader: inout ModelReader) throws(ModelFileError) -> ScoreModel {
        guard let note = String(validating: reader.bytes(head.noteByteCount), as: UTF8.self), isUsable(note: note)
        else {
            throw .note
        }
        let count = head.treeCount << head.depth
        let questions: [UInt32] = reader.numbers(count)
        let means: [Int32] = reader.numbers(count)
        let leaves: [Int32] = reader.numbers(count)
        for question in questions {
            try check("a feature", Int64(question & 127), 0, Int64(Feature.count) - 1)
        }
        let most = Int64(ScoreLimits.leafMax)
        for value in means { try check("a mean", Int64(value), -most, most) }
        for value in leaves { try check("a leaf", Int64(value), -most, most) }
        var origin = head.origin
        origin.note = note
        return ScoreModel(
            depth: head.depth,
            treeCount: head.treeCount,
            base: head.base,
            origin: origin,
            questions: questions,
            means: means,
            leaves: leaves
        )
    }

    static func check(_ field: String, _ number: Int64, _ least: Int64, _ most: Int64) throws(ModelFileError) {
        guard (least...most).contains(number) else {
            throw .value(field: field, number: number, least: least, most: most)
        }
    }
}
