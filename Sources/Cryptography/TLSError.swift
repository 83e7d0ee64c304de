/// Why keys and certificates cannot be used for TLS.
public enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What it is, and the library's word for what is wrong with it.
    case unusable(String, reason: String)
    /// A private key that does not belong to the certificate.
    case keyOfAnother
    /// The library lacks what is needed: a provider is missing from its configuration, or memory.
    case unavailable(String)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .unusable(let what, let reason): "\(what) cannot be used: \(reason)"
        case .keyOfAnother: "the private key does not belong to the certificate"
        case .unavailable(let what): "OpenSSL offers no \(what)"
        }
    }
}
