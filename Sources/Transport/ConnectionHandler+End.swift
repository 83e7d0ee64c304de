internal import NIOCore
internal import Platform

/// Time, and the end.
extension ConnectionHandler {
    /// Looks at the time-outs.
    func tick(now: MonotonicInstant) {
        guard let context else { return }
        if core.chargedByteCount > 0 { charge(context) }  // The socket takes bytes without saying so.
        if case .process = destination, core.machine.takesInput { return settle(context) }
        switch core.machine.tick(owed: core.sink.owes, now: now) {
        case .none:
            shrink()
            resume()
            return
        case .sendPing: core.pushPing()
        case .refuseAndClose(let refusal): core.refuseConnection(refusal)
        case .end: break
        case .abort:
            if core.machine.phase == .lingering {
                context.close(promise: nil)
            } else {
                abort(context, pendingByteCount: core.sink.byteCount)
            }
            return
        }
        flushOutput(context)
        settle(context)
    }

    /// Gives memory back once the connection was silent for a whole tick.
    private func shrink() {
        if isRecentlyUsed {
            isRecentlyUsed = false
        } else {
            core.sink.shrink()
            core.shrinkTiming()
            if carry.readableBytes == 0, carry.capacity > 0 { carry = ByteBuffer() }
        }
    }

    /// The server stops: says so, and takes no more requests.
    func drain() {
        guard let context else { return }
        let wasLeaving = isLeaving
        destination = nil
        if core.machine.drain(now: shared.clock.monotonic()) {
            core.pushGoAway(graceMilliseconds: loop.drainGraceMilliseconds)
        }
        if wasLeaving {
            // What it wanted to ask elsewhere is refused, as all is from now on.
            var nothing = ByteBuffer()
            process(&nothing)
            return finishBatch()
        }
        flushOutput(context)
        settle(context)
    }

    /// Closes at once.
    func close() { context?.close(promise: nil) }

    /// Takes the next step of the end, once it has begun.
    func settle(_ context: ChannelHandlerContext?) {
        guard let context, self.context != nil else { return }
        switch core.machine.endStep(owed: core.sink.owes) {
        case .none: if isLeaving { leaveWhenQuiet(context) }
        case .close: context.close(promise: nil)
        case .closeOutput:
            guard !isOutputClosing else { return }
            isOutputClosing = true
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { result in
                guard let context = self.context else { return }
                guard case .success = result, !self.core.machine.isInputEnded else {
                    context.close(promise: nil)
                    return
                }
                self.core.machine.outputClosed(now: self.shared.clock.monotonic())
                context.close(mode: .output, promise: nil)
            }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
        }
    }
}
