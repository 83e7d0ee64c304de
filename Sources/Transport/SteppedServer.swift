package import Domain
package import NIOCore
internal import Synchronization
package import Wire

/// A server without sockets, threads and clocks of its own, for a simulation that moves its bytes and its time.
///
/// The simulation gives the event loop, makes a channel for each connection, and puts the handler into it that `accept`
/// makes; everything behind is as `Server` has it.
package final class SteppedServer {
    private let shared: ServerShared
    private let loop: LoopState
    private let signal = LoopSignal()
    private var connectionCount: UInt64 = 0

    /// - Parameters:
    ///   - monotonic: The clock for time-outs, in microseconds.
    ///   - wall: The clock for the engine, in microseconds since the epoch.
    ///   - nonce: HelloReply's 32 bytes.
    package init(
        limits: TransportLimits,
        identity: ServerIdentity,
        handler: any RequestHandler,
        eventLoop: any EventLoop,
        monotonic: @escaping @Sendable () -> Int64,
        wall: @escaping @Sendable () -> Int64,
        nonce: @escaping @Sendable () -> [UInt8],
        report: @escaping @Sendable (TransportEvent) -> Void
    ) {
        shared = ServerShared(
            limits: limits,
            identity: identity,
            handler: handler,
            clock: TransportClock(
                monotonic: { MonotonicInstant(microseconds: monotonic()) },
                wall: { Instant(microseconds: wall()) }
            ),
            eventLoopCount: 1,
            makeNonce: nonce,
            report: report
        )
        loop = LoopState(
            eventLoop: eventLoop,
            shared: shared,
            counters: shared.servingCounters[0],
            signal: signal
        )
    }

    /// Makes the handler of a new connection.
    ///
    /// - Parameter isSealed: Whether it counts as one over TLS, with no certificate.
    package func accept(_ role: SocketRole, isSealed: Bool = false) -> any ChannelHandler {
        connectionCount += 1
        var session = SessionInfo(role: role, peerUserID: nil, connectionNumber: connectionCount)
        session.isSealed = isSealed
        return ConnectionHandler(session: session, loop: loop)
    }

    /// What `Server.setPrincipals` does.
    package func setPrincipals(_ principals: [KnownPrincipal], closing: Set<UInt64> = []) {
        shared.principals.replace(by: principals)
        loop.principalsChanged(closing: closing)
    }

    /// What `Server.setAnonymousScopes` does.
    package func setAnonymousScopes(_ scopes: Scopes) { shared.principals.setAnonymousScopes(scopes) }

    /// What `Server.durableAdvanced` does.
    package func durableAdvanced(to lsn: UInt64) {
        shared.durableAdvanced(to: lsn)
        if signal.claimWake() { loop.durableAdvanced() }
    }

    /// How often `tick` is to be called, in milliseconds.
    package var tickMilliseconds: Int64 { shared.limits.tickMilliseconds }

    /// Looks at the time-outs of all connections.
    package func tick() { loop.tick() }

    /// Lets connections go on that have rested, and goes on with a tick that is under way, which a loop does by itself
    /// every few milliseconds.
    package func wakeResting() {
        loop.wakeResting()
        loop.sweep()
    }

    /// Tells every connection that the server stops.
    package func drain(graceMilliseconds: UInt32) {
        loop.drain(graceMilliseconds: graceMilliseconds, promise: loop.eventLoop.makePromise())
    }

    /// Forgets what waits for the journal, as the kernel does with a process that ended; all connections are closed.
    package func abandon() { loop.abandon() }

    /// What was counted so far.
    package var counters: ServerCounters { shared.counters }
}
