import Authorization
import Domain
import Journal
import Platform

extension SnapshotRestore {
    /// - Returns: what is wrong with a block of counters; `nil` when it was taken over.
    mutating func takeCounters(_ block: SnapshotFileReader.Block, _ kind: SnapshotKind) -> String? {
        if let finding = putPolicyInForce() { return finding }
        switch kind {
        case .counterHeads: return takeHeads(block)
        case .counterKeys: return takeKeys(block)
        default: return takeOrigins(block)
        }
    }

    private mutating func takeHeads(_ block: SnapshotFileReader.Block) -> String? {
        guard block.content.itemCount > 0 else {
            included.setCounters(block.content.lsn)
            return nil
        }
        let headByteCount = 8 + CounterShard.headByteCount
        let shardCount = state.counters.count
        guard Int(block.content.itemCount) == shardCount,
            block.payload.count == shardCount * headByteCount + state.cards.count * 8
        else { return "another number of shards of counters" }
        for shard in 0..<shardCount {
            let at = shard * headByteCount
            included.counters[shard] = block.payload.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            state.places.counters.state(shard).pointee.restore(
                head: UnsafeRawBufferPointer(rebasing: block.payload[(at + 8)..<(at + headByteCount)])
            )
        }
        for shard in 0..<state.cards.count {
            let at = shardCount * headByteCount + shard * 8
            included.origins[shard] = block.payload.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        }
        return nil
    }

    private func takeKeys(_ block: SnapshotFileReader.Block) -> String? {
        let shard = Int(block.content.part)
        guard shard < state.counters.count else { return "a shard of counters that there is not" }
        do throws(EventError) {
            try state.places.counters.state(shard).pointee.restore(
                images: block.payload,
                count: Int(block.content.itemCount)
            )
        } catch {
            return "counters that cannot be read: \(error)"
        }
        return nil
    }

    private func takeOrigins(_ block: SnapshotFileReader.Block) -> String? {
        let shard = Int(block.content.part)
        guard shard < state.cards.count else { return "a card shard that there is not" }
        return takeArray(block, of: PaymentOrigin.self) { origins in
            for origin in origins { state.places.cards.state(shard).pointee.origins.put(origin) }
        }
    }
}
