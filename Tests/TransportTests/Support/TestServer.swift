import Cryptography
import Domain
import Foundation
import Platform
import Wire

@testable import Transport

/// A server on sockets of its own in a directory of its own, stopped when it goes.
final class TestServer {
    let server: Server
    let handler: TestHandler
    let directory: String
    let gateway: Endpoint
    let administration: Endpoint
    let tcp: Endpoint
    /// The same on ::1.
    let tcp6: Endpoint
    /// Where TLS is spoken; `tcp6` without it.
    let sealed: Endpoint
    let events = EventList()

    init(
        _ mode: TestHandler.Mode = .now,
        loops: Int = 2,
        limits: TransportLimits = TransportLimits(),
        tls: TLSServerContext? = nil
    ) throws {
        directory = "/tmp/assent-transport-\(UUID().uuidString.prefix(8))"
        try FileSystem.createDirectory(directory)
        handler = TestHandler(mode)
        let gatewayListener = Endpoint.unix(path: directory + "/gateway.sock")
        let adminListener = Endpoint.unix(path: directory + "/admin.sock")
        let events = events
        var listeners: [ServerConfiguration.Listener] = [
            .init(endpoint: gatewayListener, role: .gateway),
            .init(endpoint: adminListener, role: .administration),
            .init(endpoint: .tcp(host: "127.0.0.1", port: 0), role: .gateway),
            .init(endpoint: .tcp(host: "::1", port: 0), role: .gateway),
        ]
        if tls != nil {
            listeners.append(.init(endpoint: .tcp(host: "127.0.0.1", port: 0), role: .gateway, isSealed: true))
        }
        server = Server(
            configuration: ServerConfiguration(
                listeners: listeners,
                eventLoopCount: loops,
                limits: limits,
                tls: tls
            ),
            identity: TestServer.identity,
            handler: handler,
            report: { event in events.append(event) }
        )
        let endpoints = try server.start()
        gateway = endpoints[0]
        administration = endpoints[1]
        tcp = endpoints[2]
        tcp6 = endpoints[3]
        sealed = endpoints.last ?? tcp6
    }

    deinit {
        server.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    static let identity = ServerIdentity(
        clusterID: InstanceID(high: 1, low: 2),
        instanceID: InstanceID(high: 3, low: 4),
        serverName: "assentd test",
        features: [.simulatedClock]
    )

    /// A connection on the gateway socket that has said Hello.
    func client(_ endpoint: Endpoint? = nil, credit: UInt32 = 0) throws -> TestClient {
        let client = try TestClient(endpoint ?? gateway)
        try client.hello(credit: credit)
        return client
    }
}

/// The events that a server reported, in their order.
final class EventList: Sendable {
    private let events = Monitor<[TransportEvent]>([])

    func append(_ event: TransportEvent) { events.update { $0.append(event) } }

    var all: [TransportEvent] { events.read { $0 } }

    /// Waits, ten seconds at most, until there is an event of a kind.
    func wait(for isMeant: (TransportEvent) -> Bool) -> TransportEvent? {
        events.wait(untilNanoseconds: Clock.monotonicNanoseconds() + 10_000_000_000) { $0.first(where: isMeant) }
    }
}

/// Looks until it holds; false after ten seconds, which are a test's patience.
func eventually(_ condition: () -> Bool) -> Bool {
    let deadline = Clock.monotonicNanoseconds() + 10_000_000_000
    while Clock.monotonicNanoseconds() < deadline {
        if condition() { return true }
    }
    return false
}
