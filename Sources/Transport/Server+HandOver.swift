internal import NIOCore
internal import NIOPosix
internal import Platform
internal import Wire

/// Connections that outlive the process.
extension Server {
    /// Stops accepting, finishes what is in flight, and gives the connections away between two frames: their sockets
    /// stay open while the result is held, and nothing is said to the clients.
    ///
    /// The journal must go on until this returns. To be called instead of `drain`, from a thread that is not an event
    /// loop's.
    ///
    /// - Parameters:
    ///   - graceMilliseconds: After this, connections that are still owed something are closed.
    ///   - unreadMilliseconds: After this, those are closed that only have to read what was sent.
    public func handOver(graceMilliseconds: UInt32, unreadMilliseconds: UInt32) -> [HandedConnection] {
        quiesceListeners()
        let leaving = loops.map { loop in
            let promise = loop.eventLoop.makePromise(of: [HandedConnection].self)
            let state = loop.state
            loop.eventLoop.execute {
                state.value.handOver(
                    graceMilliseconds: graceMilliseconds,
                    unreadMilliseconds: unreadMilliseconds,
                    promise: promise
                )
            }
            return promise.futureResult
        }
        return leaving.flatMap { (try? $0.wait()) ?? [] }
    }

    /// Goes on with connections of an earlier process, as if they had been accepted here. Those beyond a limit, and
    /// operators who are none any more, are closed.
    ///
    /// - Returns: How many live on.
    public func adopt(_ connections: [HandedConnection]) -> Int {
        let adopted = connections.enumerated().map { index, connection in
            adopt(connection, on: loops[index % loops.count].eventLoop)
        }
        return adopted.count { (try? $0.wait()) != nil }
    }

    private func adopt(_ connection: HandedConnection, on eventLoop: any EventLoop) -> EventLoopFuture<any Channel> {
        let descriptor: Int32
        let userID: UInt32?
        do throws(PlatformError) {
            let socket = connection.socket.descriptor.rawValue
            let isUnix = try SocketFacts(ofSocket: socket).family == .unix
            userID = isUnix ? try PeerCredentials(ofSocket: socket).user : nil
            descriptor = try FileDescriptor.duplicate(of: socket, subject: "a connection").relinquish()
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        let limits = configuration.limits
        return ClientBootstrap(group: eventLoop)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try self.resume(connection.state, userID, on: channel) }
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
            .withConnectedSocket(descriptor)
    }

    private func resume(_ state: ConnectionState, _ userID: UInt32?, on channel: any Channel) throws {
        let number = shared.ledger.nextNumber()
        if state.role == .administration, !mayAdminister(userID) {
            shared.report(.principalRefused(userID: userID))
            throw ChannelError.eof
        }
        if let limit = shared.ledger.admit(state.role) {
            shared.report(.connectionLimitReached(role: state.role, limit: limit))
            throw ChannelError.eof
        }
        let session = SessionInfo(role: state.role, peerUserID: userID, connectionNumber: number)
        var known = principal(ofUser: userID, state.role)
        if state.principalID != 0 {
            known = shared.principals.withID(state.principalID)
            // Revoked meanwhile.
            if known == nil {
                shared.ledger.leave(state.role)
                throw ChannelError.eof
            }
        }
        let handler = ConnectionHandler(
            session: session,
            loop: self.state(of: channel.eventLoop),
            principal: known,
            from: state
        )
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            shared.ledger.leave(state.role)
            throw error
        }
    }
}
