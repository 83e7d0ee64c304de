import Authorization
import Domain
import Journal
import Platform

extension SnapshotWriter {
    /// Notes from which record on each shard of counters has to be looked at, and what it has besides keys.
    func beginCounters() throws(SnapshotError) {
        let isOn = state.cards.withLock(0) { $0.policy.pointee.hasCounters }
        guard isOn else {
            // Nothing is counted before the configuration changes, and then everything begins again.
            let lsn = currentLSN
            included.setCounters(lsn)
            try write(.counterHeads, lsn: lsn, byteCount: 0)
            phase = .cardPlaces(next: 0)
            return
        }
        var byteCount = 0
        for shard in 0..<state.counters.count {
            let head = UnsafeMutableRawBufferPointer(rebasing: file.payload[(byteCount + 8)...])
            included.counters[shard] = hold(state.counters, shard, .counters) { counters in
                counters.encodeHead(into: head)
                return currentLSN
            }
            file.payload.storeBytes(of: included.counters[shard], toByteOffset: byteCount, as: UInt64.self)
            byteCount += 8 + CounterShard.headByteCount
        }
        for shard in 0..<state.cards.count {
            included.origins[shard] = hold(state.cards, shard, .origins) { cell in
                cell.keepsOrigins = true
                return currentLSN
            }
            file.payload.storeBytes(of: included.origins[shard], toByteOffset: byteCount, as: UInt64.self)
            byteCount += 8
        }
        try write(.counterHeads, items: state.counters.count, byteCount: byteCount)
        phase = .counters(shard: 0, next: 0)
    }

    /// Copies keys of counters, some under each lock, each with the newest record of that moment: what happens to a key
    /// afterwards is known by its record, and so are keys that are added behind.
    func copyCounters(_ first: Int, from next: Int) throws(SnapshotError) {
        var shard = first
        if next == 0 {
            while shard + 1 < state.counters.count, state.counters.withLock(shard, { $0.keyCount == 0 }) { shard += 1 }
        }
        let room = UnsafeMutableRawBufferPointer(
            rebasing: file.payload[..<(Piece.bytes + CounterShard.imageByteCountMax)]
        )
        var (record, count, byteCount) = (next, 0, 0)
        var isComplete = false
        for _ in 0..<Piece.perBlock where !isComplete && byteCount < Piece.bytes {
            let rest = UnsafeMutableRawBufferPointer(rebasing: room[byteCount...].prefix(Piece.counterBytes))
            hold(state.counters, shard, .counters) { counters in
                let copied = counters.encodeImages(
                    from: record,
                    looks: Piece.counterKeys,
                    lsn: currentLSN,
                    into: rest
                )
                record = copied.next
                count += copied.count
                byteCount += copied.byteCount
                isComplete = record >= counters.recordCount
            }
        }
        if count > 0 { try write(.counterKeys, part: UInt32(shard), items: count, byteCount: byteCount) }
        if !isComplete {
            phase = .counters(shard: shard, next: record)
        } else if shard + 1 < state.counters.count {
            phase = .counters(shard: shard + 1, next: 0)
        } else {
            phase = .origins(shard: 0, next: 0)
        }
    }

    /// Copies where payments were counted. Taking over the same again changes nothing, so that what is added meanwhile
    /// is known by its record.
    func copyOrigins(_ shard: Int, from next: UInt64) throws(SnapshotError) {
        let stride = MemoryLayout<PaymentOrigin>.stride
        var (count, following) = (0, Optional(next))
        for _ in 0..<Piece.perBlock {
            guard let payment = following else { break }
            following = hold(state.cards, shard, .origins) { cell in
                let following = cell.origins.forEach(from: payment, limit: Piece.origins) { origin in
                    file.payload.storeBytes(of: origin, toByteOffset: count * stride, as: PaymentOrigin.self)
                    count += 1
                }
                cell.keepsOrigins = following != nil
                return following
            }
        }
        if count > 0 { try write(.origins, part: UInt32(shard), items: count, byteCount: count * stride) }
        if let following {
            phase = .origins(shard: shard, next: following)
        } else {
            phase = shard + 1 < state.cards.count ? .origins(shard: shard + 1, next: 0) : .cardPlaces(next: 0)
        }
    }
}
