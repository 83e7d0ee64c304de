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

extension VelocityStore {
    @inline(__always)
    func isEmpty(_ number: UInt32) -> Bool { history(number).pointee.isEmpty }

    /// Whether approvals and money can be added without leaving what a history can say.
    @inline(__always)
    func hasRoom(_ number: UInt32, count: UInt32, sum: Int64) -> Bool {
        let header = history(number)
        return !header.pointee.count.addingReportingOverflow(count).overflow
            && !header.pointee.sum.addingReportingOverflow(sum).overflow
    }

    /// What is in a history's window at a tick that is not before its last.
    @inline(__always)
    func totals(_ number: UInt32, at tick: Int64, windowTicks: UInt32) -> (count: UInt64, sum: Int64) {
        let header = history(number)
        precondition(tick >= header.pointee.lastTick, "time ran backwards")
        guard !header.pointee.isEmpty, tick - header.pointee.lastTick < Int64(windowTicks) else { return (0, 0) }
        var totals = (count: UInt64(header.pointee.count), sum: header.pointee.sum)
        let low = UInt32(truncatingIfNeeded: tick)
        guard low &- header.pointee.oldestTick >= windowTicks else { return totals }
        var cursor = start(number)
        while let entry = next(number, &cursor), low &- entry.tick >= windowTicks {
            totals.count -= UInt64(entry.count)
            totals.sum &-= entry.sum
        }
        return totals
    }

    /// Changes the money of one tick, which may go below zero; without an entry for it nothing changes.
    ///
    /// - Complexity: linear in the entries.
    mutating func adjust(_ number: UInt32, tick: Int64, by sum: Int64) {
        let header = history(number)
        let low = UInt32(truncatingIfNeeded: tick)
        var cursor = start(number)
        var place = cursor
        while let found = next(number, &cursor) {
            guard found.tick == low else {
                place = cursor
                continue
            }
            var entry = found
            entry.sum &+= sum
            if !header.pointee.isWide, !NarrowEntry.fits(count: entry.count, sum: entry.sum) {
                widen(number)
                return adjust(number, tick: tick, by: sum)
            }
            store(
                entry,
                place.chunk == 0 ? number : place.chunk,
                place.index,
                isChunk: place.chunk != 0,
                of: header
            )
            header.pointee.sum &+= sum
            return
        }
    }
}
