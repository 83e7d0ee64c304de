public import Domain

/// What one sliding window of one card held at the time of a decision, the request itself not included.
public struct VelocityTotals: Sendable, Equatable {
    /// How many approvals.
    public var count: UInt64
    /// Their approved amounts in minor units of the card's currency.
    public var sum: Int64
    /// When the window will have slid far enough for the same request to fit, if nothing else is approved meanwhile.
    ///
    /// Worked out only for a rule that declines and is exceeded, and only from the oldest
    /// `AuthorizationLimits.retryScanEntriesMax` entries; `nil` otherwise.
    public var freeAt: Instant?

    /// An empty window by default.
    public init(count: UInt64 = 0, sum: Int64 = 0, freeAt: Instant? = nil) {
        self.count = count
        self.sum = sum
        self.freeAt = freeAt
    }
}
