/// What a list has: the attribute of a request that it is asked for, and the form of its values.
public enum ListKind: UInt8, CaseIterable, Sendable {
    /// Tokens of cards.
    case card = 1
    /// Merchants' numbers.
    case merchant = 2
    /// Merchants' names in their normal form.
    case merchantName = 3
    /// Terminals.
    case terminal = 4
    /// Acquirers.
    case acquirer = 5
    /// Countries (ISO 3166-1).
    case country = 6
    /// Merchant category codes (ISO 18245).
    case category = 7
    /// Any texts, compared byte by byte.
    case text = 8

    /// Whether its values may be the beginnings of what they stand for.
    public var allowsPrefixes: Bool {
        switch self {
        case .merchant, .merchantName, .terminal, .acquirer, .text: true
        case .card, .country, .category: false
        }
    }
}

/// How the values of a list are compared with what a request has.
public enum ListMatch: UInt8, CaseIterable, Sendable {
    /// They are the same.
    case exact = 1
    /// The request's value begins with the list's.
    case prefix = 2
}

/// What was done to a list.
public enum ListChange: UInt8, CaseIterable, Sendable {
    /// It was made.
    case created = 1
    /// Values were put on it.
    case added = 2
    /// Values were taken from it.
    case removed = 3
    /// It was deleted.
    case deleted = 4
}
