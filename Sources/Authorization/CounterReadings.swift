/// What every counter held for a request at the time of its decision, the request itself not included.
public struct CounterReadings: Sendable, Equatable {
    // Values of counters that have no bit in `present` mean nothing, so that beginning anew writes three words.
    private var counts = SixteenWords()
    private var sums = SixteenWords()
    private(set) var present: UInt16 = 0
    /// Bit n: counter n + 1 had no room for all keys lately, so that nobody knows what it would hold.
    public private(set) var unknown: UInt16 = 0
    /// Bit n: it has no room for this key now either, so that an approval does not count.
    public private(set) var uncounted: UInt16 = 0

    /// Nothing is counted.
    public init() { precondition(AuthorizationLimits.counterCount == 16) }

    /// Forgets everything.
    @inline(__always)
    public mutating func clear() { (present, unknown, uncounted) = (0, 0, 0) }

    var isEmpty: Bool { present | unknown == 0 }

    /// What counter 1 to 16 held, by index 0 to 15; `nil`: nobody knows.
    ///
    /// Of different values the count is how many; of least and greatest amounts the sum is the amount, and the count 1
    /// where there is one; of declines the sum is how many were for want of funds, and the count how many others.
    @inline(__always)
    public subscript(index: Int) -> (count: UInt64, sum: Int64)? {
        let bit = UInt16(1) &<< UInt16(truncatingIfNeeded: index)
        if unknown & bit != 0 { return nil }
        return present & bit == 0 ? (0, 0) : (counts[index], Int64(bitPattern: sums[index]))
    }

    @inline(__always)
    mutating func set(_ index: Int, count: UInt64, sum: Int64) {
        guard count != 0 || sum != 0 else { return }
        present |= 1 &<< UInt16(truncatingIfNeeded: index)
        counts[index] = count
        sums[index] = UInt64(bitPattern: sum)
    }

    mutating func setUnknown(_ index: Int, isCounted: Bool) {
        unknown |= 1 << UInt16(index)
        if !isCounted { uncounted |= 1 << UInt16(index) }
    }

    /// Whether all that means something is the same.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.present == right.present, left.unknown == right.unknown, left.uncounted == right.uncounted else {
            return false
        }
        return (0..<AuthorizationLimits.counterCount).allSatisfy { index in
            left.present >> UInt16(index) & 1 == 0
                || left.counts[index] == right.counts[index] && left.sums[index] == right.sums[index]
        }
    }
}

extension CounterReadings {
    /// The most bytes that `encode` writes: three masks and two numbers for each counter.
    static let encodedByteCountMax = 6 + AuthorizationLimits.counterCount * 20

    func encode(_ writer: inout EventWriter) {
        writer.put(present)
        writer.put(unknown)
        writer.put(uncounted)
        var rest = present
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest - 1
            writer.put(short: counts[index])
            let sum = Int64(bitPattern: sums[index])
            writer.put(short: UInt64(bitPattern: sum << 1 ^ sum >> 63))
        }
    }

    mutating func decode(_ reader: inout EventReader) throws(EventError) {
        present = try reader.integer()
        unknown = try reader.integer()
        uncounted = try reader.integer()
        guard present & unknown == 0, uncounted & ~unknown == 0, !isEmpty else { throw .invalidField("counters") }
        for index in 0..<AuthorizationLimits.counterCount where present >> UInt16(index) & 1 == 1 {
            counts[index] = try reader.shortInteger("counters")
            let sum = try reader.shortInteger("counters")
            sums[index] = sum >> 1 ^ (0 &- (sum & 1))
            guard counts[index] != 0 || sums[index] != 0 else { throw .invalidField("counters") }
        }
    }
}

extension EventWriter {
    /// Seven bits a byte, the lowest first; the top bit says that more follow (LEB128).
    @inline(__always)
    fileprivate mutating func put(short value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            put(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        put(UInt8(truncatingIfNeeded: rest))
    }
}

extension EventReader {
    fileprivate mutating func shortInteger(_ field: String) throws(EventError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try integer(UInt8.self)
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                // One form for each number.
                guard byte != 0 || shift == 0 else { break }
                return value
            }
        }
        throw .invalidField(field)
    }
}
