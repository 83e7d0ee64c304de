internal import Platform
internal import Synchronization

extension Journal {
    /// Puts a record behind all others. It is durable once `durableLSN` has reached its LSN.
    ///
    /// Never waits and never fails, because whoever calls it holds what the record was decided on.
    ///
    /// - Parameters:
    ///   - kind: The caller's own.
    ///   - time: The caller's own, microseconds.
    ///   - payload: Copied. There must be room: `hasRoom(forAppenders:)` said so before, or `waitForRoom(byteCount:)`.
    /// - Complexity: One short critical section: a number is given out and the payload copied.
    public func append(kind: UInt16, time: Int64, payload: UnsafeRawBufferPointer) -> Appended {
        precondition(payload.count <= options.largePayloadByteCountMax, "no record is that long")
        let byteCount = RecordFormat.byteCount(payload: payload.count)
        var wasIdle = false
        let appended = fill.withLock { fill in
            precondition(fill.count + byteCount <= fill.room, "whoever appends asks for room first")
            let appended = fill.append(kind: kind, time: time, payload: payload, byteCount: byteCount)
            fillCount.storeRelaxed(fill.count)
            wasIdle = fill.isIdle
            fill.isIdle = false
            return appended
        }
        if wasIdle { wake.raise() }
        return appended
    }

    /// Asks the processor for what `hasRoom` and `append` will touch: other threads have written it last.
    public func prefetch() {
        fill.prefetch()
        fillCount.prefetch()
    }

    /// Whether as many threads may each append one ordinary record now; if not, answer "busy", or "no storage" when
    /// `isOutOfSpace`.
    ///
    /// - Parameter count: All threads that could append at the same time, the caller included; no more than
    ///   `JournalOptions.appenderCount`.
    /// - Complexity: Three atomic reads.
    public func hasRoom(forAppenders count: Int) -> Bool {
        let most = RecordFormat.byteCount(payload: options.payloadByteCountMax)
        return fillCount.loadRelaxed() + count * most <= capacity.load(ordering: .relaxed)
            && !isStopped.load(ordering: .relaxed)
    }

    /// Whether the disk has no room for the next segment and the one in use is nearly full. What was appended is not
    /// concerned: its place exists. Ends by itself when there is room.
    ///
    /// - Complexity: Two atomic reads.
    public var isOutOfSpace: Bool {
        capacity.load(ordering: .relaxed) < options.bufferByteCount && preparer.isFailing
    }

    /// Waits until one record with such a payload fits, for the rare and large ones.
    ///
    /// Room is kept only if the caller also keeps others from appending.
    ///
    /// - Throws: `.stopped`, `.outOfSpace`.
    public func waitForRoom(byteCount payload: Int) throws(JournalError) {
        precondition(payload <= options.largePayloadByteCountMax, "no record is that long")
        let byteCount = RecordFormat.byteCount(payload: payload)
        var isOut = false
        try wait {
            isOut = isOutOfSpace
            return fillCount.load() + byteCount
                <= capacity.load(ordering: .sequentiallyConsistent) || isOut
        }
        // Even where this one would still fit: large records are left out first.
        if isOut { throw .outOfSpace }
    }

    /// Gives out this much of the fill buffer from now on; under the appenders' lock.
    ///
    /// Whoever has asked before may still append one record; the reserve is for those.
    func setCapacity(_ byteCount: Int) {
        capacity.store(byteCount, ordering: .sequentiallyConsistent)
    }

    /// Waits until a record is durable, for threads that may wait.
    ///
    /// - Throws: `.stopped` when it never will be.
    public func waitUntilDurable(_ lsn: UInt64) throws(JournalError) {
        try wait { durable.load(ordering: .sequentiallyConsistent) >= lsn }
    }

    func wait(until condition: () -> Bool) throws(JournalError) {
        if condition() { return }
        if let whileWaiting = options.whileWaiting { return try step(whileWaiting, until: condition) }
        // Counted before looking again: the journal's thread publishes first and looks at the count after.
        waiterCount.add(1, ordering: .sequentiallyConsistent)
        defer { waiterCount.subtract(1, ordering: .sequentiallyConsistent) }
        let isReached = progress.wait { _ in
            if condition() { return true }
            return isStopped.load(ordering: .sequentiallyConsistent) ? false : nil
        }
        guard isReached else { throw .stopped }
    }

    private func step(_ whileWaiting: () -> Void, until condition: () -> Bool) throws(JournalError) {
        while !condition() {
            guard !isStopped.load(ordering: .sequentiallyConsistent) else { throw .stopped }
            whileWaiting()
        }
    }

    func wakeWaiters() {
        if waiterCount.load(ordering: .sequentiallyConsistent) > 0 { progress.update { _ in } }
    }
}
