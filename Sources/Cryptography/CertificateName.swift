/// A name that a certificate gives its owner: a subject alternative name of the kinds URI and DNS (RFC 5280,
/// section 4.2.1.6). The subject's common name is none.
public struct CertificateName: Hashable, Sendable, CustomStringConvertible {
    /// The kinds.
    public enum Kind: String, Sendable, CaseIterable {
        /// Such as `spiffe://bank.example/gateway/7`, compared byte for byte.
        case uri
        /// Such as `gateway-7.bank.example`, compared without regard to case; no wildcard means anything.
        case dns
    }

    /// The most bytes that one may have.
    public static let byteCountMax = 255

    /// Its kind.
    public let kind: Kind
    /// Its text; of a DNS name in lower case.
    public let value: String

    /// A name by its parts.
    ///
    /// - Returns: nil, unless it is 1 to 255 visible ASCII characters.
    public init?(_ kind: Kind, _ value: String) {
        guard (1...Self.byteCountMax).contains(value.utf8.count),
            value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.kind = kind
        self.value = kind == .dns ? value.lowercased() : value
    }

    /// Reads `uri:TEXT` or `dns:TEXT`.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else {
            return nil
        }
        self.init(kind, String(text[text.index(after: colon)...]))
    }

    /// The same form that `init` reads.
    public var description: String { "\(kind.rawValue):\(value)" }
}
