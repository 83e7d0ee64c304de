import Client
import Foundation
import Glibc
import Platform
import Testing
import Wire

/// How many connections one peer of a real daemon may have, as its operator sets it and sees it.
@Suite(.timeLimit(.minutes(20))) struct ConnectionBoundTests {
    @Test func anAddressAtItsBoundIsSaidCountedAndLetInAfterAReload() throws {
        let scratch = try Scratch()
        let configuration = scratch.path + "/a.conf"
        func configure(_ perAddress: Int) throws {
            try Data("max-connections-per-address = \(perAddress)\nmax-connections-per-principal = 1\n".utf8)
                .write(to: URL(fileURLWithPath: configuration))
        }
        try configure(2)
        let metrics = try #require(Endpoint("unix:\(scratch.path)/m.sock"))
        let daemon = try DaemonUnderTest.ready(scratch, ["--config", configuration, "--metrics", "\(metrics)"])
        let tcp = try daemon.tcp
        func connect(_ endpoint: Endpoint) throws -> Connection {
            try Connection(to: endpoint, options: DaemonUnderTest.patience)
        }
        func isBusy(_ error: any Error) -> Bool {
            guard case ClientError.rejected(let rejection) = error else { return false }
            return rejection.knownCode == .busy
        }
        var first = try connect(tcp)
        var second = try connect(tcp)
        for _ in 0..<20 { #expect { _ = try connect(tcp) } throws: { isBusy($0) } }
        var local = try connect(daemon.unix)
        #expect { _ = try connect(daemon.unix) } throws: { isBusy($0) }
        _ = try (first.ping(), second.ping(), local.ping())
        // Operators are not counted, whatever gateways hold.
        var operators = try connect(daemon.administration)
        var others = try connect(daemon.administration)
        _ = try (operators.ping(), others.ping())
        let page = try Watcher.get(metrics, "/metrics").body
        for (reason, count) in [("address", 20.0), ("user", 1), ("principal", 0), ("total", 0)] {
            #expect(Watcher.value("assent_connections_refused_total{reason=\"\(reason)\"}", in: page) == count)
        }
        try daemon.process.line(.error) { line in
            line.contains("message=\"too many connections\"") && line.contains("address=127.0.0.1")
                && line.contains("limit=2") ? () : nil
        }
        try daemon.process.line(.error) { line in
            line.contains("message=\"too many connections\"") && line.contains("uid=\(getuid())") ? () : nil
        }
        try configure(3)
        daemon.process.signal(SIGHUP)
        try daemon.process.line(.error) { line in
            line.contains("the configuration was read again") && line.contains("max-connections-per-address")
                ? () : nil
        }
        var third = try connect(tcp)
        _ = try third.ping()
        #expect { _ = try connect(tcp) } throws: { isBusy($0) }
        let said = daemon.process.report.components(separatedBy: "message=\"too many connections\"").count - 1
        // Of twenty-one of an address no more than a few lines, and one of the user.
        #expect((2...7).contains(said), "\(daemon.process.report)")
        try daemon.stop()
    }

    @Test func whatOnePeerMayHaveIsAQuarterOfAllUnlessItIsSaid() throws {
        let scratch = try Scratch()
        let daemon = try DaemonUnderTest.ready(scratch, ["--max-connections", "9", "--max-admin-connections", "1"])
        var held: [Box] = []
        for endpoint in [try daemon.tcp, daemon.unix] {
            for _ in 0..<2 { held.append(Box(try Connection(to: endpoint, options: DaemonUnderTest.patience))) }
            #expect(throws: ClientError.self) { _ = try Connection(to: endpoint, options: DaemonUnderTest.patience) }
        }
        #expect(held.count == 4)
        try daemon.stop()
    }

    /// A connection that an array can hold.
    private final class Box {
        private let connection: Connection

        init(_ connection: consuming Connection) { self.connection = connection }
    }
}
