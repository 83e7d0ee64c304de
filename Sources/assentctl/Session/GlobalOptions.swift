import ArgumentParser
import Client

/// Options that every command takes; they may also stand before the command's name.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where the daemon listens, unix:PATH, tcp:HOST:PORT or tls:HOST:PORT; by default the first that answers of \
            ./assent-data/admin.sock, $XDG_RUNTIME_DIR/assent/admin.sock and /run/assent/admin.sock.
            """,
            valueName: "endpoint"
        )
    )
    var connect: String?

    @Option(
        help: ArgumentHelp(
            "With tls:, the file with the authorities that may have issued the daemon's certificate (PEM); by default "
                + "those of the system.",
            valueName: "file"
        )
    )
    var tlsCa: String?

    @Option(help: ArgumentHelp("With tls:, the file with the certificate to show (PEM).", valueName: "file"))
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The file with that certificate's private key (PEM).", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "With tls:, the name that the daemon's certificate must have; by default HOST.",
            valueName: "name"
        )
    )
    var tlsName: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Ask as this principal; by default as the Unix user that you are.", valueName: "principal")
    )
    var principal: String?

    @Option(help: ArgumentHelp("The file with that principal's private key (PEM, Ed25519).", valueName: "file"))
    var principalKey: String?

    @Option(name: [.customShort("o"), .long], help: "How to print.")
    var output = OutputFormat.table

    @Option(help: "When to use colours; auto: on a terminal, unless NO_COLOR is set.")
    var color = ColorChoice.auto

    @Option(help: ArgumentHelp("Seconds to wait for an answer, 1 to 600; up to three attempts.", valueName: "seconds"))
    var timeout = 10

    /// The files that these options name.
    var tlsFiles: TLSClientFiles {
        TLSClientFiles(authorities: tlsCa, certificate: tlsCertificate, key: tlsKey, serverName: tlsName)
    }

    mutating func validate() throws {
        let isSealed = connect.map(TLSClientFiles.isSealed) ?? false
        guard isSealed || [tlsCa, tlsCertificate, tlsKey, tlsName].allSatisfy({ $0 == nil }) else {
            throw ValidationError("--tls-ca, --tls-certificate, --tls-key and --tls-name need --connect tls:HOST:PORT")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together")
        }
        guard (principal == nil) == (principalKey == nil) else {
            throw ValidationError("--as and --principal-key belong together")
        }
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout is 1 to 600 seconds") }
    }

    /// The sink of standard output.
    var sink: Output { Output(format: output, color: color) }
}
