/// One token of a condition's text.
struct Token: Hashable {
    /// What it is.
    enum Kind: Hashable {
        case identifier(String)
        /// The digits' value; a minus is not part of it. Up to 2^63 so that the least integer can be written.
        case integer(UInt64)
        case unsigned(UInt64)
        case money(MoneyLiteral)
        case text([UInt8])
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    /// Everything that is no word and no literal.
    enum Symbol: String {
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case dot = "."
        case comma = ","
        case question = "?"
        case colon = ":"
        case plus = "+"
        case minus = "-"
        case star = "*"
        case slash = "/"
        case percent = "%"
        case not = "!"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case and = "&&"
        case or = "||"
    }

    var kind: Kind
    var span: SourceSpan

    /// How a message calls it.
    var described: String {
        switch kind {
        case .identifier(let name): "'\(name)'"
        case .integer, .unsigned: "a number"
        case .money: "an amount"
        case .text: "a text"
        case .bytes: "a byte string"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end"
        }
    }
}
