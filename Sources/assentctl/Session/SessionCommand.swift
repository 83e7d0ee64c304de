import ArgumentParser
import Client
import Platform

/// A command that talks to the daemon.
protocol SessionCommand: ParsableCommand {
    var options: GlobalOptions { get }

    /// Does the work.
    func run(in session: inout Session) throws(CommandFailure)
}

extension SessionCommand {
    /// Connects and does the work.
    func run() throws {
        var session = Session(client: try options.connectClient(), output: options.sink)
        try run(in: &session)
    }
}

extension GlobalOptions {
    /// A connected client, as the options say.
    func connectClient() throws(CommandFailure) -> Client {
        var connection = ConnectionOptions(
            clientName: "assentctl/\(productVersion)",
            timeoutMilliseconds: Int32(timeout) * 1_000
        )
        var target = connect
        if let given = connect, given.hasPrefix(TLSFiles.scheme) {
            target = "tcp:" + given.dropFirst(TLSFiles.scheme.count)
            connection.tls = try TLSFiles(self).context()
        }
        return try EndpointFinder.connect(
            target,
            candidates: EndpointFinder.candidates(environment: ProcessEnvironment.value),
            options: ClientOptions(connection: connection, attemptCountMax: 3)
        )
    }
}
