import Foundation

/// `protocolgen [--check] [--root DIR]`: makes Swift, C, tables and dissector from `Protocol/assent.xml`.
@main
struct Protocolgen {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("protocolgen: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        var root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        var checks = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--check": checks = true
            case "--root":
                guard let path = rest.popFirst() else { throw UsageError(problem: "--root needs a directory") }
                root = URL(fileURLWithPath: path)
            case "--help":
                print(usage)
                return
            default: throw UsageError(problem: "\(argument) is not known\n\(usage)")
            }
        }
        let generator = try Generator(root: root)
        if checks {
            let differences = try generator.differences(root: root)
            for difference in differences { print(difference) }
            if !differences.isEmpty { exit(1) }
        } else {
            for path in try generator.write(root: root) { print("wrote \(path)") }
        }
    }

    private static let usage = """
        usage: protocolgen [--check] [--root DIR]
          Makes Sources/Wire/Generated, Protocol/assent.lua, the tables in Protocol/README.md and what is marked as
          generated in Protocol/clients/c from the schema.
          The schema is Protocol/assent.xml.
          --check     change nothing; say what differs, and exit 1 if anything does
          --root DIR  the package's root; the current directory if not given
        """
}

/// Why the command line was not understood.
struct UsageError: Error, CustomStringConvertible {
    let problem: String

    var description: String { problem }
}
