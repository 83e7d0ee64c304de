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
    ///
    /// - Parameter dataDirectory: Where the daemon keeps its data, and where its socket is looked for first.
    func connectClient(dataDirectory: String? = nil) throws(CommandFailure) -> Client {
        var connection = ConnectionOptions(
            clientName: "assentctl/\(productVersion)",
            timeoutMilliseconds: Int32(timeout) * 1_000
        )
        var target = connect
        if let given = connect, TLSClientFiles.isSealed(given) {
            target = TLSClientFiles.plain(given)
            do throws(TLSClientFiles.Failure) {
                connection.tls = try tlsFiles.context()
            } catch {
                throw CommandFailure(.noInput, error.description)
            }
        }
        if let principal, let principalKey {
            connection.signer = PrincipalSigner(name: principal, key: try KeyFile.privateKey(principalKey))
        }
        return try EndpointFinder.connect(
            target,
            candidates: EndpointFinder.candidates(
                dataDirectory: dataDirectory,
                environment: ProcessEnvironment.value
            ),
            options: ClientOptions(connection: connection, attemptCountMax: 3)
        )
    }
}
