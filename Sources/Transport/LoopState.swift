internal import NIOCore
internal import Synchronization

/// What the connections of one event loop share; belongs to that loop, but for its `signal`.
final class LoopState {
    let eventLoop: any EventLoop
    let shared: ServerShared
    let counters: LoopCounters
    private let signal: LoopSignal
    /// Whether connections stay only until they ask for something.
    let isDoor: Bool
    /// Where they go on then; `nil` where they stay, at the door because the server stops.
    var onward: ServingLoops?

    private var connections: [ConnectionHandler] = []
    private var waiting: [ConnectionHandler] = []
    private var spare: [ConnectionHandler] = []
    private var drained: EventLoopPromise<Void>?
    private(set) var drainGraceMilliseconds: UInt32 = 0
    private var handingOver: EventLoopPromise<[HandedConnection]>?
    private var handed: [HandedConnection] = []

    /// Connections whose TLS handshake is not done; they are none of `connections` yet.
    var handshakes: [TLSHandler] = []
    private var handshakeGate: RateGate
    private var isHandshakeScheduled = false
    /// Behind the connection whose time-outs are looked at next; nil between two ticks.
    private var sweptIndex: Int?
    private var idleReadGate: RateGate
    private var clear = ByteBuffer()
    private var resting = CircularBuffer<ConnectionHandler>()
    private var isWakeScheduled = false

    /// - Parameter onward: For the door, where connections go on.
    init(
        eventLoop: any EventLoop,
        shared: ServerShared,
        counters: LoopCounters,
        signal: LoopSignal,
        onward: ServingLoops? = nil
    ) {
        isDoor = onward != nil
        self.onward = onward
        self.eventLoop = eventLoop
        self.shared = shared
        self.counters = counters
        self.signal = signal
        let now = shared.clock.monotonic()
        // One by one: a handshake takes the loop for up to a millisecond, and so long everybody else waits.
        handshakeGate = RateGate(perSecond: max(1, shared.limits.handshakesPerSecondMax), burstSeconds: 0, now: now)
        let sharingCount = onward == nil ? shared.servingCounters.count : 1
        idleReadGate = RateGate(perSecond: max(1, shared.limits.idleReadsPerSecondMax / sharingCount), now: now)
        waiting.reserveCapacity(64)
        spare.reserveCapacity(64)
    }

    /// How many connections there are.
    var connectionCount: Int { connections.count }

    /// Whether the server is stopping.
    var isDraining: Bool { drained != nil }

    /// Whether connections are to go on in another process.
    var isHandingOver: Bool { handingOver != nil }
}

// MARK: - Connections

extension LoopState {
    func add(_ connection: ConnectionHandler) {
        connection.index = connections.count
        connections.append(connection)
        if isDoor { shared.atDoorCount.add(1, ordering: .relaxed) }
    }

    func remove(_ connection: ConnectionHandler) {
        let index = connection.index
        guard index >= 0 else { return }
        precondition(connections[index] === connection, "a connection knows its place")
        connection.index = -1
        if isDoor { shared.atDoorCount.subtract(1, ordering: .relaxed) }
        let last = connections.removeLast()
        if last !== connection {
            connections[index] = last
            last.index = index
        }
        if connections.isEmpty {
            drained?.succeed()
            handingOver?.succeed(handed)
        }
    }

    /// Tells every connection that the server stops; the promise is kept when the last one is gone.
    func drain(graceMilliseconds: UInt32, promise: EventLoopPromise<Void>) {
        precondition(!isDraining, "a loop is drained once")
        drained = promise
        drainGraceMilliseconds = graceMilliseconds
        for handshake in handshakes { handshake.abandon() }
        if connections.isEmpty {
            promise.succeed()
            return
        }
        for connection in connections { connection.drain() }
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(graceMilliseconds))) {
            for connection in self.connections { connection.close() }
        }
    }
}

// MARK: - Time-outs

extension LoopState {
    /// How long time-outs are looked at without a pause, and the pause: where a thousand connections that came together
    /// time out together, everybody else would wait until all of them are closed.
    private static let sweepMicroseconds: Int64 = 50
    private static let sweepPauseMilliseconds: Int64 = 1

    /// Looks at the time-outs of every connection, unless that is still under way.
    func tick() {
        guard sweptIndex == nil else { return }
        sweptIndex = connections.count
        sweep()
    }

    /// Goes on with a tick that is under way; from the last connection, since one that goes gives its place to the
    /// last.
    func sweep() {
        guard sweptIndex != nil else { return }
        let now = shared.clock.monotonic()
        for handshake in handshakes {
            guard mayGoOn(since: now) else { return scheduleSweep() }
            handshake.tick(now: now)
        }
        while let index = sweptIndex, index > 0 {
            guard mayGoOn(since: now) else { return scheduleSweep() }
            sweptIndex = index - 1
            if index <= connections.count { connections[index - 1].tick(now: now) }
        }
        sweptIndex = nil
    }

    private func mayGoOn(since began: MonotonicInstant) -> Bool {
        shared.clock.monotonic().microseconds - began.microseconds < Self.sweepMicroseconds
    }

    private func scheduleSweep() {
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Self.sweepPauseMilliseconds)) { self.sweep() }
    }
}

// MARK: - Resting

extension LoopState {
    /// How long a rest is, at least.
    private static let restMicroseconds: Int64 = 500
    /// Connections that go on after it. Few, and so often: a gateway that asks meanwhile waits for no more of them than
    /// these (sixteen every 4 ms made it wait for half a millisecond).
    private static let wokenAtOnce = 2

    /// Whether a connection that has brought no request lately is read at once; else it must rest first.
    func mayReadIdle() -> Bool { idleReadGate.enter(now: shared.clock.monotonic()) }

    /// Looks at nothing more of a connection before those that rest already have had their turn.
    func rest(_ connection: ConnectionHandler) {
        resting.append(connection)
        scheduleWake()
    }

    private func scheduleWake() {
        guard !isWakeScheduled else { return }
        isWakeScheduled = true
        eventLoop.assumeIsolated().scheduleTask(in: .microseconds(Self.restMicroseconds)) {
            self.isWakeScheduled = false
            self.wakeResting()
        }
    }

    /// Lets those go on that have rested longest.
    func wakeResting() {
        // Whoever rests again comes behind these.
        var candidateCount = resting.count
        var wokenCount = 0
        while candidateCount > 0, wokenCount < Self.wokenAtOnce {
            candidateCount -= 1
            if resting.removeFirst().endRest() { wokenCount += 1 }
        }
        if !resting.isEmpty { scheduleWake() }
    }
}

// MARK: - Principals

extension LoopState {
    /// Closes the connections of those who were revoked, or are to say anew who they are.
    func principalsChanged(closing: Set<UInt64>) {
        for connection in connections { connection.principalsChanged(closing: closing) }
    }
}

// MARK: - TLS

extension LoopState {
    /// Whether a handshake that comes now begins at once; else it does when those that wait have begun.
    func mayBeginHandshake() -> Bool {
        if !isHandshakeScheduled, handshakeGate.enter(now: shared.clock.monotonic()) { return true }
        counters.addWaitedHandshake()
        scheduleHandshake()
        return false
    }

    private func scheduleHandshake() {
        guard !isHandshakeScheduled else { return }
        isHandshakeScheduled = true
        eventLoop.assumeIsolated().scheduleTask(in: .microseconds(handshakeGate.microsecondsToNext)) {
            self.isHandshakeScheduled = false
            self.beginHandshakes()
        }
    }

    /// Begins those that have waited longest, as many as may be.
    private func beginHandshakes() {
        let now = shared.clock.monotonic()
        for handshake in handshakes where handshake.isWaiting {
            guard handshakeGate.enter(now: now) else { return scheduleHandshake() }
            handshake.begin()
        }
    }

    /// A buffer for what one read brings in the clear, empty; to be given back at once.
    func takeClearBuffer() -> ByteBuffer {
        defer { clear = ByteBuffer() }
        return clear
    }

    /// Keeps the buffer's memory for the next read, unless somebody holds on to it.
    func giveBack(_ buffer: consuming ByteBuffer) {
        buffer.clear(minimumCapacity: 0)
        clear = buffer
    }
}

// MARK: - Handing over

extension LoopState {
    /// Has every connection leave for another process; the promise is kept with those that could when the last one is
    /// gone.
    ///
    /// - Parameters:
    ///   - graceMilliseconds: After this, whoever is still there is closed.
    ///   - unreadMilliseconds: After this, whoever does not read what was sent is closed.
    func handOver(
        graceMilliseconds: UInt32,
        unreadMilliseconds: UInt32,
        promise: EventLoopPromise<[HandedConnection]>
    ) {
        precondition(!isHandingOver && !isDraining, "a loop is handed over once")
        handingOver = promise
        drainGraceMilliseconds = graceMilliseconds
        for handshake in handshakes { handshake.abandon() }
        if connections.isEmpty {
            promise.succeed([])
            return
        }
        for connection in connections { connection.leaveThisProcess() }
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(unreadMilliseconds))) {
            for connection in self.connections where connection.isWaitingToLeave { connection.close() }
        }
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(graceMilliseconds))) {
            for connection in self.connections { connection.close() }
        }
    }

    /// A connection has left.
    func take(_ connection: HandedConnection) { handed.append(connection) }
}

// MARK: - Durability

extension LoopState {
    /// The connection has replies that wait for the journal.
    func enlist(_ connection: ConnectionHandler) {
        waiting.append(connection)
        if waiting.count == 1 { signal.setWaiting(true) }
    }

    /// The journal has come further: every waiting connection sends what it may.
    func durableAdvanced() {
        signal.clearWake()
        swap(&waiting, &spare)
        for connection in spare where connection.durableAdvanced() { waiting.append(connection) }
        spare.removeAll(keepingCapacity: true)
        if waiting.isEmpty { signal.setWaiting(false) }
    }

    /// Forgets the connections whose replies wait for the journal: it will not come further.
    func abandon() {
        waiting.removeAll()
        spare.removeAll()
        resting.removeAll()
    }
}
