/// Versions of TLS that are spoken here.
public enum TLSVersion: String, Sendable, CaseIterable, Comparable {
    /// RFC 5246, with suites of forward secrecy and authenticated encryption alone.
    case tls12 = "1.2"
    /// RFC 8446.
    case tls13 = "1.3"

    /// Whether it is the older one.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left == .tls12 && right == .tls13 }
}
