private import CPlatform

/// Who is at the other end of a Unix socket, as the kernel vouches (unix(7), SO_PEERCRED).
public struct PeerCredentials: Hashable, Sendable {
    /// The process that connected; 0 when it lies outside this process's namespace.
    public let process: Int32
    /// Its effective user id at the time of connecting.
    public let user: UInt32
    /// Its effective group id at the time of connecting.
    public let group: UInt32

    /// Asks about a connected socket, which stays the caller's.
    public init(ofSocket rawValue: Int32) throws(PlatformError) {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
        guard assent_peer_credentials(rawValue, &process, &user, &group) == 0 else {
            throw lastError("ask for the peer of", "socket \(rawValue)")
        }
        self.process = process
        self.user = user
        self.group = group
    }
}
