extension Parser {
    /// Selections, calls and indexes behind an operand.
    mutating func member(from first: Expression) throws(RuleError) -> Expression {
        var operand = first
        while true {
            if take(.dot) != nil {
                let name = current
                guard case .identifier(let field) = name.kind, !Parser.keywords.contains(field) else {
                    throw unexpected(advice: "a name belongs behind the dot")
                }
                advance()
                if let opening = take(.leftParenthesis) {
                    let (list, end) = try arguments(opening, closing: .rightParenthesis)
                    operand = try node(
                        .call(function: field, target: operand, list),
                        operand.span.joined(with: end.span),
                        over: [operand] + list,
                        nameSpan: name.span
                    )
                } else {
                    operand = try node(
                        .select(operand, field: field),
                        operand.span.joined(with: name.span),
                        over: [operand],
                        nameSpan: name.span
                    )
                }
            } else if let opening = take(.leftBracket) {
                let index = try expression()
                let end = try expect(.rightBracket, after: opening, advice: "close the index with ]")
                operand = try node(.index(operand, index), operand.span.joined(with: end.span), over: [operand, index])
            } else if current.kind == .symbol(.leftBrace) {
                throw .unsupported("messages", current.span, advice: "a condition makes no messages")
            } else {
                return operand
            }
        }
    }

    /// A literal, a name, a call, a list, or something in parentheses.
    mutating func primary() throws(RuleError) -> Expression {
        let token = current
        advance()
        switch token.kind {
        case .integer(let value):
            guard value < 1 << 63 else {
                throw RuleError(
                    .range,
                    token.span,
                    "the number is beyond 64 bits",
                    advice: "the largest int is \(Int64.max)"
                )
            }
            return try node(.literal(.int(Int64(value))), token.span, over: [])
        case .unsigned(let value): return try node(.literal(.uint(value)), token.span, over: [])
        case .money(let amount): return try node(.literal(.money(amount)), token.span, over: [])
        case .text(let bytes): return try node(.literal(.text(bytes)), token.span, over: [])
        case .bytes(let bytes): return try node(.literal(.bytes(bytes)), token.span, over: [])
        case .identifier(let name): return try named(name, token)
        case .symbol(.leftParenthesis):
            let inner = try expression()
            let end = try expect(.rightParenthesis, after: token, advice: "close the parenthesis with )")
            var wrapped = inner
            wrapped.span = token.span.joined(with: end.span)
            return wrapped
        case .symbol(.leftBracket):
            let (elements, end) = try arguments(token, closing: .rightBracket)
            return try node(.list(elements), token.span.joined(with: end.span), over: elements)
        case .symbol(.leftBrace):
            throw .unsupported("maps", token.span, advice: "use a list and 'in', or several rules")
        case .symbol(.dot):
            // A leading dot looks a name up outside of macros.
            guard case .identifier(let name) = current.kind else {
                throw unexpected(advice: "a name belongs behind the dot")
            }
            let next = current
            advance()
            return try named("." + name, Token(kind: next.kind, span: token.span.joined(with: next.span)))
        case .symbol, .end:
            throw RuleError(
                .syntax,
                token.span,
                token.kind == .end ? "the condition ends here" : "\(token.described) does not fit here",
                advice: "a value belongs here: a number, a text, a name, a list or a parenthesis"
            )
        }
    }

    /// A word: a literal, a name or a call.
    private mutating func named(_ name: String, _ token: Token) throws(RuleError) -> Expression {
        switch name {
        case "true": return try node(.literal(.bool(true)), token.span, over: [])
        case "false": return try node(.literal(.bool(false)), token.span, over: [])
        case "null":
            throw .unsupported("null values", token.span, advice: "ask whether there is a value with has(...)")
        default: break
        }
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        guard !Parser.keywords.contains(bare), !Parser.reserved.contains(bare) else {
            throw RuleError(
                .syntax,
                token.span,
                "'\(bare)' is a reserved word",
                advice: bare == "in" ? "'in' stands between a value and a list" : ""
            )
        }
        guard let opening = take(.leftParenthesis) else {
            return try node(.identifier(name), token.span, over: [], nameSpan: token.span)
        }
        let (list, end) = try arguments(opening, closing: .rightParenthesis)
        return try node(
            .call(function: bare, target: nil, list),
            token.span.joined(with: end.span),
            over: list,
            nameSpan: token.span
        )
    }

    /// Expressions between commas; a list may end with one.
    private mutating func arguments(
        _ opening: Token,
        closing: Token.Symbol
    ) throws(RuleError) -> ([Expression], Token) {
        var list: [Expression] = []
        if let end = take(closing) { return (list, end) }
        while true {
            list.append(try expression())
            if take(.comma) == nil { break }
            if closing == .rightBracket, let end = take(closing) { return (list, end) }
        }
        let advice = "a comma, or \(closing.rawValue) for the end, belongs here"
        return (list, try expect(closing, after: opening, advice: advice))
    }

    static let keywords: Set<String> = ["false", "in", "null", "true"]
    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}
