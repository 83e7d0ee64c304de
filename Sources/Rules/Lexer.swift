/// Cuts the text of a condition into tokens, by the lexis of the Common Expression Language (cel-spec, langdef.md,
/// "Syntax"). White space and comments fall away.
struct Lexer {
    let bytes: [UInt8]
    /// Whether `12.50` is an amount; otherwise it is a double, and refused.
    let takesMoney: Bool
    var position = 0

    init(_ source: String, takesMoney: Bool) {
        bytes = Array(source.utf8)
        self.takesMoney = takesMoney
    }

    /// All tokens, the last of them `end`.
    mutating func tokens() throws(RuleError) -> [Token] {
        guard bytes.count <= RulesLimits.sourceByteCountMax else {
            throw RuleError(
                .limit,
                SourceSpan(start: RulesLimits.sourceByteCountMax, end: bytes.count),
                "the condition has \(bytes.count) bytes, more than \(RulesLimits.sourceByteCountMax)",
                advice: "keep long lists as lists, and ask for them by list(...)"
            )
        }
        var tokens: [Token] = []
        while true {
            skipBlanks()
            guard position < bytes.count else { break }
            tokens.append(try next())
        }
        tokens.append(Token(kind: .end, span: SourceSpan(start: bytes.count, end: bytes.count)))
        return tokens
    }

    func byte(at offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    func span(from start: Int) -> SourceSpan { SourceSpan(start: start, end: position) }

    private mutating func skipBlanks() {
        while let byte = byte() {
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D {
                position += 1
            } else if byte == UInt8(ascii: "/"), self.byte(at: 1) == UInt8(ascii: "/") {
                while let byte = self.byte(), byte != 0x0A { position += 1 }
            } else {
                return
            }
        }
    }

    private mutating func next() throws(RuleError) -> Token {
        let start = position
        let first = bytes[position]
        if Lexer.isDigit(first) { return try number(start) }
        if first == UInt8(ascii: "."), let second = byte(at: 1), Lexer.isDigit(second) {
            return try number(start)
        }
        if let prefix = textPrefix() { return try text(start, prefix) }
        if Lexer.isLetter(first) {
            while let byte = byte(), Lexer.isLetter(byte) || Lexer.isDigit(byte) { position += 1 }
            return Token(
                kind: .identifier(String(decoding: bytes[start..<position], as: UTF8.self)),
                span: span(from: start)
            )
        }
        return try symbol(start)
    }

    private mutating func symbol(_ start: Int) throws(RuleError) -> Token {
        for length in [2, 1] where start + length <= bytes.count {
            let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
            guard let symbol = Token.Symbol(rawValue: text) else { continue }
            position += length
            return Token(kind: .symbol(symbol), span: span(from: start))
        }
        if bytes[start] == UInt8(ascii: "`") {
            throw .unsupported(
                "quoted names",
                SourceSpan(start: start, end: start + 1),
                advice: "names are letters, digits and _, joined by dots"
            )
        }
        let advice: String
        switch bytes[start] {
        case UInt8(ascii: "="): advice = "equality is written =="
        case UInt8(ascii: "&"): advice = "and is written &&"
        case UInt8(ascii: "|"): advice = "or is written ||"
        default: advice = ""
        }
        position += 1
        while let byte = byte(), byte & 0xC0 == 0x80 { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let isControl = bytes[start] < 0x20 || bytes[start] == 0x7F
        let shown = isControl ? "byte \(bytes[start])" : "'\(text)'"
        throw RuleError(.syntax, span(from: start), "\(shown) has no meaning here", advice: advice)
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }

    static func hexValue(_ byte: UInt8) -> UInt32? {
        if isDigit(byte) { return UInt32(byte - UInt8(ascii: "0")) }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? UInt32(letter) + 10 : nil
    }
}
