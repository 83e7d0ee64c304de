/// Every maximum of the transport, in one place. Each one is reached by a test.
///
/// Times are milliseconds on the monotonic clock, sizes are bytes.
public struct TransportLimits: Sendable, Equatable {
    /// Connections in all roles together. One more is answered with Reject 401 and closed. The places of administration
    /// (at most half) are kept free for it.
    public var connectionCountMax = 16_384
    /// Connections over gateway listeners.
    public var gatewayConnectionCountMax = 16_384
    /// Connections over administration listeners.
    public var administrationConnectionCountMax = 64
    /// Connections over gateway listeners of one principal, or of one user of this machine who is none. One more is
    /// answered with Reject 401 and closed. The server can change it while it runs.
    public var connectionsPerPrincipalMax = 4_096
    /// The same of one address, or of one network of IPv6 (/64), while nobody knows whose they are; before a TLS
    /// handshake one more is closed without a word.
    public var connectionsPerAddressMax = 4_096
    /// Refused connections that linger at a time so that their peer can read the reason; more are closed without one.
    public var refusedConnectionCountMax = 128

    /// The largest frame before Hello is accepted.
    public var helloFrameByteCountMax = 4_096
    /// The largest frame from a gateway.
    public var gatewayFrameByteCountMax = 65_536
    /// The largest frame from an operator.
    public var administrationFrameByteCountMax = 1_048_576

    /// Requests that one connection may have in flight; one more is refused with 401, unprocessed.
    public var creditMax: UInt32 = 1_024
    /// Requests that all connections of gateways together may have in flight, shared out evenly among the event loops.
    /// Beyond it a request is refused with 401 at once, unless its connection has less than half of an even share in
    /// flight: so many requests on one connection do not keep others from being served.
    public var inFlightMax = 65_536
    /// Whether fewer may be in flight where more could not be answered in good time: the bound then follows the
    /// journal's rate and the time of its commits.
    public var inFlightAdapts = false
    /// What a refusal for want of credit or memory asks the client to wait.
    public var busyRetryMicroseconds: UInt32 = 1_000

    /// Connections that a listener lets in in a second; more wait in the kernel's queue.
    public var connectionsPerSecondMax = 2_000
    /// Reads in a second, at the door, and as many over all event loops that serve, of connections whose last read
    /// brought no request: half frames, what comes before Hello, frames of the session. More such reads wait: their
    /// connections rest.
    public var idleReadsPerSecondMax = 2_000

    /// TLS handshakes under way at a time; one more is closed at accept.
    public var handshakeCountMax = 1_024
    /// TLS handshakes under way at a time from one address; one more is closed at accept.
    public var handshakesPerAddressMax = 128
    /// TLS handshakes that begin in a second; more wait their turn.
    public var handshakesPerSecondMax = 500
    /// From accept to the end of a TLS handshake.
    public var handshakeMilliseconds: Int64 = 10_000
    /// From accept, or the end of a TLS handshake, to an accepted Hello.
    public var helloMilliseconds: Int64 = 5_000
    /// From Hello to Authenticate, where it is not known otherwise who asks.
    public var authenticationMilliseconds: Int64 = 5_000
    /// Attempts in vain to say who it is that end a connection.
    public var failedAuthenticationCountMax = 3
    /// Attempts to say who it is, in vain or not, that a connection may make; one more ends it.
    public var authenticationCountMax = 16
    /// Frames that are no requests (Ping, Pong, Health, Authenticate) or refused for want of credit, scope or a name,
    /// which a connection may send in a second. After so many it rests: nothing more of it is looked at before all that
    /// rest already have had their turn.
    public var idleFrameCountMax: UInt32 = 64
    /// From the first byte of a frame to its last.
    public var partialFrameMilliseconds: Int64 = 10_000
    /// Silence after which the server sends a Ping.
    public var idlePingMilliseconds: Int64 = 30_000
    /// Silence after that Ping which closes the connection.
    public var idleCloseMilliseconds: Int64 = 15_000
    /// How long a peer may leave its answers unread once the outbound buffer is full.
    public var unwritableMilliseconds: Int64 = 30_000
    /// From the decision to close until every answer owed must have left.
    public var closingMilliseconds: Int64 = 10_000
    /// How long a half-closed connection may wait for the peer to close its side.
    public var lingerMilliseconds: Int64 = 1_000
    /// During a drain: silence after which a connection with nothing in flight is closed.
    public var drainQuietMilliseconds: Int64 = 100

    /// Bytes waiting for the socket above which the connection is not read.
    public var outboundHighWaterByteCount = 262_144
    /// Bytes waiting for the socket below which it is read again.
    public var outboundLowWaterByteCount = 65_536
    /// Bytes that one connection may have waiting, for durability or for the socket; more closes it.
    public var pendingByteCountMax = 8_388_608
    /// Bytes waiting over all connections. Above the half of it a connection is not read that has more than an even
    /// share of the other half and more than 32 KiB, so that whoever holds little never waits.
    public var totalPendingByteCountMax = 268_435_456

    /// What the kernel may keep of what a peer sends over TCP and is not read yet: after the peer's end of stream all
    /// of it is read at once. The kernel doubles it for its own records, and allows no more than `net.core.rmem_max`.
    public var receiveBufferByteCount = 262_144
    /// What the kernel may keep of what a peer over TCP has not taken; as above, with `net.core.wmem_max`.
    public var sendBufferByteCount = 262_144

    /// From reading a request to handing its durable answer to the socket: what took longer is told; 0 for nothing.
    public var slowRequestMilliseconds: Int64 = 250
    /// Of those, how many are told in a second.
    public var slowRequestLinesPerSecond = 5

    /// Bytes taken from a socket at once, a power of two. A connection's buffer grows to this only while reads fill it,
    /// so that those that send little hold little.
    public var readByteCount = 65_536

    /// The defaults.
    public init() {}

    /// How often time-outs are looked at: a quarter of the shortest, between 5 and 250 ms.
    var tickMilliseconds: Int64 {
        let shortest = min(
            handshakeMilliseconds,
            helloMilliseconds,
            authenticationMilliseconds,
            partialFrameMilliseconds,
            idlePingMilliseconds,
            idleCloseMilliseconds,
            unwritableMilliseconds,
            closingMilliseconds,
            lingerMilliseconds
        )
        return max(5, min(250, shortest / 4))
    }
}
