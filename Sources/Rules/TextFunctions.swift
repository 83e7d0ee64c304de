/// -1, 0 or 1 for the order of two texts, byte by byte: for UTF-8 that is the order of the code points.
@inline(__always)
func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
        return left[index] < right[index] ? -1 : 1
    }
    return left.count == right.count ? 0 : (left.count < right.count ? -1 : 1)
}

/// Whether the part stands in the text at a place; the text is long enough for it.
@inline(__always)
func matches(_ text: UnsafeRawBufferPointer, at place: Int, _ part: UnsafeRawBufferPointer) -> Bool {
    for index in 0..<part.count where text[place + index] != part[index] { return false }
    return true
}

/// Whether the part stands in the text.
func contains(_ text: UnsafeRawBufferPointer, _ part: UnsafeRawBufferPointer) -> Bool {
    guard part.count <= text.count else { return false }
    for place in 0...(text.count - part.count) where matches(text, at: place, part) { return true }
    return false
}

/// How many code points UTF-8 text has.
func codePointCount(_ text: UnsafeRawBufferPointer) -> Int64 {
    var count: Int64 = 0
    for byte in text where byte & 0xC0 != 0x80 { count += 1 }
    return count
}

/// The number that decimal digits write, with a minus where that is allowed.
func number(_ text: UnsafeRawBufferPointer, isSigned: Bool) -> Cell {
    var place = 0
    let isNegative = isSigned && text.first == UInt8(ascii: "-")
    if isNegative { place = 1 }
    guard place < text.count else { return Cell(.notConvertible) }
    var value: UInt64 = 0
    while place < text.count {
        let digit = text[place] &- 48
        guard digit < 10 else { return Cell(.notConvertible) }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(digit))
        guard !overflow, !sumOverflow else { return Cell(.notConvertible) }
        value = sum
        place += 1
    }
    guard isSigned else { return Cell(word: value) }
    let limit = UInt64(Int64.max) + (isNegative ? 1 : 0)
    guard value <= limit else { return Cell(.notConvertible) }
    return Cell(isNegative ? Int64(truncatingIfNeeded: 0 &- value) : Int64(value))
}

/// Whether the bytes are well-formed UTF-8 (Unicode, table 3-7).
func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var place = 0
    while place < bytes.count {
        let lead = bytes[place]
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        let tail: Int
        switch lead {
        case 0x00...0x7F: tail = 0
        case 0xC2...0xDF: tail = 1
        case 0xE0...0xEF:
            tail = 2
            if lead == 0xE0 { low = 0xA0 }
            if lead == 0xED { high = 0x9F }
        case 0xF0...0xF4:
            tail = 3
            if lead == 0xF0 { low = 0x90 }
            if lead == 0xF4 { high = 0x8F }
        default: return false
        }
        guard place + tail < bytes.count else { return false }
        for index in 0..<tail {
            let byte = bytes[place + 1 + index]
            guard byte >= low, byte <= high else { return false }
            (low, high) = (0x80, 0xBF)
        }
        place += tail + 1
    }
    return true
}
