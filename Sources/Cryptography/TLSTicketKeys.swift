private import COpenSSL

/// The keys that a server's tickets are sealed with (RFC 8446, section 4.6.1; RFC 5077). Whoever has a ticket that was
/// sealed with them goes on with its session without showing a certificate again.
public struct TLSTicketKeys: Sendable {
    static let byteCount = 80
    let bytes: [UInt8]

    /// Draws new ones: tickets of before are worth nothing then.
    ///
    /// - Throws: `.unavailable`.
    public static func make() throws(TLSError) -> TLSTicketKeys {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        guard RAND_bytes(&bytes, Int32(byteCount)) == 1 else { throw .unavailable("random numbers") }
        return TLSTicketKeys(bytes: bytes)
    }
}
