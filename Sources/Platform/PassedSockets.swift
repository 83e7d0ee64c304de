private import CPlatform
internal import Glibc

/// Sockets that the service manager opened before this process and passed to it (sd_listen_fds(3)).
public enum PassedSockets {
    /// One of them: what it is called, and its descriptor, which belongs to whoever asked first.
    public struct Passed: Equatable, Sendable {
        /// `FileDescriptorName=` of the socket unit, or the name that something was stored under.
        public let name: String
        /// The kernel's number.
        public let descriptor: Int32

        /// Joins the two.
        public init(name: String, descriptor: Int32) {
            self.name = name
            self.descriptor = descriptor
        }
    }

    /// Why what the environment says cannot be used.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// LISTEN_FDS is no number, or more than a process can have.
        case count(String)
        /// There are not as many names as descriptors.
        case names(count: Int, expected: Int)
        /// A descriptor is not open.
        case notOpen(name: String, PlatformError)

        /// One line.
        public var description: String {
            switch self {
            case .count(let text): "LISTEN_FDS is \"\(text)\": it must be a number from 0 to \(countMax)"
            case .names(let count, let expected):
                "LISTEN_FDNAMES has \(count) names for \(expected) sockets: each socket unit needs FileDescriptorName="
            case .notOpen(let name, let error): "the passed socket \"\(name)\" cannot be used: \(error)"
            }
        }
    }

    /// More than this is a mistake.
    static let countMax = 4_096
    private static let first: Int32 = 3

    /// What was passed to this process, in order; nothing where the environment is not meant for it.
    ///
    /// Each is marked to be closed when another program is run.
    public static func find(
        environment: (String) -> String? = ProcessEnvironment.value
    ) throws(Failure) -> [Passed] {
        guard environment("LISTEN_PID") == "\(CurrentProcess.identifier)" else { return [] }
        let text = environment("LISTEN_FDS") ?? ""
        guard let count = Int(text), (0...countMax).contains(count) else { throw .count(text) }
        guard count > 0 else { return [] }
        let names = (environment("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard names.count == count else { throw .names(count: names.count, expected: count) }
        var passed: [Passed] = []
        for (index, name) in names.enumerated() {
            let descriptor = first + Int32(index)
            guard assent_close_on_exec(descriptor) == 0 else {
                throw .notOpen(name: String(name), lastError("use", "descriptor \(descriptor)"))
            }
            passed.append(Passed(name: String(name), descriptor: descriptor))
        }
        return passed
    }
}

/// What kind of socket a descriptor is, and where it is bound.
public struct SocketFacts: Equatable, Sendable {
    /// The address families that matter here.
    public enum Family: Equatable, Sendable {
        /// IPv4 and IPv6.
        case tcp
        /// Unix domain.
        case unix
        /// Anything else.
        case other
    }

    /// The family.
    public let family: Family
    /// Whether it is a stream socket that connections are accepted from.
    public let isListening: Bool
    /// Where it is bound; `nil` where that has no such form.
    public let endpoint: Endpoint?
    /// Where it is connected to; `nil` where it is not, or that has no such form.
    public let peer: Endpoint?

    /// Looks at an open descriptor, which stays the caller's.
    ///
    /// - Throws: ENOTSOCK and the like.
    public init(ofSocket rawValue: Int32) throws(PlatformError) {
        let kind = try Self.option(SO_TYPE, of: rawValue)
        let isAccepting = try Self.option(SO_ACCEPTCONN, of: rawValue) != 0
        isListening = kind == Int32(SOCK_STREAM.rawValue) && isAccepting
        switch try Self.option(SO_DOMAIN, of: rawValue) {
        case AF_UNIX: family = .unix
        case AF_INET, AF_INET6: family = .tcp
        default: family = .other
        }
        endpoint = try Self.endpoint(of: rawValue) { getsockname($0, $1, $2) }
        peer = try? Self.endpoint(of: rawValue) { getpeername($0, $1, $2) }
    }

    private static func option(_ option: Int32, of rawValue: Int32) throws(PlatformError) -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(rawValue, SOL_SOCKET, option, &value, &size) == 0 else {
            throw lastError("look at", "descriptor \(rawValue)")
        }
        return value
    }

    /// - Parameter name: Asks the kernel for one end of the socket.
    private static func endpoint(
        of rawValue: Int32,
        by name: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(PlatformError) -> Endpoint? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) {
            // SAFETY: any socket address fits the storage, whose size is passed.
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(rawValue, $0, &size) }
        }
        guard code == 0 else { throw lastError("look at", "descriptor \(rawValue)") }
        let kind = Int32(storage.ss_family)
        return withUnsafeBytes(of: &storage) { bytes in
            // SAFETY: each is read as what its family says it is, and lies inside the storage.
            switch kind {
            case AF_UNIX: unixEndpoint(UnsafeRawBufferPointer(rebasing: bytes[..<min(Int(size), bytes.count)]))
            case AF_INET:
                withUnsafePointer(to: bytes.loadUnaligned(as: sockaddr_in.self)) { address in
                    var inside = address.pointee.sin_addr
                    return text(AF_INET, &inside, port: address.pointee.sin_port)
                }
            case AF_INET6:
                withUnsafePointer(to: bytes.loadUnaligned(as: sockaddr_in6.self)) { address in
                    var inside = address.pointee.sin6_addr
                    return text(AF_INET6, &inside, port: address.pointee.sin6_port)
                }
            default: nil
            }
        }
    }

    private static func unixEndpoint(_ bytes: UnsafeRawBufferPointer) -> Endpoint? {
        var path = bytes.dropFirst(MemoryLayout<sa_family_t>.size)
        guard let first = path.first else { return nil }
        if first == 0 { return .unix(path: "@" + String(decoding: path.dropFirst(), as: UTF8.self)) }
        path = path.prefix { $0 != 0 }
        return .unix(path: String(decoding: path, as: UTF8.self))
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer, port: in_port_t) -> Endpoint? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            // SAFETY: the buffer has the room that the longest address needs.
            guard let start = buffer.baseAddress,
                inet_ntop(family, address, start, socklen_t(INET6_ADDRSTRLEN)) != nil
            else { return nil }
            return .tcp(host: String(cString: start), port: UInt16(bigEndian: port))
        }
    }
}
