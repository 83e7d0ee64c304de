public import Domain

/// Why an image of features was not taken.
public enum FeatureImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are not whole images of sets that a shard with these bounds has, or one comes twice.
    case malformed
    /// No kind of history has this number.
    case unknownKind(UInt8)

    /// In words.
    public var description: String {
        switch self {
        case .malformed: "the image is not whole, or of a shard with other bounds"
        case .unknownKind(let number): "no history is of kind \(number)"
        }
    }
}

/// A shard as a snapshot holds it, in pieces of a bounded size, each of a moment of its own: payments may come in
/// between. Records that are in a piece already are passed over when they are replayed, set by set.
///
/// A piece is images of sets of one kind: the set's number (u64) and its words (i64 each), little-endian as the machine
/// is.
extension FeatureShard {
    /// What was written of a shard.
    public struct ImageCursor: Sendable, Equatable {
        /// The kind of history that the next piece is of: 1 for cards, then terminals, merchants and pairs.
        public fileprivate(set) var kind: UInt8 = 1
        fileprivate var set = 0

        /// Nothing was.
        public init() {}

        /// Whether everything was.
        public var isAtEnd: Bool { kind > 4 }
    }

    /// A piece's bytes are at least this many, so that a set fits in.
    public static let pieceByteCountLeast = 4_096

    /// Writes the next piece.
    ///
    /// - Returns: its kind and how many bytes it has; none of a kind of which there is nothing more.
    public borrowing func encode(
        _ cursor: inout ImageCursor,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> (kind: UInt8, byteCount: Int) {
        precondition(buffer.count >= Self.pieceByteCountLeast, "a set has room")
        let kind = cursor.kind
        let (written, setCount) =
            switch kind {
            case 1: (cards.encode(from: cursor.set, into: buffer), cards.setCount)
            case 2: (terminals.encode(from: cursor.set, into: buffer), terminals.setCount)
            case 3: (merchants.encode(from: cursor.set, into: buffer), merchants.setCount)
            default: (pairs.encode(from: cursor.set, into: buffer), pairs.setCount)
            }
        cursor.set = written.next
        if written.next == setCount {
            cursor.kind += 1
            cursor.set = 0
        }
        return (kind, written.byteCount)
    }

    /// Takes a piece over, into a shard with the same bounds in which nothing was seen. Its checksum is the caller's to
    /// check.
    ///
    /// - Throws: `FeatureImageError`; the shard is of no use then.
    public mutating func restore(_ piece: UnsafeRawBufferPointer, kind: UInt8) throws(FeatureImageError) {
        let isWhole =
            switch kind {
            case 1: cards.restore(piece)
            case 2: terminals.restore(piece)
            case 3: merchants.restore(piece)
            case 4: pairs.restore(piece)
            default: throw FeatureImageError.unknownKind(kind)
            }
        guard isWhole else { throw .malformed }
    }

    /// A fingerprint of all histories, and of which of them would leave first.
    public borrowing func digest() -> Digest128 {
        var digest = Digest128()
        cards.addDigest(to: &digest)
        terminals.addDigest(to: &digest)
        merchants.addDigest(to: &digest)
        pairs.addDigest(to: &digest)
        return digest
    }
}
