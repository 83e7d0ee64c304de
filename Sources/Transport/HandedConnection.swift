public import Platform

/// A connection between two processes: its socket, and what the next one has to know.
public struct HandedConnection: Sendable {
    /// The socket.
    public let socket: SharedDescriptor
    /// Where it stands.
    public let state: ConnectionState

    /// Joins the two.
    public init(socket: SharedDescriptor, state: ConnectionState) {
        self.socket = socket
        self.state = state
    }
}
