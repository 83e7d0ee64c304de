public import Cryptography
public import Domain
internal import NIOCore
internal import NIOPosix
internal import Platform
internal import Synchronization

/// Listens, and runs connections on its event loops.
///
/// Life: `start`, then `durableAdvanced` from the journal's thread as often as it likes, `drain`, `stop`.
public final class Server: Sendable {
    let shared: ServerShared
    let configuration: ServerConfiguration
    let group: MultiThreadedEventLoopGroup
    /// Where requests are served.
    let loops: [Loop]
    /// Where connections come in, and stay until they ask for something that they may: strangers take its time and not
    /// that of the gateways.
    let door: Loop
    private let open = Locked<Open>(Open())
    private let administrators: Locked<[UInt32]>

    /// A loop as other threads see it.
    struct Loop: Sendable {
        let eventLoop: any EventLoop
        let signal: LoopSignal
        let state: NIOLoopBound<LoopState>
    }

    private struct Open {
        var channels: [any Channel] = []
        var sockets: [UnixListenerSocket] = []
        var isStopped = false
    }

    /// Starts the event loops; nothing is listened on yet.
    ///
    /// - Parameters:
    ///   - handler: Decides requests; called on the event loops.
    ///   - report: Called on event loops with what an operator may want to read; must not block.
    public convenience init(
        configuration: ServerConfiguration,
        identity: ServerIdentity,
        handler: any RequestHandler,
        report: @escaping @Sendable (TransportEvent) -> Void
    ) {
        self.init(
            configuration: configuration,
            identity: identity,
            handler: handler,
            clock: .system,
            report: report
        )
    }

    init(
        configuration: ServerConfiguration,
        identity: ServerIdentity,
        handler: any RequestHandler,
        clock: TransportClock,
        report: @escaping @Sendable (TransportEvent) -> Void
    ) {
        precondition(configuration.eventLoopCount >= 1, "a server has an event loop")
        let shared = ServerShared(
            limits: configuration.limits,
            identity: identity,
            handler: handler,
            clock: clock,
            eventLoopCount: configuration.eventLoopCount,
            tls: configuration.tls,
            anonymousScopes: configuration.anonymousScopes,
            report: report
        )
        self.configuration = configuration
        administrators = Locked(configuration.administratorUserIDs)
        self.shared = shared
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.eventLoopCount + 1)
        loops = zip(group.makeIterator(), shared.servingCounters).map { eventLoop, counters in
            Self.makeLoop(eventLoop, shared: shared, counters: counters)
        }
        let serving = loops
        guard
            let last = group.makeIterator().first(where: { candidate in
                !serving.contains { $0.eventLoop === candidate }
            })
        else { preconditionFailure("a group has as many loops as were asked for") }
        door = Self.makeLoop(last, shared: shared, counters: shared.doorCounters, onward: ServingLoops(serving))
    }

    private static func makeLoop(
        _ eventLoop: any EventLoop,
        shared: ServerShared,
        counters: LoopCounters,
        onward: ServingLoops? = nil
    ) -> Loop {
        let signal = LoopSignal()
        let made = eventLoop.submit {
            if onward != nil { LowPriority.take() }
            let state = LoopState(
                eventLoop: eventLoop,
                shared: shared,
                counters: counters,
                signal: signal,
                onward: onward
            )
            let bound = NIOLoopBound(state, eventLoop: eventLoop)
            let interval = TimeAmount.milliseconds(shared.limits.tickMilliseconds)
            eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in bound.value.tick() }
            return bound
        }
        guard let state = try? made.wait() else { preconditionFailure("an event loop that was just made runs") }
        return Loop(eventLoop: eventLoop, signal: signal, state: state)
    }

    /// The loop's shared state; to be called on that loop.
    func state(of eventLoop: any EventLoop) -> LoopState {
        guard let loop = allLoops.first(where: { $0.eventLoop === eventLoop }) else {
            preconditionFailure("a connection belongs to one of the server's loops")
        }
        return loop.state.value
    }

    /// Those that serve, then the door.
    var allLoops: [Loop] { loops + [door] }

    /// Remembers an open listener.
    func keep(_ channel: any Channel, socket: UnixListenerSocket?) {
        open.withLock {
            $0.channels.append(channel)
            if let socket { $0.sockets.append(socket) }
        }
    }

    /// Says that the journal is durable up to an LSN, inclusive: replies up to it leave.
    ///
    /// May be called from any thread. Wakes each event loop at most once, and none that has nothing waiting.
    ///
    /// - Parameters:
    ///   - lsn: Never less than before.
    ///   - commit: When the journal did what; asked for where requests that turn out to be slow are told.
    public func durableAdvanced(to lsn: UInt64, commit: @autoclosure () -> CommitMoments? = nil) {
        if shared.slow.thresholdMicroseconds != nil, let commit = commit() { shared.commits.note(commit) }
        shared.durableAdvanced(to: lsn)
        for loop in loops where loop.signal.claimWake() {
            let state = loop.state
            loop.eventLoop.execute { state.value.durableAdvanced() }
        }
    }

    /// Has every event loop say that it is alive, which shows in `beatCounts`; unless it hangs. Does not wait.
    public func requestBeats() {
        for (loop, counters) in zip(allLoops, allCounters) { loop.eventLoop.execute { counters.beat() } }
    }

    /// How often each event loop has said so; the last is the door.
    public var beatCounts: [UInt64] { allCounters.map(\.beatCount) }

    private var allCounters: [LoopCounters] { shared.servingCounters + [shared.doorCounters] }

    /// Who may use administration sockets from now on, besides root and the daemon's own user. Connections stay.
    public func setAdministrators(_ userIDs: [UInt32]) { administrators.withLock { $0 = userIDs } }

    /// How many connections one principal or user, and one address, may have from now on. Connections stay.
    public func setConnectionBounds(perPrincipal: Int, perAddress: Int) {
        shared.ledger.setBounds(perPrincipal: perPrincipal, perAddress: perAddress)
    }

    /// What TLS connections are made of; `nil` where there is no certificate.
    public var tls: TLSServerContext? { shared.tls.withLock { $0 } }

    /// What TLS connections are made of from now on. Those that there are go on as they are.
    public func setTLS(_ context: TLSServerContext) { shared.tls.withLock { $0 = context } }

    /// What gateways may ask from now on that say nothing of themselves. Connections stay.
    public func setAnonymousScopes(_ scopes: Scopes) { shared.principals.setAnonymousScopes(scopes) }

    /// Who may ask what from now on. Connections of those who are not among them any more are closed; what was changed
    /// of the others counts for their next request.
    ///
    /// - Parameter closing: The numbers of those whose connections are closed all the same.
    public func setPrincipals(_ principals: [KnownPrincipal], closing: Set<UInt64> = []) {
        shared.principals.replace(by: principals)
        let tell: @Sendable (Loop) -> Void = { loop in
            let state = loop.state
            loop.eventLoop.execute { state.value.principalsChanged(closing: closing) }
        }
        for loop in allLoops { tell(loop) }
        // And once more behind those that were on their way from the door.
        door.eventLoop.execute { [loops] in
            for loop in loops { tell(loop) }
        }
    }

    func mayAdminister(_ userID: UInt32?) -> Bool {
        Self.mayAdminister(userID, configured: administrators.withLock { $0 })
    }

    /// What was counted so far.
    public var counters: ServerCounters { shared.counters }

    /// Stops accepting, tells every client (GoAway), refuses requests that still come (403), finishes those in flight,
    /// closes the connections, and returns when the last one is gone.
    ///
    /// The journal must go on until this returns. To be called from a thread that is not an event loop's.
    ///
    /// - Parameter graceMilliseconds: After this, connections are closed whatever they are owed.
    public func drain(graceMilliseconds: UInt32) {
        closeListeners()
        closeDoor()
        let drained = allLoops.map { loop in
            let promise = loop.eventLoop.makePromise(of: Void.self)
            let state = loop.state
            loop.eventLoop.execute { state.value.drain(graceMilliseconds: graceMilliseconds, promise: promise) }
            return promise.futureResult
        }
        for future in drained { try? future.wait() }
    }

    /// Lets no connection through to the loops that serve. When it returns, those that were on their way are there.
    func closeDoor() {
        let state = door.state
        try? door.eventLoop.submit { state.value.closeDoor() }.wait()
        for loop in loops { try? loop.eventLoop.submit {}.wait() }
    }

    /// Ends the event loops; open connections are cut. To be called from a thread that is not an event loop's.
    public func stop() {
        closeListeners()
        let isFirst = open.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        if isFirst { try? group.syncShutdownGracefully() }
    }

    /// Stops accepting, without losing a connection that was just accepted: when it returns, each of them is in its
    /// loop's list, and those that still wait in a listener's queue stay there for whoever listens next.
    func quiesceListeners() {
        let channels = open.withLock { $0.channels }
        for channel in channels { try? channel.setOption(.autoRead, value: false).wait() }
        // An accepted socket goes from the listener's loop to its own, back, and to its own again. Loops run what they
        // are given in order, so each round takes all of them at least one step on.
        for _ in 0..<Self.acceptStepCount {
            for loop in allLoops { try? loop.eventLoop.submit {}.wait() }
        }
        closeListeners()
    }

    private static let acceptStepCount = 6

    private func closeListeners() {
        let (channels, sockets) = open.withLock { state in
            defer {
                state.channels = []
                state.sockets = []
            }
            return (state.channels, state.sockets)
        }
        for socket in sockets { socket.remove() }
        for channel in channels { try? channel.close().wait() }
    }
}
