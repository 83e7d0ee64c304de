import ArgumentParser
import Authorization
import Client
import Domain
import Platform
import Wire

/// `assentctl config block`: the merchants' block lists.
struct ConfigBlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block",
        abstract: "Show and change the lists of blocked merchants.",
        discussion: HelpText.laidOut(
            """
            There are two lists: whole names, and with --contains parts of names. Names are compared in a normal form, without \
            case, accents and punctuation: "CAFÉ Zoë*" and "cafe zoe" are one name.

            EXAMPLES
              $ assentctl config block add "Shady Games Ltd" "Casino Royale"
              $ assentctl config block add --contains casino
              $ assentctl config block list
            """
        ),
        subcommands: [ConfigBlockAddCommand.self, ConfigBlockRemoveCommand.self, ConfigBlockListCommand.self]
    )
}

/// Which list.
struct BlockListOptions: ParsableArguments {
    @Flag(help: "The list of parts of names, instead of that of whole names.") var contains = false

    /// The setting that holds the list.
    var key: String { contains ? "merchant-block.contains" : "merchant-block.exact" }
}

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

/// `assentctl config block add`.
struct ConfigBlockAddCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Block merchants.",
        discussion:
            "EXAMPLES\n  $ assentctl config block add \"Shady Games Ltd\"\n  $ assentctl config block add --contains casino"
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup var list: BlockListOptions
    @Argument(help: "The names.") var names: [String]

    func validate() throws { try BlockList.validate(names) }

    func run(in session: inout Session) throws(CommandFailure) {
        let wanted = names
        let outcome = try BlockList.change(list.key, in: &session) { (current) throws(CommandFailure) in
            var known = Set(current.map(MerchantName.normalise))
            return current + wanted.filter { known.insert(MerchantName.normalise($0)).inserted }
        }
        try outcome.print("added", in: session)
    }
}

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

/// A block list within the configuration.
enum BlockList {
    /// A name as a record of a list.
    struct Entry: ListedRecord {
        let key: String

        var fields: [Field] { [Field("name", key)] }
        var cells: [Cell] { [Cell(key)] }
    }

    /// What a change did.
    struct Outcome {
        let key: String
        let before: Int
        let after: Int
        let version: LogSequenceNumber

        /// Says what was done.
        func print(_ verb: String, in session: borrowing Session) throws(CommandFailure) {
            let fields = [
                Field("key", key), Field("changed", Int64(abs(after - before))), Field("names", Int64(after)),
                Field("version", version.rawValue),
            ]
            let changed = abs(after - before)
            let text =
                changed == 0
                ? "nothing to do: already as wanted\n"
                : "\(changed) \(changed == 1 ? "name" : "names") \(verb); \(key) has \(Figures.grouped(after)); version \(version)\n"
            try session.print { (output) throws(StreamError) in try output.emit(fields) { _ in text } }
        }
    }

    /// Refuses names that would be taken apart.
    static func validate(_ names: [String]) throws {
        for name in names {
            guard !MerchantName.normalise(name).isEmpty else {
                throw ValidationError("'\(name)' has no letter or digit, so it names no merchant")
            }
            guard !name.contains(where: { $0 == "," || $0.isNewline }) else {
                throw ValidationError("'\(name)': a comma separates names; leave it out, it is not compared")
            }
        }
    }

    /// The names on the list and the version of the configuration.
    static func read(
        _ key: String,
        in session: inout Session
    ) throws(CommandFailure) -> (names: [String], version: LogSequenceNumber) {
        let configuration = try session.settings(prefix: key)
        let value = configuration.settings.first { $0.key == key }?.value ?? ""
        let names = value.split { $0 == "," || $0.isNewline }.map { name in
            String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        return (names.filter { !$0.isEmpty }, configuration.version)
    }

    /// Reads, changes and writes back, from the start again when somebody else changed the configuration meanwhile.
    static func change(
        _ key: String,
        in session: inout Session,
        _ change: ([String]) throws(CommandFailure) -> [String]
    ) throws(CommandFailure) -> Outcome {
        for _ in 0..<20 {
            let (names, version) = try read(key, in: &session)
            let wanted = try change(names)
            guard wanted != names else {
                return Outcome(key: key, before: names.count, after: names.count, version: version)
            }
            let id = RequestID.make()
            let request = ConfigSet(
                requestID: id,
                transmissionTime: id.time ?? Instant(microseconds: Clock.now()),
                expectedVersion: version,
                key: key,
                value: wanted.joined(separator: "\n")
            )
            do throws(ClientError) {
                let reply = try session.client.call(request, returning: ConfigSetReply.self)
                return Outcome(key: key, before: names.count, after: wanted.count, version: reply.lsn)
            } catch {
                guard case .rejected(let rejection) = error, rejection.knownCode == .configurationChanged else {
                    throw CommandFailure(error)
                }
            }
        }
        throw CommandFailure(.transient, "others change the configuration all the time: try again")
    }
}
