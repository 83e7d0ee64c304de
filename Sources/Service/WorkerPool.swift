import Platform

/// A few threads for work that may wait for a disk or take a while: what an event loop must not do.
///
/// The queue is bounded: who submits asks `hasRoom` first, and answers "busy" if there is none.
final class WorkerPool: Sendable {
    private struct State: ~Copyable {
        var jobs: [@Sendable () -> Void] = []
        var next = 0
        var isStopping = false

        var waitingCount: Int { jobs.count - next }

        mutating func take() -> (@Sendable () -> Void)? {
            guard next < jobs.count else { return nil }
            let job = jobs[next]
            // What a job holds goes with it, and not when the queue happens to be empty, which it may never be.
            jobs[next] = {}
            next += 1
            if next == jobs.count {
                jobs.removeAll(keepingCapacity: true)
                next = 0
            } else if next >= Self.doneCountMax {
                jobs.removeFirst(next)
                next = 0
            }
            return job
        }

        /// Places of jobs that are done, which are given back together.
        private static let doneCountMax = 64
    }

    /// Jobs that may wait at the same time, but for one more of each event loop.
    private let jobCountMax: Int
    private let state = Monitor(State())
    private let threads = Locked<Threads>(Threads())

    private struct Threads: ~Copyable {
        var first: WorkerThread?
        var second: WorkerThread?
    }

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - name: What the threads are called, with a number behind it; at most 13 bytes.
    ///   - isStepped: For simulations: there are no threads, and jobs wait for `runOne()`.
    /// - Throws: when the kernel gives no thread.
    init(_ name: String, jobCountMax: Int, isStepped: Bool = false) throws(PlatformError) {
        self.jobCountMax = jobCountMax
        if isStepped { return }
        let first = try WorkerThread(name: "\(name)-1") { self.run() }
        let second = try WorkerThread(name: "\(name)-2") { self.run() }
        var started = Threads(first: consume first, second: consume second)
        threads.withLock { swap(&$0, &started) }
    }

    /// Whether one more job for each event loop may wait.
    var hasRoom: Bool { state.read { $0.waitingCount < jobCountMax } }

    /// Jobs that wait.
    var waitingCount: Int { state.read { $0.waitingCount } }

    /// Has the job run on one of the threads; after `stop` it is dropped.
    func submit(_ job: @escaping @Sendable () -> Void) {
        state.update { if !$0.isStopping { $0.jobs.append(job) } }
    }

    /// Whether it was told to stop: jobs that take long say so instead.
    var isStopping: Bool { state.read { $0.isStopping } }

    /// Finishes the jobs that wait, and ends the threads. New jobs are refused.
    func stop() {
        state.update { $0.isStopping = true }
        var started = Threads()
        threads.withLock { swap(&$0, &started) }
        if let first = started.first.take() { first.join() }
        if let second = started.second.take() { second.join() }
    }

    /// Runs the job that waits longest, on the calling thread.
    ///
    /// - Returns: whether there was one.
    func runOne() -> Bool {
        guard let job = state.update({ $0.take() }) else { return false }
        job()
        return true
    }

    /// Forgets the jobs that wait.
    func drop() {
        state.update {
            $0.jobs.removeAll()
            $0.next = 0
        }
    }

    private enum Step {
        case run(@Sendable () -> Void)
        case end
    }

    private func run() {
        while true {
            let step: Step = state.wait { state in
                if let job = state.take() { return .run(job) }
                return state.isStopping ? .end : nil
            }
            switch step {
            case .run(let job): job()
            case .end: return
            }
        }
    }
}
