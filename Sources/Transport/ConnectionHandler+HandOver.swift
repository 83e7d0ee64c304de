internal import NIOCore
internal import Platform

/// The connection goes on elsewhere: what was taken on is finished here, the rest is for whoever goes on with it.
extension ConnectionHandler {
    /// Where a connection goes on.
    enum Destination {
        /// At a loop of this process that serves, with what was read at this time.
        case loop(readAt: MonotonicInstant)
        /// In another process.
        case process
    }

    /// Whether it goes on elsewhere: nothing more is read or looked at.
    var isLeaving: Bool { destination != nil }

    /// What comes is for a loop that serves.
    func goOnward(readAt: MonotonicInstant) { destination = .loop(readAt: readAt) }

    /// Leaves for another process; where nobody else could go on with it, since its keys are here, tells the peer to
    /// connect again.
    func leaveThisProcess() {
        if core.session.isSealed { drain() } else { leaveForAnotherProcess() }
    }

    /// Takes no more frames; leaves as soon as everything that was asked is answered and in the socket.
    ///
    /// A connection that is ending already ends here.
    func leaveForAnotherProcess() {
        guard let context else { return }
        destination = .process
        flushOutput(context)
        settle(context)
    }

    /// Leaves, unless something is owed still; then it is asked again when that has changed.
    func leaveWhenQuiet(_ context: ChannelHandlerContext) {
        guard !core.sink.owes, !isWaitingToLeave else { return }
        isWaitingToLeave = true
        // An empty write is done when all before it are.
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { result in
            self.isWaitingToLeave = false
            guard let context = self.context, case .success = result, self.core.machine.takesInput else { return }
            if !self.core.sink.owes { self.depart(context) }
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    private func depart(_ context: ChannelHandlerContext) {
        switch destination {
        case .process: handOver(context)
        case .loop(let readAt): if let loops = loop.onward { move(context, to: loops, readAt: readAt) }
        case nil: break
        }
    }

    /// Between two frames, and all in one turn of the loop, as below.
    private func move(_ context: ChannelHandlerContext, to loops: ServingLoops, readAt: MonotonicInstant) {
        let copy = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            try FileDescriptor.duplicate(of: $0, subject: "a connection").relinquish()
        }
        guard let copy else { return context.close(promise: nil) }
        core.chargedByteCount = shared.memory.recharge(from: core.chargedByteCount, toHold: 0)
        let newcomer = Newcomer(
            takeCore(),
            socket: FileDescriptor(owning: copy, subject: "a connection"),
            input: takeInput(),
            readAt: readAt,
            session: tls?.release()
        )
        context.close(promise: nil)
        loops.take(newcomer)
    }

    /// Gives away where the connection stands: here it is over.
    private func takeCore() -> ConnectionCore {
        let nobody = ConnectionCore(
            session: core.session,
            shared: shared,
            now: shared.clock.monotonic(),
            sink: Self.makeSink(loop.eventLoop, box)
        )
        return exchange(&core, with: nobody)
    }

    /// Gives away what was read and not looked at.
    private func takeInput() -> ByteBuffer {
        defer {
            carry = ByteBuffer()
            held = ByteBuffer()
        }
        carry.writeBuffer(&held)
        return carry
    }

    /// Between two frames, and all in one turn of the loop: nobody reads the socket between the copy and the close.
    private func handOver(_ context: ChannelHandlerContext) {
        let input = Array(carry.readableBytesView) + Array(held.readableBytesView)
        let copy = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            SharedDescriptor(try FileDescriptor.duplicate(of: $0, subject: "a connection"))
        }
        // What has been signed so far is known here alone.
        if let copy, input.count <= ConnectionState.inputByteCountMax, core.machine.phase != .authenticating {
            CoverageMark.reach("transport: a connection left for another process")
            loop.take(HandedConnection(socket: copy, state: state(input: input)))
        }
        context.close(promise: nil)
    }

    private func state(input: [UInt8]) -> ConnectionState {
        ConnectionState(
            role: core.session.role,
            isGreeted: core.machine.phase > .awaitingHello,
            schemaVersion: core.session.schemaVersion,
            credit: core.machine.credit,
            lastAcceptedCorrelationID: core.machine.lastAcceptedCorrelationID,
            principalID: core.principal?.id ?? 0,
            input: input
        )
    }
}
