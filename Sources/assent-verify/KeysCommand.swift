import ArgumentParser
import Merkle

/// `assent-verify keys`
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Verify how a log's key was replaced, and print the key that signs now.",
        discussion: """
            --key is the key that was handed over, --rotations the statements: each is signed by the key that it \
            replaces and by the new one. Give the file that was kept as well: a chain that forks from it is refused.
            """
    )

    @OptionGroup var keys: KeyOptions

    mutating func run() throws {
        let policy = try keys.policy()
        var printing = Printing()
        printing.add(policy.rotations)
        for key in policy.logKeys where !policy.rotations.contains(where: { $0.former == key }) {
            printing.add("signs now", key.encoded)
        }
        try printing.write()
    }
}
