/// The well-formedness of characters and texts, judged in place: nothing here allocates.
@usableFromInline
enum TextRules {
    /// Whether eight bytes (the first in the lowest byte) are printable ASCII and then zero bytes to the end.
    @inlinable
    static func isPaddedASCII(_ word: UInt64) -> Bool {
        guard word != 0 else { return true }
        // The bytes behind the last one that is not zero are made spaces, which are fine; a zero byte before it stays.
        let last = UInt64(truncatingIfNeeded: 56 &- word.leadingZeroBitCount & ~7)
        return unprintable(word | 0x2020_2020_2020_2000 &<< last) == 0
    }

    /// Top bits where eight bytes are not printable ASCII; zero if all of them are.
    @inlinable
    static func unprintable(_ word: UInt64) -> UInt64 {
        // Additions carry into the next byte only where a byte above 0x7F has failed the first term anyway.
        let isControl = ~(word &+ 0x6060_6060_6060_6060)
        let isDelete = word &+ 0x0101_0101_0101_0101
        return (word | isControl | isDelete) & 0x8080_8080_8080_8080
    }

    /// Whether all bytes are printable ASCII, as nearly all texts are; judged in words.
    @inline(__always)
    private static func isPrintableASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let count = bytes.count
        // SAFETY: every word lies within the bytes; loads need no alignment.
        func word(_ offset: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        func half(_ offset: Int) -> UInt64 { UInt64(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        guard count >= 8 else {
            guard count >= 4 else { return count == 0 || bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
            // The second half reaches back over what the first has.
            return unprintable(half(0) | half(count - 4) << 32) == 0
        }
        // As does the last word.
        var found = unprintable(word(count - 8))
        var offset = 0
        while offset < count - 8 {
            found |= unprintable(word(offset))
            offset += 8
        }
        return found == 0
    }

    /// Whether the bytes are UTF-8 (RFC 3629) without control characters (U+0000 to U+001F, U+007F to U+009F).
    ///
    /// - Parameter multiline: Whether line feed and tab are fine.
    @inline(__always)
    static func isText(_ bytes: UnsafeRawBufferPointer, multiline: Bool = false) -> Bool {
        isPrintableASCII(bytes) || isUTF8(bytes, multiline: multiline)
    }

    private static func isUTF8(_ bytes: UnsafeRawBufferPointer, multiline: Bool) -> Bool {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                guard byte >= 0x20 && byte != 0x7F || multiline && (byte == 0x0A || byte == 0x09) else { return false }
                index += 1
                continue
            }
            let length = sequenceLength(bytes, at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }

    /// The length of the multi-byte sequence at `index`; 0 when it is not well-formed or is a C1 control character.
    ///
    /// The table is "Well-Formed UTF-8 Byte Sequences" of the Unicode Standard (table 3-7).
    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        let first = bytes[index]
        guard index + 1 < bytes.count else { return 0 }
        let second = bytes[index + 1]
        let (length, secondRange): (Int, ClosedRange<UInt8>) =
            switch first {
            case 0xC2: (2, 0xA0...0xBF)
            case 0xC3...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0...0)
            }
        guard length > 0, index + length <= bytes.count, secondRange.contains(second) else { return 0 }
        for position in 2..<max(length, 2) where bytes[index + position] & 0xC0 != 0x80 { return 0 }
        return length
    }
}

extension String {
    /// The text as a field takes it: control characters become spaces, and whole characters are cut off the end until
    /// at most `byteCount` bytes of UTF-8 are left.
    public func wireText(maximumByteCount byteCount: Int) -> String {
        var text = ""
        var used = 0
        for scalar in unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            let kept: Unicode.Scalar = isControl ? " " : scalar
            let width = UTF8.width(kept)
            guard used + width <= byteCount else { break }
            used += width
            text.unicodeScalars.append(kept)
        }
        return text
    }
}
