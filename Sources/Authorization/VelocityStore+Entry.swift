extension VelocityStore {
    /// One tick's approvals.
    struct Entry: BitwiseCopyable {
        /// The tick's low 32 bits; all entries are within a window of `Header.lastTick`, which has the whole tick.
        var tick: UInt32
        var count: UInt32
        var sum: Int64
    }

    /// An entry in eight bytes. Of the tick it has the low 16 bits, which are enough: a window has no more than
    /// `AuthorizationLimits.windowTicksMax` ticks, and all entries are within one of `Header.lastTick`.
    struct NarrowEntry: BitwiseCopyable {
        private static let sumBits: UInt64 = 36
        private static let countBits: UInt64 = 12
        /// The tick above the count above the sum.
        private var word: UInt64

        @inline(__always)
        static func fits(count: UInt32, sum: Int64) -> Bool { count >> countBits == 0 && sum >> sumBits == 0 }

        @inline(__always)
        init(_ entry: Entry) {
            word =
                UInt64(entry.tick & 0xFFFF) << (Self.sumBits + Self.countBits) | UInt64(entry.count) << Self.sumBits
                | UInt64(bitPattern: entry.sum)
        }

        /// - Parameter lastTick: `Header.lastTick`.
        @inline(__always)
        func entry(lastTick: Int64) -> Entry {
            let last = UInt32(truncatingIfNeeded: lastTick)
            let age = (last &- UInt32(word >> (Self.sumBits + Self.countBits))) & 0xFFFF
            return Entry(
                tick: last &- age,
                count: UInt32(truncatingIfNeeded: word >> Self.sumBits) & (1 << Self.countBits - 1),
                sum: Int64(word & (1 << Self.sumBits - 1))
            )
        }
    }
}
