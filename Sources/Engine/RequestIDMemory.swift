import Domain
import Platform

/// Where ids are looked for. Plain values, so that asking counts no reference.
struct RequestIDPlaces: @unchecked Sendable {
    // SAFETY: the address is only computed with, never read through.
    private let firstBucket: UnsafeRawPointer?
    private let bucketCount: Int
    private let homeShift: UInt64
    /// Makes bucket positions unpredictable to clients, who choose the ids. Never observable.
    private let seed: UInt64

    fileprivate init(firstBucket: UnsafeRawPointer?, bucketCount: Int, seed: UInt64) {
        self.firstBucket = firstBucket
        self.bucketCount = bucketCount
        self.seed = seed
        homeShift = UInt64(64 - bucketCount.trailingZeroBitCount)
    }

    /// An id's hash, of which the upper half counts.
    @inline(__always)
    func hash(_ id: RequestID) -> UInt64 {
        let product = (id.high ^ seed).multipliedFullWidth(by: id.low ^ 0x9E37_79B9_7F4A_7C15 &+ seed)
        let folded = (product.high ^ product.low) &+ id.low ^ id.high
        let mixed = folded.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return mixed.high ^ mixed.low
    }

    /// The bucket at which the search for a hash begins, from its upper half alone: so from a word of the index too.
    @inline(__always)
    func home(_ hash: UInt64) -> UInt64 { hash >> homeShift }

    /// Where the bucket of an id begins, to be fetched ahead of its use. Reads nothing that changes: needs no lock.
    @inline(__always)
    func bucketAddress(_ id: RequestID, shard: Int) -> UnsafeRawPointer? {
        firstBucket.map { $0 + (shard * bucketCount + Int(home(hash(id)))) * MemoryLayout<UInt64>.stride }
    }
}

/// The memory of all shards' request id tables in two pieces, one shard's part behind the other's.
///
/// The index is read at random, so it lies in huge pages; the rings are written front to back, so they take memory only
/// as they fill.
final class RequestIDMemory: @unchecked Sendable {
    // SAFETY: a shard touches its own part alone, under its lock.
    private let entries: MappedBuffer<RequestIDTable.Entry>
    private let index: MappedBuffer<UInt64>
    /// How many ids one shard remembers.
    let capacity: Int
    /// How many buckets one shard's index has, a power of two with at least a quarter free.
    let bucketCount: Int
    /// Where ids are looked for in it.
    let places: RequestIDPlaces

    /// - Throws: when the kernel has no memory to reserve.
    init(shardCount: Int, capacity: Int, seed: UInt64 = RandomBytes.word()) throws(PlatformError) {
        precondition((1...1 << 30).contains(capacity), "the capacity of a request id table is bounded")
        var bucketCount = 4
        while bucketCount < capacity * 4 / 3 + 1 { bucketCount *= 2 }
        let entries = try MappedBuffer<RequestIDTable.Entry>(count: shardCount * capacity, hugePages: false)
        let index = try MappedBuffer<UInt64>(count: shardCount * bucketCount, hugePages: true)
        places = RequestIDPlaces(
            firstBucket: UnsafeRawPointer(index.slice(0..<bucketCount).baseAddress),
            bucketCount: bucketCount,
            seed: seed
        )
        self.entries = entries
        self.index = index
        self.capacity = capacity
        self.bucketCount = bucketCount
    }

    /// One shard's ring.
    func entries(of shard: Int) -> UnsafeMutableBufferPointer<RequestIDTable.Entry> {
        entries.slice(shard * capacity..<(shard + 1) * capacity)
    }

    /// One shard's index.
    func index(of shard: Int) -> UnsafeMutableBufferPointer<UInt64> {
        index.slice(shard * bucketCount..<(shard + 1) * bucketCount)
    }
}
