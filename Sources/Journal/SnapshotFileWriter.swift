internal import Checksum
public import Platform

/// Writes one snapshot: blocks of opaque bytes under a passing name, durable and whole before it gets its own.
public final class SnapshotFileWriter {
    /// Bytes of payload that one block can have.
    public static let payloadByteCountMax = 8 << 20

    private let storage: any JournalStorage
    private let passingName: String
    private let file: any JournalFile
    private let tag: UInt64
    // SAFETY: aligned for writing around the page cache; only this writer has it.
    private let buffer: UnsafeMutableRawBufferPointer
    private var blockCount: UInt32 = 0
    /// Bytes written.
    public private(set) var byteCount: UInt64 = 0

    /// Begins a snapshot; removes what an interrupted one has left.
    ///
    /// - Parameters:
    ///   - number: Tells it from the others that are being written, which there should be none of.
    ///   - identity: That of the journal whose records it holds.
    public init(
        storage: any JournalStorage,
        number: UInt64,
        identity: JournalIdentity
    ) throws(PlatformError) {
        try SnapshotFiles.removePassing(in: storage)
        passingName = SnapshotFiles.passingName(lsn: number)
        self.storage = storage
        tag = Self.tag(identity)
        guard let file = try storage.create(passingName, byteCount: 0, keepGoing: { true }) else {
            throw .ended(operation: "create", subject: passingName)
        }
        self.file = file
        buffer = .allocate(
            byteCount: SnapshotBlockHeader.aligned(SnapshotBlockHeader.byteCount + Self.payloadByteCountMax),
            alignment: SnapshotBlockHeader.alignment
        )
    }

    deinit { buffer.deallocate() }

    /// What every block of a snapshot carries, so that those of another journal show themselves.
    static func tag(_ identity: JournalIdentity) -> UInt64 { identity.folded }

    /// Where the next block's payload goes: room for `payloadByteCountMax` bytes.
    public var payload: UnsafeMutableRawBufferPointer {
        let first = SnapshotBlockHeader.byteCount
        return UnsafeMutableRawBufferPointer(rebasing: buffer[first..<first + Self.payloadByteCountMax])
    }

    /// Writes a block with the first so many bytes of `payload`.
    public func write(_ block: SnapshotBlock, payloadByteCount: Int) throws(PlatformError) {
        precondition(block.kind != SnapshotBlockHeader.end, "the end has its own function")
        try put(block, payloadByteCount: payloadByteCount)
    }

    private func put(_ block: SnapshotBlock, payloadByteCount: Int) throws(PlatformError) {
        precondition((0...Self.payloadByteCountMax).contains(payloadByteCount), "a payload fits into its block")
        let payload = UnsafeRawBufferPointer(rebasing: payload[..<payloadByteCount])
        let header = SnapshotBlockHeader(
            content: block,
            number: blockCount,
            offset: byteCount,
            tag: tag,
            payloadByteCount: UInt32(payloadByteCount),
            payloadChecksum: CRC32C.checksum(payload)
        )
        guard let start = buffer.baseAddress else { preconditionFailure("the buffer is not empty") }
        header.write(at: start)
        let used = SnapshotBlockHeader.byteCount + payloadByteCount
        Memory.clear(UnsafeMutableRawBufferPointer(rebasing: buffer[used..<header.alignedByteCount]))
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<header.alignedByteCount]), at: byteCount)
        byteCount += UInt64(header.alignedByteCount)
        blockCount += 1
    }

    /// Writes the last block, makes everything durable, and gives the snapshot its name.
    ///
    /// - Parameter lsn: The newest record that it holds, durable itself.
    public func finish(lsn: UInt64) throws(PlatformError) {
        try put(SnapshotBlock(kind: SnapshotBlockHeader.end, first: UInt64(blockCount), lsn: lsn), payloadByteCount: 0)
        try file.synchronize()
        try storage.rename(passingName, to: SnapshotFiles.name(lsn: lsn))
        try storage.synchronizeNames()
    }

    /// Removes what was written.
    public func abandon() {
        // Should it fail, the next writer removes it.
        try? storage.remove(passingName)
    }
}
