import Platform

/// Runs a function on so many threads at once, and gives what they returned.
func inParallel<Value: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Value) throws -> [Value] {
    let results = Results<Value>(count)
    for index in 0..<count {
        _ = try WorkerThread(name: "parallel") {
            let value = body(index)
            results.state.update { $0[index] = value }
        }
    }
    return results.state.wait { values in
        let finished = values.compactMap { $0 }
        return finished.count == count ? finished : nil
    }
}

private final class Results<Value: Sendable>: Sendable {
    let state: Monitor<[Value?]>

    init(_ count: Int) { state = Monitor(Array(repeating: nil, count: count)) }
}

/// Where threads wait for each other, so that what follows begins at once.
final class Barrier: Sendable {
    private let missing: Monitor<Int>

    init(_ count: Int) { missing = Monitor(count) }

    func wait() {
        arrive()
        waitForOthers()
    }

    /// Counts without waiting.
    func arrive() { missing.update { $0 -= 1 } }

    /// Waits without counting.
    func waitForOthers() { missing.wait { $0 <= 0 ? () : nil } }
}

/// Calls its action at the Nth notice, counted over all threads.
final class Countdown: Sendable {
    private let left: Locked<Int>
    private let action: @Sendable () -> Void

    init(_ count: Int, _ action: @escaping @Sendable () -> Void) {
        left = Locked(max(count, 1))
        self.action = action
    }

    func notice() {
        let isTime = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isTime { action() }
    }
}
