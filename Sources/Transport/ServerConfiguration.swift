public import Cryptography
public import Domain
public import Platform
public import Wire

/// What a server listens on, and with what.
public struct ServerConfiguration: Sendable {
    /// One listener.
    public struct Listener: Sendable, Equatable {
        /// Where.
        public var endpoint: Endpoint
        /// What its connections may do.
        public var role: SocketRole
        /// Whether TLS is spoken there; over TCP alone.
        public var isSealed: Bool
        /// Permission bits of a Unix socket's file; ignored for TCP.
        public var fileMode: UInt32
        /// A socket that listens there already, opened by somebody else, which the server takes over; `nil`: it opens
        /// its own.
        public var passedDescriptor: Int32?

        /// Describes a listener. A gateway's socket is for its owner and group, an administration socket for its owner.
        public init(
            endpoint: Endpoint,
            role: SocketRole,
            isSealed: Bool = false,
            fileMode: UInt32? = nil,
            passedDescriptor: Int32? = nil
        ) {
            self.endpoint = endpoint
            self.role = role
            self.isSealed = isSealed
            self.passedDescriptor = passedDescriptor
            self.fileMode = fileMode ?? (role == .gateway ? 0o660 : 0o600)
        }
    }

    /// The listeners, at least one.
    public var listeners: [Listener]
    /// Event loops, one thread each; at least 1.
    public var eventLoopCount: Int
    /// The maxima.
    public var limits: TransportLimits
    /// User ids that may use an administration socket besides root and the daemon's own.
    public var administratorUserIDs: [UInt32]
    /// Whether a gateway listener without TLS may be on an address that other machines reach.
    public var allowsPlaintextRemote: Bool
    /// What gateways may ask that say nothing of themselves, where TLS is not spoken; with none, they must
    /// authenticate.
    public var anonymousScopes: Scopes
    /// What TLS connections are made of; needed where a listener speaks it.
    public var tls: TLSServerContext?

    /// Describes a server.
    public init(
        listeners: [Listener],
        eventLoopCount: Int = CurrentProcess.processorCount,
        limits: TransportLimits = TransportLimits(),
        administratorUserIDs: [UInt32] = [],
        allowsPlaintextRemote: Bool = false,
        anonymousScopes: Scopes = .gateway,
        tls: TLSServerContext? = nil
    ) {
        self.listeners = listeners
        self.eventLoopCount = eventLoopCount
        self.limits = limits
        self.administratorUserIDs = administratorUserIDs
        self.allowsPlaintextRemote = allowsPlaintextRemote
        self.anonymousScopes = anonymousScopes
        self.tls = tls
    }
}
