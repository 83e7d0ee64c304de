import Domain

/// Payments of one form in the order of their ids, one after the other in segments just below 32 KiB. Adding the newest
/// is one write behind the last.
///
/// A segment that is full and must take one more in its middle is split; two neighbours that have run half empty become
/// one. So any change moves at most a segment's bytes, and there is no great clearing up.
struct PaymentSegments<Payment: StoredItem>: ~Copyable {
    // SAFETY: every segment is `segmentByteCount` bytes from `memory`, of which `count` payments are initialised; the
    // directory is allocated here; both go in `deinit`. Places are checked before they are used. `directory` has room
    // for all segments, and all but the last are initialised in it.
    private struct Segment: BitwiseCopyable {
        var base: UnsafeMutablePointer<Payment>
        var count: Int
        /// The id of its first payment.
        var firstID: UInt64
        /// No hold in it expires before this; it may be too early, never too late.
        var firstExpiry: Int64
    }

    /// Where a payment lies, until the next change.
    struct Place {
        fileprivate(set) var segment: Int
        fileprivate(set) var index: Int
    }

    /// The last segment; the others are in the directory. So adding the newest payment reads nothing elsewhere.
    private var newest: Segment?
    /// The id of the newest payment; zero: there is none.
    private(set) var lastID: UInt64 = 0
    private(set) var count = 0
    private(set) var segmentCount = 0
    private var directory: UnsafeMutablePointer<Segment>
    private var directoryCapacity = 8
    private let memory: SlabMemory

    private static var capacity: Int { 32_768 / MemoryLayout<Payment>.stride }
    private static var segmentByteCount: Int { capacity * MemoryLayout<Payment>.stride }

    init(memory: SlabMemory) {
        precondition(MemoryLayout<Payment>.size == MemoryLayout<Payment>.stride)
        self.memory = memory
        directory = .allocate(capacity: directoryCapacity)
    }

    deinit {
        for number in 0..<segmentCount { memory.release(segment(number).base, Self.segmentByteCount) }
        directory.deallocate()
    }

    /// How many bytes of memory it has taken.
    var byteCount: Int { segmentCount * Self.segmentByteCount }

    /// Where the next payment's last byte will be written, for the processor to fetch ahead: its first most often lies
    /// in the cache line of the one before. `nil` where there is no room yet.
    @inline(__always)
    var prefetchAddress: UnsafeRawPointer? {
        guard let newest, newest.count < Self.capacity else { return nil }
        return UnsafeRawPointer(newest.base + (newest.count + 1)) - 1
    }

    // MARK: Changing

    /// Adds a payment that is newer than all others.
    @inline(__always)
    mutating func append(_ payment: Payment) {
        precondition(payment.id > lastID, "a payment that is not the newest")
        var segment: Segment
        if let newest, newest.count < Self.capacity {
            segment = newest
        } else {
            segment = addSegment(at: segmentCount, firstID: payment.id)
        }
        (segment.base + segment.count).initialize(to: payment)
        segment.count += 1
        if payment.hold > 0 { segment.firstExpiry = min(segment.firstExpiry, payment.expiresAt) }
        newest = segment
        lastID = payment.id
        count += 1
    }

    /// Adds a payment that is not here, wherever it belongs.
    mutating func insert(_ payment: Payment) {
        if payment.id > lastID { return append(payment) }
        var number = segment(of: payment.id) ?? 0
        if segment(number).count == Self.capacity {
            split(number)
            if payment.id >= segment(number + 1).firstID { number += 1 }
        }
        var segment = segment(number)
        let index = Self.index(of: payment.id, in: segment)
        precondition(
            index == segment.count || segment.base[index].id != payment.id,
            "a payment that is here already"
        )
        (segment.base + (index + 1)).moveInitialize(from: segment.base + index, count: segment.count - index)
        (segment.base + index).initialize(to: payment)
        segment.count += 1
        if index == 0 { segment.firstID = payment.id }
        if payment.hold > 0 { segment.firstExpiry = min(segment.firstExpiry, payment.expiresAt) }
        set(number, segment)
        count += 1
    }

    /// Puts a payment in the place of what it was before.
    mutating func replace(at place: Place, with payment: Payment) {
        precondition(self[place].id == payment.id, "another payment")
        var segment = segment(place.segment)
        segment.base[place.index] = payment
        if payment.hold > 0 { segment.firstExpiry = min(segment.firstExpiry, payment.expiresAt) }
        set(place.segment, segment)
    }

    /// Takes a payment out.
    mutating func remove(at place: Place) {
        precondition(isInside(place), "no such payment")
        var segment = segment(place.segment)
        let next = segment.base + (place.index + 1)
        (next - 1).moveInitialize(from: next, count: segment.count - place.index - 1)
        segment.count -= 1
        count -= 1
        if segment.count == 0 {
            removeSegment(place.segment)
        } else {
            segment.firstID = segment.base[0].id
            set(place.segment, segment)
            mergeIfSparse(place.segment)
        }
        lastID = newest.map { $0.base[$0.count - 1].id } ?? 0
    }

    /// Takes out the first segment with all that is in it, if that holds for each and there is another.
    mutating func removeFirstSegment(where isOver: (Payment) -> Bool) {
        guard segmentCount > 1 else { return }
        let first = segment(0)
        for index in (0..<first.count).reversed() {
            guard isOver(first.base[index]) else { return }
        }
        count -= first.count
        removeSegment(0)
    }

    // MARK: Finding

    subscript(place: Place) -> Payment {
        precondition(isInside(place), "no such payment")
        return segment(place.segment).base[place.index]
    }

    /// Where the payment with an id lies; `nil` where it is not here.
    func find(_ id: UInt64) -> Place? {
        guard let number = segment(of: id) else { return nil }
        let segment = segment(number)
        let index = Self.index(of: id, in: segment)
        guard index < segment.count, segment.base[index].id == id else { return nil }
        return Place(segment: number, index: index)
    }

    /// The place of the first payment with this id or a higher one; it may be behind the last.
    func firstPlace(from id: UInt64) -> Place {
        guard let number = segment(of: id) else { return Place(segment: 0, index: 0) }
        return normal(Place(segment: number, index: Self.index(of: id, in: segment(number))))
    }

    /// The place behind this one.
    func place(after place: Place) -> Place { normal(Place(segment: place.segment, index: place.index + 1)) }

    /// Whether a payment is there, and not the end.
    func isInside(_ place: Place) -> Bool {
        place.segment < segmentCount && place.index < segment(place.segment).count
    }

    /// Calls the body with payments whose hold expires at a time or before, up to `limit` of them.
    ///
    /// - Complexity: constant for every segment in which none is due.
    mutating func forEachDue(limit: Int, at time: Instant, _ body: (Payment) -> Void) {
        var found = 0
        for number in 0..<segmentCount where found < limit {
            var segment = segment(number)
            guard segment.firstExpiry <= time.microseconds else { continue }
            var first = Int64.max
            for index in 0..<segment.count {
                let payment = segment.base + index
                guard payment.pointee.hold > 0 else { continue }
                first = min(first, payment.pointee.expiresAt)
                guard payment.pointee.expiresAt <= time.microseconds, found < limit else { continue }
                body(payment.pointee)
                found += 1
            }
            segment.firstExpiry = first
            set(number, segment)
        }
    }

    private func normal(_ place: Place) -> Place {
        guard place.segment < segmentCount, place.index >= segment(place.segment).count else { return place }
        return Place(segment: place.segment + 1, index: 0)
    }

    /// The last segment whose first id is not above an id; `nil`: there is none.
    private func segment(of id: UInt64) -> Int? {
        var low = 0
        var high = segmentCount
        while low < high {
            let middle = (low + high) / 2
            if segment(middle).firstID <= id { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// The place in a segment of the first payment with this id or a higher one.
    private static func index(of id: UInt64, in segment: Segment) -> Int {
        var low = 0
        var high = segment.count
        while low < high {
            let middle = (low + high) / 2
            if segment.base[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Segments

    private func segment(_ number: Int) -> Segment {
        if number == segmentCount - 1, let newest { return newest }
        precondition((0..<segmentCount).contains(number), "no such segment")
        return directory[number]
    }

    private mutating func set(_ number: Int, _ segment: Segment) {
        precondition((0..<segmentCount).contains(number), "no such segment")
        if number == segmentCount - 1 { newest = segment } else { directory[number] = segment }
    }

    private mutating func addSegment(at number: Int, firstID: UInt64) -> Segment {
        if segmentCount == directoryCapacity {
            let larger = UnsafeMutablePointer<Segment>.allocate(capacity: directoryCapacity * 2)
            larger.moveInitialize(from: directory, count: segmentCount - 1)
            directory.deallocate()
            directory = larger
            directoryCapacity *= 2
        }
        if let newest { (directory + (segmentCount - 1)).initialize(to: newest) }
        let place = directory + number
        (place + 1).moveInitialize(from: place, count: segmentCount - number)
        let base = memory.allocate(Self.segmentByteCount).bindMemory(to: Payment.self, capacity: Self.capacity)
        let segment = Segment(base: base, count: 0, firstID: firstID, firstExpiry: .max)
        place.initialize(to: segment)
        segmentCount += 1
        newest = directory[segmentCount - 1]
        return segment
    }

    private mutating func removeSegment(_ number: Int) {
        memory.release(segment(number).base, Self.segmentByteCount)
        if let newest { (directory + (segmentCount - 1)).initialize(to: newest) }
        let place = directory + number
        place.moveInitialize(from: place + 1, count: segmentCount - number - 1)
        segmentCount -= 1
        newest = segmentCount == 0 ? nil : directory[segmentCount - 1]
    }

    private mutating func split(_ number: Int) {
        var full = segment(number)
        let half = Self.capacity / 2
        var added = addSegment(at: number + 1, firstID: full.base[half].id)
        added.base.moveInitialize(from: full.base + half, count: full.count - half)
        added.count = full.count - half
        added.firstExpiry = full.firstExpiry
        full.count = half
        set(number, full)
        set(number + 1, added)
    }

    /// Joins a segment with a neighbour if both fit into half of one.
    private mutating func mergeIfSparse(_ number: Int) {
        for left in [number - 1, number] where left >= 0 && left + 1 < segmentCount {
            var target = segment(left)
            let source = segment(left + 1)
            guard target.count + source.count <= Self.capacity / 2 else { continue }
            (target.base + target.count).moveInitialize(from: source.base, count: source.count)
            target.count += source.count
            target.firstExpiry = min(target.firstExpiry, source.firstExpiry)
            set(left, target)
            removeSegment(left + 1)
            return
        }
    }
}
