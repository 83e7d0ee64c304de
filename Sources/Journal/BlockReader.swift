internal import Platform

/// Reads parts of a segment through a large window.
struct BlockReader: ~Copyable {
    /// What is read at once: it is gone through several times, so it should stay in a processor's own cache.
    private static let windowByteCount = 256 << 10
    /// How much behind that the kernel is asked to fetch from the disk meanwhile.
    private static let aheadByteCount: UInt64 = 8 << 20

    private var window: UnsafeMutableRawBufferPointer
    private var start: UInt64 = 0
    private var count = 0
    private var file: (any JournalFile)?
    private var fileByteCount: UInt64 = 0
    /// How far into the file the kernel was asked to read.
    private var announced: UInt64 = 0

    init() {
        window = .allocate(byteCount: BlockHeader.alignment, alignment: BlockHeader.alignment)
    }

    deinit {
        window.deallocate()
    }

    /// Turns to another file.
    mutating func turn(to file: any JournalFile, byteCount: UInt64) {
        self.file = file
        fileByteCount = byteCount
        start = 0
        count = 0
        announced = 0
        grow(to: Int(min(UInt64(Self.windowByteCount), byteCount)))
    }

    private mutating func grow(to byteCount: Int) {
        guard byteCount > window.count else { return }
        window.deallocate()
        window = .allocate(byteCount: BlockHeader.aligned(byteCount), alignment: BlockHeader.alignment)
    }

    /// Bytes of the file, valid until the next call.
    ///
    /// - Returns: Nil when the file has fewer.
    mutating func bytes(at offset: UInt64, count wanted: Int) throws(JournalError) -> UnsafeRawBufferPointer? {
        guard let file, offset + UInt64(wanted) <= fileByteCount else { return nil }
        if offset < start || offset + UInt64(wanted) > start + UInt64(count) {
            grow(to: wanted)
            let reading = Int(min(UInt64(window.count), fileByteCount - offset))
            do throws(PlatformError) {
                start = offset
                count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: window[..<reading]), at: offset)
            } catch {
                count = 0
                throw .storage(error)
            }
            let behind = offset + UInt64(reading)
            if behind < fileByteCount, behind + Self.aheadByteCount / 2 > announced {
                announced = min(fileByteCount, behind + Self.aheadByteCount)
                file.willRead(byteCount: announced - behind, at: behind)
            }
            guard count >= wanted else { return nil }
        }
        let first = Int(offset - start)
        return UnsafeRawBufferPointer(rebasing: window[first..<first + wanted])
    }
}
