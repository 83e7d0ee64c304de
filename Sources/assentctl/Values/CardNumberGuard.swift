/// Keeps card numbers out: they must not reach the daemon, the shell's history is bad enough.
enum CardNumberGuard {
    /// Options whose values may be long numbers by right.
    private static let numericOptions: Set<String> = [
        "--merchant-id", "--terminal-id", "--limit", "--transaction-limit", "--amount", "--merchant-amount",
    ]

    /// Whether the text is 13 to 19 digits, spaces and hyphens aside, with a right check digit (ISO/IEC 7812-1,
    /// annex B: the Luhn formula).
    static func looksLikeCardNumber(_ text: some StringProtocol) -> Bool {
        let rest = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        guard (13...19).contains(rest.count), rest.allSatisfy({ (48...57).contains($0) }) else { return false }
        var sum = 0
        for (index, byte) in rest.reversed().enumerated() {
            let digit = Int(byte) - 48
            sum += index % 2 == 0 ? digit : (digit * 2 > 9 ? digit * 2 - 9 : digit * 2)
        }
        return sum % 10 == 0
    }

    /// Looks at a whole command line.
    ///
    /// - Throws: `CommandFailure`, which does not repeat the number.
    static func check(_ arguments: [String]) throws(CommandFailure) {
        var previous = ""
        for argument in arguments {
            defer { previous = argument }
            let parts = argument.split(separator: "=", maxSplits: 1)
            let hasValue = argument.hasPrefix("-") && parts.count == 2
            let option = hasValue ? String(parts[0]) : previous
            let value = hasValue ? parts[1] : argument[...]
            if !numericOptions.contains(option), looksLikeCardNumber(value) {
                throw CommandFailure(
                    .usage,
                    "an argument looks like a card number; assent never takes one",
                    hints: [
                        "Use the card's token (a UUID), and --last-four for the four digits to show.",
                        "The number may now be in your shell's history: remove it there.",
                    ]
                )
            }
        }
    }
}
