private import COpenSSL

/// What all TLS sessions of a server share: its certificate and key, and whom it trusts. Never changed: whoever renews
/// a certificate makes another one, and sessions of the first go on.
public final class TLSServerContext: Sendable {
    /// The server's own certificate.
    public let certificate: Certificate
    /// The second (since 1970) at which the first revocation list ends to count; nil where there is none. After it,
    /// every client certificate is refused until a newer list is there.
    public let revocationEndSecond: Int64?
    /// The names of trusted authorities that no revocation list is by, where there are lists: certificates that they
    /// have issued themselves are refused.
    public let unlistedAuthorities: [String]
    /// The second (since 1970) at which the first of the authorities ends whose clients are let in; nil where no client
    /// is asked for a certificate. After it, every certificate that it issued is refused.
    public let authorityEndSecond: Int64?
    /// What it was made of.
    public let options: TLSServerOptions

    private let handle: TLSContextHandle
    private let ticketKeys: TLSTicketKeys

    /// For how long a ticket is good, in seconds.
    static let ticketSeconds = 7_200
    /// Longer chains than this are refused.
    private static let chainDepthMax: Int32 = 8

    /// Checks and takes over files.
    ///
    /// - Parameter earlier: The one that this replaces. Tickets that it gave stay good where the same clients are
    ///   trusted; else everybody has to show a certificate again.
    public init(_ options: TLSServerOptions, replacing earlier: TLSServerContext? = nil) throws(TLSError) {
        let handle = try TLSContextHandle(isServer: true, minimum: options.minimumVersion)
        certificate = try handle.use(certificates: options.certificates, privateKey: options.privateKey)
        var revocationEndSecond: Int64?
        var authorityEndSecond: Int64?
        var unlistedAuthorities: [String] = []
        if options.clientCertificates != .none {
            guard let authorities = options.clientAuthorities else {
                throw .unusable("client certificates", reason: "nobody is trusted to have issued them")
            }
            authorityEndSecond = try handle.trust(authorities: authorities, announced: true)
            if let lists = options.revocationLists {
                revocationEndSecond = try handle.refuse(revoked: lists)
                unlistedAuthorities = try handle.unlisted(among: authorities, lists: lists)
            }
        }
        let mode =
            switch options.clientCertificates {
            case .none: SSL_VERIFY_NONE
            case .optional: SSL_VERIFY_PEER
            case .required: SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
            }
        assent_ctx_verify(handle.pointer, mode)
        SSL_CTX_set_verify_depth(handle.pointer, Self.chainDepthMax)
        let keys: TLSTicketKeys
        if let earlier, earlier.options.trustsAs(options) {
            keys = earlier.ticketKeys
        } else {
            keys = try TLSTicketKeys.make()
        }
        let context: [UInt8] = Array("assent".utf8)
        guard SSL_CTX_set_session_id_context(handle.pointer, context, UInt32(context.count)) == 1,
            assent_ctx_set_ticket_keys(handle.pointer, keys.bytes, keys.bytes.count) == 1,
            SSL_CTX_set_num_tickets(handle.pointer, 1) == 1
        else { throw .unavailable("tickets") }
        SSL_CTX_set_timeout(handle.pointer, Self.ticketSeconds)
        self.handle = handle
        self.revocationEndSecond = revocationEndSecond
        self.authorityEndSecond = authorityEndSecond
        self.unlistedAuthorities = unlistedAuthorities
        self.options = options
        ticketKeys = keys
    }

    /// A session with one client, before its first byte.
    ///
    /// - Throws: `.unavailable`, for want of memory.
    public func makeSession() throws(TLSError) -> TLSSession {
        try TLSSession(handle, isServer: true)
    }

    /// Why a session that goes on with an earlier one must not: the library looks at certificates when it is shown
    /// them, and a ticket may outlive the one that it stands for.
    ///
    /// - Parameter second: Now, since 1970.
    /// - Returns: `nil` where it may.
    public func objection(to session: TLSSession, at second: Int64) -> TLSSession.Failure? {
        guard options.clientCertificates != .none, session.isResumed, let peer = session.peer else { return nil }
        let verdict: Int32
        if peer.endSecond <= second {
            verdict = X509_V_ERR_CERT_HAS_EXPIRED
        } else if let revocationEndSecond, revocationEndSecond <= second {
            verdict = X509_V_ERR_CRL_HAS_EXPIRED
        } else {
            return nil
        }
        return TLSSession.Failure(description: TLSSession.words(for: Int(verdict)), isCertificate: true)
    }
}
