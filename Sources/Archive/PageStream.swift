internal import Platform

/// Writes items of one size after the other into sealed pages, and those into a file in pieces of 256 KiB.
struct PageStream: ~Copyable {
    /// Where an item goes.
    struct Place {
        let bytes: UnsafeMutableRawBufferPointer
        let isFirstOfPage: Bool
    }

    private static let bufferPageCount = 64
    /// Written bytes are made durable in portions, so that no heap of dirty pages stands in the journal's way.
    private static let portionByteCount = 8 << 20

    private let file: any ArchiveFile
    private let run: UInt64
    private let buffer = PageBuffer(pageCount: bufferPageCount)
    /// Where in the file the buffer's first page belongs.
    private(set) var offset: UInt64
    private var unsynchronizedByteCount = 0
    private var pageCount = 0
    private var itemByteCount = 8
    private var itemsPerPage = 0
    private var itemCount = 0

    init(file: any ArchiveFile, run: UInt64, offset: UInt64) {
        self.file = file
        self.run = run
        self.offset = offset
    }

    /// Begins a part of items of this size, on a new page.
    mutating func begin(itemByteCount: Int) {
        precondition(itemCount == 0, "the part before has ended")
        self.itemByteCount = itemByteCount
        itemsPerPage = RunFormat.itemsPerPage(itemByteCount)
    }

    /// The place of the next item, to be filled at once.
    @inline(__always)
    mutating func next() throws(PlatformError) -> Place {
        if itemCount == itemsPerPage { try endPage() }
        let isFirst = itemCount == 0
        let page = pageCount * RunFormat.pageByteCount
        if isFirst {
            Memory.clear(
                UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[page..<page + RunFormat.pageByteCount])
            )
        }
        let start = page + RunFormat.pageHeadByteCount + itemCount * itemByteCount
        itemCount += 1
        return Place(
            bytes: UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<start + itemByteCount]),
            isFirstOfPage: isFirst
        )
    }

    /// Ends the page that was begun.
    mutating func endPart() throws(PlatformError) {
        if itemCount > 0 { try endPage() }
    }

    /// Writes what the buffer has.
    mutating func flush() throws(PlatformError) {
        precondition(itemCount == 0, "only whole pages are written")
        guard pageCount > 0 else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<(pageCount * RunFormat.pageByteCount)])
        pageCount = 0
        try write(bytes)
    }

    /// Writes bytes after everything before, which has been flushed.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(PlatformError) {
        precondition(pageCount == 0, "the pages before have been written")
        var done = 0
        while done < bytes.count {
            let count = min(bytes.count - done, Self.portionByteCount)
            try file.write(UnsafeRawBufferPointer(rebasing: bytes[done..<done + count]), at: offset)
            done += count
            offset += UInt64(count)
            unsynchronizedByteCount += count
            if unsynchronizedByteCount >= Self.portionByteCount {
                try file.synchronize()
                unsynchronizedByteCount = 0
            }
        }
    }

    /// Writes the header, last of all, and makes the whole file durable.
    mutating func writeHeader(_ header: RunHeader) throws(PlatformError) {
        let page = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<RunFormat.pageByteCount])
        header.write(into: page)
        try file.write(UnsafeRawBufferPointer(page), at: 0)
        try file.synchronize()
    }

    private mutating func endPage() throws(PlatformError) {
        let start = pageCount * RunFormat.pageByteCount
        RunFormat.seal(
            UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<start + RunFormat.pageByteCount]),
            itemCount: itemCount,
            run: run,
            offset: offset + UInt64(start)
        )
        itemCount = 0
        pageCount += 1
        if pageCount == Self.bufferPageCount { try flush() }
    }
}
