import Domain

/// How merchants' names are compared: in a normal form, so that `Café  Zoë*` and `CAFE ZOE` are one name.
///
/// * Letters a to z become upper case. Latin letters with diacritics, ligatures and variants (U+00C0 to U+024F, U+1E00
///   to U+1EFF) become the plain upper-case letters: `É` is `E`, `ß` is `SS`, `Ø` is `O`. Full-width forms of ASCII
///   (U+FF01 to U+FF5E) become ASCII.
/// * Combining diacritics (U+0300 to U+036F), soft hyphens, zero-width and direction marks, variation selectors and tag
///   characters (U+E0000 to U+E01FF) are left out: they are not seen, and would hide a name from a list.
/// * Every run of white space, controls and punctuation (that of ASCII, of U+0080 to U+00BF, of U+2010 to U+205F and
///   U+3000 to U+3003) becomes one space; none stands at either end.
/// * Everything else stays as it is: other scripts, and bytes that are no UTF-8.
///
/// The normal form is never longer than the name, and normalising it again changes nothing.
public enum MerchantName {
    /// The normal form of a name of any length.
    public static func normalise(_ name: String) -> String {
        let bytes = Array(name.utf8)
        return String(unsafeUninitializedCapacity: bytes.count) { output in
            bytes.withUnsafeBytes { normalise($0, into: UnsafeMutableRawBufferPointer(output)) }
        }
    }

    /// The normal form of a request's merchant name; bytes that are no UTF-8 become replacement characters in it.
    static func normalise(_ name: Text64) -> String {
        withNormalForm(of: name) { String(decoding: $0, as: UTF8.self) }
    }

    /// Runs the body with the bytes of the normal form of a request's merchant name, which are there only meanwhile.
    ///
    /// - Complexity: linear; allocates nothing.
    @inline(__always)
    static func withNormalForm<Result>(of name: Text64, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        // As many bytes as the longest name has.
        var normal = SIMD64<UInt8>()
        return withUnsafeMutableBytes(of: &normal) { output in
            let count = name.withBytes { normalise($0, into: output) }
            return body(UnsafeRawBufferPointer(rebasing: output[..<count]))
        }
    }

    /// Writes the normal form of UTF-8 text into a buffer at least as long and returns how many bytes it has.
    ///
    /// - Complexity: linear; allocates nothing.
    static func normalise(_ name: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        precondition(output.count >= name.count, "the normal form may need as many bytes as the name")
        var writer = NormalNameWriter(output: output)
        var offset = 0
        while offset < name.count {
            if name.count - offset >= 8 {
                // SAFETY: eight bytes follow the offset; loads need no alignment.
                let word = UInt64(littleEndian: name.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                if writer.put(ascii: word) {
                    offset += 8
                    continue
                }
            }
            let byte = name[offset]
            if byte < 0x80 {
                writer.put(ascii: byte)
                offset += 1
                continue
            }
            if isTag(in: name, at: offset) {
                offset += 4
                continue
            }
            let (scalar, length) = scalar(in: name, at: offset)
            if let scalar { writer.put(scalar, from: name, offset, length) } else { writer.keep(name, offset, length) }
            offset += length
        }
        return writer.count
    }

    /// Whether the four bytes of a tag character or of a supplementary variation selector follow: those of plane 14.
    private static func isTag(in name: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        name.count - offset >= 4 && name[offset] == 0xF3 && name[offset + 1] == 0xA0
            && (0x80...0x87).contains(name[offset + 2]) && name[offset + 3] & 0xC0 == 0x80
    }

    /// The scalar of a two- or three-byte sequence; `nil`, and how many bytes to keep, for anything else.
    private static func scalar(in name: UnsafeRawBufferPointer, at offset: Int) -> (UInt32?, Int) {
        let lead = UInt32(name[offset])
        let rest = name.count - offset
        if lead & 0xE0 == 0xC0, lead >= 0xC2, rest >= 2, name[offset + 1] & 0xC0 == 0x80 {
            return ((lead & 0x1F) << 6 | UInt32(name[offset + 1] & 0x3F), 2)
        }
        if lead & 0xF0 == 0xE0, rest >= 3, name[offset + 1] & 0xC0 == 0x80, name[offset + 2] & 0xC0 == 0x80 {
            let scalar = (lead & 0x0F) << 12 | UInt32(name[offset + 1] & 0x3F) << 6 | UInt32(name[offset + 2] & 0x3F)
            return (scalar >= 0x800 ? scalar : nil, 3)
        }
        return (nil, 1)
    }
}

/// Writes a normal name byte by byte; runs of spaces become one when the next letter comes.
private struct NormalNameWriter {
    let output: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    private var spaceIsDue = false

    init(output: UnsafeMutableRawBufferPointer) { self.output = output }

    mutating func putSpace() { spaceIsDue = true }

    /// A byte below 0x80.
    @inline(__always)
    mutating func put(ascii byte: UInt8) {
        // Taking away bit 5 turns small letters into capitals, and nothing else into a letter.
        let capital = byte & 0xDF
        let isLetter = capital &- UInt8(ascii: "A") < 26
        if isLetter || byte &- UInt8(ascii: "0") < 10 {
            append(isLetter ? capital : byte)
        } else {
            spaceIsDue = true
        }
    }

    /// Eight bytes at once, the first in the lowest byte, if they are ASCII with no more than single separators and
    /// none at the front where a space is due already or would be the first character; false, and nothing done,
    /// otherwise.
    ///
    /// The rules are those of a single byte, for eight of them: no byte is above 0x7F, so adding below 0x80 to each
    /// never carries into the next, and the top bit says whether it has reached a bound.
    @inline(__always)
    mutating func put(ascii word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let top = ones << 7
        guard word & top == 0 else { return false }
        let capital = word & (ones &* 0xDF)
        let isLetter = (capital &+ ones &* (0x80 - 0x41)) & ~(capital &+ ones &* (0x80 - 0x5B)) & top
        let isDigit = (word &+ ones &* (0x80 - 0x30)) & ~(word &+ ones &* (0x80 - 0x3A)) & top
        let isSeparator = ~(isLetter | isDigit) & top
        // Behind a separator, at the front and behind a space that is due there must be a letter or a digit.
        let mustFollow = isSeparator << 8 | (spaceIsDue || count == 0 ? 0x80 : 0)
        guard isSeparator & mustFollow == 0 else { return false }
        let letters = (isLetter >> 7) &* 0xFF
        let digits = (isDigit >> 7) &* 0xFF
        let separators = (isSeparator >> 7) &* 0x20
        if spaceIsDue, count > 0 {
            output[count] = UInt8(ascii: " ")
            count += 1
        }
        spaceIsDue = isSeparator >> 63 == 1
        let text = capital & letters | word & digits | separators
        // SAFETY: the output has room for as many bytes as the name has, of which at least eight are still to come; a
        // space that was due stands for a byte of the name which is behind.
        output.storeBytes(of: text.littleEndian, toByteOffset: count, as: UInt64.self)
        count += spaceIsDue ? 7 : 8
        return true
    }

    /// A scalar beyond ASCII, which stands in the name at a place.
    mutating func put(_ scalar: UInt32, from name: UnsafeRawBufferPointer, _ offset: Int, _ length: Int) {
        switch scalar {
        case 0xAD, 0x300...0x36F, 0x61C, 0x180B...0x180F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F,
            0xFE00...0xFE0F, 0xFEFF:
            break
        case 0xAA: append(UInt8(ascii: "A"))
        case 0xBA: append(UInt8(ascii: "O"))
        case 0xB5: keep(name, offset, length)
        case 0x80...0xBF, 0x2000...0x200A, 0x2010...0x2029, 0x202F...0x205F, 0x3000...0x3003: putSpace()
        case 0xFF01...0xFF5E: put(ascii: UInt8(truncatingIfNeeded: scalar - 0xFF01 + 0x21))
        default: fold(scalar, from: name, offset, length)
        }
    }

    /// A letter that may fold.
    private mutating func fold(_ scalar: UInt32, from name: UnsafeRawBufferPointer, _ offset: Int, _ length: Int) {
        let table: StaticString
        let place: UInt32
        if LatinFolding.basicRange.contains(scalar) {
            (table, place) = (LatinFolding.basic, scalar - LatinFolding.basicRange.lowerBound)
        } else if LatinFolding.additionalRange.contains(scalar) {
            (table, place) = (LatinFolding.additional, scalar - LatinFolding.additionalRange.lowerBound)
        } else {
            keep(name, offset, length)
            return
        }
        // SAFETY: the tables have two bytes for each code point of their range; a test counts them.
        precondition(Int(place) * 2 + 1 < table.utf8CodeUnitCount)
        let first = table.utf8Start[Int(place) * 2]
        let second = table.utf8Start[Int(place) * 2 + 1]
        switch first {
        case UInt8(ascii: "."): keep(name, offset, length)
        case UInt8(ascii: "_"): putSpace()
        default:
            append(first)
            if second != UInt8(ascii: ".") { append(second) }
        }
    }

    mutating func keep(_ name: UnsafeRawBufferPointer, _ offset: Int, _ length: Int) {
        for index in 0..<length { append(name[offset + index]) }
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8) {
        if spaceIsDue, count > 0 {
            output[count] = UInt8(ascii: " ")
            count += 1
        }
        spaceIsDue = false
        output[count] = byte
        count += 1
    }
}
