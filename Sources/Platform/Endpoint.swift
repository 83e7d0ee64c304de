/// Where a daemon listens or a client connects: `tcp:HOST:PORT` or `unix:PATH`.
public enum Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// A host name or address (without the brackets of IPv6) and a port; port 0 lets the kernel choose when listening.
    case tcp(host: String, port: UInt16)
    /// The path of a Unix domain socket, 1 to 107 bytes.
    case unix(path: String)

    /// The most bytes that a Unix socket's path can have (unix(7)).
    public static let pathByteCountMax = 107

    /// Reads `tcp:127.0.0.1:9701`, `tcp:[::1]:9701`, `tcp:localhost:9701` or `unix:/run/assent.sock`.
    ///
    /// - Returns: Nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.utf8.count <= Self.pathByteCountMax, !path.utf8.contains(0) else { return nil }
            self = .unix(path: path)
        } else if text.hasPrefix("tcp:") {
            guard let (host, port) = Self.hostAndPort(text.dropFirst(4)) else { return nil }
            self = .tcp(host: host, port: port)
        } else {
            return nil
        }
    }

    private static func hostAndPort(_ text: Substring) -> (String, UInt16)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.contains(":") else { return nil }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard (1...253).contains(host.utf8.count),
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") })
        else { return nil }
        return (String(host), port)
    }

    /// The same form that `init` reads.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "tcp:[\(host)]:\(port)" : "tcp:\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
