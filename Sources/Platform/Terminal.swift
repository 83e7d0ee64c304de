private import CPlatform
internal import Glibc

/// What a command line tool asks about where its output goes.
public enum Terminal {
    /// Whether standard output is a terminal.
    public static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether standard error is a terminal.
    public static var isErrorOutput: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether standard input is a terminal.
    public static var isInput: Bool { isatty(STDIN_FILENO) == 1 }

    /// The columns of the terminal on standard output; nil when it is none or does not say.
    public static var columns: Int? {
        let columns = assent_terminal_columns(STDOUT_FILENO)
        return columns > 0 ? Int(columns) : nil
    }
}
