import Platform

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

    /// - Throws: when the kernel has no memory to reserve.
    init(shardCount: Int, capacity: Int) throws(PlatformError) {
        precondition((1...1 << 30).contains(capacity), "the capacity of a request id table is bounded")
        var bucketCount = 4
        while bucketCount < capacity * 4 / 3 + 1 { bucketCount *= 2 }
        let entries = try MappedBuffer<RequestIDTable.Entry>(count: shardCount * capacity, hugePages: false)
        let index = try MappedBuffer<UInt64>(count: shardCount * bucketCount, hugePages: true)
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
