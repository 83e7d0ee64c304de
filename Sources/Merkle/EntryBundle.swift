/// Entries one after the other, each behind its length (C2SP tlog-tiles, log entries).
public enum EntryBundle {
    /// The most bytes that one entry has: its length takes two.
    public static let entryByteCountMax = Int(UInt16.max)

    /// Adds an entry to the end of a bundle.
    public static func append(_ entry: some Collection<UInt8>, to bundle: inout [UInt8]) {
        precondition(entry.count <= entryByteCountMax, "an entry's length takes two bytes")
        bundle.append(UInt8(truncatingIfNeeded: entry.count >> 8))
        bundle.append(UInt8(truncatingIfNeeded: entry.count))
        bundle.append(contentsOf: entry)
    }

    /// Where the entries of a bundle lie in its bytes.
    ///
    /// - Parameter count: How many there must be.
    /// - Throws: `.malformed`, when there are more or fewer or the last is not whole.
    public static func entries(_ bundle: [UInt8], count: Int) throws(MerkleError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var offset = 0
        while offset < bundle.count {
            guard bundle.count - offset >= 2 else { throw malformed("it ends inside of a length") }
            let length = Int(bundle[offset]) << 8 | Int(bundle[offset + 1])
            guard bundle.count - offset - 2 >= length else { throw malformed("its last entry is not whole") }
            ranges.append(offset + 2..<offset + 2 + length)
            offset += 2 + length
        }
        guard ranges.count == count else { throw malformed("it has \(ranges.count) entries, not \(count)") }
        return ranges
    }

    private static func malformed(_ problem: String) -> MerkleError {
        .malformed(what: "entry bundle", problem: problem)
    }
}
