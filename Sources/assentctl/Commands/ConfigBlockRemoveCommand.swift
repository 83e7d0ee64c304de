import ArgumentParser
import Authorization
import Domain

/// `assentctl config block remove`.
struct ConfigBlockRemoveCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Block merchants no longer.",
        discussion: "EXAMPLES\n  $ assentctl config block remove \"Shady Games Ltd\""
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var list: BlockListOptions
    @Argument(help: "The names.") var names: [String]

    func validate() throws { try BlockList.validate(names) }

    func run(in session: inout Session) throws(CommandFailure) {
        let wanted = names
        let flag = list.contains ? " --contains" : ""
        let outcome = try BlockList.change(list.key, in: &session) { (current) throws(CommandFailure) in
            let known = Set(current.map(MerchantName.normalise))
            if let missing = wanted.first(where: { !known.contains(MerchantName.normalise($0)) }) {
                throw CommandFailure(
                    .invalidData,
                    "'\(missing)' is not on the list; nothing was changed",
                    hints: ["Show the list with: assentctl config block list\(flag)"]
                )
            }
            let gone = Set(wanted.map(MerchantName.normalise))
            return current.filter { !gone.contains(MerchantName.normalise($0)) }
        }
        try outcome.print("removed", in: session)
    }
}
