internal import Domain
internal import Platform

/// The two clocks of the transport; tests put their own in.
struct TransportClock: Sendable {
    /// For time-outs and deadlines.
    var monotonic: @Sendable () -> MonotonicInstant
    /// For the engine's time of a request.
    var wall: @Sendable () -> Instant

    /// The system's clocks.
    static let system = TransportClock(
        monotonic: { MonotonicInstant(microseconds: Clock.monotonicNanoseconds() / 1_000) },
        wall: { Instant(microseconds: Clock.now()) }
    )
}
