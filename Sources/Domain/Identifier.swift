/// A 128-bit identifier, shown as a UUID (RFC 9562, section 4) and carried as two 64-bit halves.
///
/// All bits are the maker's to choose; the engine reads no structure into them.
public protocol Identifier128: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first eight bytes of the UUID, most significant first.
    var high: UInt64 { get }
    /// The last eight bytes of the UUID, most significant first.
    var low: UInt64 { get }
    /// Joins two halves.
    init(high: UInt64, low: UInt64)
}

extension Identifier128 {
    /// Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` or the same 32 hexadecimal digits without hyphens, in either case.
    ///
    /// `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        var digitCount = 0
        var position = 0
        let hyphenated = text.utf8.count == 36
        guard hyphenated || text.utf8.count == 32 else { return nil }
        for byte in text.utf8 {
            defer { position += 1 }
            if hyphenated, position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = hexadecimalDigit(byte) else { return nil }
            if digitCount < 16 {
                halves.high = halves.high << 4 | digit
            } else {
                halves.low = halves.low << 4 | digit
            }
            digitCount += 1
        }
        self.init(high: halves.high, low: halves.low)
    }

    /// The identifier as a UUID in lower case.
    public var description: String {
        var text = ""
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
            let half = index < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - index % 16 * 4)) & 0xF
            text.unicodeScalars.append(Unicode.Scalar(digit < 10 ? 48 + digit : 87 + digit))
        }
        return text
    }

    /// The 16 bytes of the UUID, most significant first.
    public var bytes: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
    }

    /// Whether every bit is zero, which no maker may choose.
    @inlinable
    public var isZero: Bool { high | low == 0 }

    /// Orders by the 128-bit number.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}

/// What a client chose to name one mutating request, stored by the client before it was sent.
///
/// The same identifier with the same content is a repeat and gets the same answer; with other content it is refused.
@frozen
public struct RequestID: Identifier128 {
    /// The first eight bytes of the UUID.
    public let high: UInt64
    /// The last eight bytes of the UUID.
    public let low: UInt64

    /// Joins two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// A card, named by a token. A card number (PAN) never enters the system.
@frozen
public struct CardToken: Identifier128 {
    /// The first eight bytes of the UUID.
    public let high: UInt64
    /// The last eight bytes of the UUID.
    public let low: UInt64

    /// Joins two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// One data directory's identity, drawn when it was created.
@frozen
public struct InstanceID: Identifier128 {
    /// The first eight bytes of the UUID.
    public let high: UInt64
    /// The last eight bytes of the UUID.
    public let low: UInt64

    /// Joins two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
