public import Cryptography
internal import Platform

/// The files that connections over TLS are made with, all in PEM, and the form `tls:HOST:PORT` that asks for TLS.
public struct TLSClientFiles: Equatable, Sendable {
    /// What cannot be read or used.
    public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// One line, without a full stop.
        public let description: String
    }

    /// The authorities that may have issued the daemon's certificate; `nil` for those of the system.
    public var authorities: String?
    /// The certificate to show, then those of authorities between; `nil` for none.
    public var certificate: String?
    /// The key of the first, not under a password.
    public var key: String?
    /// The name that the daemon's certificate must have; `nil` for the host that is connected to.
    public var serverName: String?

    private static let scheme = "tls:"
    private static let byteCountMax = 1 << 20

    /// Files by their paths.
    public init(
        authorities: String? = nil,
        certificate: String? = nil,
        key: String? = nil,
        serverName: String? = nil
    ) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
        self.serverName = serverName
    }

    /// Whether a text asks for TLS.
    public static func isSealed(_ target: String) -> Bool { target.hasPrefix(scheme) }

    /// The endpoint's text below TLS.
    public static func plain(_ target: String) -> String {
        isSealed(target) ? "tcp:" + target.dropFirst(scheme.count) : target
    }

    /// Reads and checks them.
    public func context() throws(Failure) -> TLSClientContext {
        guard (certificate == nil) == (key == nil) else {
            throw Failure(description: "TLS: a certificate and its private key belong together")
        }
        var options = TLSClientContext.Options()
        options.authorities = try Self.contents(authorities)
        options.certificates = try Self.contents(certificate)
        options.privateKey = try Self.contents(key)
        options.serverName = serverName
        do throws(TLSError) {
            return try TLSClientContext(options)
        } catch {
            throw Failure(description: "TLS: \(error)")
        }
    }

    private static func contents(_ path: String?) throws(Failure) -> [UInt8]? {
        guard let path else { return nil }
        do throws(PlatformError) {
            return try FileSystem.contents(of: path, byteCountMax: byteCountMax)
        } catch {
            throw Failure(description: "\(error)")
        }
    }
}
