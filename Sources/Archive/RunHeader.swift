internal import Checksum

/// A run's first 4,096 bytes; a CRC-32C of all before it in the last four.
///
///     0  u64  magic      8  u32  format version    12 u32  bytes of an image
///     16 u64  owner, high      24 u64  owner, low      32 u64  number of the run
///     40 u64  entries          48 u64  pairs           56 u64  lines of the id filter    64 u64  of the pair filter
///     72 u64  lowest id        80 u64  highest id      88 u64  highest version           96 u64  bytes in the file
struct RunHeader: Equatable {
    static let magic: UInt64 = 0x314E_5552_4153_5341
    static let version: UInt32 = 1

    var imageByteCount: Int
    var owner: ArchiveOwner
    var number: UInt64
    var entryCount: Int
    var pairCount: Int
    var idLineCount: Int
    var pairLineCount: Int
    var idMin: UInt64
    var idMax: UInt64
    var versionMax: UInt64

    var layout: RunLayout {
        RunLayout(
            entryCount: entryCount,
            pairCount: pairCount,
            entryByteCount: RunFormat.entryHeadByteCount + imageByteCount,
            idLineCount: idLineCount,
            pairLineCount: pairLineCount
        )
    }

    func write(into page: UnsafeMutableRawBufferPointer) {
        precondition(page.count == RunFormat.pageByteCount, "a header is one page")
        // SAFETY: every store lies within the bytes just checked.
        page.initializeMemory(as: UInt8.self, repeating: 0)
        page.store(Self.magic, at: 0)
        page.store(Self.version, at: 8)
        page.store(UInt32(imageByteCount), at: 12)
        let words: [UInt64] = [
            owner.high, owner.low, number, UInt64(entryCount), UInt64(pairCount), UInt64(idLineCount),
            UInt64(pairLineCount), idMin, idMax, versionMax, layout.byteCount,
        ]
        for (index, word) in words.enumerated() { page.store(word, at: 16 + 8 * index) }
        page.store(Self.checksum(UnsafeRawBufferPointer(page)), at: page.count - 4)
    }

    static func read(_ page: UnsafeRawBufferPointer) throws(RunProblem) -> RunHeader {
        guard page.count == RunFormat.pageByteCount, page.word(0) == magic,
            page.halfWord(page.count - 4) == checksum(page)
        else { throw .damaged(offset: 0, finding: "the header is not what was written") }
        guard page.halfWord(8) == version else {
            throw .damaged(offset: 8, finding: "format version \(page.halfWord(8)), which this program does not know")
        }
        let countMax: UInt64 = 1 << 32
        for offset in stride(from: 40, through: 64, by: 8) where page.word(offset) > countMax {
            throw .damaged(offset: UInt64(offset), finding: "a count of \(page.word(offset))")
        }
        let header = RunHeader(
            imageByteCount: Int(page.halfWord(12)),
            owner: ArchiveOwner(high: page.word(16), low: page.word(24)),
            number: page.word(32),
            entryCount: Int(page.word(40)),
            pairCount: Int(page.word(48)),
            idLineCount: Int(page.word(56)),
            pairLineCount: Int(page.word(64)),
            idMin: page.word(72),
            idMax: page.word(80),
            versionMax: page.word(88)
        )
        guard (8...4_064).contains(header.imageByteCount), header.entryCount > 0, header.idLineCount > 0,
            header.pairLineCount > 0, header.layout.byteCount == page.word(96)
        else { throw .damaged(offset: 0, finding: "the header contradicts itself") }
        return header
    }

    private static func checksum(_ page: UnsafeRawBufferPointer) -> UInt32 {
        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: page[..<(page.count - 4)]))
    }
}

/// Where the parts of a run lie, which its counts say.
struct RunLayout: Equatable {
    /// Some pages of the file.
    struct Part: Equatable {
        let offset: UInt64
        let pageCount: Int
        let itemCount: Int
        let itemByteCount: Int

        init(after previous: UInt64, itemCount: Int, itemByteCount: Int) {
            let perPage = RunFormat.itemsPerPage(itemByteCount)
            offset = previous
            pageCount = (itemCount + perPage - 1) / perPage
            self.itemCount = itemCount
            self.itemByteCount = itemByteCount
        }

        var end: UInt64 { offset + UInt64(pageCount * RunFormat.pageByteCount) }
    }

    let entries: Part
    let pairs: Part
    let entryIndex: Part
    let entryTop: Part
    let pairIndex: Part
    let pairTop: Part
    let idFilterOffset: UInt64
    let pairFilterOffset: UInt64
    let byteCount: UInt64

    init(entryCount: Int, pairCount: Int, entryByteCount: Int, idLineCount: Int, pairLineCount: Int) {
        let key = RunFormat.keyByteCount
        entries = Part(
            after: UInt64(RunFormat.pageByteCount),
            itemCount: entryCount,
            itemByteCount: entryByteCount
        )
        pairs = Part(after: entries.end, itemCount: pairCount, itemByteCount: RunFormat.pairByteCount)
        entryIndex = Part(after: pairs.end, itemCount: entries.pageCount, itemByteCount: key)
        entryTop = Part(after: entryIndex.end, itemCount: entryIndex.pageCount, itemByteCount: key)
        pairIndex = Part(after: entryTop.end, itemCount: pairs.pageCount, itemByteCount: key)
        pairTop = Part(after: pairIndex.end, itemCount: pairIndex.pageCount, itemByteCount: key)
        idFilterOffset = pairTop.end
        pairFilterOffset = idFilterOffset + UInt64(idLineCount * RunFilter.lineByteCount)
        byteCount = pairFilterOffset + UInt64(pairLineCount * RunFilter.lineByteCount)
    }
}
