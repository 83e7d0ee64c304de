internal import Cryptography
internal import Domain
internal import NIOCore
internal import Platform

/// TLS between the socket and a `ConnectionHandler`, which comes behind it once both sides know each other. Belongs to
/// its event loop.
///
/// Everything that comes is opened at once, so nothing readable ever stays in here: whoever is behind it decides by its
/// reads what comes at all. What is written is sealed at once and leaves with the flush, as one piece.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase: Comparable {
        /// Not begun: the loop has begun as many as it may for now.
        case waiting
        case handshake
        case open
        /// The peer sends nothing more.
        case inputEnded
        case broken
    }

    private let loop: LoopState
    private let shared: ServerShared
    /// What judges the peer at the end of the handshake; `nil` where that was at the door.
    private let tls: TLSServerContext?
    private let session: TLSSession
    private let info: SessionInfo
    /// Among the connections; until it is handed on.
    private var place: ConnectionPlace?
    private let openedAt: MonotonicInstant
    private var phase = Phase.waiting
    private var isFinished = false
    /// Whether anything was read since reading was last complete.
    private var hasRead = false
    /// Kept when everything that was sealed so far is in the socket.
    private var written: EventLoopPromise<Void>?
    private var context: ChannelHandlerContext?
    /// Whether somebody comes behind.
    private var isHandedOn = false

    /// One whose handshake is counted for where it comes from; given back with its end.
    init(
        _ tls: TLSServerContext,
        info: SessionInfo,
        place: consuming ConnectionPlace,
        loop: LoopState
    ) throws(TLSError) {
        self.place = consume place
        self.tls = tls
        session = try tls.makeSession()
        self.info = info
        self.loop = loop
        shared = loop.shared
        openedAt = shared.clock.monotonic()
    }

    /// One whose handshake was done at the door; somebody comes behind it.
    init(_ session: TLSSession, info: SessionInfo, loop: LoopState) {
        place = nil
        tls = nil
        self.session = session
        self.info = info
        self.loop = loop
        shared = loop.shared
        openedAt = shared.clock.monotonic()
        phase = .open
        isHandedOn = true
    }

    /// Lets go of the session, which goes on elsewhere: nothing more is opened or sealed here, and nothing said.
    func release() -> TLSSession {
        phase = .broken
        isFinished = true
        return session
    }
}

// MARK: - Handshake

extension TLSHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard phase == .waiting else { return }
        loop.handshakes.append(self)
        beginOrWait()
    }

    func channelActive(context: ChannelHandlerContext) {
        if isHandedOn { context.fireChannelActive() } else { beginOrWait() }
    }

    /// Whether it is there and has not begun.
    var isWaiting: Bool { phase == .waiting && context?.channel.isActive == true }

    /// Begins the handshake, if the loop may begin one now; else the loop does so later.
    private func beginOrWait() {
        if isWaiting, loop.mayBeginHandshake() { begin() }
    }

    /// Begins the handshake, which waits.
    func begin() {
        phase = .handshake
        context?.read()
    }

    /// Looks at the time; while the handshake is under way.
    func tick(now: MonotonicInstant) {
        guard phase <= .handshake, openedAt.hasPassed(milliseconds: shared.limits.handshakeMilliseconds, at: now) else {
            return
        }
        CoverageMark.reach("transport: a handshake was not done in time")
        shared.report(.handshakeLate(of: info))
        end(.late)
        context?.close(promise: nil)
    }

    /// The server stops: nobody who is not known yet gets in.
    func abandon() {
        end(.abandoned)
        context?.close(promise: nil)
    }

    private func proceed(_ context: ChannelHandlerContext) {
        let failure: TLSSession.Failure?
        switch session.handshake() {
        case .needsInput: return sendSealed(context, promise: nil)
        case .done: failure = tls?.objection(to: session, at: shared.clock.wall().microseconds / 1_000_000)
        case .failed(let reason): failure = reason
        }
        // Counted before the peer can know what became of it.
        if let failure {
            end(failure.isCertificate ? .certificateRefused : .failed)
        } else {
            end(session.isResumed ? .resumed : .completed)
        }
        sendSealed(context, promise: nil)
        guard self.context != nil else { return }
        if let failure { refuse(context, failure) } else { open(context) }
    }

    private func report(_ failure: TLSSession.Failure) {
        shared.report(.sessionBroken(of: info, detail: failure.description, isCertificate: failure.isCertificate))
    }

    /// The peer is told why by an alert, which it must have the time to read.
    private func refuse(_ context: ChannelHandlerContext, _ failure: TLSSession.Failure) {
        report(failure)
        context.close(mode: .output, promise: nil)
        context.read()
        let channel = context.channel
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(shared.limits.lingerMilliseconds)) {
            channel.close(promise: nil)
        }
    }

    /// Lets the connection itself in.
    private func open(_ context: ChannelHandlerContext) {
        phase = .open
        let principal = session.peer.flatMap { shared.principals.shown($0, now: shared.clock.wall()) }
        var refusal: ConnectionRefusal?
        if let principal {
            do throws(ConnectionRefusal) { try place?.pass(to: principal) } catch { refusal = error }
        }
        let handler = ConnectionHandler(
            session: info,
            loop: loop,
            place: place.take(),
            principal: refusal == nil ? principal : nil,
            behind: self
        )
        do {
            try context.pipeline.syncOperations.addHandler(handler, position: .after(self))
        } catch {
            context.close(promise: nil)
            return
        }
        isHandedOn = true
        context.fireChannelActive()
        if let refusal, let principal { handler.refuse(refusal, of: principal) }
    }

    /// The handshake is over; counted once.
    private func end(_ outcome: HandshakeOutcome) {
        guard phase <= .handshake else { return }
        phase = .broken
        loop.handshakes.removeAll { $0 === self }
        shared.handshakes.end(outcome)
        if let origin = info.origin { shared.handshakeOrigins.giveBack(of: origin) }
    }

    private func leave() {
        end(.abandoned)
        isHandedOn = true
        place = nil
        context = nil
        written?.fail(ChannelError.ioOnClosedChannel)
        written = nil
    }
}

// MARK: - Coming in

extension TLSHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasRead = true
        let sealed = unwrapInboundIn(data)
        guard phase == .handshake || phase == .open else { return }
        sealed.withUnsafeReadableBytes { session.receive($0) }
        if phase == .handshake { proceed(context) }
        if phase == .open { openSealed(context) }
    }

    private func openSealed(_ context: ChannelHandlerContext) {
        // The loop's own: whoever is behind copies what it keeps.
        var clear = loop.takeClearBuffer()
        var reading = TLSSession.Reading.needsInput
        repeat {
            clear.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.recordByteCountMax) { room in
                reading = session.read(into: room)
                if case .bytes(let count) = reading { return count }
                return 0
            }
        } while reading.isBytes
        // A peer that renews its keys, or makes an error, is owed an answer.
        if session.outputByteCount > 0 { sendSealed(context, promise: nil) }
        if clear.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(clear)) }
        loop.giveBack(clear)
        switch reading {
        case .bytes, .needsInput: break
        case .ended:
            guard phase == .open else { return }
            phase = .inputEnded
            context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .failed(let failure):
            CoverageMark.reach("transport: a TLS session was broken by its peer")
            phase = .broken
            report(failure)
            context.close(promise: nil)
        }
    }

    /// What one record holds at most (RFC 8446, section 5.1).
    private static let recordByteCountMax = 16_384

    func channelReadComplete(context: ChannelHandlerContext) {
        // At the peer's end of stream nothing was read; see `ConnectionHandler.channelReadComplete`.
        guard hasRead else { return }
        hasRead = false
        if phase == .handshake || (phase == .broken && !isHandedOn) { context.read() }
        if isHandedOn { context.fireChannelReadComplete() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        switch phase {
        case .waiting, .handshake:
            end(.abandoned)
            context.close(promise: nil)
        case .open:
            // Cut off without a word. What was asked before is answered, if anybody is there to hear it.
            phase = .inputEnded
            context.fireUserInboundEventTriggered(event)
        case .inputEnded: break
        case .broken: context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let isKnown = isHandedOn
        leave()
        if isKnown { context.fireChannelInactive() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { leave() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isHandedOn { context.fireErrorCaught(error) } else { context.close(promise: nil) }
    }
}

// MARK: - Going out

extension TLSHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let clear = unwrapOutboundIn(data)
        do {
            guard phase == .open || phase == .inputEnded, !isFinished else { throw ChannelError.outputClosed }
            if clear.readableBytes > 0 {
                try clear.withUnsafeReadableBytes { bytes throws(TLSSession.Failure) in try session.write(bytes) }
            }
        } catch {
            promise?.fail(error)
            return
        }
        guard let promise else { return }
        if let written { written.futureResult.cascade(to: promise) } else { written = promise }
    }

    func flush(context: ChannelHandlerContext) {
        let promise = written
        written = nil
        sendSealed(context, promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if phase == .open || phase == .inputEnded, !isFinished, mode != .input {
            isFinished = true
            session.finish()
            sendSealed(context, promise: nil)
        }
        context.close(mode: mode, promise: promise)
    }

    /// Hands everything that is sealed to the socket, in one piece.
    private func sendSealed(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        let byteCount = session.outputByteCount
        guard byteCount > 0 || promise != nil else { return }
        var sealed = context.channel.allocator.buffer(capacity: byteCount)
        if byteCount > 0 {
            sealed.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { session.takeOutput(into: $0) }
        }
        context.writeAndFlush(wrapOutboundOut(sealed), promise: promise)
    }
}

extension TLSSession.Reading {
    fileprivate var isBytes: Bool { if case .bytes = self { true } else { false } }
}
