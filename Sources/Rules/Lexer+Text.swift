extension Lexer {
    /// What stands before and around a string literal.
    struct TextPrefix {
        var isRaw = false
        var isBytes = false
        /// How many letters.
        var count = 0
    }

    /// The prefix of a string literal at the current place; `nil` where none begins.
    func textPrefix() -> TextPrefix? {
        var prefix = TextPrefix()
        while prefix.count < 3, let byte = byte(at: prefix.count) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return prefix
            case UInt8(ascii: "r"), UInt8(ascii: "R"):
                guard !prefix.isRaw else { return nil }
                prefix.isRaw = true
            case UInt8(ascii: "b"), UInt8(ascii: "B"):
                guard !prefix.isBytes, !prefix.isRaw else { return nil }
                prefix.isBytes = true
            default: return nil
            }
            prefix.count += 1
        }
        return nil
    }

    /// A string or byte string.
    mutating func text(_ start: Int, _ prefix: TextPrefix) throws(RuleError) -> Token {
        position += prefix.count
        let quote = bytes[position]
        let isLong = byte(at: 1) == quote && byte(at: 2) == quote
        let closing = Array(repeating: quote, count: isLong ? 3 : 1)
        position += closing.count
        var content: [UInt8] = []
        while true {
            guard let byte = byte(), isLong || (byte != 0x0A && byte != 0x0D) else {
                throw RuleError(
                    .syntax,
                    span(from: start),
                    "the text does not end",
                    advice: "close it with \(String(decoding: closing, as: UTF8.self))"
                )
            }
            if byte == quote, bytes[position...].starts(with: closing) { break }
            position += 1
            if byte == UInt8(ascii: "\\"), !prefix.isRaw {
                try escape(into: &content, isBytes: prefix.isBytes)
            } else {
                content.append(byte)
            }
        }
        position += closing.count
        return Token(kind: prefix.isBytes ? .bytes(content) : .text(content), span: span(from: start))
    }

    /// Behind a backslash.
    private mutating func escape(into content: inout [UInt8], isBytes: Bool) throws(RuleError) {
        let start = position - 1
        guard let byte = byte() else { return }
        position += 1
        switch byte {
        case UInt8(ascii: "a"): content.append(7)
        case UInt8(ascii: "b"): content.append(8)
        case UInt8(ascii: "f"): content.append(12)
        case UInt8(ascii: "n"): content.append(10)
        case UInt8(ascii: "r"): content.append(13)
        case UInt8(ascii: "t"): content.append(9)
        case UInt8(ascii: "v"): content.append(11)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            content.append(byte)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            let value = try code(digits: 2, from: start)
            try put(value, into: &content, start, asByte: isBytes)
        case UInt8(ascii: "u") where !isBytes:
            let value = try code(digits: 4, from: start)
            try put(value, into: &content, start, asByte: false)
        case UInt8(ascii: "U") where !isBytes:
            let value = try code(digits: 8, from: start)
            try put(value, into: &content, start, asByte: false)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            var value = UInt32(byte - 48)
            for _ in 0..<2 {
                guard let digit = self.byte(), digit &- 48 < 8 else { throw badEscape(start) }
                value = value * 8 + UInt32(digit - 48)
                position += 1
            }
            try put(value, into: &content, start, asByte: isBytes)
        default:
            throw badEscape(start)
        }
    }

    private mutating func code(digits: Int, from start: Int) throws(RuleError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = byte().flatMap(Lexer.hexValue) else { throw badEscape(start) }
            guard value >> 28 == 0 else { throw badEscape(start) }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    private func put(
        _ value: UInt32,
        into content: inout [UInt8],
        _ start: Int,
        asByte: Bool
    ) throws(RuleError) {
        if asByte, value <= 255 {
            content.append(UInt8(value))
            return
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw RuleError(
                .range,
                span(from: start),
                "the escape names no Unicode character",
                advice: "code points go up to 10FFFF, without the surrogates D800 to DFFF"
            )
        }
        content += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private func badEscape(_ start: Int) -> RuleError {
        RuleError(
            .syntax,
            SourceSpan(start: start, end: min(bytes.count, max(start + 2, position))),
            "this escape is not known",
            advice: "known are \\n \\t \\r \\\\ \\\" \\' \\? \\` \\a \\b \\f \\v, \\x41, \\u0041, \\U00000041 and \\101"
        )
    }
}
