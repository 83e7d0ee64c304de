import Domain

/// One version of an entry, in 64 bytes. Links are numbers plus one; zero: none.
struct ListSlot: BitwiseCopyable {
    /// The record that put it on the list.
    var added: UInt64
    /// The record that took it away or changed it; zero: it is on the list.
    var removed: UInt64 = 0
    var from: Int64
    /// `Int64.max`: until it is removed.
    var until: Int64
    /// The version of the same value before this one, and the one after.
    var older: UInt32 = 0
    var newer: UInt32 = 0
    /// What left the list right after this.
    var nextPast: UInt32 = 0
    var actor: UInt32
    /// The first piece of the text, which is the value and then the reason.
    var text: UInt32 = 0
    var hash: UInt32
    var valueByteCount: UInt8
    var reasonByteCount: UInt8
    var isUsed = true

    /// Whether it is in force at a time, if it is on the list.
    @inline(__always)
    func isInForce(at time: Int64) -> Bool { from <= time && time < until }
}

/// The entries of one list with what they were before, found by their values.
///
/// An entry takes 64 bytes, its value and reason 32 for each 28 of them, its place in the index 11 to 22. All of it is
/// in segments that move nothing when they grow; only the index is copied to one twice as large, which can be done
/// before it is needed. What left the list stays until it is forgotten, so that the list can be asked how it was.
struct ListStorage: ~Copyable {
    // SAFETY: slots and pieces lie in slabs, which check numbers; the index is allocated here and freed in `deinit`,
    // and its places are masked by its size.
    private var slots = Slab(stride: 64, segmentShift: 10, memory: .heap)
    private var freeSlot: UInt32 = 0
    private var texts = ListTexts()
    /// The hash in the upper half and the number of the newest version plus one in the lower; zero: free.
    private var index: UnsafeMutablePointer<UInt64>
    private var indexMask = 15
    /// Values in the index, on the list or not.
    private var valueCount = 0
    private let matchesPrefixes: Bool
    /// For lists of prefixes, bit n: some value has n + 1 bytes; and how many have.
    private var lengths: UInt64 = 0
    private let lengthCounts: OwnedCounts
    /// What left the list, the longest gone first.
    private var oldestPast: UInt32 = 0
    private var newestPast: UInt32 = 0
    /// How many entries are on the list.
    private(set) var entryCount = 0
    /// How many versions are kept that are not on it any more.
    private(set) var pastCount = 0
    /// How the list was before this record is no longer known.
    private(set) var floor: UInt64 = 0
    /// Over all that is on the list.
    private(set) var digest = Digest128()

    init(matchesPrefixes: Bool) {
        self.matchesPrefixes = matchesPrefixes
        index = Self.makeIndex(16)
        lengthCounts = OwnedCounts()
    }

    deinit {
        index.deallocate()
    }

    private static func makeIndex(_ count: Int) -> UnsafeMutablePointer<UInt64> {
        let index = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
        index.initialize(repeating: 0, count: count)
        return index
    }

    /// How many bytes of memory it has taken.
    var byteCount: Int { slots.byteCount + texts.byteCount + (indexMask + 1) * 8 }

    /// The numbers of all versions are below this.
    var slotCount: Int { slots.count }

    @inline(__always)
    private func slot(_ number: UInt32) -> UnsafeMutablePointer<ListSlot> {
        slots.address(of: number).assumingMemoryBound(to: ListSlot.self)
    }

    /// One version; `nil`: the number is free.
    func version(_ number: Int) -> ListSlot? {
        guard number < slots.count else { return nil }
        let slot = slot(UInt32(number)).pointee
        return slot.isUsed ? slot : nil
    }

    /// The value and the reason of a version.
    func text(of slot: ListSlot) -> (value: String, reason: String) {
        let bytes = texts.bytes(slot.text, count: Int(slot.valueByteCount) + Int(slot.reasonByteCount))
        let value = bytes[..<Int(slot.valueByteCount)]
        return (String(decoding: value, as: UTF8.self), String(decoding: bytes[value.count...], as: UTF8.self))
    }

    // MARK: - Asking

    /// Whether a value is on the list and in force.
    ///
    /// - Complexity: one lookup; in a list of prefixes one for each length that some of them have. Allocates nothing.
    @inline(__always)
    func contains(_ value: UnsafeRawBufferPointer, at time: Int64) -> Bool {
        find(value, at: time, before: .max) != nil
    }

    /// The entry that a value hits: in a list of prefixes the longest one that is in force.
    ///
    /// - Parameter lsn: as the list was when this record was written; `.max`: as it is.
    @inline(__always)
    func find(_ value: UnsafeRawBufferPointer, at time: Int64, before lsn: UInt64) -> UInt32? {
        guard value.count > 0, value.count <= AuthorizationLimits.listValueByteCountMax else { return nil }
        guard matchesPrefixes else { return version(of: value, at: time, before: lsn) }
        // Bits of lengths up to that of the value, the longest first.
        var rest = lengths & (.max >> UInt64(64 - value.count))
        while rest != 0 {
            let bit = 63 - rest.leadingZeroBitCount
            rest &= ~(1 << UInt64(bit))
            // Slices allocate without optimization.
            let prefix = UnsafeRawBufferPointer(start: value.baseAddress, count: bit + 1)
            if let found = version(of: prefix, at: time, before: lsn) { return found }
        }
        return nil
    }

    /// The version of exactly this value that is on the list, in force or not.
    func present(_ value: UnsafeRawBufferPointer) -> ListSlot? {
        guard let number = newest(value, Self.hash(value)) else { return nil }
        let slot = slot(number).pointee
        return slot.removed == 0 ? slot : nil
    }

    @inline(__always)
    private func version(of value: UnsafeRawBufferPointer, at time: Int64, before lsn: UInt64) -> UInt32? {
        guard var number = newest(value, Self.hash(value)) else { return nil }
        while slot(number).pointee.added >= lsn {
            let older = slot(number).pointee.older
            guard older != 0 else { return nil }
            number = older - 1
        }
        let found = slot(number)
        guard found.pointee.removed == 0 || found.pointee.removed > lsn, found.pointee.isInForce(at: time) else {
            return nil
        }
        return number
    }

    @inline(__always)
    private static func hash(_ value: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: NameSet.hash(value) >> 32)
    }

    /// The newest version of a value, on the list or not.
    @inline(__always)
    private func newest(_ value: UnsafeRawBufferPointer, _ hash: UInt32) -> UInt32? {
        var place = Int(hash) & indexMask
        while true {
            let word = index[place]
            if word == 0 { return nil }
            if UInt32(truncatingIfNeeded: word >> 32) == hash {
                let number = UInt32(truncatingIfNeeded: word) - 1
                let slot = slot(number)
                if Int(slot.pointee.valueByteCount) == value.count, texts.begins(slot.pointee.text, with: value) {
                    return number
                }
            }
            place = (place + 1) & indexMask
        }
    }

    // MARK: - Changing

    /// What became of one value.
    enum Outcome {
        case added
        case replaced
        case unchanged
    }

    /// A larger index with the same content, for the caller to hand to `adopt` or to free; `nil`: so many values more
    /// need none. Those who ask may go on asking meanwhile.
    func largerIndex(adding count: Int) -> UnsafeMutableBufferPointer<UInt64>? {
        let needed = valueCount + count
        guard Self.isFull(needed, indexMask + 1) else { return nil }
        var size = indexMask + 1
        while Self.isFull(needed, size) { size *= 2 }
        return UnsafeMutableBufferPointer(start: rehashed(size), count: size)
    }

    /// Takes over a larger index, which was made of the content of now.
    mutating func adopt(_ larger: UnsafeMutableBufferPointer<UInt64>) {
        guard let start = larger.baseAddress else { return }
        index.deallocate()
        index = start
        indexMask = larger.count - 1
    }

    /// At most three quarters of the places are taken.
    private static func isFull(_ values: Int, _ size: Int) -> Bool { values * 4 > size * 3 }

    private func rehashed(_ size: Int) -> UnsafeMutablePointer<UInt64> {
        let larger = Self.makeIndex(size)
        for place in 0...indexMask where index[place] != 0 {
            var new = Int(index[place] >> 32) & (size - 1)
            while larger[new] != 0 { new = (new + 1) & (size - 1) }
            larger[new] = index[place]
        }
        return larger
    }

    /// What putting a value on the list would come to.
    func outcome(
        ofAdding value: UnsafeRawBufferPointer,
        _ reason: UnsafeRawBufferPointer,
        from: Int64,
        until: Int64
    ) -> Outcome {
        guard let slot = present(value) else { return .added }
        guard slot.from == from, slot.until == until, Int(slot.reasonByteCount) == reason.count else {
            return .replaced
        }
        let kept = texts.bytes(slot.text, count: value.count + reason.count)
        return kept[value.count...].elementsEqual(reason) ? .unchanged : .replaced
    }

    /// Puts a value on the list.
    mutating func add(
        _ value: UnsafeRawBufferPointer,
        _ reason: UnsafeRawBufferPointer,
        from: Int64,
        until: Int64,
        actor: UInt32,
        lsn: UInt64
    ) {
        switch outcome(ofAdding: value, reason, from: from, until: until) {
        case .unchanged: return
        case .replaced: remove(value, lsn: lsn)
        case .added: break
        }
        var slot = ListSlot(
            added: lsn,
            from: from,
            until: until,
            actor: actor,
            hash: Self.hash(value),
            valueByteCount: UInt8(value.count),
            reasonByteCount: UInt8(reason.count)
        )
        slot.text = texts.put(value, reason)
        insert(slot, value)
    }

    /// Inserts a version that is newer than all others of its value, or, for a restore, older than some.
    private mutating func insert(_ slot: ListSlot, _ value: UnsafeRawBufferPointer) {
        let number = makeSlot()
        var slot = slot
        if let newest = newest(value, slot.hash) {
            if self.slot(newest).pointee.added <= slot.added {
                slot.older = newest + 1
                self.slot(newest).pointee.newer = number + 1
                index[place(of: newest, slot.hash)] = UInt64(slot.hash) << 32 | UInt64(number + 1)
            } else {
                var after = newest
                while self.slot(after).pointee.older != 0,
                    self.slot(self.slot(after).pointee.older - 1).pointee.added > slot.added
                {
                    after = self.slot(after).pointee.older - 1
                }
                slot.older = self.slot(after).pointee.older
                slot.newer = after + 1
                if slot.older != 0 { self.slot(slot.older - 1).pointee.newer = number + 1 }
                self.slot(after).pointee.older = number + 1
            }
        } else {
            if let larger = largerIndex(adding: 1) { adopt(larger) }
            var place = Int(slot.hash) & indexMask
            while index[place] != 0 { place = (place + 1) & indexMask }
            index[place] = UInt64(slot.hash) << 32 | UInt64(number + 1)
            valueCount += 1
            note(length: value.count, by: 1)
        }
        self.slot(number).pointee = slot
        if slot.removed == 0 {
            entryCount += 1
            digest.add(fingerprint(slot))
        }
    }

    /// Takes a value from the list; it stays known for the past.
    mutating func remove(_ value: UnsafeRawBufferPointer, lsn: UInt64) {
        guard let number = newest(value, Self.hash(value)), slot(number).pointee.removed == 0 else { return }
        digest.subtract(fingerprint(slot(number).pointee))
        slot(number).pointee.removed = lsn
        entryCount -= 1
        linkPast(number)
    }

    private mutating func linkPast(_ number: UInt32) {
        if newestPast == 0 { oldestPast = number + 1 } else { slot(newestPast - 1).pointee.nextPast = number + 1 }
        newestPast = number + 1
        pastCount += 1
    }

    /// The record that took away what has been gone for longest; `nil`: nothing is.
    var oldestRemoval: UInt64? { oldestPast == 0 ? nil : slot(oldestPast - 1).pointee.removed }

    /// Forgets what has been gone for longest.
    mutating func forgetOldest() {
        guard oldestPast != 0 else { return }
        let number = oldestPast - 1
        let gone = slot(number).pointee
        floor = max(floor, gone.removed)
        oldestPast = gone.nextPast
        if oldestPast == 0 { newestPast = 0 }
        pastCount -= 1
        if gone.older != 0 { slot(gone.older - 1).pointee.newer = gone.newer }
        if gone.newer != 0 {
            slot(gone.newer - 1).pointee.older = gone.older
        } else if gone.older != 0 {
            index[place(of: number, gone.hash)] = UInt64(gone.hash) << 32 | UInt64(gone.older)
        } else {
            clear(place(of: number, gone.hash))
            valueCount -= 1
            note(length: Int(gone.valueByteCount), by: -1)
        }
        texts.release(gone.text, count: Int(gone.valueByteCount) + Int(gone.reasonByteCount))
        slot(number).pointee.isUsed = false
        slot(number).pointee.older = freeSlot
        freeSlot = number + 1
    }

    private mutating func makeSlot() -> UInt32 {
        guard freeSlot != 0 else { return slots.append() }
        let number = freeSlot - 1
        freeSlot = slot(number).pointee.older
        return number
    }

    /// The index's place of a version that is the newest of its value.
    private func place(of number: UInt32, _ hash: UInt32) -> Int {
        let word = UInt64(hash) << 32 | UInt64(number + 1)
        var place = Int(hash) & indexMask
        while index[place] != word {
            precondition(index[place] != 0, "an entry that its index does not have")
            place = (place + 1) & indexMask
        }
        return place
    }

    /// Frees a place of the index; what probing has put behind it moves up.
    private mutating func clear(_ place: Int) {
        var free = place
        var next = (place + 1) & indexMask
        while index[next] != 0 {
            let home = Int(index[next] >> 32) & indexMask
            if (next &- home) & indexMask >= (next &- free) & indexMask {
                index[free] = index[next]
                free = next
            }
            next = (next + 1) & indexMask
        }
        index[free] = 0
    }

    private mutating func note(length: Int, by step: Int) {
        guard matchesPrefixes else { return }
        let count = lengthCounts.add(step, to: length)
        if count > 0 { lengths |= 1 << UInt64(length - 1) } else { lengths &= ~(1 << UInt64(length - 1)) }
    }

    private func fingerprint(_ slot: ListSlot) -> Digest128 {
        var digest = Digest128()
        digest.combine(slot.added, UInt64(slot.actor))
        digest.combine(UInt64(bitPattern: slot.from), UInt64(bitPattern: slot.until))
        digest.combine(UInt64(slot.valueByteCount), UInt64(slot.reasonByteCount))
        let count = Int(slot.valueByteCount) + Int(slot.reasonByteCount)
        texts.withBytes(slot.text, count: count) { digest.combine($0) }
        return digest
    }

    // MARK: - Restoring

    /// Takes over a version from a snapshot; `finishRestore` follows the last.
    mutating func restore(_ slot: ListSlot, _ value: UnsafeRawBufferPointer, _ reason: UnsafeRawBufferPointer) {
        var slot = slot
        slot.hash = Self.hash(value)
        slot.text = texts.put(value, reason)
        insert(slot, value)
    }

    /// Puts what left the list in the order in which it did.
    mutating func finishRestore(floor: UInt64) {
        self.floor = floor
        let past = (0..<UInt32(slots.count)).filter { slot($0).pointee.isUsed && slot($0).pointee.removed != 0 }
        for number in past.sorted(by: { (slot($0).pointee.removed, $0) < (slot($1).pointee.removed, $1) }) {
            linkPast(number)
        }
    }
}

/// Counters by length, 1 to 64.
private final class OwnedCounts {
    private var counts = Array(repeating: 0, count: AuthorizationLimits.listValueByteCountMax + 1)

    func add(_ step: Int, to length: Int) -> Int {
        counts[length] += step
        return counts[length]
    }
}
