public import Cryptography

/// Why a model file was not taken: what is wrong, and what would be right.
public enum ModelFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It does not begin as one.
    case notAModel
    /// It is of a version of the format that is not known here.
    case version(UInt16)
    /// It asks for features of another version.
    case features(version: UInt16)
    /// It has fewer or more bytes than its head says.
    case size(bytes: Int, expected: Int)
    /// More bytes than any model has.
    case tooLarge(bytes: Int)
    /// It was signed by somebody else.
    case signer(SHA256Digest)
    /// The signature does not fit the content.
    case signature
    /// A number is out of its range.
    case value(field: String, number: Int64, least: Int64, most: Int64)
    /// The note is not UTF-8 or has control characters.
    case note
    /// OpenSSL does not hash or sign.
    case cryptography(CryptographyError)

    /// In words.
    public var description: String {
        switch self {
        case .notAModel: "it is no model file: it does not begin with \"ASSENT-M\""
        case .version(let version):
            "it is of version \(version) of the format; this program reads version \(ModelFile.version)"
        case .features(let version):
            "it asks for features of version \(version); this program has version \(Feature.version): train it again"
        case .size(let bytes, let expected): "it has \(bytes) bytes; by its head it should have \(expected)"
        case .tooLarge(let bytes):
            "it has \(bytes) bytes; no model has more than \(ScoreLimits.modelByteCountMax)"
        case .signer(let key): "it is signed with another key than the one that is trusted: \(key)"
        case .signature: "its signature does not fit: it was changed after it was signed"
        case .value(let field, let number, let least, let most):
            "\(field) is \(number), not from \(least) to \(most)"
        case .note: "its note is not UTF-8 or has control characters"
        case .cryptography(let error): "\(error)"
        }
    }
}
