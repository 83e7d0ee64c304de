internal import NIOCore
internal import NIOPosix
public import Platform
internal import Wire

extension Server {
    /// Opens every listener of the configuration, in its order. After an error nothing is listened on.
    ///
    /// - Returns: The endpoints as they are, with the ports that the kernel chose.
    /// - Throws: The first listener's error that cannot be opened.
    public func start() throws(ServerError) -> [Endpoint] {
        try configuration.checkAddresses()
        for listener in configuration.listeners where listener.isSealed && configuration.tls == nil {
            throw .noCertificate(listener.endpoint)
        }
        var endpoints: [Endpoint] = []
        do throws(ServerError) {
            for listener in configuration.listeners { endpoints.append(try listen(listener)) }
        } catch {
            stop()
            throw error
        }
        return endpoints
    }

    private static let backlog: Int32 = 4_096

    fileprivate static func resolve(
        _ host: String,
        _ port: UInt16,
        _ endpoint: Endpoint
    ) throws(ServerError) -> SocketAddress {
        do {
            return try SocketAddress.makeAddressResolvingHost(host, port: Int(port))
        } catch {
            throw .cannotBind(endpoint, "cannot find the address of \(host)")
        }
    }

    /// Where figures may be told over TCP.
    static func metricsAddress(
        _ host: String,
        _ port: UInt16,
        _ endpoint: Endpoint
    ) throws(ServerError) -> SocketAddress {
        let address = try resolve(host, port, endpoint)
        guard isLoopback(address) else { throw .metricsRemote(endpoint) }
        return address
    }

    /// Whether only this machine reaches an address: 127.0.0.0/8 or ::1 (RFC 6890).
    static func isLoopback(_ address: SocketAddress) -> Bool {
        guard let text = address.ipAddress else { return false }
        return isLoopback(text)
    }

    fileprivate static func isLoopback(_ address: String) -> Bool { address.hasPrefix("127.") || address == "::1" }

    private func listen(_ listener: ServerConfiguration.Listener) throws(ServerError) -> Endpoint {
        if let descriptor = listener.passedDescriptor { return try listenPassed(listener, descriptor) }
        return switch listener.endpoint {
        case .tcp(let host, let port): try listenTCP(listener, host, port)
        case .unix(let path): try listenUnix(listener, path)
        }
    }

    private func listenTCP(
        _ listener: ServerConfiguration.Listener,
        _ host: String,
        _ port: UInt16
    ) throws(ServerError) -> Endpoint {
        let address = try Self.resolve(host, port, listener.endpoint)
        do {
            let channel = try bounded(bootstrap(for: listener))
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(to: address).wait()
            keep(channel, socket: nil)
            return .tcp(host: host, port: UInt16(clamping: channel.localAddress?.port ?? 0))
        } catch let error as IOError {
            // NIO's own words name its functions; the error number says it all.
            let cause = PlatformError.system(code: error.errnoCode, operation: "listen on", subject: host)
            throw .cannotListen(listener.endpoint, cause)
        } catch {
            throw .cannotBind(listener.endpoint, "\(error)")
        }
    }

    private func listenUnix(_ listener: ServerConfiguration.Listener, _ path: String) throws(ServerError) -> Endpoint {
        let bound: (socket: UnixListenerSocket, descriptor: Int32)
        do throws(PlatformError) {
            bound = try UnixListenerSocket.listen(path: path, mode: listener.fileMode, backlog: Self.backlog)
        } catch {
            throw .cannotListen(listener.endpoint, error)
        }
        do {
            let channel = try bootstrap(for: listener).withBoundSocket(bound.descriptor).wait()
            keep(channel, socket: bound.socket)
            return listener.endpoint
        } catch {
            bound.socket.remove()
            throw .cannotBind(listener.endpoint, "\(error)")
        }
    }

    private func listenPassed(
        _ listener: ServerConfiguration.Listener,
        _ descriptor: Int32
    ) throws(ServerError) -> Endpoint {
        do {
            var bootstrap = bootstrap(for: listener)
            if case .tcp = listener.endpoint {
                bootstrap = bounded(bootstrap).childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            }
            // Its file, if it has one, belongs to whoever opened it.
            keep(try bootstrap.withBoundSocket(descriptor).wait(), socket: nil)
            return listener.endpoint
        } catch {
            throw .cannotBind(listener.endpoint, "\(error)")
        }
    }

    /// Bounds what the kernel keeps for a peer over TCP, which else is up to 32 MiB in each direction. Every connection
    /// takes it over from its listener. (Of Unix sockets the kernel keeps 208 KiB, charged to the sender.)
    private func bounded(_ bootstrap: ServerBootstrap) -> ServerBootstrap {
        let limits = configuration.limits
        return
            bootstrap
            .serverChannelOption(.socketOption(.so_rcvbuf), value: .init(limits.receiveBufferByteCount))
            .serverChannelOption(.socketOption(.so_sndbuf), value: .init(limits.sendBufferByteCount))
    }

    private func bootstrap(for listener: ServerConfiguration.Listener) -> ServerBootstrap {
        let role = listener.role
        let limits = configuration.limits
        let report = shared.report
        let clock = shared.clock
        return ServerBootstrap(group: door.eventLoop)
            .serverChannelOption(.backlog, value: Self.backlog)
            // One by one: in between the loop is with the connections that are there.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // First in line, so that it hears of an accept that failed before NIO's back-off does.
                    try channel.pipeline.syncOperations.addHandlers([
                        AcceptFailureReporter(role: role, report: report),
                        AcceptPace(perSecond: limits.connectionsPerSecondMax, clock),
                    ])
                }
            }
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try listener.isSealed ? self.acceptSealed(channel, as: role) : self.accept(channel, as: role)
                }
            }
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 4_096, maximum: limits.readByteCount)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.outboundLowWaterByteCount, high: limits.outboundHighWaterByteCount)
            )
    }

    /// Lets a new connection in or refuses it; on its event loop.
    private func accept(_ channel: any Channel, as role: SocketRole) throws {
        let number = shared.ledger.nextNumber()
        let userID = try Self.peerUserID(of: channel)
        let origin = ConnectionOrigin(channel.remoteAddress)
        let principal = principal(ofUser: userID, role)
        let place: ConnectionPlace
        do throws(ConnectionRefusal) {
            guard role == .gateway || mayAdminister(userID) else { throw .notPermitted(userID: userID) }
            let holder = ConnectionHolder(role, principal, userID: userID, origin: origin)
            place = try shared.ledger.admit(role, holder)
        } catch {
            shared.refused(error, of: principal)
            return try refuse(channel, error)
        }
        let handler = ConnectionHandler(
            session: SessionInfo(role: role, peerUserID: userID, origin: origin, connectionNumber: number),
            loop: state(of: channel.eventLoop),
            place: place,
            principal: principal
        )
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// Whom a Unix user stands for. Root and the daemon's own user can always repair what was granted wrongly.
    func principal(ofUser userID: UInt32?, _ role: SocketRole) -> PrincipalState? {
        guard let userID else { return nil }
        if role == .administration, Self.mayAdminister(userID, configured: []) { return nil }
        return shared.principals.withUser(userID)
    }

    /// The same for one that speaks TLS first. Before its handshake nothing can be said to it, so one that is too many
    /// is closed.
    private func acceptSealed(_ channel: any Channel, as role: SocketRole) throws {
        let number = shared.ledger.nextNumber()
        let origin = ConnectionOrigin(channel.remoteAddress)
        let place: ConnectionPlace
        do throws(ConnectionRefusal) {
            place = try shared.ledger.admit(role, ConnectionHolder(role, nil, userID: nil, origin: origin))
        } catch {
            shared.refused(error)
            throw ChannelError.eof
        }
        guard let tls = shared.tls.withLock({ $0 }) else { throw ChannelError.eof }
        var session = SessionInfo(role: role, peerUserID: nil, origin: origin, connectionNumber: number)
        session.isSealed = true
        let loop = state(of: channel.eventLoop)
        let handler = try TLSHandler(tls, info: session, place: place, loop: loop)
        try beginHandshake(from: origin, channel)
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            handler.abandon()
            throw error
        }
    }

    /// Counts a handshake, or throws where there are too many.
    private func beginHandshake(from origin: ConnectionOrigin?, _ channel: any Channel) throws {
        let limits = shared.limits
        if let origin, !shared.handshakeOrigins.take(for: origin, max: limits.handshakesPerAddressMax) {
            CoverageMark.reach("transport: one address had too many handshakes under way")
            shared.handshakes.note(.tooManyFromAddress)
            shared.report(
                .handshakesFromAddress(
                    address: channel.remoteAddress?.ipAddress ?? "",
                    limit: limits.handshakesPerAddressMax
                )
            )
            throw ChannelError.eof
        }
        guard shared.handshakes.begin(max: limits.handshakeCountMax) else {
            if let origin { shared.handshakeOrigins.giveBack(of: origin) }
            shared.handshakes.note(.tooMany)
            shared.report(.handshakeLimitReached(limit: limits.handshakeCountMax))
            throw ChannelError.eof
        }
    }

    private func refuse(_ channel: any Channel, _ refusal: ConnectionRefusal) throws {
        guard shared.ledger.mayLinger() else { throw ChannelError.eof }
        try channel.pipeline.syncOperations.addHandler(RefusedConnectionHandler(refusal, shared: shared))
    }

    /// Whether a user may use administration sockets: root, the daemon's own user, and those of the configuration.
    static func mayAdminister(_ userID: UInt32?, configured: [UInt32]) -> Bool {
        guard let userID else { return false }
        return userID == 0 || userID == CurrentProcess.user || configured.contains(userID)
    }

    private static func peerUserID(of channel: any Channel) throws -> UInt32? {
        guard channel.localAddress?.protocol == .unix else { return nil }
        return try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            try PeerCredentials(ofSocket: $0).user
        }
    }
}

/// Tells the operator why a listener could not accept; NIO's back-off handler then waits a second.
private final class AcceptFailureReporter: ChannelInboundHandler, Sendable {
    typealias InboundIn = any Channel

    private let role: SocketRole
    private let report: @Sendable (TransportEvent) -> Void

    init(role: SocketRole, report: @escaping @Sendable (TransportEvent) -> Void) {
        self.role = role
        self.report = report
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        report(.acceptFailed(role: role, detail: "\(error)"))
        context.fireErrorCaught(error)
    }
}

extension ServerConfiguration {
    /// Whether the addresses are such as may be listened on; nothing is opened.
    ///
    /// - Parameter metrics: Where figures are to be told.
    /// - Throws: The first that may not be, or that no address is found for.
    public func checkAddresses(metrics: [Endpoint] = []) throws(ServerError) {
        for listener in listeners { try check(listener) }
        for endpoint in metrics {
            guard case .tcp(let host, let port) = endpoint else { continue }
            _ = try Server.metricsAddress(host, port, endpoint)
        }
    }

    private func check(_ listener: Listener) throws(ServerError) {
        guard case .tcp(let host, let port) = listener.endpoint else {
            guard !listener.isSealed else { throw .sealedUnixSocket(listener.endpoint) }
            return
        }
        guard listener.role == .gateway else { throw .administrationOverTCP(listener.endpoint) }
        // Over TLS strangers may come: nothing is taken from them but Hello, Ping and Authenticate.
        guard !listener.isSealed, !allowsPlaintextRemote else { return }
        if listener.passedDescriptor != nil {
            guard Server.isLoopback(host) else { throw .plaintextRemote(listener.endpoint) }
            return
        }
        guard Server.isLoopback(try Server.resolve(host, port, listener.endpoint)) else {
            throw .plaintextRemote(listener.endpoint)
        }
    }
}
