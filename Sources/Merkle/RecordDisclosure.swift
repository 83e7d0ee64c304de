public import Cryptography

/// An entry with those of its closed parts that may be shown: the extra data of a proof (Protocol/AUDIT.md).
public struct RecordDisclosure: Equatable, Sendable {
    private static let version: UInt16 = 1
    private static let what = "record of a proof"

    /// The record's entry.
    public let entry: RecordEntry
    /// By the number of the closed part, what it holds; a part may be missing.
    public let parts: [Int: ClosedPart]

    /// Joins the two.
    public init(entry: RecordEntry, parts: [Int: ClosedPart]) {
        precondition(parts.keys.allSatisfy(entry.commitments.indices.contains), "a part belongs to its entry")
        self.entry = entry
        self.parts = parts
    }

    /// Reads one.
    ///
    /// - Throws: `.malformed`.
    public init(parsing bytes: [UInt8]) throws(MerkleError) {
        var reader = EntryReader(bytes, what: Self.what)
        let version: UInt16 = try reader.integer()
        guard version == Self.version else { throw Self.malformed("its version is \(version)") }
        let count = Int(try reader.integer(UInt16.self))
        entry = try RecordEntry(parsing: try reader.bytes(Int(try reader.integer(UInt32.self))))
        var parts: [Int: ClosedPart] = [:]
        var next = 0
        for _ in 0..<count {
            let number = Int(try reader.integer(UInt32.self))
            guard number >= next, number < entry.commitments.count else {
                throw Self.malformed("it opens part \(number), which is not there or not in its place")
            }
            let salt = try reader.digest()
            parts[number] = try ClosedPart(
                salt: salt,
                content: try reader.bytes(Int(try reader.integer(UInt32.self)))
            )
            next = number + 1
        }
        guard reader.isAtEnd else { throw Self.malformed("bytes follow its end") }
        self.parts = parts
    }

    /// As it is written.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.put(Self.version)
        bytes.put(UInt16(parts.count))
        let entry = entry.encoded
        bytes.put(UInt32(entry.count))
        bytes += entry
        for number in self.entry.commitments.indices {
            guard let part = parts[number] else { continue }
            bytes.put(UInt32(number))
            bytes.put(part.salt)
            let content = part.content
            bytes.put(UInt32(content.count))
            bytes += content
        }
        return bytes
    }

    /// Checks that each part that is shown is the one that the entry commits to.
    ///
    /// - Throws: `.refused`, naming the part.
    public func verify(_ hasher: borrowing SHA256) throws(MerkleError) {
        for number in entry.commitments.indices {
            guard let part = parts[number] else { continue }
            guard part.commitment(number: number, lsn: entry.lsn, hasher: hasher) == entry.commitments[number] else {
                throw .refused("closed part \(number) of record \(entry.lsn) is not what its entry commits to")
            }
        }
    }

    /// The record's payload as the journal has it; nil unless all closed parts are there.
    ///
    /// - Throws: `.malformed`, when the pieces do not fit together.
    public func payload() throws(MerkleError) -> [UInt8]? {
        guard parts.count == entry.commitments.count else { return nil }
        let pieces = parts.values.flatMap(\.pieces).sorted { $0.offset < $1.offset }
        var payload: [UInt8] = []
        var rest = entry.open[...]
        for piece in pieces {
            let gap = Int(piece.offset) - payload.count
            guard gap >= 0, gap <= rest.count else { throw Self.malformed("its pieces do not fit together") }
            payload += rest.prefix(gap)
            rest = rest.dropFirst(gap)
            payload += piece.bytes
        }
        return payload + rest
    }

    private static func malformed(_ problem: String) -> MerkleError { .malformed(what: what, problem: problem) }
}
