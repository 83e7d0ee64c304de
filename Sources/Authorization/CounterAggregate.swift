/// What a counter keeps for each of its keys.
public enum CounterAggregate: Hashable, Sendable {
    /// How many approvals there were, and their money.
    case totals
    /// How many different values of another key the approvals had, exact up to a bound, which stands for as many or
    /// more.
    case distinct(CounterKeys, upTo: Int)
    /// The least amount of an approval.
    case least
    /// The greatest amount of an approval.
    case greatest
    /// How many declines there were since the last approval, those for want of funds apart.
    case declines

    /// What stands before `by`, without the key of which values are counted; `nil`: nothing does.
    var name: String? {
        switch self {
        case .totals: nil
        case .distinct: "distinct"
        case .least: "min"
        case .greatest: "max"
        case .declines: "declines"
        }
    }

    /// What is kept, in words.
    public var text: String {
        switch self {
        case .totals: "count and sum"
        case .distinct(let key, _): "distinct \(key.text)"
        case .least: "min"
        case .greatest: "max"
        case .declines: "declines"
        }
    }

    /// Whether both give the same to rules; how far they are exact may differ.
    func isRead(as other: CounterAggregate) -> Bool {
        switch (self, other) {
        case (.distinct(let key, _), .distinct(let otherKey, _)): key == otherKey
        default: self == other
        }
    }
}
