import Domain

/// The velocity histories of one shard: for a card and a rule the approvals that are still in the window, oldest first.
///
/// A history is one 128-byte unit of a slab: running totals and room for ten entries of eight bytes. A longer one moves
/// its entries into a list of further units, chunks of fourteen. A history with a tick of so many approvals or so much
/// money that eight bytes cannot say it has entries of sixteen bytes and half as many a unit, until it is empty again.
/// Units that are given back are used again before the slab grows; and before it grows a few histories are looked at,
/// and those whose window has slid past everything are given back too. None of that shows: a history that is empty and
/// one that is not there are the same.
///
/// Sums are kept modulo 2^64. Counters take money back where its payment was first counted, which may be another tick
/// than that in which it was added: one entry alone may leave 64 bits where all together are far from it.
struct VelocityStore: ~Copyable {
    /// The first 48 bytes of a history's unit.
    struct Header: BitwiseCopyable {
        /// The card's next history; of a free unit: the next free one.
        var next: UInt32
        var kind: UInt8
        /// 0 to 3.
        var rule: UInt8
        /// Where the oldest entry is in its unit.
        var start: UInt8
        /// One past the newest entry in its unit.
        var end: UInt8
        /// The card's slot.
        var owner: UInt32
        /// Which of the rule's windows, one after the other, the entries belong to.
        var epoch: UInt32
        var sum: Int64
        var count: UInt32
        /// The oldest entry's tick, so that nothing else is read while nothing leaves the window. Meaningless while
        /// there are no entries.
        var oldestTick: UInt32
        var lastTick: Int64
        /// The chunks from oldest to newest; 0: the entries are in this unit.
        var firstChunk: UInt32
        var lastChunk: UInt32

        /// Whether no entry is in it; a history of sums alone has entries and a count of zero.
        @inline(__always)
        var isEmpty: Bool { lastChunk == 0 && start == end }

        static let free: UInt8 = 0
        static let history: UInt8 = 1
        /// A history with entries of sixteen bytes.
        static let wideHistory: UInt8 = 2

        @inline(__always)
        var isWide: Bool { kind == Self.wideHistory }
    }

    static let unitByteCount = 128
    /// Entries of sixteen bytes; of the others there is room for twice as many.
    private static let wideEntriesInHistory = 5
    private static let wideEntriesInChunk = 7
    private static let historyEntriesOffset = 48
    private static let chunkEntriesOffset = 16

    private var units: Slab
    private var firstFree: UInt32 = 0
    private var freeCount = 0
    /// The unit that is looked at next for being over.
    var hand: UInt32 = 1
    private let pinned = Pinned()

    /// - Parameters:
    ///   - segmentShift: 2^`segmentShift` units are taken at once.
    ///   - isEmptyAtFirst: takes no memory before it is needed.
    init(memory: SlabMemory, segmentShift: Int = 9, isEmptyAtFirst: Bool = false) {
        units = Slab(stride: Self.unitByteCount, segmentShift: segmentShift, memory: memory)
        if !isEmptyAtFirst { makeNull() }
    }

    /// Number 0 stands for none.
    private mutating func makeNull() {
        let null = units.append()
        history(null).initialize(to: Self.emptyHeader)
    }

    /// How many bytes the units take.
    var byteCount: Int { units.byteCount }
    /// How many units hold something.
    var unitsInUse: Int { units.count - 1 - freeCount }
    /// One past the last unit.
    var unitCount: UInt32 { UInt32(units.count) }
    /// Whether a unit can be had without growing.
    var hasFree: Bool { firstFree != 0 }

    @inline(__always)
    func history(_ number: UInt32) -> UnsafeMutablePointer<Header> {
        // SAFETY: a unit is 128 bytes, aligned to 64, and its first 48 are a header or, in a chunk, its start.
        units.address(of: number).assumingMemoryBound(to: Header.self)
    }

    @inline(__always)
    func capacity(isChunk: Bool, isWide: Bool) -> Int {
        (isChunk ? Self.wideEntriesInChunk : Self.wideEntriesInHistory) &<< (isWide ? 0 : 1)
    }

    /// Where an entry is in a unit.
    @inline(__always)
    func place(_ unit: UInt32, _ index: Int, isChunk: Bool, isWide: Bool) -> UnsafeMutableRawPointer {
        // SAFETY: 48 + 5 x 16 = 16 + 7 x 16 = 128, and `index` is below `capacity`.
        units.address(of: unit) + (isChunk ? Self.chunkEntriesOffset : Self.historyEntriesOffset)
            + index &<< (isWide ? 4 : 3)
    }

    @inline(__always)
    func entry(_ unit: UInt32, _ index: Int, isChunk: Bool, of header: UnsafePointer<Header>) -> Entry {
        let isWide = header.pointee.isWide
        let place = place(unit, index, isChunk: isChunk, isWide: isWide)
        return isWide
            ? place.load(as: Entry.self)
            : place.load(as: NarrowEntry.self).entry(lastTick: header.pointee.lastTick)
    }

    @inline(__always)
    func store(
        _ entry: Entry,
        _ unit: UInt32,
        _ index: Int,
        isChunk: Bool,
        of header: UnsafePointer<Header>
    ) {
        let isWide = header.pointee.isWide
        let place = place(unit, index, isChunk: isChunk, isWide: isWide)
        if isWide {
            place.storeBytes(of: entry, as: Entry.self)
        } else {
            place.storeBytes(of: NarrowEntry(entry), as: NarrowEntry.self)
        }
    }

    private static var emptyHeader: Header {
        Header(
            next: 0,
            kind: Header.free,
            rule: 0,
            start: 0,
            end: 0,
            owner: 0,
            epoch: 0,
            sum: 0,
            count: 0,
            oldestTick: 0,
            lastTick: 0,
            firstChunk: 0,
            lastChunk: 0
        )
    }

    // MARK: Units

    /// A unit with an empty history in it.
    mutating func makeHistory(rule: Int, owner: UInt32, epoch: UInt32, next: UInt32) -> UInt32 {
        let number = takeUnit()
        var header = Self.emptyHeader
        header.kind = Header.history
        header.rule = UInt8(rule)
        header.owner = owner
        header.epoch = epoch
        header.next = next
        history(number).initialize(to: header)
        return number
    }

    /// Gives back a history, which nothing refers to any more, and its chunks.
    mutating func release(_ number: UInt32) {
        clear(number)
        let header = history(number)
        header.pointee.kind = Header.free
        header.pointee.next = firstFree
        firstFree = number
        freeCount += 1
    }

    /// Empties a history.
    mutating func clear(_ number: UInt32) {
        let header = history(number)
        var chunk = header.pointee.firstChunk
        while chunk != 0 { chunk = releaseChunk(chunk, last: header.pointee.lastChunk) }
        header.pointee.firstChunk = 0
        header.pointee.lastChunk = 0
        header.pointee.start = 0
        header.pointee.end = 0
        header.pointee.sum = 0
        header.pointee.count = 0
        header.pointee.kind = Header.history
    }

    private mutating func takeUnit() -> UInt32 {
        guard firstFree != 0 else {
            if units.count == 0 { makeNull() }
            return units.append()
        }
        let number = firstFree
        firstFree = history(number).pointee.next
        freeCount -= 1
        return number
    }

    private mutating func takeChunk() -> UInt32 {
        let number = takeUnit()
        let header = history(number)
        header.pointee.next = 0
        header.pointee.kind = Header.free
        return number
    }

    /// Gives back a chunk and returns the one after it, 0 after the last.
    mutating func releaseChunk(_ number: UInt32, last: UInt32) -> UInt32 {
        let next = number == last ? 0 : history(number).pointee.next
        history(number).pointee.next = firstFree
        firstFree = number
        freeCount += 1
        return next
    }

    // MARK: Entries

    /// Where in a history an entry is.
    struct Cursor {
        var chunk: UInt32
        var index: Int
    }

    /// The cursor's entry, and the cursor moved past it; `nil` behind the newest.
    @inline(__always)
    func next(_ number: UInt32, _ cursor: inout Cursor) -> Entry? {
        let header = history(number)
        let isLast = cursor.chunk == header.pointee.lastChunk
        let unit = cursor.chunk == 0 ? number : cursor.chunk
        guard !isLast || cursor.index < Int(header.pointee.end) else { return nil }
        let entry = entry(unit, cursor.index, isChunk: cursor.chunk != 0, of: header)
        cursor.index += 1
        if !isLast, cursor.index == capacity(isChunk: true, isWide: header.pointee.isWide) {
            cursor = Cursor(chunk: history(unit).pointee.next, index: 0)
        }
        return entry
    }

    /// The cursor of the oldest entry.
    @inline(__always)
    func start(_ number: UInt32) -> Cursor {
        let header = history(number)
        return Cursor(chunk: header.pointee.firstChunk, index: Int(header.pointee.start))
    }

    /// Where the next entry will be, or is near to it; for the processor to fetch ahead.
    @inline(__always)
    func place(_ number: UInt32) -> UnsafeRawPointer {
        let header = history(number)
        let chunk = header.pointee.lastChunk
        return UnsafeRawPointer(
            place(
                chunk == 0 ? number : chunk,
                max(0, Int(header.pointee.end) - 1),
                isChunk: chunk != 0,
                isWide: header.pointee.isWide
            )
        )
    }

    /// Drops what is out of the window at a tick.
    mutating func evict(_ number: UInt32, at tick: Int64, windowTicks: UInt32) {
        let header = history(number)
        guard !header.pointee.isEmpty else { return }
        if tick - header.pointee.lastTick >= Int64(windowTicks) {
            clear(number)
            return
        }
        let low = UInt32(truncatingIfNeeded: tick)
        guard low &- header.pointee.oldestTick >= windowTicks else { return }
        while true {
            let chunk = header.pointee.firstChunk
            let unit = chunk == 0 ? number : chunk
            let entry = entry(unit, Int(header.pointee.start), isChunk: chunk != 0, of: header)
            // The newest entry is in the window, so this ends before the history does.
            guard low &- entry.tick >= windowTicks else {
                header.pointee.oldestTick = entry.tick
                return
            }
            header.pointee.count -= entry.count
            header.pointee.sum &-= entry.sum
            header.pointee.start += 1
            if chunk != 0, chunk != header.pointee.lastChunk,
                Int(header.pointee.start) == capacity(isChunk: true, isWide: header.pointee.isWide)
            {
                header.pointee.firstChunk = releaseChunk(chunk, last: header.pointee.lastChunk)
                header.pointee.start = 0
            }
        }
    }

    /// Whether adding an approval at the tick will take a unit from the slab because none is free.
    @inline(__always)
    func needsUnit(_ number: UInt32, tick: Int64) -> Bool {
        let header = history(number)
        let isChunk = header.pointee.lastChunk != 0
        let isFull =
            Int(header.pointee.end) == capacity(isChunk: isChunk, isWide: header.pointee.isWide)
            && (isChunk || header.pointee.start == 0)
        return isFull && firstFree == 0 && header.pointee.lastTick != tick
    }

    /// Adds `count` approvals, 0 or 1, and their money at a tick that is not before the last.
    @inline(__always)
    mutating func append(_ number: UInt32, tick: Int64, count: UInt32 = 1, sum: Int64) {
        let header = history(number)
        guard !header.pointee.isEmpty, tick == header.pointee.lastTick else {
            return restore(number, tick: tick, count: count, sum: sum)
        }
        let chunk = header.pointee.lastChunk
        let unit = chunk == 0 ? number : chunk
        let index = Int(header.pointee.end) - 1
        var newest = entry(unit, index, isChunk: chunk != 0, of: header)
        let (countOfBoth, overflow) = newest.count.addingReportingOverflow(count)
        guard !overflow else { return restore(number, tick: tick, count: count, sum: sum) }
        newest.count = countOfBoth
        newest.sum &+= sum
        header.pointee.count += count
        header.pointee.sum &+= sum
        if header.pointee.isWide || NarrowEntry.fits(count: newest.count, sum: newest.sum) {
            store(newest, unit, index, isChunk: chunk != 0, of: header)
        } else {
            widen(number, newest: newest)
        }
    }

    /// Adds an entry of its own at a tick that is not before the last.
    mutating func restore(_ number: UInt32, tick: Int64, count: UInt32, sum: Int64) {
        let header = history(number)
        let isEmpty = header.pointee.isEmpty
        precondition(isEmpty || tick >= header.pointee.lastTick, "time ran backwards")
        if isEmpty { header.pointee.oldestTick = UInt32(truncatingIfNeeded: tick) }
        if !header.pointee.isWide, !NarrowEntry.fits(count: count, sum: sum) {
            if isEmpty { header.pointee.kind = Header.wideHistory } else { widen(number) }
        }
        header.pointee.lastTick = tick
        header.pointee.count += count
        header.pointee.sum &+= sum
        makeRoom(number)
        let chunk = header.pointee.lastChunk
        store(
            Entry(tick: UInt32(truncatingIfNeeded: tick), count: count, sum: sum),
            chunk == 0 ? number : chunk,
            Int(header.pointee.end),
            isChunk: chunk != 0,
            of: header
        )
        header.pointee.end += 1
    }

    /// Gives a history entries of sixteen bytes.
    ///
    /// - Parameter newest: What its newest entry is to be; `nil`: what it is.
    mutating func widen(_ number: UInt32, newest: Entry? = nil) {
        let header = history(number)
        var cursor = start(number)
        let first = takeChunk()
        var last = first
        var end = 0
        while let entry = next(number, &cursor) {
            if end == Self.wideEntriesInChunk {
                let chunk = takeChunk()
                history(last).pointee.next = chunk
                last = chunk
                end = 0
            }
            place(last, end, isChunk: true, isWide: true).storeBytes(of: entry, as: Entry.self)
            end += 1
        }
        if let newest { place(last, end - 1, isChunk: true, isWide: true).storeBytes(of: newest, as: Entry.self) }
        var chunk = header.pointee.firstChunk
        while chunk != 0 { chunk = releaseChunk(chunk, last: header.pointee.lastChunk) }
        header.pointee.kind = Header.wideHistory
        header.pointee.firstChunk = first
        header.pointee.lastChunk = last
        header.pointee.start = 0
        header.pointee.end = UInt8(end)
    }

    /// Takes money out of the entries, from the newest back; no entry goes below nothing. What is out of the window
    /// must have been evicted.
    mutating func subtract(_ number: UInt32, sum: Int64) {
        let header = history(number)
        guard !header.pointee.isEmpty else { return }
        // Taking from the newest first is leaving to the oldest first.
        var left = max(0, header.pointee.sum - sum)
        header.pointee.sum = left
        var chunk = header.pointee.firstChunk
        var index = Int(header.pointee.start)
        while true {
            let unit = chunk == 0 ? number : chunk
            let isLast = chunk == header.pointee.lastChunk
            let end =
                isLast ? Int(header.pointee.end) : capacity(isChunk: true, isWide: header.pointee.isWide)
            while index < end {
                var entry = entry(unit, index, isChunk: chunk != 0, of: header)
                entry.sum = min(entry.sum, left)
                left -= entry.sum
                store(entry, unit, index, isChunk: chunk != 0, of: header)
                index += 1
            }
            if isLast { break }
            chunk = history(unit).pointee.next
            index = 0
        }
        precondition(left == 0, "a history's sum is not that of its entries")
    }

    /// Makes `end` the place of a new entry.
    private mutating func makeRoom(_ number: UInt32) {
        let header = history(number)
        let isWide = header.pointee.isWide
        if header.pointee.lastChunk != 0 {
            guard Int(header.pointee.end) == capacity(isChunk: true, isWide: isWide) else { return }
            let chunk = takeChunk()
            history(header.pointee.lastChunk).pointee.next = chunk
            header.pointee.lastChunk = chunk
            header.pointee.end = 0
            return
        }
        guard Int(header.pointee.end) == capacity(isChunk: false, isWide: isWide) else { return }
        let start = Int(header.pointee.start)
        let kept = Int(header.pointee.end) - start
        let oldest = place(number, start, isChunk: false, isWide: isWide)
        let byteCount = kept &<< (isWide ? 4 : 3)
        if start > 0 {
            // SAFETY: both are in the history's own unit; the ranges may overlap, which `copyMemory` allows.
            place(number, 0, isChunk: false, isWide: isWide).copyMemory(from: oldest, byteCount: byteCount)
        } else {
            let chunk = takeChunk()
            place(chunk, 0, isChunk: true, isWide: isWide).copyMemory(from: oldest, byteCount: byteCount)
            header.pointee.firstChunk = chunk
            header.pointee.lastChunk = chunk
        }
        header.pointee.start = 0
        header.pointee.end = UInt8(kept)
    }
}
