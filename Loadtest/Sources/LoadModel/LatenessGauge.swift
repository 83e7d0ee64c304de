/// Whether a generator kept its own schedule: counts sends that came later than the tolerance though nothing but the
/// generator held them back.
@frozen
public struct LatenessGauge: Sendable {
    /// Nanoseconds after the due time up to which a send is on time.
    public let toleranceNanoseconds: UInt64
    /// Sends looked at.
    public private(set) var sends: UInt64 = 0
    /// Sends beyond the tolerance.
    public private(set) var late: UInt64 = 0
    /// The worst, in nanoseconds after the due time.
    public private(set) var worstNanoseconds: UInt64 = 0

    /// Nothing looked at yet.
    public init(toleranceNanoseconds: UInt64) { self.toleranceNanoseconds = toleranceNanoseconds }

    /// Takes one send.
    public mutating func record(due: UInt64, sentAt: UInt64) {
        sends += 1
        let delay = sentAt > due ? sentAt - due : 0
        if delay > toleranceNanoseconds { late += 1 }
        if delay > worstNanoseconds { worstNanoseconds = delay }
    }

    /// Adds another thread's.
    public mutating func add(_ other: LatenessGauge) {
        sends += other.sends
        late += other.late
        worstNanoseconds = max(worstNanoseconds, other.worstNanoseconds)
    }

    /// The share of late sends, 0 to 1.
    public var lateShare: Double { sends == 0 ? 0 : Double(late) / Double(sends) }
}
