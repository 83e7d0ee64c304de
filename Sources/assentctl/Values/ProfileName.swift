import ArgumentParser

/// The name of a set of controls: 1 to 16 printable ASCII characters without white space.
struct ProfileName: Equatable, ExpressibleByArgument {
    let name: String

    init?(argument: String) {
        guard (1...16).contains(argument.utf8.count), argument.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        name = argument
    }
}
