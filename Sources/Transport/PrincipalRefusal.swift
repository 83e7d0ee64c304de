/// Why a principal's request was refused before anybody looked at what it asks.
public enum PrincipalRefusal: Int, Sendable, CaseIterable, CustomStringConvertible {
    /// It may not ask that.
    case scope
    /// It asks too often.
    case rate
    /// It has too many requests in flight, over all its connections.
    case credit

    /// Its name in figures.
    public var description: String {
        switch self {
        case .scope: "scope"
        case .rate: "rate"
        case .credit: "credit"
        }
    }
}

/// What one principal was refused since the daemon started.
public struct PrincipalMeasure: Sendable {
    /// Its name.
    public let name: String
    /// Requests refused, in the order of `PrincipalRefusal`'s cases.
    public let refusals: [UInt64]
}
