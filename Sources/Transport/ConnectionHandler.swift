internal import Domain
internal import NIOCore
internal import Platform
internal import Synchronization
internal import Wire

/// The thin shell of a connection: moves bytes between the socket and `ConnectionCore`, and does what the state machine
/// says. Belongs to its event loop.
///
/// Reading is by demand: the next read is asked for when the last one is done with, and not while the peer leaves its
/// answers unread.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let loop: LoopState
    let shared: ServerShared
    var core: ConnectionCore
    /// What was read and not looked at, since the peer left too many answers unread.
    var held = ByteBuffer()
    /// Bytes of a frame that is not whole yet; at most one frame.
    var carry = ByteBuffer()
    /// What to carry until, in bytes; meaningful while `carry` has bytes.
    private var carryTarget = 0
    /// What an earlier process, or the door, had read of this connection and not looked at.
    private var inherited = ByteBuffer()
    /// When the door had read it; `nil` where that was another process.
    private var inheritedAt: MonotonicInstant?

    /// Where the connection goes on, if not here: nothing more is read or looked at.
    var destination: Destination?
    /// Whether the socket has yet to take what came before the leave.
    var isWaitingToLeave = false
    /// What seals it; `nil` in the clear.
    let tls: TLSHandler?

    /// This connection's place in the loop's list.
    var index = -1
    /// Whether the loop will call `durableAdvanced`.
    var isEnlisted = false

    private(set) var context: ChannelHandlerContext?
    /// Whether nothing more is looked at before the loop ends the rest.
    private var isResting = false
    /// Whether it has rested since the last read was asked for.
    private var hasRested = false
    private var isReadHeld = false
    private var isReadPaused = false
    private var isReading = false
    var isFlushing = false
    private var isInputEnded = false
    var isRecentlyUsed = false
    var isOutputClosing = false
    /// What the socket may not have taken yet, at most; the channel is asked when this grows beyond a chunk.
    var outboundByteCountMax = 0
    var countedInFlight = 0
    /// What the count of the principal has of it; less only between Authenticate and the next read or answer.
    var principalInFlight = 0

    /// - Parameters:
    ///   - place: Among the connections, given back with the end of it.
    ///   - principal: Who the peer is, as far as that is known without a word of it.
    ///   - state: Where the connection stood in an earlier process; `nil` for a new one.
    ///   - tls: What seals it, in front of this one.
    init(
        session: SessionInfo,
        loop: LoopState,
        place: consuming ConnectionPlace? = nil,
        principal: PrincipalState? = nil,
        from state: ConnectionState? = nil,
        behind tls: TLSHandler? = nil
    ) {
        self.loop = loop
        self.tls = tls
        shared = loop.shared
        box = NIOLoopBoundBox(nil, eventLoop: loop.eventLoop)
        core = ConnectionCore(
            session: session,
            shared: loop.shared,
            place: place,
            principal: principal,
            isAtDoor: loop.isDoor,
            now: loop.shared.clock.monotonic(),
            sink: Self.makeSink(loop.eventLoop, box)
        )
        if let state {
            core.resume(state, now: loop.shared.clock.monotonic())
            inherited.writeBytes(state.input)
        }
    }

    /// One that comes from the door; `nil` where somebody has taken it already.
    init?(_ newcomer: Newcomer, loop: LoopState, behind tls: TLSHandler?) {
        guard let core = newcomer.takeCore() else { return nil }
        self.loop = loop
        self.tls = tls
        shared = loop.shared
        box = NIOLoopBoundBox(nil, eventLoop: loop.eventLoop)
        self.core = core
        inherited = newcomer.input
        inheritedAt = newcomer.readAt
        self.core.move(to: Self.makeSink(loop.eventLoop, box))
    }

    /// How reply handles find this connection; emptied when it is gone.
    let box: NIOLoopBoundBox<ConnectionHandler?>

    static func makeSink(
        _ eventLoop: any EventLoop,
        _ box: NIOLoopBoundBox<ConnectionHandler?>
    ) -> ReplySink {
        ReplySink { correlationID, templateID in
            ReplyHandle { bytes, lsn in
                eventLoop.execute {
                    box.value?.laterAnswer(bytes, lsn: lsn, correlationID: correlationID, templateID: templateID)
                }
            }
        }
    }
}

// MARK: - Life

extension ConnectionHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        box.value = self
        loop.add(self)
    }

    func channelActive(context: ChannelHandlerContext) {
        if loop.isDraining { drain() }
        if loop.isHandingOver { leaveThisProcess() }
        guard inherited.readableBytes > 0 else { return read(context) }
        var input = inherited
        inherited = ByteBuffer()
        if !isLeaving { process(&input, readAt: inheritedAt) }
        if input.readableBytes > 0 { held.writeBuffer(&input) }
        finishBatch()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if core.sink.owes { CoverageMark.reach("transport: a connection ended with replies owed") }
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    private func leave() {
        guard context != nil else { return }
        context = nil
        box.value = nil
        held = ByteBuffer()
        carry = ByteBuffer()
        core.machine.closed(now: shared.clock.monotonic())
        countForPrincipal(inFlight: 0)
        core.chargedByteCount = shared.memory.recharge(from: core.chargedByteCount, toHold: 0)
        loop.counters.add(core.tally, inFlightChange: -countedInFlight)
        countedInFlight = 0
        core.place = nil
        loop.remove(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The peer reset the connection, or the kernel gave up on it: nobody is left to tell.
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            isInputEnded = true
            if held.readableBytes == 0 { core.machine.inputEnded(now: shared.clock.monotonic()) }
            settle(context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}

// MARK: - Reading

extension ConnectionHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        isRecentlyUsed = true
        guard core.machine.takesInput else { return }
        var input = unwrapInboundIn(data)
        loop.counters.addRead(
            byteCount: input.readableBytes,
            isFull: input.readableBytes >= shared.limits.readByteCount
        )
        // Only at the peer's end of stream does NIO read on unasked, and one read may have been asked for before a
        // leave; what they bring waits its turn.
        if held.readableBytes == 0, !isLeaving, !isResting { process(&input) }
        if input.readableBytes > 0 { held.writeBuffer(&input) }
    }

    /// Handles the frames of the bytes. Stops where the peer leaves too many answers unread or has to rest, and leaves
    /// the rest of the bytes.
    func process(_ input: inout ByteBuffer, readAt: MonotonicInstant? = nil) {
        let time = ConnectionCore.ReadTime(monotonic: readAt ?? shared.clock.monotonic(), wall: shared.clock.wall())
        let others = loop.counters.inFlightCount - countedInFlight
        core.beginRead(others: others, connectionCount: loop.connectionCount, counted: principalInFlight)
        var progressed = completeCarried(from: &input, at: time)
        var goesOn = !isLeaving
        while goesOn, input.readableBytes > 0, core.machine.takesInput, let context {
            let before = core.waitingCount
            let (byteCount, stop) = input.withUnsafeReadableBytes { core.consume($0, at: time) }
            core.handled(core.waitingCount - before, readAt: time.monotonic)
            input.moveReaderIndex(forwardBy: byteCount)
            progressed = progressed || byteCount > 0
            switch stop {
            case .needsMore(let totalByteCount):
                carryTarget = totalByteCount
                carry.writeBuffer(&input)
            case .outputFull:
                flushOutput(context)
                guard self.context != nil, core.machine.takesInput, !context.channel.isWritable else { continue }
                CoverageMark.reach("transport: requests were held while answers were left unread")
                goesOn = false
            case .mustRest:
                loop.counters.addRest()
                rest()
                goesOn = false
            case .mustMove:
                goOnward(readAt: time.monotonic)
                goesOn = false
            case .ended: break
            }
        }
        // What comes after the end means nothing.
        if !core.machine.takesInput { input.moveReaderIndex(to: input.writerIndex) }
        core.machine.readCompleted(hasPartial: carry.readableBytes > 0, progressed: progressed, now: time.monotonic)
    }

    /// Moves bytes behind a frame's beginning that came earlier until it is whole, and handles it. The buffer grows
    /// with the bytes that have come, never by what a length field says.
    ///
    /// - Returns: Whether a frame was completed.
    private func completeCarried(from input: inout ByteBuffer, at time: ConnectionCore.ReadTime) -> Bool {
        while carry.readableBytes > 0, core.machine.takesInput {
            let missing = carryTarget - carry.readableBytes
            if missing > 0 {
                guard var piece = input.readSlice(length: min(missing, input.readableBytes)),
                    piece.readableBytes > 0
                else { return false }
                carry.writeBuffer(&piece)
                continue
            }
            let before = core.waitingCount
            let (byteCount, stop) = carry.withUnsafeReadableBytes { core.consume($0, at: time) }
            core.handled(core.waitingCount - before, readAt: time.monotonic)
            if byteCount > 0 {
                carry.clear()
                return true
            }
            switch stop {
            case .needsMore(let totalByteCount): carryTarget = totalByteCount
            case .outputFull: flushOutput(context)
            case .mustMove:
                goOnward(readAt: time.monotonic)
                return false
            // Only behind a frame.
            case .mustRest, .ended: return false
            }
        }
        return false
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // NIO says so at the peer's end of stream too, though nothing was read; the end itself follows. Nothing may be
        // done before it: were the channel closed here, which a write to a peer that has gone does as well, NIO would
        // go on to end the input of a channel that is closed already, which it does not bear (`unregisterForReadable`
        // asserts). Over TLS a read need not bring anything in the clear; there `TLSHandler` looks.
        guard isReading || core.session.isSealed else { return }
        isReading = false
        finishBatch()
    }

    /// Sends what the frames came to, goes on with what was kept where that is possible, then reads on.
    func finishBatch() {
        flushOutput(context)
        if !isLeaving, held.readableBytes > 0, let context, mayRead(context) {
            processHeld()
            flushOutput(self.context)
            // As much at a time as a read brings: the others have their turn in between.
            if held.readableBytes > 0, self.context != nil, mayRead(context) { rest() }
        }
        if isInputEnded, held.readableBytes == 0 { core.machine.inputEnded(now: shared.clock.monotonic()) }
        settle(context)
        read(context)
    }

    /// Handles what was kept, as far as one turn goes.
    private func processHeld() {
        guard var piece = held.readSlice(length: min(held.readableBytes, shared.limits.readByteCount)) else { return }
        process(&piece)
        if core.machine.takesInput {
            held.moveReaderIndex(to: held.readerIndex - piece.readableBytes)
        } else {
            held = ByteBuffer()
        }
        if held.readableBytes == 0 { held = ByteBuffer() }
    }

    /// Has nothing more looked at until the others have had their turn.
    private func rest() {
        guard !isResting, context != nil else { return }
        isResting = true
        loop.rest(self)
    }

    /// Goes on after a rest. Returns whether there is anything to go on with.
    func endRest() -> Bool {
        isResting = false
        hasRested = true
        guard context != nil else { return false }
        core.hasRested(now: shared.clock.monotonic())
        finishBatch()
        return true
    }

    /// Whether more requests may be taken on from this peer.
    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        !isResting && context.channel.isWritable && !shared.memory.mustWait(charged: core.chargedByteCount)
    }

    /// Asks for the next bytes, unless this is not the time.
    private func read(_ context: ChannelHandlerContext?) {
        guard let context, self.context != nil, !isLeaving else { return }
        let isHeld = !mayRead(context)
        if isHeld != isReadHeld {
            isReadHeld = isHeld
            CoverageMark.reach("transport: reading was held or resumed")
        }
        // A frame that is not whole has its time all the same: else whoever fills the memory with such keeps it.
        let isPaused = isHeld && (carry.readableBytes == 0 || !context.channel.isWritable)
        if isPaused != isReadPaused {
            isReadPaused = isPaused
            core.machine.readingChanged(isPaused: isPaused, now: shared.clock.monotonic())
        }
        if isHeld { return }
        guard isTurn() else {
            CoverageMark.reach("transport: a connection that brings no requests had to wait for its turn")
            loop.counters.addRest()
            return rest()
        }
        hasRested = false
        context.read()
    }

    /// Whether this peer is read at once: whoever brings requests always is, of the others so many in a second, and
    /// each after a rest.
    private func isTurn() -> Bool {
        core.hasBroughtRequest || hasRested || core.session.role == .administration || loop.mayReadIdle()
    }

    /// Reads again where reading was paused, first what was read before.
    func resume() {
        if isReadHeld, !isReading { finishBatch() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        core.machine.writabilityChanged(isWritable: context.channel.isWritable, now: shared.clock.monotonic())
        if context.channel.isWritable, !isFlushing {
            charge(context)
            resume()
        }
        context.fireChannelWritabilityChanged()
    }
}
