internal import Glibc

extension StreamSocket {
    static func connectUnix(_ path: String, _ milliseconds: Int32) throws(PlatformError) -> FileDescriptor {
        guard !path.isEmpty, path.utf8.count <= Endpoint.pathByteCountMax else { throw .unusablePath(path) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path was measured against the field; the rest of the field is zero.
        withUnsafeMutableBytes(of: &address.sun_path) { field in
            field.copyBytes(from: path.utf8)
        }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connectOutcome(
                    family: AF_UNIX,
                    address: generic,
                    byteCount: socklen_t(MemoryLayout<sockaddr_un>.size),
                    subject: "unix:\(path)",
                    milliseconds: milliseconds
                )
            }
        }
        return FileDescriptor(owning: try outcome.get(), subject: "unix:\(path)")
    }

    static func connectTCP(
        _ host: String,
        _ port: UInt16,
        _ milliseconds: Int32
    ) throws(PlatformError) -> FileDescriptor {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0 else {
            throw .unresolved(host: host, reason: gai_strerror(code).map { String(cString: $0) } ?? "error \(code)")
        }
        defer { freeaddrinfo(list) }
        let subject = Endpoint.tcp(host: host, port: port).description
        var failure = PlatformError.unresolved(host: host, reason: "no address")
        var next = list
        // SAFETY: the resolver's list is valid until it is freed above; each entry's address has the size it says.
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr else { continue }
            let outcome = connectOutcome(
                family: entry.ai_family,
                address: address,
                byteCount: entry.ai_addrlen,
                subject: subject,
                milliseconds: milliseconds
            )
            switch outcome {
            case .success(let number):
                let descriptor = FileDescriptor(owning: number, subject: subject)
                var one: Int32 = 1
                let size = socklen_t(MemoryLayout<Int32>.size)
                guard setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size) == 0 else {
                    throw lastError("set TCP_NODELAY of", subject)
                }
                return descriptor
            case .failure(let error):
                failure = error
            }
        }
        throw failure
    }

    /// Connects one new socket to one address, waiting no longer than the time; blocking afterwards.
    private static func connectOutcome(
        family: Int32,
        address: UnsafePointer<sockaddr>,
        byteCount: socklen_t,
        subject: String,
        milliseconds: Int32
    ) -> Result<Int32, PlatformError> {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let number = socket(family, kind, 0)
        guard number >= 0 else { return .failure(lastError("create a socket for", subject)) }
        do throws(PlatformError) {
            try finishConnecting(number, address, byteCount, subject, milliseconds)
            return .success(number)
        } catch {
            _ = Glibc.close(number)
            return .failure(error)
        }
    }

    private static func finishConnecting(
        _ number: Int32,
        _ address: UnsafePointer<sockaddr>,
        _ byteCount: socklen_t,
        _ subject: String,
        _ milliseconds: Int32
    ) throws(PlatformError) {
        if Glibc.connect(number, address, byteCount) != 0 {
            // A full backlog of a Unix socket says EAGAIN and cannot be waited for: it counts as busy, at once.
            guard errno == EINPROGRESS || errno == EINTR else { throw lastError("connect to", subject) }
            let wait = milliseconds > 0 ? milliseconds : -1
            guard try waitFor(Int16(POLLOUT), on: number, wait, subject: subject) else {
                throw .timedOut(operation: "connect to", subject: subject)
            }
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            guard getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else {
                throw lastError("connect to", subject)
            }
            guard code == 0 else { throw .system(code: code, operation: "connect to", subject: subject) }
        }
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags & ~O_NONBLOCK) == 0 else {
            throw lastError("connect to", subject)
        }
    }
}
