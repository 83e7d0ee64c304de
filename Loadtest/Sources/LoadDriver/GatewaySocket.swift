internal import CLoadSockets
internal import Client
internal import Cryptography
internal import Platform
internal import Wire

/// A connected and greeted socket for the load loop, which works on the bare descriptor.
struct GatewaySocket: ~Copyable {
    let link: ConnectionLink

    /// Connects, speaks TLS where that is wanted, says Hello and makes the socket non-blocking.
    ///
    /// - Throws: `LoadFailure`, when the daemon is not there, refuses, or grants less credit than `depth`.
    init(to endpoint: Endpoint, depth: Int, tls: TLSClientContext?) throws(LoadFailure) {
        var options = ConnectionOptions(clientName: "assent-load", wantedCredit: UInt32(depth))
        options.tls = tls
        let connection: Connection
        do throws(ClientError) {
            connection = try Connection(to: endpoint, options: options)
        } catch {
            throw .session(error)
        }
        guard connection.session.credit >= depth else {
            throw .creditTooSmall(wanted: depth, granted: Int(connection.session.credit))
        }
        let link = connection.intoLink()
        // Buffers for a whole depth of frames, so that a batch leaves and comes in one call.
        let result = cls_make_nonblocking(link.socket.descriptor.rawValue, depth >= 64 ? 1 << 20 : 0)
        guard result == 0 else { throw .socket(operation: "fcntl", code: -result) }
        self.link = link
    }
}
