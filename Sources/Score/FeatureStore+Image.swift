public import Domain

/// Why an image of features was not taken.
public enum FeatureImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The bytes are not whole images of histories that a store with these bounds had.
    case malformed
    /// No kind of history has this number.
    case unknownKind(UInt8)

    /// In words.
    public var description: String {
        switch self {
        case .malformed: "the image is not whole, or has more histories than there is room for"
        case .unknownKind(let number): "no history is of kind \(number)"
        }
    }
}

/// The store as a snapshot will hold it, in pieces of a bounded size that belong to one moment: no payment comes in
/// between. Records that are in it already are passed over when they are replayed.
///
/// A piece is a byte for the kind of history, the newest record that is in them (u64), and images, those of histories
/// that were changed longest ago first: the key (16 bytes) and the words (i64 each), little-endian as the machine is.
extension FeatureStore {
    /// The kinds of history in the order in which they are written.
    private enum Kind: UInt8 {
        case card = 1
        case terminal, merchant, pair
    }

    /// What was written of a store.
    public struct ImageCursor: Sendable, Equatable {
        fileprivate var kind: UInt8
        fileprivate var last: UInt32?

        /// Nothing.
        public static let start = ImageCursor(kind: Kind.card.rawValue, last: nil)
    }

    private static let headByteCount = 9

    /// The next piece; `nil` after the last. Each kind has one at least.
    ///
    /// - Parameter limit: The most histories of a piece, above zero.
    public borrowing func piece(after cursor: inout ImageCursor, atMost limit: Int) -> [UInt8]? {
        while let kind = Kind(rawValue: cursor.kind) {
            let isFirst = cursor.last == nil
            var bytes: [UInt8] = []
            let record: UInt64
            switch kind {
            case .card:
                record = cards.record
                cursor.last = cards.encode(after: cursor.last, atMost: limit, into: &bytes)
            case .terminal:
                record = terminals.record
                cursor.last = terminals.encode(after: cursor.last, atMost: limit, into: &bytes)
            case .merchant:
                record = merchants.record
                cursor.last = merchants.encode(after: cursor.last, atMost: limit, into: &bytes)
            case .pair:
                record = pairs.record
                cursor.last = pairs.encode(after: cursor.last, atMost: limit, into: &bytes)
            }
            if cursor.last == nil { cursor.kind += 1 }
            if isFirst || !bytes.isEmpty {
                return [kind.rawValue] + withUnsafeBytes(of: record) { Array($0) } + bytes
            }
        }
        return nil
    }

    /// Takes a piece over; pieces come in the order in which they were written, into a store with the same bounds in
    /// which nothing was seen. Their checksum is the caller's to check.
    ///
    /// - Throws: `FeatureImageError`; the store is of no use then.
    public mutating func restore(_ piece: [UInt8]) throws(FeatureImageError) {
        guard let first = piece.first else { throw .malformed }
        guard let kind = Kind(rawValue: first) else { throw .unknownKind(first) }
        guard piece.count >= Self.headByteCount else { throw .malformed }
        let isWhole = piece.withUnsafeBytes { bytes in
            let record = bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self)
            let images = UnsafeRawBufferPointer(rebasing: bytes[Self.headByteCount...])
            switch kind {
            case .card: return cards.restore(images, record: record)
            case .terminal: return terminals.restore(images, record: record)
            case .merchant: return merchants.restore(images, record: record)
            case .pair: return pairs.restore(images, record: record)
            }
        }
        guard isWhole else { throw .malformed }
    }

    /// A fingerprint of all histories, and of which of them would leave first; it does not depend on where they lie.
    public borrowing func digest() -> Digest128 {
        var digest = Digest128()
        cards.addDigest(to: &digest)
        terminals.addDigest(to: &digest)
        merchants.addDigest(to: &digest)
        pairs.addDigest(to: &digest)
        return digest
    }
}
