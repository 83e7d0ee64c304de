/// A currency by its three-letter ISO 4217 code (ISO 8583 field 49 carries the same in digits).
@frozen
public struct Currency: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The three letters as ASCII, the first in the highest of the low three bytes. Zero: no currency.
    public let packed: UInt32

    /// Takes three upper-case ASCII letters in the low three bytes; `nil` for anything else.
    @inlinable
    public init?(packed: UInt32) {
        guard packed >> 24 == 0, isUpperCaseLetter(UInt8(truncatingIfNeeded: packed >> 16)),
            isUpperCaseLetter(UInt8(truncatingIfNeeded: packed >> 8)),
            isUpperCaseLetter(UInt8(truncatingIfNeeded: packed))
        else { return nil }
        self.packed = packed
    }

    /// Reads a code such as `EUR`; upper case only.
    public init?(_ code: some StringProtocol) {
        guard code.utf8.count == 3 else { return nil }
        self.init(packed: code.utf8.reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// How many decimal digits the minor unit has (ISO 4217, list one): 0, 2, 3 or 4.
    ///
    /// Compares numbers and builds no text: the deciding path asks for it.
    public var exponent: Int {
        switch packed {
        // BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
        case 0x424946, 0x434C50, 0x444A46, 0x474E46, 0x49534B, 0x4A5059, 0x4B4D46, 0x4B5257,
            0x505947, 0x525746, 0x554758, 0x555949, 0x564E44, 0x565556, 0x584146, 0x584F46,
            0x585046:
            0
        // BHD IQD JOD KWD LYD OMR TND
        case 0x424844, 0x495144, 0x4A4F44, 0x4B5744, 0x4C5944, 0x4F4D52, 0x544E44: 3
        // CLF UYW
        case 0x434C46, 0x555957: 4
        default: 2
        }
    }

    /// The three letters.
    public var description: String {
        var text = ""
        for shift in [UInt32(16), 8, 0] {
            text.unicodeScalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: packed >> shift)))
        }
        return text
    }

    /// Orders by the letters or digits.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.packed < right.packed }
}

/// A country by its two-letter ISO 3166-1 code.
@frozen
public struct Country: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The two letters as ASCII, the first in the high byte.
    public let packed: UInt16

    /// Takes two upper-case ASCII letters; `nil` for anything else.
    @inlinable
    public init?(packed: UInt16) {
        guard isUpperCaseLetter(UInt8(truncatingIfNeeded: packed >> 8)),
            isUpperCaseLetter(UInt8(truncatingIfNeeded: packed))
        else { return nil }
        self.packed = packed
    }

    /// Reads a code such as `DE`; upper case only.
    public init?(_ code: some StringProtocol) {
        guard code.utf8.count == 2 else { return nil }
        self.init(packed: code.utf8.reduce(0) { $0 << 8 | UInt16($1) })
    }

    /// The code's place among the 676 possible ones, 0 for `AA`.
    @inlinable
    public var index: Int { Int(packed >> 8 - 65) * 26 + Int(packed & 0xFF - 65) }

    /// How many values `index` can take.
    @inlinable
    public static var indexCount: Int { 676 }

    /// The two letters.
    public var description: String {
        var text = ""
        text.unicodeScalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: packed >> 8)))
        text.unicodeScalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: packed)))
        return text
    }

    /// Orders by the letters or digits.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.packed < right.packed }
}

@inlinable
func isUpperCaseLetter(_ byte: UInt8) -> Bool { byte &- 65 < 26 }

/// A merchant category code (ISO 18245; ISO 8583 field 18), 0000 to 9999.
@frozen
public struct MerchantCategory: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 0 to 9999.
    public let code: UInt16

    /// `nil` above 9999.
    @inlinable
    public init?(code: UInt16) {
        guard code <= 9_999 else { return nil }
        self.code = code
    }

    /// Reads one to four decimal digits.
    public init?(_ text: some StringProtocol) {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let code = UInt16(text)
        else { return nil }
        self.init(code: code)
    }

    /// Four digits.
    public var description: String {
        let digits = String(code)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// Orders by the letters or digits.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}
