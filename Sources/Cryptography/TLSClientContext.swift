private import COpenSSL

/// What a client trusts and shows. Connections made of one context go on with each other's sessions (tickets).
public final class TLSClientContext: Sendable {
    /// What it is made of. All files are in PEM.
    public struct Options: Sendable {
        /// The authorities that servers' certificates are issued by; nil for those of the system.
        public var authorities: [UInt8]?
        /// The client's certificate, then those of authorities between; nil to show none.
        public var certificates: [UInt8]?
        /// The key of the first; not under a password.
        public var privateKey: [UInt8]?
        /// The name that the server's certificate must have; nil for the host that is connected to.
        public var serverName: String?
        /// The oldest version that is spoken.
        public var minimumVersion = TLSVersion.tls12

        /// Trusts the system's authorities and shows nothing.
        public init() {}
    }

    /// What it was made of.
    public let options: Options
    private let handle: TLSContextHandle
    private let cache = TLSSessionCache()

    /// Checks and takes over files.
    public init(_ options: Options) throws(TLSError) {
        let handle = try TLSContextHandle(isServer: false, minimum: options.minimumVersion)
        if let authorities = options.authorities {
            try handle.trust(authorities: authorities, announced: false)
        } else {
            guard SSL_CTX_set_default_verify_paths(handle.pointer) == 1 else {
                throw .unavailable("authorities of the system")
            }
        }
        if let certificates = options.certificates {
            guard let key = options.privateKey else {
                throw .unusable("the certificate", reason: "its private key is missing")
            }
            _ = try handle.use(certificates: certificates, privateKey: key)
        }
        assent_ctx_verify(handle.pointer, SSL_VERIFY_PEER)
        self.options = options
        self.handle = handle
    }

    /// A session with a server, before its first byte. It goes on with the latest one that was kept.
    ///
    /// - Parameter host: Whom the connection leads to: a name, or an address.
    public func makeSession(host: String) throws(TLSError) -> TLSSession {
        let session = try TLSSession(handle, isServer: false)
        try session.expect(options.serverName ?? host)
        cache.resume(session)
        return session
    }

    /// Keeps what a later session can go on with; to be called when answers have come on this one.
    public func keep(_ session: TLSSession) { cache.keep(session) }
}
