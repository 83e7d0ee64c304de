internal import NIOCore
internal import Platform

/// Where a handshake comes from: an address of IPv4, or a network of IPv6 that one subscriber has (/64, RFC 6177).
struct HandshakeOrigin: Hashable, Sendable {
    private let bytes: SIMD16<UInt8>

    /// - Returns: `nil` for what has no address, as a Unix socket.
    init?(_ address: SocketAddress?) {
        guard let address else { return nil }
        let isIPv6: Bool
        switch address {
        case .v4: isIPv6 = false
        case .v6: isIPv6 = true
        case .unixDomainSocket: return nil
        }
        bytes = address.withSockAddr { pointer, byteCount in
            // SAFETY: the kernel's layouts (ip(7), ipv6(7)): the address begins at byte 4 or 8 of as many as are given.
            let all = UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer), count: byteCount)
            var bytes = SIMD16<UInt8>(repeating: 0)
            if isIPv6 {
                for index in 0..<16 { bytes[index] = all[8 + index] }
                if !Self.isMapped(bytes) { for index in 8..<16 { bytes[index] = 0 } }
            } else {
                bytes[10] = 0xFF
                bytes[11] = 0xFF
                for index in 0..<4 { bytes[12 + index] = all[4 + index] }
            }
            return bytes
        }
    }

    /// Whether it is an address of IPv4 in the form of IPv6 (RFC 4291, section 2.5.5.2).
    private static func isMapped(_ bytes: SIMD16<UInt8>) -> Bool {
        (0..<10).allSatisfy { bytes[$0] == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }
}

/// Handshakes under way by where they come from, so that one place cannot take the room of all others.
final class HandshakeOrigins: Sendable {
    private let counts = Locked<[HandshakeOrigin: Int]>([:])

    /// Counts one more; false where there are too many.
    func begin(_ origin: HandshakeOrigin, max countMax: Int) -> Bool {
        counts.withLock { counts in
            guard counts[origin, default: 0] < countMax else { return false }
            counts[origin, default: 0] += 1
            return true
        }
    }

    /// One that was counted is over.
    func end(_ origin: HandshakeOrigin) {
        counts.withLock { counts in
            let left = counts[origin, default: 0] - 1
            counts[origin] = left > 0 ? left : nil
        }
    }

    /// How many places there are.
    var count: Int { counts.withLock { $0.count } }
}
