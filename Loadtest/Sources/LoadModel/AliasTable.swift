/// Draws from a discrete distribution in constant time (Walker's alias method, as built by Vose 1991).
@frozen
public struct AliasTable: Sendable {
    @frozen
    @usableFromInline
    struct Entry: Sendable {
        /// The entry keeps its own index below this, in units of 2^-32.
        @usableFromInline let keepBelow: UInt32
        /// Which index it gives otherwise.
        @usableFromInline let other: UInt32
        @usableFromInline
        init(keepBelow: UInt32, other: UInt32) {
            self.keepBelow = keepBelow
            self.other = other
        }
    }

    @usableFromInline let entries: [Entry]

    /// Takes at least one weight, none negative, not all zero.
    public init(weights: [Double]) {
        let total = weights.reduce(0, +)
        precondition(total > 0 && weights.count <= Int(UInt32.max), "weights that can be drawn from")
        var scaled = weights.map { $0 * Double(weights.count) / total }
        var made = (0..<weights.count).map { Entry(keepBelow: .max, other: UInt32($0)) }
        var small: [Int] = []
        var large: [Int] = []
        for index in scaled.indices {
            if scaled[index] < 1 { small.append(index) } else { large.append(index) }
        }
        while let high = large.last, let low = small.popLast() {
            made[low] = Entry(keepBelow: UInt32(max(0, scaled[low]) * 0x1p32), other: UInt32(high))
            scaled[high] -= 1 - scaled[low]
            if scaled[high] < 1 {
                large.removeLast()
                small.append(high)
            }
        }
        entries = made
    }

    /// The next index.
    @inlinable
    public func next(_ generator: inout SeededGenerator) -> Int {
        let bits = generator.next()
        let index = Int(truncatingIfNeeded: ((bits >> 32) &* UInt64(entries.count)) >> 32)
        let entry = entries[index]
        return UInt32(truncatingIfNeeded: bits) < entry.keepBelow ? index : Int(entry.other)
    }
}
