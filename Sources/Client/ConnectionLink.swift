public import Cryptography
public import Platform

/// What lies below a session: for who goes on with its frames by other means, after Hello.
public struct ConnectionLink: ~Copyable {
    /// The connected socket.
    public let socket: StreamSocket
    /// What seals it; `nil` for plaintext. Clear bytes that came behind the answer to Hello are in here still.
    public let tls: TLSSession?
}
