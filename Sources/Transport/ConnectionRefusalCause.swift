/// What connections are refused for, as it is counted.
public enum ConnectionRefusalCause: Int, CaseIterable, Sendable, CustomStringConvertible {
    /// All places are taken.
    case total
    /// The principal has as many as it may.
    case principal
    /// The user of this machine has as many as it may.
    case user
    /// The address has as many as it may.
    case address
    /// The user may not use the socket.
    case notPermitted

    /// Its name in figures.
    public var description: String {
        switch self {
        case .total: "total"
        case .principal: "principal"
        case .user: "user"
        case .address: "address"
        case .notPermitted: "not_permitted"
        }
    }

    /// How many connections were refused, by cause.
    public struct Counts: Equatable, Sendable {
        private var values = SIMD8<UInt64>()

        /// None.
        public init() {}

        /// How many for a cause.
        public internal(set) subscript(cause: ConnectionRefusalCause) -> UInt64 {
            get { values[cause.rawValue] }
            set { values[cause.rawValue] = newValue }
        }

        /// How many for all of them.
        public var sum: UInt64 { values.wrappedSum() }
    }
}
