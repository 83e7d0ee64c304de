internal import Platform

/// Writes one run from entries and pairs that come sorted.
struct RunWriter: ~Copyable {
    private let owner: ArchiveOwner
    private let number: UInt64
    private let imageByteCount: Int
    private var pages: PageStream
    private var idFilter: FilterBuilder
    private var pairFilter: FilterBuilder
    private var entryKeys: [UInt64] = []
    private var pairKeys: [UInt64] = []
    private var entryCount = 0
    private var pairCount = 0
    private var idMin: UInt64 = 0
    private var idMax: UInt64 = 0
    private var versionMax: UInt64 = 0

    /// - Parameters:
    ///   - entryCountMax: No more entries come; the filter is sized for them.
    ///   - pairCountMax: No more pairs come.
    init(
        file: any ArchiveFile,
        number: UInt64,
        owner: ArchiveOwner,
        imageByteCount: Int,
        entryCountMax: Int,
        pairCountMax: Int
    ) {
        self.owner = owner
        self.number = number
        self.imageByteCount = imageByteCount
        pages = PageStream(file: file, run: number, offset: UInt64(RunFormat.pageByteCount))
        idFilter = FilterBuilder(keyCountMax: entryCountMax)
        pairFilter = FilterBuilder(keyCountMax: pairCountMax)
        pages.begin(itemByteCount: RunFormat.entryHeadByteCount + imageByteCount)
    }

    /// Adds an entry as it lies in a page: id, version, image. Ids must ascend.
    mutating func add(entry: UnsafeRawBufferPointer) throws(PlatformError) {
        let id = entry.word(0)
        precondition(entryCount == 0 || id > idMax, "entries come in the order of their ids")
        if entryCount == 0 { idMin = id }
        idMax = id
        versionMax = max(versionMax, entry.word(8))
        entryCount += 1
        idFilter.insert(id)
        let place = try pages.next()
        if place.isFirstOfPage { entryKeys.append(id) }
        place.bytes.copyMemory(from: entry)
    }

    /// Ends the entries; pairs follow.
    mutating func endEntries() throws(PlatformError) {
        try pages.endPart()
        pages.begin(itemByteCount: RunFormat.pairByteCount)
    }

    /// Adds a pair. They must ascend.
    mutating func add(fingerprint: UInt64, id: UInt64) throws(PlatformError) {
        pairCount += 1
        pairFilter.insert(fingerprint)
        let place = try pages.next()
        if place.isFirstOfPage { pairKeys.append(fingerprint) }
        place.bytes.store(fingerprint, at: 0)
        place.bytes.store(id, at: 8)
    }

    /// Writes indexes, filters and the header, and makes the file durable.
    mutating func finish() throws(PlatformError) -> RunHeader {
        precondition(entryCount > 0, "a run has entries")
        try pages.endPart()
        for keys in [entryKeys, pairKeys] {
            let top = try writeKeys(keys)
            _ = try writeKeys(top)
        }
        try pages.flush()
        let header = RunHeader(
            imageByteCount: imageByteCount,
            owner: owner,
            number: number,
            entryCount: entryCount,
            pairCount: pairCount,
            idLineCount: idFilter.lineCount,
            pairLineCount: pairFilter.lineCount,
            idMin: idMin,
            idMax: idMax,
            versionMax: versionMax
        )
        let layout = header.layout
        precondition(pages.offset == layout.idFilterOffset, "the pages are where the layout has them")
        try pages.write(idFilter.seal(run: number, offset: layout.idFilterOffset))
        try pages.write(pairFilter.seal(run: number, offset: layout.pairFilterOffset))
        precondition(pages.offset == layout.byteCount, "the filters are where the layout has them")
        try pages.writeHeader(header)
        return header
    }

    /// Writes an index: keys, of which the first of each page is returned.
    private mutating func writeKeys(_ keys: [UInt64]) throws(PlatformError) -> [UInt64] {
        var firsts: [UInt64] = []
        pages.begin(itemByteCount: RunFormat.keyByteCount)
        for key in keys {
            let place = try pages.next()
            if place.isFirstOfPage { firsts.append(key) }
            place.bytes.store(key, at: 0)
        }
        try pages.endPart()
        return firsts
    }
}
