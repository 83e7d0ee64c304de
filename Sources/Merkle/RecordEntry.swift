public import Cryptography

/// A record of the journal as a leaf of the audit log (Protocol/AUDIT.md, the entry): all of it, but for the closed
/// parts, of which there are only commitments.
public struct RecordEntry: Equatable, Sendable {
    static let version: UInt16 = 1
    /// The most closed parts that a record has.
    public static let partCountMax = 8
    /// Bytes before the commitments.
    public static let headerByteCount = 72

    /// What kind of record it is.
    public let kind: UInt16
    /// The record's number, from 1; its place in the log is one less.
    public let lsn: UInt64
    /// When it was, microseconds since 1970.
    public let time: Int64
    /// Whose journal it is of: the 128 bits of its identity, the upper ones first.
    public let journal: [UInt8]
    /// The digest over the configuration that was in force before this record.
    public let configuration: SHA256Digest
    /// For each closed part, what commits to it.
    public let commitments: [SHA256Digest]
    /// The payload without its closed parts.
    public let open: [UInt8]

    /// Joins the fields.
    public init(
        kind: UInt16,
        lsn: UInt64,
        time: Int64,
        journal: [UInt8],
        configuration: SHA256Digest,
        commitments: [SHA256Digest],
        open: [UInt8]
    ) {
        precondition(journal.count == 16 && commitments.count <= Self.partCountMax, "an entry has its limits")
        self.kind = kind
        self.lsn = lsn
        self.time = time
        self.journal = journal
        self.configuration = configuration
        self.commitments = commitments
        self.open = open
    }

    /// Reads an entry.
    ///
    /// - Throws: `.malformed`.
    public init(parsing bytes: [UInt8]) throws(MerkleError) {
        guard bytes.count >= Self.headerByteCount else { throw Self.malformed("it has \(bytes.count) bytes") }
        var reader = EntryReader(bytes, what: "entry")
        let version: UInt16 = try reader.integer()
        guard version == Self.version else { throw Self.malformed("its version is \(version)") }
        kind = try reader.integer()
        let partCount = Int(try reader.integer() as UInt16)
        guard partCount <= Self.partCountMax else { throw Self.malformed("it has \(partCount) closed parts") }
        guard try reader.integer() as UInt16 == 0 else { throw Self.malformed("a reserved field is not zero") }
        lsn = try reader.integer()
        time = try reader.integer()
        journal = try reader.bytes(16)
        configuration = try reader.digest()
        var commitments: [SHA256Digest] = []
        for _ in 0..<partCount { commitments.append(try reader.digest()) }
        self.commitments = commitments
        open = reader.rest()
        guard lsn > 0 else { throw Self.malformed("it has no record number") }
    }

    /// The entry as it is hashed and stored.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerByteCount + commitments.count * 32 + open.count)
        bytes.put(Self.version)
        bytes.put(kind)
        bytes.put(UInt16(commitments.count))
        bytes.put(UInt16(0))
        bytes.put(lsn)
        bytes.put(time)
        bytes += journal
        bytes.put(configuration)
        for commitment in commitments { bytes.put(commitment) }
        return bytes + open
    }

    /// Whether a record of this kind changes the configuration that later ones are decided under: a setting, or rules.
    public static func changesConfiguration(kind: UInt16) -> Bool {
        kind == 0x1041 || (0x10A0...0x10AF).contains(kind)
    }

    /// The digest over the configuration after a record that changes it.
    ///
    /// - Parameters:
    ///   - before: The one that the record's entry has.
    ///   - leaf: The record's leaf hash.
    public static func configuration(
        after before: SHA256Digest,
        leaf: SHA256Digest,
        hasher: borrowing SHA256
    ) -> SHA256Digest {
        hasher.digest(before.bytes + leaf.bytes)
    }

    private static func malformed(_ problem: String) -> MerkleError {
        .malformed(what: "entry of the audit log", problem: problem)
    }
}

extension [UInt8] {
    /// Adds a number, little-endian.
    mutating func put(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// Adds 32 bytes.
    mutating func put(_ digest: SHA256Digest) { digest.withBytes { append(contentsOf: $0) } }
}

/// Reads fields one after the other; believes nothing.
struct EntryReader {
    private let buffer: [UInt8]
    private var offset = 0
    private let what: String

    init(_ buffer: [UInt8], what: String) {
        self.buffer = buffer
        self.what = what
    }

    var isAtEnd: Bool { offset == buffer.count }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(MerkleError) -> Value {
        let size = MemoryLayout<Value>.size
        try need(size)
        var value: Value = 0
        for index in (0..<size).reversed() { value = value << 8 | Value(truncatingIfNeeded: buffer[offset + index]) }
        offset += size
        return value
    }

    mutating func bytes(_ count: Int) throws(MerkleError) -> [UInt8] {
        try need(count)
        defer { offset += count }
        return Array(buffer[offset..<offset + count])
    }

    mutating func digest() throws(MerkleError) -> SHA256Digest {
        guard let digest = SHA256Digest(try bytes(32)) else { preconditionFailure("32 bytes are a digest") }
        return digest
    }

    mutating func rest() -> [UInt8] {
        defer { offset = buffer.count }
        return Array(buffer[offset...])
    }

    private func need(_ count: Int) throws(MerkleError) {
        guard count >= 0, buffer.count - offset >= count else {
            throw .malformed(what: what, problem: "it ends early, at byte \(buffer.count)")
        }
    }
}
