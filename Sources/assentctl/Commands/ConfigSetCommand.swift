import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl config set`.
struct ConfigSetCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change one setting.",
        discussion: HelpText.laidOut(
            """
            VALUE may be @FILE, or - for standard input. `assentctl config show KEY` says what a key takes.

            EXAMPLES
              $ assentctl config set amount-threshold.default 5000.00
              $ assentctl config set merchant-block.exact @blocked.txt
              $ assentctl config set velocity.1 none --expected-version 17
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions
    @OptionGroup(title: "Repeating") var request: RequestOptions
    @Argument(help: "What to set.") var key: String
    @Argument(help: "To what; @FILE reads a file, - standard input.") var value: String
    @Option(help: ArgumentHelp("Refuse unless the configuration is still at this version.", valueName: "version"))
    var expectedVersion: UInt64?

    func run(in session: inout Session) throws(CommandFailure) {
        let value = try ValueSource.read(value)
        let (id, time) = try request.resolved()
        let change = ConfigSet(
            requestID: id,
            transmissionTime: time,
            expectedVersion: expectedVersion.map { ConfigSet.expectation(of: LogSequenceNumber(rawValue: $0)) }
                ?? .zero,
            key: key,
            value: value
        )
        let version = try session.tell(change, ConfigSetReply.self, id: id).lsn
        let key = key
        try session.print { (output) throws(StreamError) in
            let fields = [Field("key", key), Field("version", version.rawValue)]
            try output.emit(fields) { _ in "\(key.printable) is set; version \(version)\n" }
        }
    }
}
