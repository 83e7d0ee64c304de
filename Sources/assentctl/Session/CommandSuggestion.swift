import ArgumentParser

/// Finds what a mistyped command was meant to be, which the parser does not.
enum CommandSuggestion {
    /// Walks down the commands and looks at the first word that is none.
    ///
    /// - Throws: `CommandFailure` that names the nearest command.
    static func check(_ arguments: [String], root: any ParsableCommand.Type) throws(CommandFailure) {
        var command = root
        var path = "assentctl"
        for argument in arguments {
            let subcommands = command.configuration.subcommands
            // Options may stand before a command; one that takes a value leaves this walk to the parser.
            guard !subcommands.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return }
            if let next = subcommands.first(where: { name($0) == argument }) {
                command = next
                path += " " + argument
                continue
            }
            let names = subcommands.map(name)
            let nearest = names.min { distance(argument, $0) < distance(argument, $1) }
            var hints = ["There are: " + names.joined(separator: ", ")]
            if let nearest, distance(argument, nearest) <= max(2, argument.count / 3) {
                hints.insert("Did you mean: \(path) \(nearest)", at: 0)
            }
            throw CommandFailure(.usage, "there is no command '\(path) \(argument)'", hints: hints)
        }
    }

    private static func name(_ command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? ""
    }

    /// How many letters must be put in, taken out or exchanged to get from one word to the other (Levenshtein).
    static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.prefix(64).utf8), Array(second.utf8))
        var row = Array(0...second.count)
        for (index, letter) in first.enumerated() {
            var diagonal = index
            row[0] = index + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
