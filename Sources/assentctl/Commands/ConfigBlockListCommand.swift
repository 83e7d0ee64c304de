import ArgumentParser

/// `assentctl config block list`.
struct ConfigBlockListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show a list, one name a line.",
        discussion: "EXAMPLES\n  $ assentctl config block list --contains\n\nFIELDS (-o json, jsonl, csv)\n  name."
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var list: BlockListOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let names = try BlockList.read(list.key, in: &session).names
        let shape = ListPrinter.Shape(
            name: "names",
            columns: [Column("")],
            fieldNames: ["name"],
            emptyText: "the list is empty"
        )
        var printer = try session.listPrinter(shape, quiet: false)
        for name in names { try printer.add(BlockList.Entry(key: name), output: session.output) }
        try printer.end(next: nil, option: "", output: session.output)
    }
}
