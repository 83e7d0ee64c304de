public import Cryptography

/// A closed part of a record, opened (Protocol/AUDIT.md, closed parts): what stood where in the payload, and the salt
/// without which nobody can try out what it might have been.
public struct ClosedPart: Equatable, Sendable {
    /// A piece of the payload that is not in the entry.
    public struct Piece: Equatable, Sendable {
        /// Where it begins in the whole payload.
        public let offset: UInt32
        /// Its bytes; never empty.
        public let bytes: [UInt8]

        /// Joins the two.
        public init(offset: UInt32, bytes: [UInt8]) {
            precondition(!bytes.isEmpty, "a piece is something")
            self.offset = offset
            self.bytes = bytes
        }
    }

    /// 32 bytes that nobody can foresee.
    public let salt: SHA256Digest
    /// The pieces, in their order in the payload.
    public let pieces: [Piece]

    /// Joins the two.
    public init(salt: SHA256Digest, pieces: [Piece]) {
        self.salt = salt
        self.pieces = pieces
    }

    /// The pieces as they are committed to.
    public var content: [UInt8] {
        var bytes: [UInt8] = []
        bytes.put(UInt32(pieces.count))
        for piece in pieces {
            bytes.put(piece.offset)
            bytes.put(UInt32(piece.bytes.count))
            bytes += piece.bytes
        }
        return bytes
    }

    /// What an entry has in the part's place.
    ///
    /// - Parameters:
    ///   - number: Which of the record's closed parts it is, from 0.
    ///   - lsn: The record's number.
    public func commitment(number: Int, lsn: UInt64, hasher: borrowing SHA256) -> SHA256Digest {
        var message: [UInt8] = []
        message.put(lsn)
        message.put(UInt32(number))
        return hasher.authenticationCode(message + content, key: salt)
    }

    /// Reads salt and content.
    ///
    /// - Throws: `.malformed`.
    init(salt: SHA256Digest, content: [UInt8]) throws(MerkleError) {
        var reader = EntryReader(content, what: "closed part")
        var pieces: [Piece] = []
        let count = try reader.integer(UInt32.self)
        var end: UInt64 = 0
        for _ in 0..<count {
            let offset = try reader.integer(UInt32.self)
            let length = try reader.integer(UInt32.self)
            guard length > 0, UInt64(offset) >= end else {
                throw .malformed(what: "closed part", problem: "its pieces are empty or out of order")
            }
            end = UInt64(offset) + UInt64(length)
            pieces.append(Piece(offset: offset, bytes: try reader.bytes(Int(length))))
        }
        guard count > 0, reader.isAtEnd else {
            throw .malformed(what: "closed part", problem: "it has no pieces, or bytes behind them")
        }
        self.init(salt: salt, pieces: pieces)
    }
}
