internal import Platform
internal import Synchronization

/// Prepares the next segment on a thread of its own, so that changing to it costs a commit nothing.
final class SegmentPreparer: Sendable {
    /// A segment with its header, durable, under its final name.
    struct Prepared: Sendable {
        let header: SegmentHeader
        let file: any JournalFile
    }

    private enum State {
        case idle
        case wanted(SegmentHeader)
        case working(SegmentHeader)
        case ready(Prepared)
        /// Tried again when the time has come.
        case failed(SegmentHeader)
        case stopped
    }

    /// How long a disk is left alone after a failed attempt; doubles up to the longest.
    private static let firstRetryNanoseconds: Int64 = 100_000_000
    private static let longestRetryNanoseconds: Int64 = 2_000_000_000

    private let storage: any JournalStorage
    private let state = Monitor<State>(.idle)
    private let lastProblem = Locked<JournalError?>(nil)
    private let readyFlag = Atomic<Bool>(false)
    private let failingFlag = Atomic<Bool>(false)
    private let fatalFlag = Atomic<Bool>(false)

    init(storage: any JournalStorage) {
        self.storage = storage
    }

    /// Asks for a segment, to be ready some time.
    func want(_ header: SegmentHeader) {
        state.update { state in
            guard case .idle = state else { return }
            state = .wanted(header)
        }
    }

    /// Gives the segment that was wanted; nil when it is not ready.
    func take() -> Prepared? {
        state.update { state in
            guard case .ready(let prepared) = state else { return nil }
            readyFlag.store(false, ordering: .releasing)
            state = .idle
            return prepared
        }
    }

    /// Whether a segment is ready to be taken.
    var isReady: Bool { readyFlag.load(ordering: .acquiring) }

    /// Whether the last attempt that ended has failed.
    var isFailing: Bool { failingFlag.load(ordering: .acquiring) }

    /// Why the last attempt that ended failed; nil when it did not, and when there was none.
    var problem: JournalError? { lastProblem.withLock { $0 } }

    /// A problem that trying again does not make good: nobody knows what is durable.
    var fatalProblem: JournalError? { fatalFlag.load(ordering: .acquiring) ? problem : nil }

    /// Ends `run()`.
    func stop() {
        state.update { $0 = .stopped }
    }

    /// The thread's work, until `stop()`.
    ///
    /// - Parameter onOutcome: Called after every attempt, however it ended.
    func run(onOutcome: () -> Void) {
        var pause = Self.firstRetryNanoseconds
        while let header = nextWanted(pause) {
            pause = attempt(header) ? Self.firstRetryNanoseconds : min(2 * pause, Self.longestRetryNanoseconds)
            onOutcome()
        }
    }

    /// Makes the segment that is wanted, if one is; for simulations, in the place of the thread.
    func prepareOnce() {
        let wanted = state.update { state -> SegmentHeader? in
            guard case .wanted(let header) = state else { return nil }
            state = .working(header)
            return header
        }
        if let wanted { _ = attempt(wanted) }
    }

    /// The time to try again after a failure has come; for simulations.
    func retryOnce() {
        state.update { state in
            if case .failed(let header) = state { state = .wanted(header) }
        }
        prepareOnce()
    }

    /// - Returns: Whether it has not failed.
    private func attempt(_ header: SegmentHeader) -> Bool {
        do throws(Failure) {
            finish(try Self.prepare(header, in: storage, keepGoing: { !self.isStopped }))
            return true
        } catch {
            CoverageMark.reach("journal: a segment could not be prepared")
            fail(header, error)
            return false
        }
    }

    private func finish(_ prepared: Prepared?) {
        lastProblem.withLock { $0 = nil }
        failingFlag.store(false, ordering: .releasing)
        state.update { state in
            guard case .working = state else { return }
            guard let prepared else {
                state = .stopped
                return
            }
            state = .ready(prepared)
            readyFlag.store(true, ordering: .releasing)
        }
    }

    private func fail(_ header: SegmentHeader, _ failure: Failure) {
        lastProblem.withLock { $0 = failure.cause }
        failingFlag.store(true, ordering: .releasing)
        if failure.isFatal { fatalFlag.store(true, ordering: .releasing) }
        state.update { state in
            guard case .working = state else { return }
            state = failure.isFatal ? .stopped : .failed(header)
        }
    }

    private var isStopped: Bool {
        state.read { state in
            if case .stopped = state { true } else { false }
        }
    }

    /// Waits for something to do.
    ///
    /// - Parameter pause: How long after a failure the next attempt comes, nanoseconds.
    private func nextWanted(_ pause: Int64) -> SegmentHeader? {
        let look: (inout State) -> SegmentHeader?? = { state in
            switch state {
            case .wanted(let header):
                state = .working(header)
                return .some(header)
            case .stopped: return .some(nil)
            case .idle, .working, .ready, .failed: return nil
            }
        }
        // Only this thread sets a failure, so none can come while it waits here.
        guard isFailing else { return state.wait(for: look) }
        let retry = Clock.monotonicNanoseconds() + pause
        if let answer = state.wait(untilNanoseconds: retry, for: look) { return answer }
        return state.update { state in
            switch state {
            case .failed(let header):
                state = .working(header)
                return header
            case .idle, .wanted, .working, .ready, .stopped: return nil
            }
        }
    }

    /// Why a segment was not prepared.
    struct Failure: Error {
        let cause: JournalError
        /// Whether names that were not synchronized may be taken for durable by the next attempt.
        let isFatal: Bool
    }

    /// Creates a segment: filled with zeros under a passing name, then its header, then its final name.
    ///
    /// Nothing of an attempt that failed is used again, so the next may succeed. Only names are beyond help: after a
    /// failed synchronization of the directory a later one may succeed without having written them.
    ///
    /// - Returns: Nil when `keepGoing` said no.
    static func prepare(
        _ header: SegmentHeader,
        in storage: any JournalStorage,
        keepGoing: () -> Bool
    ) throws(Failure) -> Prepared? {
        let name = SegmentHeader.fileName(header.index)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: SegmentHeader.byteCount, alignment: 4_096)
        defer { bytes.deallocate() }
        header.write(into: bytes)
        let file: any JournalFile
        do throws(PlatformError) {
            try removePassing(in: storage)
            let created = try storage.create(
                name + passingSuffix,
                byteCount: header.segmentByteCount,
                keepGoing: keepGoing
            )
            guard let created else {
                try removePassing(in: storage)
                return nil
            }
            try created.write(UnsafeRawBufferPointer(bytes), at: 0)
            try created.synchronize()
            try storage.rename(name + passingSuffix, to: name)
            file = created
        } catch {
            // What was created so far gives its space back, should the disk be full.
            try? removePassing(in: storage)
            throw Failure(cause: .storage(error), isFatal: false)
        }
        do throws(PlatformError) {
            try storage.synchronizeNames()
        } catch {
            throw Failure(cause: .storage(error), isFatal: true)
        }
        return Prepared(header: header, file: file)
    }

    /// The end of the name that a segment has before it is whole.
    static let passingSuffix = ".new"

    /// Removes what an interrupted preparation has left.
    static func removePassing(in storage: any JournalStorage) throws(PlatformError) {
        for name in try storage.names() where name.hasSuffix(passingSuffix) {
            CoverageMark.reach("journal: an unfinished segment was removed")
            try storage.remove(name)
        }
    }
}
