internal import Checksum
internal import Platform

/// Reads a snapshot block by block, and believes nothing of it.
public final class SnapshotFileReader {
    private let name: String
    private let file: any JournalFile
    private let tag: UInt64
    /// Bytes of the file.
    public let fileByteCount: UInt64
    private let lsn: UInt64
    // SAFETY: only this reader has it; payloads are borrowed from it until the next block is read.
    private var buffer: UnsafeMutableRawBufferPointer
    private var offset: UInt64 = 0
    private var number: UInt32 = 0
    private static let firstReadByteCount = 2 << 20

    /// A block and its bytes, which are valid until the next one is read.
    public struct Block {
        /// What it is.
        public let content: SnapshotBlock
        /// Its bytes, borrowed.
        public let payload: UnsafeRawBufferPointer
    }

    /// Opens the snapshot with a newest record.
    ///
    /// - Parameter isWholeWanted: Whether all of it will be read, or only how it begins.
    /// - Throws: `.storage`.
    public init(
        storage: any JournalStorage,
        lsn: UInt64,
        identity: JournalIdentity,
        isWholeWanted: Bool = true
    ) throws(JournalError) {
        name = SnapshotFiles.name(lsn: lsn)
        self.lsn = lsn
        tag = SnapshotFileWriter.tag(identity)
        do throws(PlatformError) {
            file = try storage.open(name)
            fileByteCount = try file.byteCount()
        } catch {
            throw .storage(error)
        }
        buffer = .allocate(
            byteCount: isWholeWanted ? Self.firstReadByteCount : SnapshotBlockHeader.alignment,
            alignment: SnapshotBlockHeader.alignment
        )
        if isWholeWanted { file.willRead(byteCount: fileByteCount, at: 0) }
    }

    deinit { buffer.deallocate() }

    /// The next block, checked; nil behind the last.
    ///
    /// - Throws: `.corrupt` with the place, when a block or the file is not what was written; `.unknownFormat`.
    public func next() throws(JournalError) -> Block? {
        let first = try read(byteCount: SnapshotBlockHeader.alignment)
        guard let (header, version) = SnapshotBlockHeader.read(first) else {
            throw corruption(
                Memory.isZero(first) ? "nothing where a block belongs" : "a block header with a wrong checksum"
            )
        }
        guard version == SnapshotBlockHeader.version else {
            throw .unknownFormat(segment: name, version: UInt32(version))
        }
        guard header.tag == tag else { throw corruption("a block of another journal's snapshot") }
        guard header.number == number, header.offset == offset else { throw corruption("a block of another place") }
        guard Int(header.payloadByteCount) <= SnapshotFileWriter.payloadByteCountMax else {
            throw corruption("a block of \(header.payloadByteCount) bytes")
        }
        let bytes = try read(byteCount: header.alignedByteCount)
        let payload = UnsafeRawBufferPointer(
            rebasing: bytes[
                SnapshotBlockHeader.byteCount..<SnapshotBlockHeader.byteCount + Int(header.payloadByteCount)
            ]
        )
        guard CRC32C.checksum(payload) == header.payloadChecksum else {
            throw corruption("a block with a wrong checksum")
        }
        if header.content.kind == SnapshotBlockHeader.end {
            guard header.content.first == UInt64(number), header.content.lsn == lsn,
                offset + UInt64(header.alignedByteCount) == fileByteCount
            else { throw corruption("an end that belongs to another snapshot") }
            return nil
        }
        offset += UInt64(header.alignedByteCount)
        number += 1
        return Block(content: header.content, payload: payload)
    }

    /// The error that says that the last block read cannot be what was written.
    public func refusal(_ finding: String) -> JournalError { corruption(finding) }

    private var windowStart: UInt64 = 0
    private var windowCount = 0

    /// The file's bytes from the current block's start on.
    private func read(byteCount: Int) throws(JournalError) -> UnsafeRawBufferPointer {
        guard offset + UInt64(byteCount) <= fileByteCount else { throw corruption("the file ends early") }
        if offset < windowStart || offset + UInt64(byteCount) > windowStart + UInt64(windowCount) {
            if byteCount > buffer.count {
                buffer.deallocate()
                buffer = .allocate(byteCount: byteCount, alignment: SnapshotBlockHeader.alignment)
            }
            let count = Int(min(UInt64(buffer.count), fileByteCount - offset))
            do throws(PlatformError) {
                windowStart = offset
                windowCount = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
            } catch {
                windowCount = 0
                throw .storage(error)
            }
            guard windowCount >= byteCount else { throw corruption("the file ends early") }
        }
        let first = Int(offset - windowStart)
        return UnsafeRawBufferPointer(rebasing: buffer[first..<first + byteCount])
    }

    private func corruption(_ finding: String) -> JournalError {
        .corrupt(JournalCorruption(segment: name, offset: offset, lsn: lsn, finding: finding))
    }
}
