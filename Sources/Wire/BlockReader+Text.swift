public import Domain

extension BlockReader {
    // Widths are constants of generated code: inlined, each of these is a few loads and shifts.

    /// Up to 8 bytes, the first in the lowest byte.
    @inlinable
    @inline(__always)
    func storedWord(at offset: Int, count: Int) -> UInt64 {
        guard count < 8 else { return stored(at: offset) }
        var word = UInt64(0)
        for index in 0..<count { word |= UInt64(block[offset + index]) &<< UInt64(8 &* index) }
        return word
    }

    /// Characters judged before, without the spaces at their end.
    @inlinable
    @inline(__always)
    func storedText(at offset: Int, count: Int) -> Text16 {
        var text = Text16(low: storedWord(at: offset, count: min(count, 8)))
        if count > 8 {
            // The last eight bytes of the field hold its end whatever its width; shift out those already read.
            text.high =
                stored(UInt64.self, at: offset &+ count &- 8) &>> UInt64(truncatingIfNeeded: 8 &* (16 &- count))
        }
        return text.withoutTrailingSpaces
    }

    /// Whether there is printable ASCII and then zero bytes to the end.
    @inlinable
    @inline(__always)
    func hasText(at offset: Int, count: Int) -> Bool {
        guard count > 8 else { return TextRules.isPaddedASCII(storedWord(at: offset, count: count)) }
        let low: UInt64 = stored(at: offset)
        let high = stored(UInt64.self, at: offset &+ count &- 8) &>> UInt64(truncatingIfNeeded: 8 &* (16 &- count))
        guard high != 0 else { return TextRules.isPaddedASCII(low) }
        return TextRules.isPaddedASCII(high) && low &>> 56 != 0 && TextRules.unprintable(low) == 0
    }

    /// Printable ASCII and then zero bytes to the end; spaces at the end are taken as zero bytes.
    @inlinable
    func text(at offset: Int, count: Int, _ field: String) throws(WireError) -> Text16 {
        guard hasText(at: offset, count: count) else {
            throw error(field, .malformedCharacters(expected: .printable))
        }
        return storedText(at: offset, count: count)
    }

    /// Decimal digits in every place, or all zero bytes.
    func digits(at offset: Int, count: Int, _ field: String) throws(WireError) -> Text16 {
        let digits = block[offset..<offset + count]
        guard digits.allSatisfy({ $0 == 0 }) || digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw error(field, .malformedCharacters(expected: .digits))
        }
        return storedText(at: offset, count: count)
    }

    /// UTF-8 without control characters and then zero bytes to the end, in 64 bytes.
    func text64(at offset: Int, _ field: String) throws(WireError) -> Text64 {
        let padded = UnsafeRawBufferPointer(rebasing: block[offset..<offset + 64])
        let count = padded.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        let bytes = UnsafeRawBufferPointer(rebasing: padded[..<count])
        guard TextRules.isText(bytes), let text = Text64(bytes) else {
            throw error(field, .malformedCharacters(expected: .paddedUTF8))
        }
        return text
    }
}

extension Text16 {
    /// The same without spaces before the padding.
    @inlinable
    @inline(__always)
    var withoutTrailingSpaces: Text16 {
        let word = high != 0 ? high : low
        // The last byte that is not zero; of a word without one, zero.
        let last = word &>> UInt64(truncatingIfNeeded: 56 &- word.leadingZeroBitCount & ~7)
        return last == 0x20 ? strippedOfSpaces : self
    }

    /// Takes the spaces off one by one.
    @usableFromInline
    var strippedOfSpaces: Text16 {
        var text = self
        while text.high != 0, text.high >> UInt64(56 - text.high.leadingZeroBitCount & ~7) == 0x20 {
            text.high &= ~(0xFF << UInt64(56 - text.high.leadingZeroBitCount & ~7))
        }
        while text.high == 0, text.low != 0, text.low >> UInt64(56 - text.low.leadingZeroBitCount & ~7) == 0x20 {
            text.low &= ~(0xFF << UInt64(56 - text.low.leadingZeroBitCount & ~7))
        }
        return text
    }
}
