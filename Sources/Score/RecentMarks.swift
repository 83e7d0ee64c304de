/// The last few different things a card was seen with, the newest first: 16 bits of country or 32 bits of a terminal's
/// hash each. A word of zeros is nobody.
struct RecentMarks {
    // SAFETY: whoever makes one vouches for the words, for as long as the value lives.
    let words: UnsafeMutablePointer<Int64>
    let wordCount: Int
    /// 16 or 32.
    let bits: Int

    @inline(__always)
    var capacity: Int { wordCount &* 64 / bits }

    @inline(__always)
    private func mark(_ index: Int) -> UInt64 {
        let bit = index &* bits
        return UInt64(bitPattern: words[bit &>> 6]) &>> UInt64(bit & 63) & (1 &<< UInt64(bits) &- 1)
    }

    @inline(__always)
    private func set(_ index: Int, _ mark: UInt64) {
        let bit = index &* bits
        let mask: UInt64 = (1 &<< UInt64(bits) &- 1) &<< UInt64(bit & 63)
        let word = UInt64(bitPattern: words[bit &>> 6]) & ~mask
        words[bit &>> 6] = Int64(bitPattern: word | mark &<< UInt64(bit & 63))
    }

    /// How many others were seen since: 0 for the newest; `capacity` for a new one and for none.
    @inline(__always)
    func rank(_ mark: UInt64) -> Int32 {
        for index in 0..<capacity where mark != 0 && self.mark(index) == mark {
            return Int32(truncatingIfNeeded: index)
        }
        return Int32(truncatingIfNeeded: capacity)
    }

    /// Moves a mark to the front; the one that was seen longest ago leaves for a new one.
    func note(_ mark: UInt64) {
        var index = min(Int(rank(mark)), capacity &- 1)
        while index > 0 {
            set(index, self.mark(index &- 1))
            index &-= 1
        }
        set(0, mark)
    }
}
