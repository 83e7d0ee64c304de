public import Cryptography

/// How a connection is opened and how long it waits.
public struct ConnectionOptions: Sendable {
    /// The client's name and version for the daemon's logs, at most 64 bytes of UTF-8 without control characters.
    public var clientName: String
    /// How long connecting, and waiting for each answer, may take, in milliseconds; at least 1.
    public var timeoutMilliseconds: Int32
    /// How many requests it would like to have in flight; 0 leaves that to the daemon.
    public var wantedCredit: UInt32
    /// The user ids of whom a Unix socket's daemon may be, as the kernel vouches; `nil` for anybody.
    public var trustedUsers: Set<UInt32>?

    /// What TLS is spoken with over TCP; `nil` for none.
    public var tls: TLSClientContext?

    /// As which principal to sign, and with what; `nil` to sign nothing.
    public var signer: PrincipalSigner?

    /// Ten seconds and the daemon's credit, unless said otherwise.
    public init(clientName: String = "assent-swift", timeoutMilliseconds: Int32 = 10_000, wantedCredit: UInt32 = 0) {
        self.clientName = clientName
        self.timeoutMilliseconds = timeoutMilliseconds
        self.wantedCredit = wantedCredit
    }
}
