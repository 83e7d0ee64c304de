/// A 128-bit fingerprint of state. Fingerprints of parts add up in any order, so that a table's fingerprint does not
/// depend on where its entries happen to lie.
///
/// It tells two states apart by accident and by mistake, not by malice: proofs are the audit log's business.
@frozen
public struct Digest128: Hashable, Sendable, CustomStringConvertible {
    /// The first lane.
    public var high: UInt64
    /// The second lane.
    public var low: UInt64

    /// The fingerprint of nothing.
    @inlinable
    public init(high: UInt64 = 0, low: UInt64 = 0) {
        self.high = high
        self.low = low
    }

    /// Adds a part that belongs to the state.
    @inlinable
    public mutating func add(_ part: Digest128) {
        high &+= part.high
        low &+= part.low
    }

    /// Takes away a part that no longer does.
    @inlinable
    public mutating func subtract(_ part: Digest128) {
        high &-= part.high
        low &-= part.low
    }

    /// Absorbs two words in their order: `combine(a, b)` and `combine(b, a)` end apart.
    @inlinable
    public mutating func combine(_ first: UInt64, _ second: UInt64) {
        let left = (high ^ first ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: low ^ second ^ 0xE703_7ED1_A0B4_28DB)
        let right = (low &+ first ^ 0x8EBC_6AF0_9C88_C6E3).multipliedFullWidth(
            by: high &+ second ^ 0x5899_65CC_7537_4CC3
        )
        high = (left.high ^ left.low) &+ first &* 0x9E37_79B9_7F4A_7C15
        low = (right.high ^ right.low) &+ second &* 0xC2B2_AE3D_27D4_EB4F
    }

    /// Absorbs bytes, their count included.
    public mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < bytes.count {
            var words: (UInt64, UInt64) = (0, 0)
            for index in 0..<min(16, bytes.count - offset) {
                let byte = UInt64(bytes[offset + index]) << UInt64(8 * (index % 8))
                if index < 8 { words.0 |= byte } else { words.1 |= byte }
            }
            combine(words.0, words.1)
            offset += 16
        }
        combine(UInt64(bytes.count), 0)
    }

    /// 32 hexadecimal digits.
    public var description: String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
