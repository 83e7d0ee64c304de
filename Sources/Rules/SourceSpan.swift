/// Where something stands in the text of a condition, as UTF-8 bytes.
public struct SourceSpan: Hashable, Sendable {
    /// The first byte.
    public var start: Int
    /// The byte after the last.
    public var end: Int

    /// Takes two places, the first not behind the second.
    public init(start: Int, end: Int) {
        precondition(0 <= start && start <= end)
        self.start = start
        self.end = end
    }

    /// From the beginning of this to the end of the other.
    func joined(with other: SourceSpan) -> SourceSpan {
        SourceSpan(start: min(start, other.start), end: max(end, other.end))
    }
}

extension SourceSpan {
    /// The line of a source that the span begins in, and a line with a caret under it.
    public func marked(in source: String) -> [String] {
        let bytes = Array(source.utf8)
        let (_, lineStart, lineEnd) = lineAround(bytes)
        let text = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self)
        let before = bytes[lineStart..<min(max(start, lineStart), lineEnd)].count { $0 & 0xC0 != 0x80 }
        var caret = ""
        for character in text.unicodeScalars.prefix(before) {
            caret.unicodeScalars.append(character == "\t" ? "\t" : " ")
        }
        let marked = bytes[min(start, lineEnd)..<min(max(end, start), lineEnd)]
        let width = max(1, marked.count { $0 & 0xC0 != 0x80 })
        return [text, caret + "^" + String(repeating: "~", count: min(width, 120) - 1)]
    }

    /// The number of the line, and where it begins and ends.
    func lineAround(_ bytes: [UInt8]) -> (line: Int, start: Int, end: Int) {
        let place = min(start, bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<place where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        let lineEnd = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        return (line, lineStart, lineEnd)
    }
}
