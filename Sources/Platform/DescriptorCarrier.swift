private import CPlatform
internal import Glibc

/// An open descriptor that several may hold; closed when the last one lets go.
public final class SharedDescriptor: Sendable {
    /// The one owner.
    public let descriptor: FileDescriptor

    /// Takes over a descriptor.
    public init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

extension FileDescriptor {
    /// Another descriptor of what an open one stands for (fcntl(2), F_DUPFD_CLOEXEC).
    public static func duplicate(of rawValue: Int32, subject: String) throws(PlatformError) -> FileDescriptor {
        let number = assent_duplicate(rawValue)
        guard number >= 0 else { throw lastError("duplicate", subject) }
        return FileDescriptor(owning: number, subject: subject)
    }

    /// A file that lives in memory while somebody has it open (memfd_create(2)).
    public static func inMemory(_ name: String) throws(PlatformError) -> FileDescriptor {
        let number = assent_memory_file(name)
        guard number >= 0 else { throw lastError("make", "a file in memory") }
        return FileDescriptor(owning: number, subject: name)
    }
}

/// One descriptor that holds bytes and any number of other descriptors, in order: a socket whose queue they wait in.
///
/// So the service manager has to keep one thing for us instead of thousands, and nothing of it is shared: what is taken
/// out is nowhere else, and a connection ends when its one holder closes it.
public enum DescriptorCarrier {
    /// Descriptors in one message; the kernel's own maximum is 253.
    private static let messageDescriptorCountMax = 250
    /// What the first message says: the form, so that a later version can have another.
    private static let magic = Array("assent-carrier-1".utf8)

    /// What comes out of a carrier.
    public struct Load: Sendable {
        /// The bytes.
        public var bytes: [UInt8]
        /// The descriptors.
        public var descriptors: [SharedDescriptor]
    }

    /// Fills a carrier. The descriptors stay the caller's too.
    ///
    /// - Throws: ETOOMANYREFS when more than this process may have open are on their way (unix(7)); EAGAIN when the
    ///   queue is full.
    public static func make(_ bytes: [UInt8], _ descriptors: [SharedDescriptor]) throws(PlatformError) -> FileDescriptor
    {
        let memory = try FileDescriptor.inMemory("assent-hand-over")
        // SAFETY: the array outlives the call.
        let written = bytes.withUnsafeBytes { bytes in
            Result { () throws(PlatformError) in try memory.write(bytes, at: 0) }
        }
        try written.get()
        var numbers: (Int32, Int32) = (-1, -1)
        guard assent_message_pair(&numbers.0, &numbers.1) == 0 else { throw lastError("make", "a pair of sockets") }
        let receiving = FileDescriptor(owning: numbers.0, subject: "carrier")
        let sending = FileDescriptor(owning: numbers.1, subject: "carrier")
        try send(magic, [memory.rawValue], to: sending)
        var index = 0
        while index < descriptors.count {
            let end = min(index + messageDescriptorCountMax, descriptors.count)
            try send([1], descriptors[index..<end].map { $0.descriptor.rawValue }, to: sending)
            index = end
        }
        return receiving
    }

    private static func send(
        _ bytes: [UInt8],
        _ descriptors: [Int32],
        to socket: borrowing FileDescriptor
    ) throws(PlatformError) {
        // SAFETY: both arrays outlive the call, and are passed with their sizes.
        let count = assent_send_message(socket.rawValue, nil, 0, bytes, bytes.count, descriptors, descriptors.count)
        guard count == bytes.count else { throw lastError("fill", socket.subject) }
    }

    /// Empties a carrier, which stays the caller's.
    ///
    /// - Parameter byteCountMax: The most bytes that are taken.
    /// - Throws: EPROTO when it was not filled by `make`.
    public static func take(from rawValue: Int32, byteCountMax: Int) throws(PlatformError) -> Load {
        guard let first = try receive(from: rawValue), first.bytes == magic, let memory = first.descriptors.first,
            first.descriptors.count == 1
        else { throw .system(code: EPROTO, operation: "understand", subject: "the carrier") }
        let byteCount = try memory.descriptor.byteCount()
        guard byteCount <= UInt64(byteCountMax) else {
            throw .system(code: EFBIG, operation: "read", subject: "the carrier")
        }
        var load = Load(bytes: [], descriptors: [])
        if byteCount > 0 {
            var failure: PlatformError?
            load.bytes = [UInt8](unsafeUninitializedCapacity: Int(byteCount)) { buffer, count in
                do throws(PlatformError) {
                    // SAFETY: as many bytes as were just made room for.
                    count = try memory.descriptor.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        }
        while let next = try receive(from: rawValue) { load.descriptors += next.descriptors }
        return load
    }

    /// The next message; `nil` when there is none.
    private static func receive(
        from rawValue: Int32
    ) throws(PlatformError) -> (bytes: [UInt8], descriptors: [SharedDescriptor])? {
        var count = -1
        var descriptorCount = 0
        var numbers = [Int32](repeating: -1, count: messageDescriptorCountMax)
        let bytes = [UInt8](unsafeUninitializedCapacity: 64) { buffer, filled in
            // SAFETY: both buffers are passed with their sizes.
            count = Int(
                assent_receive_message(rawValue, buffer.baseAddress, 64, &numbers, numbers.count, &descriptorCount)
            )
            filled = max(0, count)
        }
        if count < 0 {
            if errno == EAGAIN { return nil }
            throw lastError("empty", "the carrier")
        }
        // An end of the stream: the sending side has closed, and everything was taken.
        if count == 0 { return nil }
        let taken = numbers[..<descriptorCount].map {
            SharedDescriptor(FileDescriptor(owning: $0, subject: "handed over"))
        }
        return (bytes, taken)
    }
}
