internal import NIOCore
internal import Platform

/// Where a connection comes from: an address of IPv4, or a network of IPv6 that one subscriber has (/64, RFC 6177). All
/// of 127.0.0.0/8 is one place: whoever is on this machine has the whole of it.
public struct ConnectionOrigin: Hashable, Sendable, CustomStringConvertible {
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
            if Self.isMapped(bytes), bytes[12] == 127 { bytes.highHalf.highHalf = SIMD4(127, 0, 0, 1) }
            return bytes
        }
    }

    /// Whether it is an address of IPv4 in the form of IPv6 (RFC 4291, section 2.5.5.2).
    private static func isMapped(_ bytes: SIMD16<UInt8>) -> Bool {
        (0..<10).allSatisfy { bytes[$0] == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }

    /// As it is written: `192.0.2.1`, `2001:db8:0:1::/64`, or `::1` for this machine.
    public var description: String {
        if Self.isMapped(bytes) { return (12..<16).map { "\(bytes[$0])" }.joined(separator: ".") }
        let groups = (0..<4).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        // Only this machine's own address has none of them (RFC 4291, section 2.5.3).
        if groups.allSatisfy({ $0 == 0 }) { return "::1" }
        return groups.map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }
}
