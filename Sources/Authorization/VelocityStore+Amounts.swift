/// Histories of least or greatest amounts: of the approvals in the window those alone that no later one makes needless,
/// at most one a tick, so that the oldest that is in the window is the answer.
extension VelocityStore {
    /// Notes an amount at a tick, which is not before the last; what it makes needless goes.
    ///
    /// - Complexity: what goes was noted once, so constant over all calls; where a chunk goes, linear in the chunks.
    mutating func note(_ amount: Int64, _ number: UInt32, tick: Int64, windowTicks: UInt32, isLeast: Bool) {
        evict(number, at: tick, windowTicks: windowTicks)
        while !isEmpty(number) {
            let newest = newest(number)
            let isNeedless = isLeast ? newest.sum >= amount : newest.sum <= amount
            guard isNeedless else { break }
            removeNewest(number)
        }
        let isKnown = !isEmpty(number) && newest(number).tick == UInt32(truncatingIfNeeded: tick)
        if !isKnown { restore(number, tick: tick, count: 1, sum: amount) }
    }

    /// The amount that counts at a tick, which is not before the last; `nil`: none is in the window.
    func amount(_ number: UInt32, at tick: Int64, windowTicks: UInt32) -> Int64? {
        let low = UInt32(truncatingIfNeeded: tick)
        guard tick - history(number).pointee.lastTick < Int64(windowTicks) else { return nil }
        var cursor = start(number)
        while let entry = next(number, &cursor) {
            if low &- entry.tick < windowTicks { return entry.sum }
        }
        return nil
    }

    private func newest(_ number: UInt32) -> Entry {
        let header = history(number)
        let chunk = header.pointee.lastChunk
        return entry(
            chunk == 0 ? number : chunk,
            Int(header.pointee.end) - 1,
            isChunk: chunk != 0,
            of: header
        )
    }

    private mutating func removeNewest(_ number: UInt32) {
        let header = history(number)
        let chunk = header.pointee.lastChunk
        let first = chunk == header.pointee.firstChunk ? Int(header.pointee.start) : 0
        let newest = newest(number)
        guard Int(header.pointee.end) - 1 > first else {
            guard chunk != header.pointee.firstChunk else { return clear(number) }
            header.pointee.count -= newest.count
            header.pointee.sum &-= newest.sum
            return removeLastChunk(number)
        }
        header.pointee.count -= newest.count
        header.pointee.sum &-= newest.sum
        header.pointee.end -= 1
    }

    /// Gives back the last of several chunks, in which nothing is left; the one before it is full.
    private mutating func removeLastChunk(_ number: UInt32) {
        let header = history(number)
        var chunk = header.pointee.firstChunk
        while history(chunk).pointee.next != header.pointee.lastChunk { chunk = history(chunk).pointee.next }
        _ = releaseChunk(header.pointee.lastChunk, last: header.pointee.lastChunk)
        header.pointee.lastChunk = chunk
        header.pointee.end = UInt8(capacity(isChunk: true, isWide: header.pointee.isWide))
    }
}
