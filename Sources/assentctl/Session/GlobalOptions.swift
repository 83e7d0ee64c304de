import ArgumentParser

/// Options that every command takes; they may also stand before the command's name.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where the daemon listens, unix:PATH or tcp:HOST:PORT; by default the first that answers of \
            ./assent-data/admin.sock, $XDG_RUNTIME_DIR/assent/admin.sock and /run/assent/admin.sock.
            """,
            valueName: "endpoint"
        )
    )
    var connect: String?

    @Option(name: [.customShort("o"), .long], help: "How to print.")
    var output = OutputFormat.table

    @Option(help: "When to use colours; auto: on a terminal, unless NO_COLOR is set.")
    var color = ColorChoice.auto

    @Option(help: ArgumentHelp("Seconds to wait for an answer, 1 to 600; up to three attempts.", valueName: "seconds"))
    var timeout = 10

    mutating func validate() throws {
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout is 1 to 600 seconds") }
    }

    /// The sink of standard output.
    var sink: Output { Output(format: output, color: color) }
}
