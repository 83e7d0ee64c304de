/// A text with signatures (C2SP signed-note).
public struct SignedNote: Equatable, Sendable {
    /// The most bytes that a note has here.
    public static let byteCountMax = 1 << 20
    /// The most signatures that a note has here; the specification asks for at least 16.
    public static let signatureCountMax = 64

    /// One signature line.
    public struct Signature: Equatable, Sendable {
        /// The key's name.
        public let name: String
        /// The first four bytes of the key's digest.
        public let keyID: UInt32
        /// What the algorithm made.
        public let bytes: [UInt8]

        /// Joins the three.
        public init(name: String, keyID: UInt32, bytes: [UInt8]) {
            precondition(VerifierKey.isUsable(name: name), "a key's name has no spaces and no plus")
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// What is signed, with its last line end.
    public let text: String
    /// The signatures, in their order.
    public private(set) var signatures: [Signature]

    /// A note that nobody has signed yet; such a one has no text form.
    ///
    /// - Parameter text: Lines that end with a line end, without control characters.
    public init(text: String) {
        precondition(text.hasSuffix("\n") && Self.isClean(text), "a note is whole lines of text")
        self.text = text
        signatures = []
    }

    /// Reads a note.
    ///
    /// - Throws: `.malformed`, for all that the specification does not allow.
    public init(parsing bytes: [UInt8]) throws(MerkleError) {
        guard bytes.count <= Self.byteCountMax else { throw Self.malformed("it has more than 1 MiB") }
        guard let whole = String(validating: bytes, as: UTF8.self) else { throw Self.malformed("it is not UTF-8") }
        guard Self.isClean(whole) else { throw Self.malformed("it has control characters") }
        guard bytes.last == 10 else { throw Self.malformed("its last line does not end") }
        // The last empty line parts text and signatures.
        guard let blank = bytes.indices.dropFirst().last(where: { bytes[$0] == 10 && bytes[$0 - 1] == 10 }) else {
            throw Self.malformed("it has no empty line before its signatures")
        }
        text = String(decoding: bytes[..<blank], as: UTF8.self)
        guard text.utf8.last == 10 else { throw Self.malformed("it has no text") }
        let lines = bytes[(blank + 1)...].split(separator: 10, omittingEmptySubsequences: false).dropLast()
        guard !lines.isEmpty else { throw Self.malformed("it has no signature") }
        guard lines.count <= Self.signatureCountMax else {
            throw Self.malformed("it has more than \(Self.signatureCountMax) signatures")
        }
        signatures = []
        for line in lines { signatures.append(try Self.signature(String(decoding: line, as: UTF8.self))) }
    }

    private static func signature(_ line: String) throws(MerkleError) -> Signature {
        let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, Array(parts[0]) == Array("\u{2014}".utf8) else {
            throw malformed("a signature line is not a dash, a name and a signature")
        }
        let name = String(decoding: parts[1], as: UTF8.self)
        guard VerifierKey.isUsable(name: name) else { throw malformed("a signature has no usable key name") }
        guard let bytes = Base64.decode(String(decoding: parts[2], as: UTF8.self)), bytes.count > 4 else {
            throw malformed("a signature is not base 64 of a key id and a signature")
        }
        let keyID = bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        return Signature(name: name, keyID: keyID, bytes: Array(bytes[4...]))
    }

    /// Adds a signature behind those that there are.
    public mutating func add(_ signature: Signature) {
        precondition(signatures.count < Self.signatureCountMax, "a note has at most 64 signatures")
        signatures.append(signature)
    }

    /// The note as it is written; it must have a signature.
    public var encoded: String {
        precondition(!signatures.isEmpty, "a note is signed")
        var note = text + "\n"
        for signature in signatures {
            let id = (0..<4).map { UInt8(truncatingIfNeeded: signature.keyID >> UInt32(24 - 8 * $0)) }
            note += "\u{2014} \(signature.name) \(Base64.encode(id + signature.bytes))\n"
        }
        return note
    }

    private static func isClean(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 || $0 == 10 }
    }

    private static func malformed(_ problem: String) -> MerkleError {
        .malformed(what: "signed note", problem: problem)
    }
}
