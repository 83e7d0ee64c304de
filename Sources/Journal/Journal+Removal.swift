internal import Platform

extension Journal {
    /// Removes the oldest segments, as far as all their records come before one. Such records are gone for good.
    ///
    /// A crash in between leaves a journal that begins with any of the segments that were to go. That they were removed
    /// is durable before they go: a start refuses a journal which begins later than that, because a file got lost.
    ///
    /// - Parameters:
    ///   - lsn: The oldest record to keep; durable.
    ///   - keptCount: How many segments stay at least, the one that is being written included.
    /// - Returns: How many segments were removed.
    /// - Throws: `.storage`; what was not removed can be another time.
    public func removeSegments(before lsn: UInt64, keeping keptCount: Int) throws(JournalError) -> Int {
        precondition(keptCount >= 1, "the segment that is being written stays")
        guard let entry = index.withLock({ $0.entry(having: lsn) }) else { return 0 }
        var count = 0
        while let extent = segments.removeFirst(endingBefore: entry.start, keeping: keptCount) {
            index.withLock { $0.removeEntries(before: extent.end) }
            do throws(PlatformError) {
                if let index = SegmentHeader.index(ofFile: extent.name) { try RemovalMark.put(index + 1, in: storage) }
                try storage.remove(extent.name)
                // One after the other: a missing segment between two others would be damage.
                try storage.synchronizeNames()
            } catch {
                throw .storage(error)
            }
            CoverageMark.reach("journal: a segment was removed")
            count += 1
        }
        return count
    }
}
