internal import Cryptography
internal import NIOCore
internal import Platform

/// A connection on its way from the door to a loop that serves it: it is known who asks, and something is asked.
///
/// SAFETY: the door lets go of all that is in it before it gives it away, and the loop that takes it is its only owner
/// from then on; both run what they are given one after the other.
final class Newcomer: @unchecked Sendable {
    /// Who is asking.
    let info: SessionInfo
    /// What was read and not looked at, from the first request on.
    let input: ByteBuffer
    /// When it was read.
    let readAt: MonotonicInstant
    /// What seals it; `nil` in the clear.
    let session: TLSSession?
    private var socket: Platform.FileDescriptor?
    private var core: ConnectionCore?

    init(
        _ core: consuming ConnectionCore,
        socket: consuming Platform.FileDescriptor,
        input: ByteBuffer,
        readAt: MonotonicInstant,
        session: TLSSession?
    ) {
        info = core.session
        self.core = consume core
        self.socket = consume socket
        self.input = input
        self.readAt = readAt
        self.session = session
    }

    /// The socket, for one that closes it; once.
    func takeSocket() -> Int32? {
        guard let socket = socket.take() else { return nil }
        return socket.relinquish()
    }

    /// Where it stands; once.
    func takeCore() -> ConnectionCore? { core.take() }
}
