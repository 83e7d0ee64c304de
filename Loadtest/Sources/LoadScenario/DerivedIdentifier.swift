internal import LoadModel

/// Derives identifiers from names, so that the same line of a file always has the same request id and the same cost
/// centre always the same card.
///
/// The result has the form of RFC 9562's version 8 (vendor specific): 122 bits of a mix over the name's bytes. It is
/// not a cryptographic hash; nobody chooses these names against us.
enum DerivedIdentifier {
    static func halves(namespace: UInt64, name: String) -> (high: UInt64, low: UInt64) {
        var high = mixed(namespace ^ 0x6A09_E667_F3BC_C908)
        var low = mixed(namespace ^ 0xBB67_AE85_84CA_A73B)
        for byte in name.utf8 {
            high = mixed(high ^ UInt64(byte))
            low = mixed(low &+ UInt64(byte) &* 0x9E37_79B9_7F4A_7C15)
        }
        high = mixed(high ^ UInt64(name.utf8.count))
        low = mixed(low ^ high)
        high = high & ~0xF000 | 0x8000
        low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return (high, low)
    }
}
