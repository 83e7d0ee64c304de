internal import Checksum

/// How a run's file is laid out. Everything is little-endian.
///
/// A run is pages of 4,096 bytes: a header; entries, sorted by id; pairs (fingerprint, id), sorted; for each of both an
/// index with the first key of every page, and a top with the first key of every page of the index; then filters.
/// Each page after the header begins with a CRC-32C of its rest and the number of its items. The checksum starts from
/// the run's number and the page's place, so that a page of another file or place is noticed too.
enum RunFormat {
    static let pageByteCount = 4_096
    /// Bytes before a page's items: the checksum, and how many items there are.
    static let pageHeadByteCount = 8
    /// Bytes of an entry before its image: id and version.
    static let entryHeadByteCount = 16
    static let pairByteCount = 16
    static let keyByteCount = 8

    /// Where a page's checksum starts from.
    @inline(__always)
    static func seed(run: UInt64, offset: UInt64) -> UInt32 {
        let mixed = Mix.word(run &* 0x9E37_79B9_7F4A_7C15 ^ offset)
        return UInt32(truncatingIfNeeded: mixed >> 32)
    }

    /// Writes the head of a page, whose unused end is zero.
    static func seal(_ page: UnsafeMutableRawBufferPointer, itemCount: Int, run: UInt64, offset: UInt64) {
        page.store(UInt32(itemCount), at: 4)
        page.store(checksum(UnsafeRawBufferPointer(page), run: run, offset: offset), at: 0)
    }

    /// The number of items of a page; nil when it is not the page that was written there.
    static func itemCount(
        of page: UnsafeRawBufferPointer,
        run: UInt64,
        offset: UInt64,
        itemByteCount: Int
    ) -> Int? {
        guard page.count == pageByteCount, page.halfWord(0) == checksum(page, run: run, offset: offset) else {
            return nil
        }
        let count = Int(page.halfWord(4))
        return count > 0 && count <= itemsPerPage(itemByteCount) ? count : nil
    }

    static func itemsPerPage(_ itemByteCount: Int) -> Int {
        (pageByteCount - pageHeadByteCount) / itemByteCount
    }

    private static func checksum(_ page: UnsafeRawBufferPointer, run: UInt64, offset: UInt64) -> UInt32 {
        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: page[4...]), continuing: seed(run: run, offset: offset))
    }

    /// The name of a run's file: its number in 16 hexadecimal digits.
    static func fileName(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits + ".run"
    }

    /// The number that a file's name says; nil when it is not the name of a run.
    static func number(ofFile name: String) -> UInt64? {
        guard name.utf8.count == 20, name.hasSuffix(".run"), let number = UInt64(name.prefix(16), radix: 16),
            fileName(number) == name
        else { return nil }
        return number
    }

    /// What is put behind the name of a run that is still being written.
    static let unfinishedSuffix = ".new"
    /// What is put behind the name of a run that is damaged.
    static let damagedSuffix = ".damaged"
}

/// A word's bits spread over all of it (the finaliser of splitmix64).
enum Mix {
    @inline(__always)
    static func word(_ word: UInt64) -> UInt64 {
        var mixed = word
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
