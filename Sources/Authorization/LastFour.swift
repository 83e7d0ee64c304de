/// The last four digits of a card's number, which people know it by; zero bytes where they are not known.
@frozen
public struct LastFour: Hashable, Sendable, CustomStringConvertible {
    /// Four ASCII digits, the first in the lowest byte; zero: not known.
    public let packed: UInt32

    /// Not known.
    public static var unknown: LastFour { LastFour() }

    private init() { packed = 0 }

    /// Takes four ASCII digits, the first in the lowest byte, or zero; `nil` for anything else.
    public init?(packed: UInt32) {
        for shift in [UInt32(0), 8, 16, 24] where packed != 0 {
            guard (48...57).contains(packed >> shift & 0xFF) else { return nil }
        }
        self.packed = packed
    }

    /// Reads four digits; an empty text is `unknown`.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 4 || text.isEmpty else { return nil }
        var packed: UInt32 = 0
        for (index, byte) in text.utf8.enumerated() { packed |= UInt32(byte) << UInt32(8 * index) }
        self.init(packed: packed)
    }

    /// The four digits, or nothing.
    public var description: String {
        var text = ""
        for shift in [UInt32(0), 8, 16, 24] where packed != 0 {
            text.unicodeScalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: packed >> shift)))
        }
        return text
    }
}
