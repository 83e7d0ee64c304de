/// The generated parts of a document that is otherwise written by hand.
///
/// A part begins behind a line with its name, such as `<!-- generated: NAME -->`, and goes on to a line that closes it.
struct MarkedParts {
    /// What a line has before a part's name.
    let opening: String
    /// What it has behind it.
    let closing: String
    /// The line that closes a part.
    let end: String
    /// What stands between a marker and its part, and behind it.
    let gap: String

    static let markdown = MarkedParts(opening: "<!-- generated: ", closing: " -->", end: "<!-- end -->", gap: "\n")
    static let c = MarkedParts(opening: "/* generated: ", closing: " */", end: "/* end */", gap: "")

    /// The document with every part renewed, and the names of those that it has.
    ///
    /// - Parameter part: The text of a part, which ends with a line feed; nil where there is none of that name.
    func renewed(
        _ document: String,
        _ part: (String) -> String?
    ) throws(MarkedPartsError) -> (text: String, names: Set<String>) {
        var result = ""
        var isInside = false
        var names: Set<String> = []
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if isInside {
                guard line == end else { continue }
                isInside = false
            }
            result += line + "\n"
            guard line.hasPrefix(opening), line.hasSuffix(closing) else { continue }
            let name = String(line.dropFirst(opening.count).dropLast(closing.count))
            guard let text = part(name) else { throw MarkedPartsError(problem: "no part is called \(name)") }
            result += gap + text + gap
            names.insert(name)
            isInside = true
        }
        guard !isInside else { throw MarkedPartsError(problem: "the last marker is not closed") }
        return (String(result.dropLast()), names)
    }
}

/// Why parts cannot be put into a document.
struct MarkedPartsError: Error {
    let problem: String
}
