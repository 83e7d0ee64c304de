public import Wire

/// Something about connections that an operator may want to read; of single requests nothing but that they were slow.
///
/// The receiver is called on an event loop and must not block.
public enum TransportEvent: Sendable, Equatable {
    /// A connection was refused at accept: too many of them.
    case connectionLimitReached(role: SocketRole, limit: Int)
    /// A connection was refused, at accept or when it was known whose it is: whoever that is has as many as it may.
    case holderLimitReached(ConnectionHolder, limit: Int)
    /// A connection was refused at accept: its peer's user may not use this socket.
    case principalRefused(userID: UInt32?)
    /// The server closed a connection for what the peer did; `code` is that of the Reject that said so.
    case connectionClosed(of: SessionInfo, code: UInt16, detail: String)
    /// A peer did not take its answers in time, or was owed more than the limit.
    case slowReaderClosed(of: SessionInfo, pendingByteCount: Int)
    /// A TLS handshake failed, or what came later was not sealed as agreed; the words are OpenSSL's.
    ///
    /// - Parameter isCertificate: Whether it was for the peer's certificate.
    case sessionBroken(of: SessionInfo, detail: String, isCertificate: Bool)
    /// A TLS handshake was not done in time.
    case handshakeLate(of: SessionInfo)
    /// A TLS connection was closed at accept: too many handshakes are under way.
    case handshakeLimitReached(limit: Int)
    /// The same, of those from one address.
    case handshakesFromAddress(address: String, limit: Int)
    /// Somebody said that it is a principal, and could not show it.
    ///
    /// - Parameter isKnown: Whether there is one of that name. Else the name is whatever a stranger likes.
    case authenticationFailed(of: SessionInfo, principal: String, isKnown: Bool)
    /// Requests took long; told of so many a second.
    case slowRequest(SlowRequest)
    /// A listener could not accept.
    case acceptFailed(role: SocketRole, detail: String)
}
