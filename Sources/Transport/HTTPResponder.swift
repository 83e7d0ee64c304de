internal import NIOCore
internal import NIOPosix
public import Platform

/// Answers GET on sockets of its own, on a thread of its own: for whoever watches the daemon, never for gateways.
///
/// One request a connection. Whoever is slow to ask or to read is closed after a time, or when too many have come
/// since, so nobody can hold it up or fill memory.
public final class HTTPResponder: Sendable {
    /// The maxima.
    public struct Limits: Sendable {
        /// Connections at a time; for one more the oldest is closed.
        public var connectionCountMax = 32
        /// From connecting to the last byte of the answer being taken.
        public var milliseconds: Int64 = 10_000

        /// The defaults.
        public init() {}
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let limits: Limits
    private let respond: @Sendable (HTTPRequest) -> HTTPResponse
    private let open = Locked<[UnixListenerSocket]>([])
    /// In the order in which they came.
    private let connections = Locked<[any Channel]>([])

    /// - Parameter respond: Makes the answer; called on the responder's thread.
    public init(limits: Limits = Limits(), respond: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
        self.limits = limits
        self.respond = respond
    }

    /// Answers on one more socket.
    ///
    /// - Parameters:
    ///   - passedDescriptor: One that listens there already; it is taken over.
    ///   - fileMode: Of the socket's file otherwise.
    /// - Returns: The endpoint as it is.
    /// - Throws: An address that other machines reach, and what the kernel refuses.
    public func listen(
        on endpoint: Endpoint,
        fileMode: UInt32 = 0o660,
        passedDescriptor: Int32? = nil
    ) throws(ServerError) -> Endpoint {
        do {
            if let passedDescriptor {
                _ = try bootstrap().withBoundSocket(passedDescriptor).wait()
                return endpoint
            }
            switch endpoint {
            case .tcp(let host, let port):
                let address = try Server.metricsAddress(host, port, endpoint)
                let channel = try bootstrap().serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(to: address).wait()
                return .tcp(host: host, port: UInt16(clamping: channel.localAddress?.port ?? 0))
            case .unix(let path):
                let bound = try UnixListenerSocket.listen(path: path, mode: fileMode, backlog: 16)
                open.withLock { $0.append(bound.socket) }
                _ = try bootstrap().withBoundSocket(bound.descriptor).wait()
                return endpoint
            }
        } catch let error as ServerError {
            throw error
        } catch let error as PlatformError {
            throw .cannotListen(endpoint, error)
        } catch let error as IOError {
            throw .cannotListen(
                endpoint,
                PlatformError.system(code: error.errnoCode, operation: "listen on", subject: "\(endpoint)")
            )
        } catch {
            throw .cannotBind(endpoint, "\(error)")
        }
    }

    /// Removes the names of its sockets, and ends.
    public func stop() {
        for socket in open.withLock({ $0 }) { socket.remove() }
        try? group.syncShutdownGracefully()
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 16)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 1_024))
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = HTTPHandler(respond) { [self] in
                        connections.withLock { $0.removeAll { $0 === channel } }
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                    // Whoever asks properly is answered within a moment of coming, so the oldest is slow.
                    let oldest = connections.withLock { connections in
                        connections.append(channel)
                        return connections.count > limits.connectionCountMax ? connections.first : nil
                    }
                    oldest?.close(promise: nil)
                    let isolated = channel.eventLoop.assumeIsolated()
                    isolated.scheduleTask(in: .milliseconds(limits.milliseconds)) { channel.close(promise: nil) }
                }
            }
    }
}

/// One request, one answer.
private final class HTTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let respond: (HTTPRequest) -> HTTPResponse
    private var leave: (() -> Void)?
    private var head = ByteBuffer()
    private var isAnswered = false
    private var ignoredByteCount = 0
    private static let ignoredByteCountMax = 262_144

    init(_ respond: @escaping (HTTPRequest) -> HTTPResponse, leave: @escaping () -> Void) {
        self.respond = respond
        self.leave = leave
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        guard !isAnswered else { return ignore(piece.readableBytes, context) }
        head.writeBuffer(&piece)
        switch HTTPRequest.parse(head.readableBytesView) {
        case .incomplete: break
        case .request(let request): answer(context, respond(request), isHead: request.isHead)
        case .refusal(let status, let detail):
            answer(context, HTTPResponse(status: status, text: detail + "\n"), isHead: false)
        }
    }

    /// What comes behind the request is read, so that the answer is not lost to a reset; within reason.
    private func ignore(_ byteCount: Int, _ context: ChannelHandlerContext) {
        ignoredByteCount += byteCount
        if ignoredByteCount > Self.ignoredByteCountMax { context.close(promise: nil) }
    }

    private func answer(_ context: ChannelHandlerContext, _ response: HTTPResponse, isHead: Bool) {
        isAnswered = true
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.assumeIsolated().whenComplete { _ in channel.close(mode: .output, promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: response.bytes(isHead: isHead))), promise: written)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) { gone() }

    func handlerRemoved(context: ChannelHandlerContext) { gone() }

    private func gone() {
        leave?()
        leave = nil
    }
}
