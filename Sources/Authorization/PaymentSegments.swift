import Domain

/// Payments of one form in the order of their ids, one after the other in segments just below 32 KiB. Adding the newest
/// is one write behind the last.
///
/// A segment that is full and must take one more in its middle is split; two neighbours that have run half empty become
/// one. So any change moves at most a segment's bytes, and there is no great clearing up.
struct PaymentSegments<Payment: StoredPayment>: ~Copyable {
    // SAFETY: every segment is `segmentByteCount` bytes from `memory`, of which `count` payments are initialised; the
    // directory is allocated here; both go in `deinit`. Places are checked before they are used.
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

    private let memory: SlabMemory
    private var directory: UnsafeMutablePointer<Segment>
    private var directoryCapacity = 8
    private(set) var segmentCount = 0
    private(set) var count = 0

    private static var capacity: Int { 32_768 / MemoryLayout<Payment>.stride }
    private static var segmentByteCount: Int { capacity * MemoryLayout<Payment>.stride }

    init(memory: SlabMemory) {
        precondition(MemoryLayout<Payment>.size == MemoryLayout<Payment>.stride)
        self.memory = memory
        directory = .allocate(capacity: directoryCapacity)
    }

    deinit {
        for number in 0..<segmentCount { memory.release(directory[number].base, Self.segmentByteCount) }
        directory.deallocate()
    }

    /// How many bytes of memory it has taken.
    var byteCount: Int { segmentCount * Self.segmentByteCount }

    /// The id of the newest payment; zero: there is none.
    var lastID: UInt64 {
        guard segmentCount > 0 else { return 0 }
        let last = directory[segmentCount - 1]
        return last.base[last.count - 1].id
    }

    /// Where the next payment will be written, for the processor to fetch ahead; `nil` where there is no room yet.
    @inline(__always)
    var prefetchAddress: UnsafeRawPointer? {
        guard segmentCount > 0 else { return nil }
        let last = directory[segmentCount - 1]
        return last.count < Self.capacity ? UnsafeRawPointer(last.base + last.count) : nil
    }

    // MARK: Changing

    /// Adds a payment that is newer than all others.
    @inline(__always)
    mutating func append(_ payment: Payment) {
        precondition(payment.id > lastID, "a payment that is not the newest")
        if segmentCount == 0 || directory[segmentCount - 1].count == Self.capacity {
            addSegment(at: segmentCount, firstID: payment.id)
        }
        let segment = directory + (segmentCount - 1)
        (segment.pointee.base + segment.pointee.count).initialize(to: payment)
        segment.pointee.count += 1
        if payment.hold > 0 { segment.pointee.firstExpiry = min(segment.pointee.firstExpiry, payment.expiresAt) }
        count += 1
    }

    /// Adds a payment that is not here, wherever it belongs.
    mutating func insert(_ payment: Payment) {
        if payment.id > lastID { return append(payment) }
        var number = segment(of: payment.id) ?? 0
        if directory[number].count == Self.capacity {
            split(number)
            if payment.id >= directory[number + 1].firstID { number += 1 }
        }
        let segment = directory + number
        let index = Self.index(of: payment.id, in: segment.pointee)
        let base = segment.pointee.base
        precondition(index == segment.pointee.count || base[index].id != payment.id, "a payment that is here already")
        (base + (index + 1)).moveInitialize(from: base + index, count: segment.pointee.count - index)
        (base + index).initialize(to: payment)
        segment.pointee.count += 1
        if index == 0 { segment.pointee.firstID = payment.id }
        if payment.hold > 0 { segment.pointee.firstExpiry = min(segment.pointee.firstExpiry, payment.expiresAt) }
        count += 1
    }

    /// Puts a payment in the place of what it was before.
    mutating func replace(at place: Place, with payment: Payment) {
        precondition(self[place].id == payment.id, "another payment")
        let segment = directory + place.segment
        segment.pointee.base[place.index] = payment
        if payment.hold > 0 { segment.pointee.firstExpiry = min(segment.pointee.firstExpiry, payment.expiresAt) }
    }

    /// Takes a payment out.
    mutating func remove(at place: Place) {
        let segment = directory + place.segment
        let base = segment.pointee.base
        (base + place.index)
            .moveInitialize(from: base + (place.index + 1), count: segment.pointee.count - place.index - 1)
        segment.pointee.count -= 1
        count -= 1
        if segment.pointee.count == 0 {
            removeSegment(place.segment)
        } else {
            segment.pointee.firstID = base[0].id
            mergeIfSparse(place.segment)
        }
    }

    // MARK: Finding

    subscript(place: Place) -> Payment {
        precondition(isInside(place), "no such payment")
        return directory[place.segment].base[place.index]
    }

    /// Where the payment with an id lies; `nil` where it is not here.
    func find(_ id: UInt64) -> Place? {
        guard let number = segment(of: id) else { return nil }
        let index = Self.index(of: id, in: directory[number])
        guard index < directory[number].count, directory[number].base[index].id == id else { return nil }
        return Place(segment: number, index: index)
    }

    /// The place of the first payment with this id or a higher one; it may be behind the last.
    func firstPlace(from id: UInt64) -> Place {
        guard let number = segment(of: id) else { return Place(segment: 0, index: 0) }
        return normal(Place(segment: number, index: Self.index(of: id, in: directory[number])))
    }

    /// The place behind this one.
    func place(after place: Place) -> Place { normal(Place(segment: place.segment, index: place.index + 1)) }

    /// Whether a payment is there, and not the end.
    func isInside(_ place: Place) -> Bool { place.segment < segmentCount && place.index < directory[place.segment].count }

    /// How many payments are in a segment.
    func count(ofSegment number: Int) -> Int { directory[number].count }

    /// Calls the body with payments whose hold expires at a time or before, up to `limit` of them.
    ///
    /// - Complexity: constant for every segment in which none is due.
    mutating func forEachDue(limit: Int, at time: Instant, _ body: (Payment) -> Void) {
        var found = 0
        for number in 0..<segmentCount where found < limit {
            let segment = directory + number
            guard segment.pointee.firstExpiry <= time.microseconds else { continue }
            var first = Int64.max
            for index in 0..<segment.pointee.count {
                let payment = segment.pointee.base + index
                guard payment.pointee.hold > 0 else { continue }
                first = min(first, payment.pointee.expiresAt)
                guard payment.pointee.expiresAt <= time.microseconds, found < limit else { continue }
                body(payment.pointee)
                found += 1
            }
            segment.pointee.firstExpiry = first
        }
    }

    private func normal(_ place: Place) -> Place {
        guard place.segment < segmentCount, place.index >= directory[place.segment].count else { return place }
        return Place(segment: place.segment + 1, index: 0)
    }

    /// The last segment whose first id is not above an id; `nil`: there is none.
    private func segment(of id: UInt64) -> Int? {
        var low = 0
        var high = segmentCount
        while low < high {
            let middle = (low + high) / 2
            if directory[middle].firstID <= id { low = middle + 1 } else { high = middle }
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

    private mutating func addSegment(at number: Int, firstID: UInt64) {
        if segmentCount == directoryCapacity {
            let larger = UnsafeMutablePointer<Segment>.allocate(capacity: directoryCapacity * 2)
            larger.moveInitialize(from: directory, count: segmentCount)
            directory.deallocate()
            directory = larger
            directoryCapacity *= 2
        }
        let place = directory + number
        (place + 1).moveInitialize(from: place, count: segmentCount - number)
        let base = memory.allocate(Self.segmentByteCount).bindMemory(to: Payment.self, capacity: Self.capacity)
        place.initialize(to: Segment(base: base, count: 0, firstID: firstID, firstExpiry: .max))
        segmentCount += 1
    }

    private mutating func removeSegment(_ number: Int) {
        memory.release(directory[number].base, Self.segmentByteCount)
        let place = directory + number
        place.moveInitialize(from: place + 1, count: segmentCount - number - 1)
        segmentCount -= 1
    }

    private mutating func split(_ number: Int) {
        let half = Self.capacity / 2
        addSegment(at: number + 1, firstID: directory[number].base[half].id)
        let full = directory + number
        let added = directory + (number + 1)
        added.pointee.base.moveInitialize(from: full.pointee.base + half, count: full.pointee.count - half)
        added.pointee.count = full.pointee.count - half
        added.pointee.firstExpiry = full.pointee.firstExpiry
        full.pointee.count = half
    }

    /// Joins a segment with a neighbour if both fit into half of one.
    private mutating func mergeIfSparse(_ number: Int) {
        for left in [number - 1, number] where left >= 0 && left + 1 < segmentCount {
            let target = directory + left
            let source = directory + (left + 1)
            guard target.pointee.count + source.pointee.count <= Self.capacity / 2 else { continue }
            (target.pointee.base + target.pointee.count)
                .moveInitialize(from: source.pointee.base, count: source.pointee.count)
            target.pointee.count += source.pointee.count
            target.pointee.firstExpiry = min(target.pointee.firstExpiry, source.pointee.firstExpiry)
            source.pointee.count = 0
            removeSegment(left + 1)
            return
        }
    }
}
