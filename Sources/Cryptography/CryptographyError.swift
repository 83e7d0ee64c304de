/// What OpenSSL did not do.
public enum CryptographyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The library has no such algorithm: a provider is missing from its configuration.
    case unavailable(algorithm: String)
    /// Bytes that are no key of this algorithm.
    case unusableKey(algorithm: String)
    /// Signing failed inside the library.
    case notSigned

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .unavailable(let algorithm):
            "OpenSSL offers no \(algorithm); its configuration must load the default or the FIPS provider"
        case .unusableKey(let algorithm): "these bytes are no \(algorithm) key"
        case .notSigned: "OpenSSL did not sign"
        }
    }
}
