import Platform

/// Why a command ends without having done what it was asked: the text for people and the status for scripts.
struct CommandFailure: Error, Equatable {
    let status: ExitStatus
    /// What is wrong; lower case, no full stop.
    let message: String
    /// What to do about it, a line each.
    let hints: [String]

    init(_ status: ExitStatus, _ message: String, hints: [String] = []) {
        self.status = status
        self.message = message
        self.hints = hints
    }

    /// The lines for standard error.
    func rendered(colors: Bool) -> String {
        let head = Style.bad.apply(to: "Error:", colors: colors) + " " + message.bounded.printable
        return ([head] + hints.map { "  " + $0.bounded.printable }).joined(separator: "\n")
    }
}
