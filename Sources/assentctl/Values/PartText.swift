import ArgumentParser

/// Which of several clearings: `2/3`, or `2` when nobody knows of how many.
struct PartText: Equatable, ExpressibleByArgument {
    let number: UInt8
    /// Zero when not known.
    let count: UInt8

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let number = UInt8(parts[0]), number > 0 else { return nil }
        let count = parts.count == 2 ? UInt8(parts[1]) : 0
        guard let count, parts.count == 1 || count >= number else { return nil }
        self.number = number
        self.count = count
    }
}
