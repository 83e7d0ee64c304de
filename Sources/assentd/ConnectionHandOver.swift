import Logging
import Platform
import Transport

/// Brings open connections from one process to the next through the service manager's descriptor store.
///
/// All of them travel as one descriptor, a `DescriptorCarrier`: an accept costs the service manager nothing, and no
/// connection is held open by anybody but the process that serves it.
struct ConnectionHandOver {
    /// How long clients may take to read what they are owed before their connections are given up.
    static let unreadMilliseconds: UInt32 = 5_000
    /// The most bytes of states that are taken over: what a full house of connections could have left unread.
    private static let byteCountMax = 1 << 30

    let supervisor: Supervisor
    let logger: Logger

    /// Leaves connections with the service manager. They are closed where that fails.
    func leave(_ connections: [HandedConnection]) {
        do throws(PlatformError) {
            if !connections.isEmpty {
                let carrier = try DescriptorCarrier.make(
                    ConnectionState.encode(connections.map(\.state)),
                    connections.map(\.socket)
                )
                try supervisor.store(carrier.rawValue, as: SocketActivation.connectionsName)
            }
            logger.event(
                .handedOver,
                .notice,
                "connections are left to the next process",
                metadata: ["connections": "\(connections.count)"]
            )
        } catch {
            logger.event(
                .handOverFailed,
                .error,
                "connections could not be left to the next process and are closed",
                metadata: ["connections": "\(connections.count)", "cause": "\(error)"]
            )
        }
    }

    /// Goes on with connections that earlier processes have left.
    func adopt(_ carriers: [Int32], by server: Server) {
        guard !carriers.isEmpty else { return }
        for carrier in carriers { adopt(carrier, by: server) }
        supervisor.removeStored(SocketActivation.connectionsName)
    }

    private func adopt(_ rawValue: Int32, by server: Server) {
        let carrier = FileDescriptor(owning: rawValue, subject: "carrier")
        let connections: [HandedConnection]
        do {
            let load = try DescriptorCarrier.take(from: carrier.rawValue, byteCountMax: Self.byteCountMax)
            let states = try ConnectionState.decode(load.bytes)
            guard states.count == load.descriptors.count else { throw ConnectionState.Malformed.content }
            connections = zip(load.descriptors, states).map { HandedConnection(socket: $0, state: $1) }
        } catch {
            logger.event(
                .handOverFailed,
                .error,
                "connections of an earlier process could not be taken over and are closed",
                metadata: ["cause": "\(error)"]
            )
            return
        }
        let count = server.adopt(connections)
        logger.event(
            .adopted,
            .notice,
            "connections of an earlier process go on",
            metadata: ["connections": "\(count)", "left": "\(connections.count)"]
        )
    }
}
