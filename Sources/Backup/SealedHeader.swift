internal import Cryptography

/// What a file of the repository is.
enum ObjectKind: UInt16, Sendable {
    /// The header and blocks of a journal's segment.
    case segment = 1
    /// A part of the stream of small files.
    case files = 2
    /// What a backup consists of.
    case manifest = 3
    /// One object of a backup that is not finished.
    case progress = 4
    /// That a backup was verified.
    case verification = 5
}

/// The first 80 bytes of a file of the repository; not encrypted, and every bit of them goes into the file's key.
///
///     0  16 bytes "assent-sealed/1\n"     24 16 bytes repository
///     16 u16  kind   18 u16  zero         40  8 bytes key id
///     20 u32  plain bytes of a chunk      48 32 bytes salt
struct SealedHeader: Equatable {
    static let byteCount = 80
    static let magic = Array("assent-sealed/1\n".utf8)
    static let chunkByteCountMax = 16 << 20

    var kind: ObjectKind
    var chunkByteCount: Int
    var repository: RepositoryID
    var keyID: KeyID
    var salt: SHA256Digest

    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes += [UInt8(truncatingIfNeeded: kind.rawValue), UInt8(truncatingIfNeeded: kind.rawValue >> 8), 0, 0]
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: chunkByteCount >> ($0 * 8)) }
        return bytes + repository.bytes + keyID.bytes + salt.bytes
    }

    /// - Returns: What is wrong with it, at which byte; nil when it was read.
    static func read(_ bytes: [UInt8], into header: inout SealedHeader?) -> (byte: Int, finding: String)? {
        guard bytes.count == byteCount else { return (bytes.count, "the file ends early") }
        guard Array(bytes[..<16]) == magic else { return (0, "it does not begin as an encrypted file does") }
        guard let kind = ObjectKind(rawValue: UInt16(bytes[16]) | UInt16(bytes[17]) << 8) else {
            return (16, "it is of an unknown kind")
        }
        guard bytes[18] == 0, bytes[19] == 0 else { return (18, "something else than zeros") }
        let chunk = (0..<4).reduce(0) { $0 | Int(bytes[20 + $1]) << ($1 * 8) }
        guard (1...chunkByteCountMax).contains(chunk) else { return (20, "chunks of \(chunk) bytes") }
        guard let salt = SHA256Digest(bytes[48..<80]) else { return (48, "no salt") }
        header = SealedHeader(
            kind: kind,
            chunkByteCount: chunk,
            repository: RepositoryID(Array(bytes[24..<40])),
            keyID: KeyID(Array(bytes[40..<48])),
            salt: salt
        )
        return nil
    }

    /// The nonce of a chunk: its number, and whether it is the last (the STREAM construction of Hoang, Reyhanitabar,
    /// Rogaway and Vizár, with the layout of the age file format).
    static func nonce(chunk number: UInt64, isLast: Bool) -> [UInt8] {
        [0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - $0 * 8)) } + [isLast ? 1 : 0]
    }
}

/// 16 random bytes that every file of one repository carries, so that files never mix.
public struct RepositoryID: Hashable, Sendable, CustomStringConvertible {
    static let byteCount = 16
    /// The 16 bytes.
    public let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init?(_ text: Substring) {
        guard let bytes = Hexadecimal.bytes(text), bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads 32 hexadecimal digits in lower case; nil for anything else.
    public init?(_ text: String) { self.init(text[...]) }

    /// 32 hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }
}
