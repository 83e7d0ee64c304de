internal import NIOCore
internal import Platform

/// Has a listener let connections in no faster than they may come: what they cost is taken from those that are there.
/// Whoever has to wait does so in the kernel's queue.
final class AcceptPace: ChannelOutboundHandler {
    typealias OutboundIn = any Channel

    private var gate: RateGate
    private let clock: TransportClock
    private var isWaiting = false

    /// How soon it is looked again whether there is room.
    private static let pauseMilliseconds: Int64 = 2

    /// - Parameter perSecond: How often in a second the listener's queue is looked at, each time for one connection.
    init(perSecond: Int, _ clock: TransportClock) {
        gate = RateGate(perSecond: max(1, perSecond), now: clock.monotonic())
        self.clock = clock
    }

    func read(context: ChannelHandlerContext) {
        guard !isWaiting else { return }
        if gate.enter(now: clock.monotonic()) { return context.read() }
        CoverageMark.reach("transport: connections had to wait to be let in")
        isWaiting = true
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Self.pauseMilliseconds)) {
            self.isWaiting = false
            self.read(context: context)
        }
    }
}
