internal import Platform

/// One immutable file of the archive, open for lookups by any thread.
final class Run: Sendable {
    let header: RunHeader
    let layout: RunLayout
    /// Bytes of filters that are kept in memory.
    let filterByteCount: Int
    private let file: any ArchiveFile
    private let entryTop: [UInt64]
    private let pairTop: [UInt64]
    private let idFilter: RunFilter
    private let pairFilter: RunFilter

    var number: UInt64 { header.number }
    var name: String { RunFormat.fileName(header.number) }

    /// How a manifest lists it.
    var manifestEntry: Manifest.Entry {
        Manifest.Entry(
            number: number,
            entryCount: UInt64(header.entryCount),
            byteCount: layout.byteCount,
            versionMax: header.versionMax
        )
    }

    /// Opens a run and verifies what it keeps in memory; pages are verified whenever they are read.
    ///
    /// - Parameter filterByteCountMax: What its filters may take in memory; they stay in the file when they need more.
    init(file: any ArchiveFile, filterByteCountMax: Int) throws(RunProblem) {
        self.file = file
        let page = PageBuffer(pageCount: 1)
        let bytes: UInt64
        do throws(PlatformError) {
            bytes = try file.byteCount()
            guard try file.read(into: page.bytes, at: 0) == page.bytes.count else {
                throw .ended(operation: "read", subject: "the header")
            }
        } catch .ended {
            throw .damaged(offset: 0, finding: "the file ends in the header")
        } catch {
            throw .storage(error)
        }
        header = try RunHeader.read(UnsafeRawBufferPointer(page.bytes))
        layout = header.layout
        guard bytes == layout.byteCount else {
            throw .damaged(
                offset: min(bytes, layout.byteCount),
                finding: "\(bytes) bytes in place of \(layout.byteCount)"
            )
        }
        entryTop = try Self.keys(layout.entryTop, file: file, run: header.number)
        pairTop = try Self.keys(layout.pairTop, file: file, run: header.number)
        let filterByteCount = (header.idLineCount + header.pairLineCount) * RunFilter.lineByteCount
        let isKept = filterByteCount <= filterByteCountMax
        self.filterByteCount = isKept ? filterByteCount : 0
        idFilter = try RunFilter(
            file: file,
            run: header.number,
            offset: layout.idFilterOffset,
            lineCount: header.idLineCount,
            isKept: isKept
        )
        pairFilter = try RunFilter(
            file: file,
            run: header.number,
            offset: layout.pairFilterOffset,
            lineCount: header.pairLineCount,
            isKept: isKept
        )
    }

    /// Reads an entry's image if its version is above another.
    ///
    /// - Returns: its version; nil when the run does not have the id, or not so new.
    /// - Complexity: two pages read and verified where the run has it, mostly none where not.
    func find(
        _ id: UInt64,
        above other: UInt64?,
        page: borrowing PageBuffer,
        into image: UnsafeMutableRawBufferPointer
    ) throws(RunProblem) -> UInt64? {
        guard id >= header.idMin, id <= header.idMax, try idFilter.mayHave(id) else { return nil }
        guard let number = try lastPage(of: layout.entries, index: layout.entryIndex, top: entryTop, id, page)
        else { return nil }
        let items = try read(layout.entries, page: number, into: page)
        let index = Self.firstIndex(in: items, notBelow: id)
        guard index < items.count, items.key(index) == id else { return nil }
        let entry = items.item(index)
        if let other, entry.word(8) <= other { return nil }
        image.copyMemory(from: UnsafeRawBufferPointer(rebasing: entry[RunFormat.entryHeadByteCount...]))
        return entry.word(8)
    }

    /// Adds the ids that a fingerprint stands for, descending, no more than there is room for.
    func appendIDs(
        _ fingerprint: UInt64,
        page: borrowing PageBuffer,
        to ids: inout [UInt64]
    ) throws(RunProblem) {
        guard layout.pairs.pageCount > 0, try pairFilter.mayHave(fingerprint) else { return }
        guard let last = try lastPage(of: layout.pairs, index: layout.pairIndex, top: pairTop, fingerprint, page)
        else { return }
        // Equal fingerprints may reach back into the pages before.
        var number = last
        var found = 0
        while found < ArchiveOptions.matchCountMax {
            let items = try read(layout.pairs, page: number, into: page)
            var index = items.count
            // The newest first, for they are the ones asked for.
            while index > 0, found < ArchiveOptions.matchCountMax {
                index -= 1
                let key = items.key(index)
                if key > fingerprint { continue }
                if key < fingerprint { return }
                ids.append(items.item(index).word(8))
                found += 1
            }
            guard number > 0 else { return }
            number -= 1
        }
    }

    /// A cursor over all entries, for merging.
    func entryCursor() -> PageCursor { PageCursor(file: file, run: number, part: layout.entries) }

    /// A cursor over all pairs, for merging.
    func pairCursor() -> PageCursor { PageCursor(file: file, run: number, part: layout.pairs) }

    /// Verifies what lookups would only come upon by chance.
    func verifyIndexesAndFilters() throws(RunProblem) {
        for part in [layout.entryIndex, layout.pairIndex] {
            _ = try Self.keys(part, file: file, run: number)
        }
        _ = try FilterMemory(file: file, run: number, offset: layout.idFilterOffset, lineCount: header.idLineCount)
        _ = try FilterMemory(
            file: file,
            run: number,
            offset: layout.pairFilterOffset,
            lineCount: header.pairLineCount
        )
    }

    // MARK: Pages

    /// The items of a page that has been verified.
    struct Items {
        let page: UnsafeRawBufferPointer
        let count: Int
        let itemByteCount: Int

        @inline(__always)
        func item(_ index: Int) -> UnsafeRawBufferPointer {
            let start = RunFormat.pageHeadByteCount + index * itemByteCount
            return UnsafeRawBufferPointer(rebasing: page[start..<start + itemByteCount])
        }

        @inline(__always)
        func key(_ index: Int) -> UInt64 { page.word(RunFormat.pageHeadByteCount + index * itemByteCount) }
    }

    private func read(
        _ part: RunLayout.Part,
        page number: Int,
        into page: borrowing PageBuffer
    ) throws(RunProblem) -> Items {
        try Self.read(part, page: number, into: page, file: file, run: self.number)
    }

    private static func read(
        _ part: RunLayout.Part,
        page number: Int,
        into page: borrowing PageBuffer,
        file: any ArchiveFile,
        run: UInt64
    ) throws(RunProblem) -> Items {
        precondition(number >= 0 && number < part.pageCount, "the page is one of the part's")
        let offset = part.offset + UInt64(number * RunFormat.pageByteCount)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: page.bytes[..<RunFormat.pageByteCount])
        let byteCount: Int
        do throws(PlatformError) { byteCount = try file.read(into: bytes, at: offset) } catch { throw .storage(error) }
        guard byteCount == bytes.count else { throw .damaged(offset: offset, finding: "the file ends here") }
        let view = UnsafeRawBufferPointer(bytes)
        guard let count = RunFormat.itemCount(of: view, run: run, offset: offset, itemByteCount: part.itemByteCount)
        else { throw .damaged(offset: offset, finding: "the page is not what was written") }
        return Items(page: view, count: count, itemByteCount: part.itemByteCount)
    }

    /// All keys of a part, for memory.
    private static func keys(
        _ part: RunLayout.Part,
        file: any ArchiveFile,
        run: UInt64
    ) throws(RunProblem) -> [UInt64] {
        let page = PageBuffer(pageCount: 1)
        var keys: [UInt64] = []
        for number in 0..<part.pageCount {
            let items = try read(part, page: number, into: page, file: file, run: run)
            for index in 0..<items.count { keys.append(items.key(index)) }
        }
        guard keys.count == part.itemCount else {
            throw .damaged(offset: part.offset, finding: "\(keys.count) keys in place of \(part.itemCount)")
        }
        return keys
    }

    /// The last page that begins with a key not above this one, through top and index; nil when there is none.
    private func lastPage(
        of part: RunLayout.Part,
        index: RunLayout.Part,
        top: [UInt64],
        _ key: UInt64,
        _ page: borrowing PageBuffer
    ) throws(RunProblem) -> Int? {
        let above = Self.firstIndex(count: top.count) { top[$0] > key }
        guard above > 0 else { return nil }
        let indexPage = above - 1
        let items = try read(index, page: indexPage, into: page)
        let place = Self.firstIndex(count: items.count) { items.key($0) > key }
        let number = indexPage * RunFormat.itemsPerPage(RunFormat.keyByteCount) + place - 1
        guard place > 0, number < part.pageCount else {
            let offset = index.offset + UInt64(indexPage * RunFormat.pageByteCount)
            throw .damaged(offset: offset, finding: "the index contradicts the one above it")
        }
        return number
    }

    private static func firstIndex(in items: Items, notBelow key: UInt64) -> Int {
        firstIndex(count: items.count) { items.key($0) >= key }
    }

    /// The first index at which an ascending condition holds; the count when at none.
    @inline(__always)
    private static func firstIndex(count: Int, where holds: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
