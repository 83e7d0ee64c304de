/// Lays out help texts: the parser breaks long lines without their indentation, so indented ones are broken here.
enum HelpText {
    private static let width = 78

    /// Breaks lines that begin with a blank: commands (`  $ ...`) with a backslash, others under their beginning.
    static func laidOut(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.hasPrefix(" ") && line.count > width ? broken(line) : String(line) }
            .joined(separator: "\n")
    }

    private static func broken(_ line: Substring) -> String {
        let indentation = String(line.prefix { $0 == " " })
        let isCommand = line.dropFirst(indentation.count).hasPrefix("$ ")
        var lines: [String] = []
        var current = ""
        for word in line.split(separator: " ") {
            let room = width - (isCommand ? 2 : 0)
            if !current.isEmpty, current.count + 1 + word.count > room {
                lines.append(current + (isCommand ? " \\" : ""))
                current = ""
            }
            let isFirst = current.isEmpty
            let start = lines.isEmpty || !isCommand ? indentation : indentation + "    "
            current = isFirst ? start + word : current + " " + word
        }
        return (lines + [current]).joined(separator: "\n")
    }
}
