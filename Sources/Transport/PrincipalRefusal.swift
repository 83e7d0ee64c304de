/// Why a principal's request was refused before anybody looked at what it asks, or a connection of its.
public enum PrincipalRefusal: Int, Sendable, CaseIterable, CustomStringConvertible {
    /// It may not ask that.
    case scope
    /// It asks too often.
    case rate
    /// It has too many requests in flight, over all its connections.
    case credit
    /// It has as many connections as it may.
    case connections

    /// Its name in figures.
    public var description: String {
        switch self {
        case .scope: "scope"
        case .rate: "rate"
        case .credit: "credit"
        case .connections: "connections"
        }
    }
}

/// What one principal was refused since the daemon started.
public struct PrincipalMeasure: Sendable {
    /// Its name.
    public let name: String
    /// Requests and connections refused, in the order of `PrincipalRefusal`'s cases.
    public let refusals: [UInt64]
}
