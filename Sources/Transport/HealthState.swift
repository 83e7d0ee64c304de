/// What HealthReply says, apart from what the transport knows itself (requests in flight).
public struct HealthState: Sendable, Equatable {
    /// Whether requests are decided.
    public var isReady: Bool
    /// The newest LSN that is durable.
    public var durableLSN: UInt64
    /// The newest LSN that was given.
    public var lastLSN: UInt64
    /// Bytes of journal records not durable yet.
    public var journalLagByteCount: UInt64

    /// Describes the state of health.
    public init(isReady: Bool, durableLSN: UInt64, lastLSN: UInt64, journalLagByteCount: UInt64) {
        self.isReady = isReady
        self.durableLSN = durableLSN
        self.lastLSN = lastLSN
        self.journalLagByteCount = journalLagByteCount
    }
}
