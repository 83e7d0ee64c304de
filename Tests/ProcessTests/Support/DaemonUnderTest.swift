import Client
import Glibc
import Platform
import Testing
import Wire

/// A real `assentd` on a data directory of the test's own, with a TCP and a Unix gateway socket.
final class DaemonUnderTest: Sendable {
    let process: ChildProcess
    let unix: Endpoint
    let administration: Endpoint

    /// Starts the process and waits for nothing.
    ///
    /// - Parameters:
    ///   - data: The data directory, absolute or in the scratch directory.
    ///   - user: Whose process it is, who must be able to write to the scratch directory; only root may say.
    init(_ scratch: Scratch, data: String = "data", user: UInt32? = nil, _ options: [String] = []) throws {
        unix = .unix(path: scratch.path + "/g.sock")
        administration = .unix(path: scratch.path + "/a.sock")
        let become = user.map { ["setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []
        let program = become + [try Place.program("assentd")]
        process = try ChildProcess(
            program[0],
            program.dropFirst() + [
                "--data-dir", data.hasPrefix("/") ? data : scratch.path + "/" + data,
                "--listen", "tcp:127.0.0.1:0", "--listen", "\(unix)", "--admin", "\(administration)",
                "--segment-size", "5", "--fill-buffer", "2", "--shards", "16", "--remembered-ids", "262144",
            ] + options
        )
    }

    /// Starts the process and waits until it is ready.
    static func ready(
        _ scratch: Scratch,
        data: String = "data",
        user: UInt32? = nil,
        _ options: [String] = []
    ) throws -> DaemonUnderTest {
        let daemon = try DaemonUnderTest(scratch, data: data, user: user, options)
        try daemon.waitUntilReady()
        return daemon
    }

    func waitUntilReady() throws {
        try process.line(.error) { $0.contains("message=ready") ? () : nil }
    }

    /// The TCP socket that the kernel chose a port for.
    var tcp: Endpoint {
        get throws {
            try process.line(.error) { line in
                guard line.contains("message=listening") else { return nil }
                return Self.field("endpoint", of: line).flatMap { $0.hasPrefix("tcp:") ? Endpoint($0) : nil }
            }
        }
    }

    /// What it said of its recovery.
    func recovery(_ name: String) throws -> String {
        try process.line(.error) { $0.contains("message=recovered") ? Self.field(name, of: $0) : nil }
    }

    /// Ends it as a loss of power would, and waits for the end.
    func kill() throws {
        process.signal(SIGKILL)
        #expect(try process.waitForEnd() == .killed(signal: SIGKILL))
    }

    /// Asks it to stop, and waits for the end.
    func stop() throws {
        process.signal(SIGTERM)
        #expect(try process.waitForEnd() == .exited(0), "\(process.report)")
    }

    /// One question to the administration socket.
    func ask<Reply: WireMessage>(_ request: some WireMessage, _ reply: Reply.Type) throws -> Reply {
        var connection = try Connection(to: administration, options: Self.patience)
        return try connection.call(request, returning: reply)
    }

    static let patience = ConnectionOptions(clientName: "proof", timeoutMilliseconds: 30_000)

    /// The value of a field of a log line.
    static func field(_ name: String, of line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
