public import Wire

/// Who is asking.
public struct SessionInfo: Sendable, Equatable {
    /// The role of the listener that accepted the connection.
    public let role: SocketRole
    /// The user id of the peer's process as the kernel knew it at connect (unix(7), SO_PEERCRED); `nil` over TCP.
    public let peerUserID: UInt32?
    /// Where the peer is; `nil` over a Unix socket.
    public let origin: ConnectionOrigin?
    /// Counts the server's connections from 1; never used again.
    public let connectionNumber: UInt64
    /// The schema version that Hello agreed on: no message and no value that came later is to be sent.
    public internal(set) var schemaVersion = FrameHeader.schemaVersion

    /// Whether TLS lies between the peer and the socket.
    public internal(set) var isSealed = false

    /// Describes a connection, before Hello.
    public init(role: SocketRole, peerUserID: UInt32?, origin: ConnectionOrigin? = nil, connectionNumber: UInt64) {
        self.role = role
        self.peerUserID = peerUserID
        self.origin = origin
        self.connectionNumber = connectionNumber
    }
}
