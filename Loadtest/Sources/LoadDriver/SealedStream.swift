internal import CLoadSockets
internal import Cryptography
internal import Glibc

/// TLS between a connection of a load and its non-blocking socket.
final class SealedStream {
    private let session: TLSSession
    private let descriptor: Int32
    // SAFETY: allocated in init with these capacities, freed in deinit; every index is checked against them.
    private let input: UnsafeMutableRawBufferPointer
    private var output: UnsafeMutableRawBufferPointer
    private var outputStart = 0
    private var outputEnd = 0

    /// What is taken from the socket, and at first given to it, at once.
    private static let byteCount = 256 << 10
    /// The kernel's numbers for a peer that breaks the protocol, and for a socket that has nothing.
    private static let protocolError = -Int64(EPROTO)
    private static let wouldBlock = -Int64(EAGAIN)

    init(_ session: TLSSession, descriptor: Int32) {
        self.session = session
        self.descriptor = descriptor
        input = .allocate(byteCount: Self.byteCount, alignment: 64)
        output = .allocate(byteCount: Self.byteCount, alignment: 64)
    }

    deinit {
        input.deallocate()
        output.deallocate()
    }

    /// Bytes that wait for the socket.
    var unsent: Int { outputEnd - outputStart + session.outputByteCount }

    /// Seals bytes.
    func seal(_ bytes: UnsafeRawBufferPointer) throws(LoadFailure) {
        do throws(TLSSession.Failure) {
            try session.write(bytes)
        } catch {
            throw .protocolBroken("TLS: \(error)")
        }
    }

    /// Sends what the kernel takes; `true` when nothing is left.
    func flush() throws(LoadFailure) -> Bool {
        while unsent > 0 {
            if outputStart == outputEnd {
                outputStart = 0
                outputEnd = session.takeOutput(into: output)
            }
            let sent = cls_send(descriptor, output.baseAddress.map { $0 + outputStart }, outputEnd - outputStart)
            if sent < 0 {
                if cls_would_block(sent) != 0 { return false }
                throw .socket(operation: "send", code: Int32(-sent))
            }
            outputStart += Int(sent)
        }
        return true
    }

    /// Takes what has come; fewer bytes than there is room for when the socket has no more.
    ///
    /// - Returns: As `cls_receive`.
    func receive(into room: UnsafeMutableRawBufferPointer) -> Int64 {
        var total = 0
        var isDrained = false
        while total < room.count {
            switch session.read(into: UnsafeMutableRawBufferPointer(rebasing: room[total...])) {
            case .bytes(let count): total += count
            case .ended: return Int64(total)
            case .failed: return total > 0 ? Int64(total) : Self.protocolError
            case .needsInput:
                guard !isDrained else { return total > 0 ? Int64(total) : Self.wouldBlock }
                let count = cls_receive(descriptor, input.baseAddress, input.count)
                guard count > 0 else { return total > 0 ? Int64(total) : count }
                session.receive(UnsafeRawBufferPointer(rebasing: input[..<Int(count)]))
                isDrained = count < input.count
            }
        }
        return Int64(total)
    }
}
