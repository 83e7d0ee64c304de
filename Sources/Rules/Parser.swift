/// Makes a tree of a condition's text, by the grammar of the Common Expression Language (cel-spec, langdef.md,
/// "Syntax"), without its maps, messages and null, which are refused by name.
///
/// Never recurses deeper than `RulesLimits.nestingMax` nestings of the text.
struct Parser {
    private let tokens: [Token]
    private var place = 0
    private var nesting = 0
    private(set) var nodeCount = 0

    /// Reads a whole condition.
    ///
    /// - Throws: `RuleError`, at the first token that does not fit.
    static func parse(_ source: String, takesMoney: Bool) throws(RuleError) -> Expression {
        var lexer = Lexer(source, takesMoney: takesMoney)
        var parser = Parser(tokens: try lexer.tokens())
        let expression = try parser.expression()
        guard parser.current.kind == .end else {
            throw parser.unexpected(advice: "an operator, or the end, belongs here")
        }
        return expression
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    var current: Token { tokens[place] }

    mutating func advance() { if place < tokens.count - 1 { place += 1 } }

    mutating func take(_ symbol: Token.Symbol) -> Token? {
        let token = current
        guard token.kind == .symbol(symbol) else { return nil }
        advance()
        return token
    }

    mutating func expect(_ symbol: Token.Symbol, after opening: Token, advice: String) throws(RuleError) -> Token {
        if let token = take(symbol) { return token }
        throw unexpected(advice: advice)
    }

    func unexpected(advice: String) -> RuleError {
        let what = current.kind == .end ? "the condition ends here" : "\(current.described) does not fit here"
        return RuleError(.syntax, current.span, what, advice: advice)
    }

    /// A node over its children.
    mutating func node(
        _ form: Expression.Form,
        _ span: SourceSpan,
        over children: [Expression],
        nameSpan: SourceSpan? = nil
    ) throws(RuleError) -> Expression {
        nodeCount += 1
        let depth = (children.map(\.depth).max() ?? 0) + 1
        guard depth <= RulesLimits.treeDepthMax else {
            throw RuleError(
                .limit,
                span,
                "the condition is more than \(RulesLimits.treeDepthMax) operations deep",
                advice: "split the rule, or use a list and 'in'"
            )
        }
        return Expression(form: form, span: span, nameSpan: nameSpan, depth: depth)
    }

    mutating func nested<Result>(
        at span: SourceSpan,
        _ body: (inout Parser) throws(RuleError) -> Result
    ) throws(RuleError) -> Result {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= RulesLimits.nestingMax else {
            throw RuleError(
                .limit,
                span,
                "nested more than \(RulesLimits.nestingMax) deep",
                advice: "write it flatter"
            )
        }
        return try body(&self)
    }

    // MARK: - Operators, from the loosest to the tightest

    /// A conditional, or anything tighter.
    mutating func expression() throws(RuleError) -> Expression {
        try nested(at: current.span) { (parser: inout Parser) throws(RuleError) -> Expression in
            let condition = try parser.disjunction()
            guard let question = parser.take(.question) else { return condition }
            let first = try parser.disjunction()
            _ = try parser.expect(.colon, after: question, advice: "a conditional is written a ? b : c")
            let second = try parser.expression()
            return try parser.node(
                .conditional(condition, first, second),
                condition.span.joined(with: second.span),
                over: [condition, first, second]
            )
        }
    }

    private mutating func disjunction() throws(RuleError) -> Expression {
        var terms = [try conjunction()]
        while take(.or) != nil { terms.append(try conjunction()) }
        guard terms.count > 1 else { return terms[0] }
        return try node(.or(terms), terms[0].span.joined(with: terms[terms.count - 1].span), over: terms)
    }

    private mutating func conjunction() throws(RuleError) -> Expression {
        var terms = [try relation()]
        while take(.and) != nil { terms.append(try relation()) }
        guard terms.count > 1 else { return terms[0] }
        return try node(.and(terms), terms[0].span.joined(with: terms[terms.count - 1].span), over: terms)
    }

    private mutating func relation() throws(RuleError) -> Expression {
        var left = try addition()
        while true {
            var comparison: Comparison?
            if case .symbol(let symbol) = current.kind { comparison = Comparison(symbol) }
            let isMembership = current.kind == .identifier("in")
            guard comparison != nil || isMembership else { return left }
            advance()
            let right = try addition()
            let span = left.span.joined(with: right.span)
            if let comparison {
                left = try node(.compare(comparison, left, right), span, over: [left, right])
            } else {
                left = try node(.member(left, of: right), span, over: [left, right])
            }
        }
    }

    private mutating func addition() throws(RuleError) -> Expression {
        var left = try multiplication()
        while true {
            let operation: Arithmetic
            if take(.plus) != nil {
                operation = .add
            } else if take(.minus) != nil {
                operation = .subtract
            } else {
                return left
            }
            let right = try multiplication()
            let span = left.span.joined(with: right.span)
            left = try node(.arithmetic(operation, left, right), span, over: [left, right])
        }
    }

    private mutating func multiplication() throws(RuleError) -> Expression {
        var left = try unary()
        while true {
            let operation: Arithmetic
            if take(.star) != nil {
                operation = .multiply
            } else if take(.slash) != nil {
                operation = .divide
            } else if take(.percent) != nil {
                operation = .remainder
            } else {
                return left
            }
            let right = try unary()
            let span = left.span.joined(with: right.span)
            left = try node(.arithmetic(operation, left, right), span, over: [left, right])
        }
    }

    private mutating func unary() throws(RuleError) -> Expression {
        var signs: [Token] = []
        let sign = current.kind
        if sign == .symbol(.not) || sign == .symbol(.minus) {
            while current.kind == sign {
                signs.append(current)
                advance()
            }
        }
        var operand: Expression
        if let last = signs.last, sign == .symbol(.minus), let literal = try negativeLiteral(last) {
            signs.removeLast()
            operand = try member(from: literal)
        } else {
            operand = try member(from: primary())
        }
        // An even number of signs of either kind is none, but for overflow and types: the node stays.
        for token in signs.reversed() {
            let span = token.span.joined(with: operand.span)
            operand = try node(sign == .symbol(.not) ? .not(operand) : .negate(operand), span, over: [operand])
        }
        return operand
    }

    /// A number behind a minus: the two are one literal, so that the least integer can be written.
    private mutating func negativeLiteral(_ minus: Token) throws(RuleError) -> Expression? {
        let token = current
        let span = minus.span.joined(with: token.span)
        switch token.kind {
        case .integer(let magnitude):
            advance()
            let value = magnitude == 1 << 63 ? Int64.min : -Int64(magnitude)
            return try node(.literal(.int(value)), span, over: [])
        case .money(let amount):
            advance()
            return try node(.literal(.money(amount.negated)), span, over: [])
        default: return nil
        }
    }
}

extension Comparison {
    /// The relation that a symbol stands for.
    fileprivate init?(_ symbol: Token.Symbol) {
        switch symbol {
        case .equal: self = .equal
        case .notEqual: self = .notEqual
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        default: return nil
        }
    }
}
