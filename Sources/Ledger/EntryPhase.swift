/// Whether an entry is money that is only promised, or money that has moved.
public enum EntryPhase: UInt8, Sendable, CaseIterable {
    /// A hold: it may yet go away without a trace in the posted books.
    case pending = 1
    /// Cleared, refunded or disputed.
    case posted = 2

    /// The name in lower case, as tools print and take it.
    public var name: String {
        switch self {
        case .pending: "pending"
        case .posted: "posted"
        }
    }
}
