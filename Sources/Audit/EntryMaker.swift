public import Cryptography
public import Journal
public import Merkle

/// Makes entries and leaf hashes of records: the hot loop of the audit log. One thread at a time.
public struct EntryMaker: ~Copyable {
    /// The hasher, for the tree as well.
    public let hasher: TreeHasher
    private let salts: SaltKey
    // SAFETY: both are owned by this value alone and grown before more is written.
    private var entry: UnsafeMutableRawBufferPointer
    private var message: UnsafeMutableRawBufferPointer
    private var entryCount = 0
    private var messageCount = 0
    private var fields = ClosedFields()
    private let journal: JournalIdentity
    /// The digest over the configuration behind the last record.
    public private(set) var configuration: SHA256Digest

    /// - Parameters:
    ///   - configuration: The digest over it behind the record before the first one to come.
    /// - Throws: `.unusable`, when OpenSSL cannot hash.
    public init(
        _ salts: SaltKey,
        journal: JournalIdentity,
        configuration: SHA256Digest = .zero
    ) throws(AuditError) {
        do throws(CryptographyError) {
            hasher = try TreeHasher()
        } catch {
            throw .unusable("\(error)")
        }
        self.salts = salts
        self.journal = journal
        self.configuration = configuration
        entry = .allocate(byteCount: 4_096, alignment: 8)
        message = .allocate(byteCount: 4_096, alignment: 8)
    }

    deinit {
        entry.deallocate()
        message.deallocate()
    }

    /// The bytes of the entry that was made last, valid until the next one.
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: entry[1..<entryCount]) }

    /// Makes the entry of a record.
    ///
    /// - Returns: Its leaf hash.
    public mutating func make(_ record: JournalRecordView) -> SHA256Digest {
        fields.find(kind: record.kind, payload: record.payload)
        let openCount = record.payload.count - fields.pieces.reduce(0) { $0 + $1.count }
        Self.grow(&entry, to: 1 + RecordEntry.headerByteCount + 32 + openCount)
        entryCount = 0
        putEntry(UInt8(0))
        putEntry(UInt16(1))
        putEntry(record.kind)
        putEntry(UInt16(fields.pieces.isEmpty ? 0 : 1))
        putEntry(UInt16(0))
        putEntry(record.lsn)
        putEntry(record.time)
        putEntry(journal.high.byteSwapped)
        putEntry(journal.low.byteSwapped)
        putEntry(configuration)
        if !fields.pieces.isEmpty { putEntry(commitment(record)) }
        var start = 0
        for piece in fields.pieces {
            putEntry(UnsafeRawBufferPointer(rebasing: record.payload[start..<piece.lowerBound]))
            start = piece.upperBound
        }
        putEntry(UnsafeRawBufferPointer(rebasing: record.payload[start...]))
        let leaf = hasher.prefixedLeaf(UnsafeRawBufferPointer(rebasing: entry[..<entryCount]))
        if RecordEntry.changesConfiguration(kind: record.kind) {
            configuration = RecordEntry.configuration(after: configuration, leaf: leaf, hasher: hasher.plain)
        }
        return leaf
    }

    /// The closed parts of a record, opened.
    func parts(_ record: JournalRecordView) -> [Int: ClosedPart] {
        var fields = ClosedFields()
        fields.find(kind: record.kind, payload: record.payload)
        guard !fields.pieces.isEmpty else { return [:] }
        let pieces = fields.pieces.map {
            ClosedPart.Piece(offset: UInt32($0.lowerBound), bytes: Array(record.payload[$0]))
        }
        return [0: ClosedPart(salt: salts.salt(lsn: record.lsn, part: 0, hasher.plain), pieces: pieces)]
    }

    private mutating func commitment(_ record: JournalRecordView) -> SHA256Digest {
        let count = fields.pieces.reduce(12 + 4) { $0 + 8 + $1.count }
        Self.grow(&message, to: count)
        messageCount = 0
        putMessage(record.lsn)
        putMessage(UInt32(0))
        putMessage(UInt32(fields.pieces.count))
        for piece in fields.pieces {
            putMessage(UInt32(piece.lowerBound))
            putMessage(UInt32(piece.count))
            let target = UnsafeMutableRawBufferPointer(rebasing: message[messageCount..<messageCount + piece.count])
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: record.payload[piece]))
            messageCount += piece.count
        }
        let salt = salts.salt(lsn: record.lsn, part: 0, hasher.plain)
        return hasher.plain.authenticationCode(UnsafeRawBufferPointer(rebasing: message[..<messageCount]), key: salt)
    }

    private static func grow(_ buffer: inout UnsafeMutableRawBufferPointer, to count: Int) {
        guard buffer.count < count else { return }
        buffer.deallocate()
        buffer = .allocate(byteCount: max(count, 2 * buffer.count), alignment: 8)
    }

    @inline(__always)
    private mutating func putEntry(_ value: some FixedWidthInteger & BitwiseCopyable) {
        entry.storeBytes(of: value.littleEndian, toByteOffset: entryCount, as: type(of: value))
        entryCount += MemoryLayout.size(ofValue: value)
    }

    @inline(__always)
    private mutating func putMessage(_ value: some FixedWidthInteger & BitwiseCopyable) {
        message.storeBytes(of: value.littleEndian, toByteOffset: messageCount, as: type(of: value))
        messageCount += MemoryLayout.size(ofValue: value)
    }

    private mutating func putEntry(_ digest: SHA256Digest) {
        digest.withBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: entry[entryCount..<entryCount + 32]).copyMemory(from: bytes)
        }
        entryCount += 32
    }

    private mutating func putEntry(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        UnsafeMutableRawBufferPointer(rebasing: entry[entryCount..<entryCount + bytes.count]).copyMemory(from: bytes)
        entryCount += bytes.count
    }
}
