/// What a server shows its clients, and what it asks of them. All files are in PEM.
public struct TLSServerOptions: Equatable, Sendable {
    /// Whether clients must show certificates.
    public enum ClientCertificates: String, Sendable, CaseIterable {
        /// They are not asked for.
        case none
        /// They are asked for; who shows none may go on, who shows a bad one may not.
        case optional
        /// Nobody goes on without a good one.
        case required
    }

    /// The server's certificate, then those of the authorities between it and the one that clients know.
    public var certificates: [UInt8]
    /// The key of the first; not under a password.
    public var privateKey: [UInt8]
    /// Whether clients must show certificates.
    public var clientCertificates = ClientCertificates.none
    /// The authorities that clients' certificates are issued by; needed unless none are asked for.
    public var clientAuthorities: [UInt8]?
    /// What those authorities have revoked; with any, each client's issuer must have given one that counts still.
    public var revocationLists: [UInt8]?
    /// The oldest version that is spoken.
    public var minimumVersion = TLSVersion.tls12

    /// A server that asks nobody for certificates.
    public init(certificates: [UInt8], privateKey: [UInt8]) {
        self.certificates = certificates
        self.privateKey = privateKey
    }

    /// Whether the same clients are let in: then tickets that they hold stay good.
    func trustsAs(_ other: TLSServerOptions) -> Bool {
        clientCertificates == other.clientCertificates && clientAuthorities == other.clientAuthorities
            && revocationLists == other.revocationLists
    }
}
