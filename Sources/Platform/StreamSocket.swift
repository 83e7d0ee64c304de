internal import Glibc

/// A connected, blocking stream socket of a client.
public struct StreamSocket: ~Copyable, Sendable {
    /// The owner of the descriptor.
    public let descriptor: FileDescriptor

    /// The peer, for messages.
    public let endpoint: Endpoint

    /// Connects; a TCP socket does not delay small segments (TCP_NODELAY).
    ///
    /// - Parameter timeoutMilliseconds: For connecting to one address, and for each later send and receive; 0 waits
    ///   for ever. A host with several addresses is tried in the resolver's order.
    public static func connect(
        to endpoint: Endpoint,
        timeoutMilliseconds: Int32
    ) throws(PlatformError) -> StreamSocket {
        let descriptor =
            switch endpoint {
            case .unix(let path): try connectUnix(path, timeoutMilliseconds)
            case .tcp(let host, let port): try connectTCP(host, port, timeoutMilliseconds)
            }
        let socket = StreamSocket(descriptor: descriptor, endpoint: endpoint)
        try socket.setTimeout(milliseconds: timeoutMilliseconds)
        return socket
    }

    /// Takes over a connected socket.
    public init(descriptor: consuming FileDescriptor, endpoint: Endpoint) {
        self.descriptor = descriptor
        self.endpoint = endpoint
    }

    /// How long each later send and receive may wait; 0 waits for ever.
    public borrowing func setTimeout(milliseconds: Int32) throws(PlatformError) {
        var time = timeval()
        time.tv_sec = Int(milliseconds / 1_000)
        time.tv_usec = Int(milliseconds % 1_000) * 1_000
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard setsockopt(descriptor.rawValue, SOL_SOCKET, SO_RCVTIMEO, &time, size) == 0,
            setsockopt(descriptor.rawValue, SOL_SOCKET, SO_SNDTIMEO, &time, size) == 0
        else { throw lastError("set the time-out of", descriptor.subject) }
    }

    /// Sends every byte.
    ///
    /// - Throws: `.timedOut` when the peer takes nothing for the time allowed; part may have been sent.
    public borrowing func sendAll(_ bytes: UnsafeRawBufferPointer) throws(PlatformError) {
        var done = 0
        // SAFETY: each call gets the part of the caller's buffer that is not sent yet, and its exact size.
        while done < bytes.count, let start = bytes.baseAddress {
            let count = send(descriptor.rawValue, start + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                throw .timedOut(operation: "send to", subject: descriptor.subject)
            } else if errno != EINTR {
                throw lastError("send to", descriptor.subject)
            }
        }
    }

    /// Receives what there is, at least one byte.
    ///
    /// - Returns: The bytes received; 0 when the peer has closed.
    public borrowing func receive(into buffer: UnsafeMutableRawBufferPointer) throws(PlatformError) -> Int {
        precondition(buffer.count > 0, "a receive needs room")
        while true {
            // SAFETY: the buffer vouches for its bytes.
            let count = recv(descriptor.rawValue, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return count }
            if errno == EAGAIN { throw .timedOut(operation: "receive from", subject: descriptor.subject) }
            if errno != EINTR { throw lastError("receive from", descriptor.subject) }
        }
    }

    /// Whether there is something to receive (or an end or an error to learn of) within a time; 0 only looks.
    public borrowing func isReadable(withinMilliseconds milliseconds: Int32) throws(PlatformError) -> Bool {
        try waitFor(Int16(POLLIN), on: descriptor.rawValue, milliseconds, subject: descriptor.subject)
    }

    /// Says that nothing more will be sent (shutdown(2)); receiving goes on.
    public borrowing func finishSending() throws(PlatformError) {
        guard shutdown(descriptor.rawValue, Int32(SHUT_WR)) == 0 else {
            throw lastError("finish sending to", descriptor.subject)
        }
    }
}

/// Waits for events on one descriptor (poll(2)); a time of 0 only looks, a negative one waits for ever.
func waitFor(_ events: Int16, on rawValue: Int32, _ milliseconds: Int32, subject: String) throws(PlatformError) -> Bool
{
    var entry = pollfd(fd: rawValue, events: events, revents: 0)
    let deadline = Clock.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
    var remaining = milliseconds
    while true {
        let count = poll(&entry, 1, remaining)
        if count >= 0 { return count > 0 }
        guard errno == EINTR else { throw lastError("wait for", subject) }
        if milliseconds > 0 {
            remaining = Int32(clamping: max(0, (deadline - Clock.monotonicNanoseconds()) / 1_000_000))
        }
    }
}
