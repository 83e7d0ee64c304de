import Authorization
import Platform

extension SlabMemory {
    /// Pieces of huge pages, which all shards share.
    init(_ pool: PagePool) {
        self.init(
            allocate: { byteCount in
                do {
                    return try pool.allocate(byteCount: byteCount)
                } catch {
                    preconditionFailure("no memory: \(error)")
                }
            },
            release: { memory, byteCount in pool.release(memory, byteCount: byteCount) }
        )
    }
}
