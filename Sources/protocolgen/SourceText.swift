/// Lines of source, indented by four spaces a level.
struct SourceText {
    private(set) var text = ""
    private var level = 0

    /// Adds a line; an empty one without indentation.
    mutating func line(_ line: String = "") {
        text += line.isEmpty ? "\n" : String(repeating: "    ", count: level) + line + "\n"
    }

    /// Adds a line that opens a block, the block, and the line that closes it.
    mutating func block(_ opening: String, _ closing: String = "}", _ body: (inout SourceText) -> Void) {
        line(opening)
        level += 1
        body(&self)
        level -= 1
        line(closing)
    }

    /// Adds a sum, broken before column 120.
    mutating func sum(_ terms: [String]) {
        var current = terms.first ?? "0"
        var isContinued = false
        for term in terms.dropFirst() {
            if 4 * level + (isContinued ? 4 : 0) + current.count + term.count + 3 > 120 {
                line((isContinued ? "    " : "") + current)
                current = "+ \(term)"
                isContinued = true
            } else {
                current += " + \(term)"
            }
        }
        line((isContinued ? "    " : "") + current)
    }

    /// Adds a call, an argument a line where it would pass column 120.
    ///
    /// - Parameter outer: By how many columns all of this text will be indented more.
    mutating func call(_ function: String, _ arguments: [String], outer: Int) {
        let whole = "\(function)(\(arguments.joined(separator: ", ")))"
        guard outer + 4 * level + whole.count > 120 else { return line(whole) }
        block("\(function)(", ")") { source in
            for (index, argument) in arguments.enumerated() {
                source.line(index + 1 < arguments.count ? "\(argument)," : argument)
            }
        }
    }

    /// Adds a documentation comment, broken before column 120.
    mutating func documentation(_ comment: String) {
        var current = "///"
        let width = 116 - 4 * level
        for word in comment.split(separator: " ") {
            if current.count + word.count + 1 > width {
                line(current)
                current = "///"
            }
            current += " " + word
        }
        line(current)
    }
}
