import Authorization
import Domain
import Journal
import Platform

extension SnapshotWriter {
    /// Copies the lists as they were at the beginning, a few entries under each lock: what changes meanwhile is known
    /// by its record, and what leaves a list meanwhile is still there.
    func copyLists(_ progress: ListsProgress) throws(SnapshotError) {
        var progress = progress
        guard let list = progress.list else {
            unpinLists()
            included.listsAlone = progress.lsn
            try write(.listsEnd, first: UInt64(progress.newestNumber), lsn: progress.lsn, byteCount: 0)
            phase = .requestIDs(shard: 0, next: 0)
            return
        }
        if progress.nextSlot == 0 {
            let byteCount = list.info.encodeHead(into: file.payload, floor: list.floor)
            try write(.list, first: UInt64(list.info.number), lsn: progress.lsn, byteCount: byteCount)
        }
        let (lsn, end) = (LogSequenceNumber(rawValue: progress.lsn), list.slotCount)
        var byteCount = 0
        var count = 0
        for _ in 0..<Piece.perBlock where progress.nextSlot < end {
            Pause.yield()
            let began = Hold.begin()
            let last = min(end, progress.nextSlot + Piece.listEntries)
            state.administration.withLock { _ in
                for slot in progress.nextSlot..<last {
                    guard let entry = list.info.table.entry(at: slot), entry.addedLSN <= lsn else { continue }
                    let rest = UnsafeMutableRawBufferPointer(rebasing: file.payload[byteCount...])
                    byteCount += entry.encode(into: rest, asOf: lsn)
                    count += 1
                }
            }
            note(began, .lists)
            progress.nextSlot = last
        }
        if count > 0 {
            try write(.listEntries, items: count, first: UInt64(list.info.number), byteCount: byteCount)
        }
        if progress.nextSlot >= end { progress.goOn() }
        phase = .lists(progress)
    }

    func unpinLists() {
        guard listsArePinned else { return }
        listsArePinned = false
        state.administration.withLock { $0.lists.unpin() }
    }
}
