internal import NIOCore
internal import NIOPosix

/// Connections that come from elsewhere: the door, or an earlier process.
extension LoopState {
    /// Lets no connection through any more: those that ask from now on are told that the server stops.
    func closeDoor() { onward = nil }

    /// Goes on with a connection that comes from the door.
    func welcome(_ newcomer: Newcomer) {
        guard let socket = newcomer.takeSocket() else { return }
        // Nobody waits: who could not be taken on is closed.
        _ = takeOn(socket) { channel in
            let tls = newcomer.session.map { TLSHandler($0, info: newcomer.info, loop: self) }
            guard let handler = ConnectionHandler(newcomer, loop: self, behind: tls) else { throw ChannelError.eof }
            if let tls { try channel.pipeline.syncOperations.addHandler(tls) }
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }

    /// Makes a channel of a connection's socket, which it closes, on this loop.
    ///
    /// - Parameter furnish: Adds its handlers.
    func takeOn(_ socket: Int32, furnish: @escaping (any Channel) throws -> Void) -> EventLoopFuture<any Channel> {
        let furnish = NIOLoopBound(furnish, eventLoop: eventLoop)
        let limits = shared.limits
        return ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try furnish.value(channel) }
            }
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 4_096, maximum: limits.readByteCount)
            )
            .channelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.outboundLowWaterByteCount, high: limits.outboundHighWaterByteCount)
            )
            .withConnectedSocket(socket)
    }
}
