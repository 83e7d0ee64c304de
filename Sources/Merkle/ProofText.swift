internal import Cryptography

/// What the two proof formats have in common: header lines, hashes, an empty line, a checkpoint.
enum ProofText {
    /// Parts a proof into the lines before its first empty line and the note behind it.
    static func split(
        _ bytes: [UInt8],
        what: String
    ) throws(MerkleError) -> (lines: [String], note: SignedNote) {
        guard bytes.count <= SignedNote.byteCountMax + extraByteCountMax else {
            throw .malformed(what: what, problem: "it is too long")
        }
        guard let blank = bytes.indices.dropFirst().first(where: { bytes[$0] == 10 && bytes[$0 - 1] == 10 }) else {
            throw .malformed(what: what, problem: "it has no empty line before its checkpoint")
        }
        guard let text = String(validating: bytes[..<(blank - 1)], as: UTF8.self) else {
            throw .malformed(what: what, problem: "it is not UTF-8")
        }
        let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        return (lines, try SignedNote(parsing: Array(bytes[(blank + 1)...])))
    }

    /// As much of what comes with a record as one proof carries.
    static let extraByteCountMax = 4 << 20

    /// The hashes of a proof, one in each line.
    static func hashes(_ lines: ArraySlice<String>, what: String) throws(MerkleError) -> [SHA256Digest] {
        guard lines.count <= ProofCheck.hashCountMax else {
            throw .malformed(what: what, problem: "it has more than \(ProofCheck.hashCountMax) hashes")
        }
        var hashes: [SHA256Digest] = []
        for line in lines {
            guard let bytes = Base64.decode(line), let hash = SHA256Digest(bytes) else {
                throw .malformed(what: what, problem: "a line is not base 64 of 32 bytes")
            }
            hashes.append(hash)
        }
        return hashes
    }

    /// A line's number behind a word and a space.
    static func number(_ line: String?, after word: String, what: String) throws(MerkleError) -> UInt64 {
        guard let line, line.hasPrefix(word + " "), let number = Decimal.parse(line.dropFirst(word.count + 1)) else {
            throw .malformed(what: what, problem: "where `\(word)` and a number belong is something else")
        }
        return number
    }
}
