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
        closeDoor()
        let leaving = allLoops.map { loop in
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

    /// Goes on with connections of an earlier process, as if they had been accepted here: at the door those that have
    /// asked for nothing yet. Those beyond a limit, and operators who are none any more, are closed.
    ///
    /// - Returns: How many live on.
    public func adopt(_ connections: [HandedConnection]) -> Int {
        let adopted = connections.enumerated().map { index, connection in
            let hasAsked = connection.state.lastAcceptedCorrelationID != 0
            return adopt(connection, on: hasAsked ? loops[index % loops.count] : door)
        }
        return adopted.count { (try? $0.wait()) != nil }
    }

    private func adopt(_ connection: HandedConnection, on loop: Loop) -> EventLoopFuture<any Channel> {
        let descriptor: Int32
        let userID: UInt32?
        let peer: Endpoint?
        do throws(PlatformError) {
            let socket = connection.socket.descriptor.rawValue
            let facts = try SocketFacts(ofSocket: socket)
            userID = facts.family == .unix ? try PeerCredentials(ofSocket: socket).user : nil
            peer = facts.peer
            descriptor = try FileDescriptor.duplicate(of: socket, subject: "a connection").relinquish()
        } catch {
            return loop.eventLoop.makeFailedFuture(error)
        }
        let state = loop.state
        return loop.eventLoop.flatSubmit { [self] in
            state.value.takeOn(descriptor) { channel in
                try self.resume(connection.state, userID, peer, on: channel)
            }
        }
    }

    private func resume(
        _ state: ConnectionState,
        _ userID: UInt32?,
        _ peer: Endpoint?,
        on channel: any Channel
    ) throws {
        let number = shared.ledger.nextNumber()
        let origin = ConnectionOrigin(peer)
        var principal = principal(ofUser: userID, state.role)
        if state.principalID != 0 {
            principal = shared.principals.withID(state.principalID)
            // Revoked meanwhile.
            guard principal != nil else { throw ChannelError.eof }
        }
        let place: ConnectionPlace
        do throws(ConnectionRefusal) {
            guard state.role == .gateway || mayAdminister(userID) else { throw .notPermitted(userID: userID) }
            let holder = ConnectionHolder(state.role, principal, userID: userID, origin: origin)
            place = try shared.ledger.admit(state.role, holder, isEstablished: true)
        } catch {
            shared.refused(error, of: principal)
            throw ChannelError.eof
        }
        let handler = ConnectionHandler(
            session: SessionInfo(role: state.role, peerUserID: userID, origin: origin, connectionNumber: number),
            loop: self.state(of: channel.eventLoop),
            place: place,
            principal: principal,
            from: state
        )
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}

extension ConnectionOrigin {
    fileprivate init?(_ peer: Endpoint?) {
        guard case .tcp(let host, let port) = peer else { return nil }
        self.init(try? SocketAddress(ipAddress: host, port: Int(port)))
    }
}
