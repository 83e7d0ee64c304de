import ArgumentParser

/// The four last digits of a card number, the only ones that assent knows.
struct LastFour: Equatable, ExpressibleByArgument {
    let digits: String

    init?(argument: String) {
        guard argument.utf8.count == 4, argument.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        digits = argument
    }
}
