internal import Platform

/// Goes through the items of a part of a run, in order, 64 KiB at a time.
final class PageCursor {
    private static let bufferPageCount = 16

    let run: UInt64
    private let file: any ArchiveFile
    private let part: RunLayout.Part
    private let buffer = PageBuffer(pageCount: PageCursor.bufferPageCount)
    private var nextPage = 0
    private var pagesInBuffer = 0
    private var page = 0
    private var item = 0
    private var itemsOfPage = 0
    private var itemsBefore = 0
    private var lastKey: UInt64 = 0

    /// Before the first item; `advance()` goes to it.
    init(file: any ArchiveFile, run: UInt64, part: RunLayout.Part) {
        self.file = file
        self.run = run
        self.part = part
    }

    /// Whether `current` is an item.
    private(set) var isAtItem = false
    /// The current item's first word.
    private(set) var key: UInt64 = 0

    /// The item's bytes, valid until `advance()`.
    var current: UnsafeRawBufferPointer {
        precondition(isAtItem, "the cursor is at an item")
        let start = page * RunFormat.pageByteCount + RunFormat.pageHeadByteCount + item * part.itemByteCount
        return UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + part.itemByteCount])
    }

    /// Goes to the next item, verifying each page it comes to, and that keys ascend.
    func advance() throws(RunProblem) {
        item += 1
        while item >= itemsOfPage {
            guard try enterNextPage() else {
                isAtItem = false
                return
            }
        }
        isAtItem = true
        key = current.word(0)
        guard key >= lastKey else { throw .damaged(offset: pageOffset, finding: "the keys do not ascend") }
        lastKey = key
    }

    private var pageOffset: UInt64 {
        part.offset + UInt64((nextPage - pagesInBuffer + page) * RunFormat.pageByteCount)
    }

    private func enterNextPage() throws(RunProblem) -> Bool {
        page += 1
        if page >= pagesInBuffer {
            guard nextPage < part.pageCount else {
                guard itemsBefore == part.itemCount else {
                    throw .damaged(offset: part.offset, finding: "\(itemsBefore) items in place of \(part.itemCount)")
                }
                return false
            }
            try fill()
        }
        let start = page * RunFormat.pageByteCount
        let bytes = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + RunFormat.pageByteCount])
        guard
            let count = RunFormat.itemCount(
                of: bytes,
                run: run,
                offset: pageOffset,
                itemByteCount: part.itemByteCount
            )
        else { throw .damaged(offset: pageOffset, finding: "the page is not what was written") }
        itemsOfPage = count
        itemsBefore += count
        item = 0
        return true
    }

    private func fill() throws(RunProblem) {
        let count = min(Self.bufferPageCount, part.pageCount - nextPage)
        let offset = part.offset + UInt64(nextPage * RunFormat.pageByteCount)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<(count * RunFormat.pageByteCount)])
        let byteCount: Int
        do throws(PlatformError) { byteCount = try file.read(into: bytes, at: offset) } catch { throw .storage(error) }
        guard byteCount == bytes.count else {
            throw .damaged(offset: offset + UInt64(byteCount), finding: "the file ends here")
        }
        nextPage += count
        pagesInBuffer = count
        page = 0
    }
}
