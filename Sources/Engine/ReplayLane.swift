import Platform

/// Applies batches on a thread of its own, one after the other, while the next are being read.
///
/// Waking a thread takes as long as many records: where one of the two has to wait, it waits until there is work for a
/// while.
final class ReplayLane: Sendable {
    private struct State {
        var waiting: [ReplayBatch] = []
        var free: [ReplayBatch] = (0..<ReplayLane.spareCount).map { _ in ReplayBatch() }
        /// Whether this thread works on a batch; else, whether it found none.
        var isBusy = false
        var isIdle = false
        /// Whether the other found no free batch.
        var isStalled = false
        /// Whether there will be no more, for now or for good.
        var isDraining = false
        var isEnding = false
        var failure: EngineError?
    }

    private let cards: CardReplay
    private let state = Monitor(State())
    private let thread = Locked<WorkerThread?>(nil)

    /// How many batches there are besides the one that is being filled.
    private static let spareCount = 16
    /// How many make it worth while to wake who waits for one.
    private static let wakeCount = 8

    init(_ cards: CardReplay) { self.cards = cards }

    /// Starts the thread.
    ///
    /// - Throws: when the kernel gives none.
    func start() throws(PlatformError) {
        var thread: WorkerThread? = try WorkerThread(name: "replay") { self.run() }
        self.thread.withLock { swap(&$0, &thread) }
    }

    /// Hands a batch over, and gives an empty one; waits while all are in use.
    ///
    /// - Returns: an empty batch, and why one that was handed over could not be applied.
    func exchange(_ batch: ReplayBatch) -> (batch: ReplayBatch, failure: EngineError?) {
        state.updateWaking { state in
            state.waiting.append(batch)
            return state.waiting.count == Self.wakeCount
        }
        return state.wait { state in
            state.isStalled = state.free.count < (state.isStalled ? Self.wakeCount : 1)
            return state.isStalled ? nil : state.free.popLast().map { ($0, state.failure) }
        }
    }

    /// Waits until all that was handed over has been applied.
    ///
    /// - Returns: why it could not be.
    func drain() -> EngineError? {
        state.update { $0.isDraining = true }
        return state.wait { state -> EngineError?? in
            guard state.waiting.isEmpty, !state.isBusy else { return nil }
            state.isDraining = false
            return .some(state.failure)
        }
    }

    /// Ends the thread, which applies what was handed over before. May be called again, to no effect.
    func end() {
        state.update { $0.isEnding = true }
        var thread: WorkerThread?
        self.thread.withLock { swap(&$0, &thread) }
        if let thread = thread.take() { thread.join() }
    }

    private func run() {
        while let (batch, hasFailed) = next() {
            let failure = hasFailed ? nil : cards.apply(batch)
            batch.clear()
            state.updateWaking { state in
                state.free.append(batch)
                state.isBusy = false
                if state.failure == nil { state.failure = failure }
                return state.free.count == Self.wakeCount || state.waiting.isEmpty
            }
        }
    }

    /// The next batch; `nil` at the end.
    private func next() -> (ReplayBatch, hasFailed: Bool)? {
        state.wait { state -> (ReplayBatch, hasFailed: Bool)?? in
            let wanted = state.isIdle && !state.isDraining && !state.isEnding ? Self.wakeCount : 1
            state.isIdle = state.waiting.count < wanted
            guard !state.isIdle else { return state.isEnding ? .some(nil) : nil }
            state.isBusy = true
            return (state.waiting.removeFirst(), state.failure != nil)
        }
    }
}
