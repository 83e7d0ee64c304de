internal import NIOCore
internal import Platform
internal import Synchronization

/// What leaves for the peer, and what it costs to hold it.
extension ConnectionHandler {
    /// Hands everything that may leave to the socket, with one flush.
    func flushOutput(_ context: ChannelHandlerContext?) {
        guard let context else { return }
        if core.sink.waitsForDurability, !isEnlisted {
            isEnlisted = true
            loop.enlist(self)
        }
        // Loaded after enlisting: whoever moves it later sees that somebody waits.
        let byteCount = core.sink.release(durable: shared.durableLSN.load(ordering: .sequentiallyConsistent))
        count()
        let hasReady = core.sink.ready.readableBytes > 0
        outboundByteCountMax += core.sink.ready.readableBytes + byteCount
        if hasReady { context.write(wrapOutboundOut(core.sink.ready), promise: nil) }
        let isAll = byteCount > 0 && byteCount == core.sink.waiting.readableBytes
        if isAll {
            context.write(wrapOutboundOut(core.sink.waiting), promise: nil)
        } else if byteCount > 0, let slice = core.sink.waiting.readSlice(length: byteCount) {
            context.write(wrapOutboundOut(slice), promise: nil)
        }
        if hasReady || byteCount > 0 {
            isFlushing = true
            context.flush()
            isFlushing = false
            if byteCount > 0 { core.timeReleased(into: loop.counters.latencies) }
        }
        // The socket mostly took everything and let go of the buffers, so clearing keeps their memory for next time.
        if hasReady { core.sink.ready.clear() }
        if isAll {
            core.sink.waiting.clear()
        } else if core.sink.waiting.readerIndex > Self.discardByteCount {
            core.sink.waiting.discardReadBytes()
        }
        charge(context)
    }

    /// Bytes already sent that a buffer may keep in front of those that wait.
    private static let discardByteCount = 65_536

    /// Brings the shared counters up to date, before anybody can see the replies.
    private func count() {
        let change = Int(core.sink.inFlight) - countedInFlight
        guard change != 0 || core.tally != ReadTally() else { return }
        loop.counters.add(core.tally, inFlightChange: change)
        core.tally = ReadTally()
        countedInFlight += change
        countForPrincipal(inFlight: Int(core.sink.inFlight))
    }

    /// Charges what is held for the peer, and closes the connection when that is more than it may be.
    func charge(_ context: ChannelHandlerContext) {
        guard self.context != nil else { return }
        let held = core.sink.byteCount + carry.readableBytes + held.readableBytes
        if outboundByteCountMax > MemoryBudget.chunkByteCount || core.chargedByteCount > 0
            || held + outboundByteCountMax > shared.limits.pendingByteCountMax
        {
            outboundByteCountMax = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        }
        let pending = held + outboundByteCountMax
        // The first chunk is free, so that ordinary traffic leaves the shared counter alone.
        core.chargedByteCount = shared.memory.recharge(
            from: core.chargedByteCount,
            toHold: pending <= MemoryBudget.chunkByteCount ? 0 : pending
        )
        if pending > shared.limits.pendingByteCountMax { abort(context, pendingByteCount: pending) }
    }

    func abort(_ context: ChannelHandlerContext, pendingByteCount: Int) {
        CoverageMark.reach("transport: a connection that left its answers unread was closed")
        shared.report(.slowReaderClosed(of: core.session, pendingByteCount: pendingByteCount))
        core.machine.refusalCloses(now: shared.clock.monotonic())
        context.close(promise: nil)
    }

    /// The journal has come further. Returns whether replies still wait.
    func durableAdvanced() -> Bool {
        guard let context else { return false }
        flushOutput(context)
        settle(context)
        let waits = self.context != nil && core.sink.waitsForDurability
        isEnlisted = waits
        // What is read on enlists by itself where nothing waits any more: told twice, the loop would ask twice.
        resume()
        return waits
    }

    /// A handle's answer, or that there will be none.
    func laterAnswer(_ bytes: [UInt8]?, lsn: UInt64, correlationID: UInt64, templateID: UInt16) {
        guard let context else { return }
        core.answerLater(bytes, lsn: lsn, correlationID: correlationID, templateID: templateID)
        flushOutput(context)
        settle(context)
    }
}
