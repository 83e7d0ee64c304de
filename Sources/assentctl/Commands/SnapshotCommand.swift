import ArgumentParser
import Domain
import Platform
import Wire

/// `assentctl snapshot`.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Make and list the snapshots that a start goes on from.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl snapshot now
              $ assentctl snapshot list
            """
        ),
        subcommands: [SnapshotNowCommand.self, SnapshotListCommand.self]
    )
}

/// `assentctl snapshot now`.
struct SnapshotNowCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "now",
        abstract: "Make a snapshot while the daemon serves, and wait until it is durable.",
        discussion: HelpText.laidOut(
            """
            It is written at the pace of the daemon's --snapshot-rate: a million cards take a few seconds. Should \
            --timeout end the wait, the snapshot is made all the same. Where nothing has happened since the newest \
            one, that one is shown.

            EXAMPLES
              $ assentctl snapshot now --timeout 300

            FIELDS (-o json, jsonl, csv)
              made, lsn, resumeLsn, madeAt, fileBytes, microseconds, longestPauseMicroseconds, cards, payments, \
            rememberedIds.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let reply = try session.ask(SnapshotMake(), SnapshotMakeReply.self)
        try session.print { (output) throws(StreamError) in try output.emit(reply.fields, table: reply.text) }
    }
}

/// `assentctl snapshot list`.
struct SnapshotListCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the snapshots on disk, newest first.",
        discussion: HelpText.laidOut(
            """
            EXAMPLES
              $ assentctl snapshot list -o json

            FIELDS (-o json, jsonl, csv)
              lsn, madeAt (null where it cannot be read), fileBytes.
            """
        )
    )

    @OptionGroup(title: "Global options") var options: GlobalOptions

    func run(in session: inout Session) throws(CommandFailure) {
        let reply = try session.ask(SnapshotList(), SnapshotListReply.self)
        let output = session.output
        try session.print { (_) throws(StreamError) in
            var printer = try ListPrinter(SnapshotListReply.shape, output: output)
            for snapshot in reply.snapshots { try printer.add(snapshot.fields, cells: snapshot.cells) }
            try printer.end(next: nil, option: "")
            if output.format == .table { output.remark(reply.remark) }
        }
    }
}
