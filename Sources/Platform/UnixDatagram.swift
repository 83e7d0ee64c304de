private import CPlatform
internal import Glibc

/// Single messages to a Unix datagram socket, as the service manager and the system's journal take them.
struct UnixDatagram: Sendable {
    /// A path, or a name in the abstract namespace behind `@`.
    let name: String
    private let address: [UInt8]

    init(_ name: String) throws(PlatformError) {
        guard name.hasPrefix("/") || name.hasPrefix("@"), !name.utf8.contains(0) else { throw .unusablePath(name) }
        var byteCount = 0
        let address = [UInt8](unsafeUninitializedCapacity: Int(ASSENT_ADDRESS_BYTES)) { buffer, count in
            // SAFETY: the C side writes at most the room that the constant names.
            byteCount = assent_unix_address(buffer.baseAddress, name)
            count = byteCount
        }
        guard byteCount > 0 else { throw .unusablePath(name) }
        self.name = name
        self.address = address
    }

    /// A socket for sending from.
    static func makeSocket() throws(PlatformError) -> FileDescriptor {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw lastError("make", "a datagram socket") }
        return FileDescriptor(owning: descriptor, subject: "datagram socket")
    }

    /// Sends one message with descriptors beside it, at most 253, which stay the caller's.
    ///
    /// Waits while the receiver's queue is full.
    func send(
        _ bytes: UnsafeRawBufferPointer,
        descriptors: [Int32] = [],
        from socket: borrowing FileDescriptor
    ) throws(PlatformError) {
        while true {
            // SAFETY: each buffer is passed with its exact size.
            let count = address.withUnsafeBytes { address in
                assent_send_message(
                    socket.rawValue,
                    address.baseAddress,
                    address.count,
                    bytes.baseAddress,
                    bytes.count,
                    descriptors,
                    descriptors.count
                )
            }
            if count == bytes.count { return }
            if errno != EINTR { throw lastError("send to", name) }
        }
    }
}
