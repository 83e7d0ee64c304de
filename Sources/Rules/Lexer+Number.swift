extension Lexer {
    /// An integer, an unsigned integer (`7u`), either in hexadecimal, or an amount (`12.50`).
    mutating func number(_ start: Int) throws(RuleError) -> Token {
        if bytes[start] == UInt8(ascii: "0"), let marker = byte(at: 1), marker | 0x20 == UInt8(ascii: "x") {
            position += 2
            return try integer(start, digitsFrom: position, radix: 16)
        }
        while let byte = byte(), Lexer.isDigit(byte) { position += 1 }
        let isFraction = byte() == UInt8(ascii: ".") && byte(at: 1).map(Lexer.isDigit) == true
        if isFraction { return try amount(start) }
        if isExponent() { throw double(start) }
        return try integer(start, digitsFrom: start, radix: 10)
    }

    private mutating func integer(
        _ start: Int,
        digitsFrom first: Int,
        radix: UInt64
    ) throws(RuleError) -> Token {
        position = first
        var value: UInt64 = 0
        var fits = true
        while let byte = byte(), let digit = Lexer.hexValue(byte), UInt64(digit) < radix {
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(digit))
            fits = fits && !overflow && !sumOverflow
            value = sum
            position += 1
        }
        let isEmpty = position == first
        let isUnsigned = byte().map { $0 | 0x20 } == UInt8(ascii: "u")
        if isUnsigned { position += 1 }
        let tail = position
        while let byte = byte(), Lexer.isLetter(byte) || Lexer.isDigit(byte) { position += 1 }
        guard position == tail, !isEmpty else {
            throw RuleError(
                .syntax,
                span(from: start),
                "'\(String(decoding: bytes[start..<position], as: UTF8.self))' is not a number",
                advice: "numbers are written 42, 0x2A, or 42u for uint"
            )
        }
        // 2^63 is let through for the one negative number that needs it; the parser looks.
        guard fits, isUnsigned || value <= 1 << 63 else {
            throw RuleError(
                .range,
                span(from: start),
                "the number is beyond 64 bits",
                advice: isUnsigned ? "the largest uint is \(UInt64.max)u" : "the largest int is \(Int64.max)"
            )
        }
        return Token(kind: isUnsigned ? .unsigned(value) : .integer(value), span: span(from: start))
    }

    /// At the decimal point, which digits follow.
    private mutating func amount(_ start: Int) throws(RuleError) -> Token {
        let whole = bytes[start..<position]
        position += 1
        let point = position
        while let byte = byte(), Lexer.isDigit(byte) { position += 1 }
        let decimals = bytes[point..<position]
        guard takesMoney, !isExponent() else { throw double(start) }
        let tail = position
        while let byte = byte(), Lexer.isLetter(byte) || Lexer.isDigit(byte) { position += 1 }
        guard position == tail, !whole.isEmpty else {
            throw RuleError(
                .syntax,
                span(from: start),
                "'\(String(decoding: bytes[start..<position], as: UTF8.self))' is not an amount",
                advice: "amounts are written 12.50, with a digit on both sides of the point"
            )
        }
        guard decimals.count <= 4 else {
            throw RuleError(
                .range,
                span(from: start),
                "an amount has at most four decimals",
                advice: "no currency has more; EUR has two, JPY none, KWD three"
            )
        }
        var value: Int64 = 0
        for digit in Array(whole) + Array(decimals) + Array(repeating: 48, count: 4 - decimals.count) {
            value = value * 10 + Int64(digit - 48)
            guard value <= MoneyLiteral.magnitudeMax else {
                throw RuleError(
                    .range,
                    span(from: start),
                    "the amount is too large",
                    advice: "the largest is \(MoneyLiteral.magnitudeMax / 10_000).00"
                )
            }
        }
        return Token(kind: .money(MoneyLiteral(tenThousandths: value)), span: span(from: start))
    }

    private func isExponent() -> Bool {
        guard let byte = byte(), byte | 0x20 == UInt8(ascii: "e"), let next = self.byte(at: 1) else { return false }
        if Lexer.isDigit(next) { return true }
        return (next == UInt8(ascii: "+") || next == UInt8(ascii: "-")) && self.byte(at: 2).map(Lexer.isDigit) == true
    }

    private mutating func double(_ start: Int) -> RuleError {
        while let byte = byte(), Lexer.isLetter(byte) || Lexer.isDigit(byte) || byte == UInt8(ascii: ".") {
            position += 1
        }
        return .unsupported(
            "doubles",
            span(from: start),
            advice: takesMoney
                ? "write whole numbers, or amounts such as 12.50 without an exponent" : "write whole numbers"
        )
    }
}
