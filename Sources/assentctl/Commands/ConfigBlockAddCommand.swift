import ArgumentParser
import Authorization
import Domain

/// `assentctl config block add`.
struct ConfigBlockAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Block merchants.",
        discussion:
            "EXAMPLES\n  $ assentctl config block add \"Shady Games Ltd\"\n"
            + "  $ assentctl config block add --contains casino"
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var list: BlockListOptions
    @Argument(help: "The names.") var names: [String]

    @Flag(help: "With --contains: take parts of fewer than three characters too.") var force = false

    func validate() throws {
        try BlockList.validate(names)
        guard list.contains, !force else { return }
        if let short = names.first(where: { MerchantName.normalise($0).count < 3 }) {
            throw ValidationError("'\(short)' is in too many merchants' names; if it must be, add --force")
        }
    }

    func run(in session: inout Session) throws(CommandFailure) {
        let wanted = names
        let outcome = try BlockList.change(list.key, in: &session) { (current) throws(CommandFailure) in
            var known = Set(current.map(MerchantName.normalise))
            return current + wanted.filter { known.insert(MerchantName.normalise($0)).inserted }
        }
        try outcome.print("added", in: session)
    }
}
