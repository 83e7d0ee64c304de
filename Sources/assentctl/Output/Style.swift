/// How a word stands out on a terminal (ECMA-48, section 8.3.117, "SGR").
enum Style: Equatable, Sendable {
    case plain
    case heading
    case faint
    case good
    case bad
    case warning

    private var parameters: String? {
        switch self {
        case .plain: nil
        case .heading: "1"
        case .faint: "2"
        case .good: "32"
        case .bad: "31"
        case .warning: "33"
        }
    }

    /// The text with the style switched on before it and off after it, where colours are wanted.
    func apply(to text: String, colors: Bool) -> String {
        guard colors, let parameters, !text.isEmpty else { return text }
        return "\u{1B}[\(parameters)m\(text)\u{1B}[0m"
    }
}

/// When to use colours: `--color`.
enum ColorChoice: String, CaseIterable, Sendable {
    /// On a terminal, unless NO_COLOR is set or TERM is `dumb`.
    case auto
    case always
    case never

    /// Whether to use colours; an explicit choice wins over the environment (no-color.org).
    func resolved(isTerminal: Bool, environment: (String) -> String?) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto: isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
        }
    }
}
