/// An amount made ready for every number of decimals, 0 to 4.
struct MoneyEntry: BitwiseCopyable {
    /// In minor units, rounded down.
    var floors: (Int64, Int64, Int64, Int64, Int64)
    /// Bit n: with n decimals it is a whole number of minor units.
    var exact: UInt8

    init(_ literal: MoneyLiteral) {
        floors = (
            literal.floor(exponent: 0), literal.floor(exponent: 1), literal.floor(exponent: 2),
            literal.floor(exponent: 3), literal.floor(exponent: 4)
        )
        exact = 0
        for exponent in 0...4 where literal.isExact(exponent: exponent) { exact |= 1 << UInt8(exponent) }
    }

    @inline(__always)
    func floor(_ exponent: Int) -> Int64 {
        switch exponent {
        case 0: floors.0
        case 1: floors.1
        case 2: floors.2
        case 3: floors.3
        default: floors.4
        }
    }

    @inline(__always)
    func isExact(_ exponent: Int) -> Bool { exact >> UInt8(exponent) & 1 == 1 }

    /// Whether an amount stands in a relation to this one, without rounding.
    @inline(__always)
    func compare(_ amount: Int64, _ comparison: Comparison, _ exponent: Int) -> Bool {
        let floor = floor(exponent)
        if isExact(exponent) { return comparison.holds(amount, floor) }
        // The amount lies between `floor` and the next integer: nothing equals it, and up to `floor` all is below.
        return switch comparison {
        case .equal: false
        case .notEqual: true
        case .less, .lessOrEqual: amount <= floor
        case .greater, .greaterOrEqual: amount > floor
        }
    }
}

/// Where a set of constants lies.
struct SetEntry: BitwiseCopyable {
    /// The first number, or the first place of the table.
    var start: Int
    /// How many numbers, or places; places are a power of two.
    var count: Int
}

/// One place in a table of texts.
struct TextPlace: BitwiseCopyable {
    var hash: UInt64
    /// Where the bytes begin in the pool.
    var offset: UInt32
    var length: UInt32
    /// What is known of the text.
    var payload: UInt32
    var isUsed: Bool

    static var free: TextPlace { TextPlace(hash: 0, offset: 0, length: 0, payload: 0, isUsed: false) }
}

/// A number made of a text's bytes, the same on every machine.
@inline(__always)
func textHash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while offset + 8 <= text.count {
        let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
        hash ^= hash >> 29
        offset += 8
    }
    var tail: UInt64 = 0
    while offset < text.count {
        tail = tail << 8 | UInt64(text[offset])
        offset += 1
    }
    hash = (hash ^ tail) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
}
