internal import Platform

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
        /// Tried again after a while, or at once when somebody needs it.
        case failed(SegmentHeader, JournalError)
        case stopped
    }

    /// How long a full disk is left alone before the next attempt.
    private static let retryNanoseconds: Int64 = 1_000_000_000

    private let storage: any JournalStorage
    private let state = Monitor<State>(.idle)

    /// Whether there is no thread, and who takes a segment has it made.
    private let isStepped: Bool

    init(storage: any JournalStorage, isStepped: Bool = false) {
        self.storage = storage
        self.isStepped = isStepped
    }

    /// Asks for a segment, to be ready some time.
    func want(_ header: SegmentHeader) {
        state.update { state in
            guard case .idle = state else { return }
            state = .wanted(header)
        }
    }

    /// Waits for the segment that was wanted.
    ///
    /// - Throws: What stood in the way at an attempt made after this call, or `.stopped`.
    func take() throws(JournalError) -> Prepared {
        var mayRetry = true
        state.update { state in
            if case .failed(let header, _) = state {
                state = .wanted(header)
                mayRetry = false
            }
        }
        while true {
            if isStepped { prepareOnce() }
            let outcome = state.wait { state -> Result<Prepared, JournalError>? in
                switch state {
                case .idle: preconditionFailure("a segment is wanted before it is taken")
                case .wanted, .working: return nil
                case .ready(let prepared):
                    state = .idle
                    return .success(prepared)
                case .failed(_, let error): return .failure(error)
                case .stopped: return .failure(.stopped)
                }
            }
            // An attempt that was under way when this began may have failed for want of what is there by now.
            guard case .failure(let error) = outcome, error != .stopped, mayRetry else { return try outcome.get() }
            mayRetry = false
            state.update { state in
                if case .failed(let header, _) = state { state = .wanted(header) }
            }
        }
    }

    /// Whether a segment is ready to be taken.
    var isReady: Bool {
        state.read { state in
            if case .ready = state { true } else { false }
        }
    }

    /// Why the last attempt failed; nil when none did.
    var problem: JournalError? {
        state.read { state in
            if case .failed(_, let error) = state { error } else { nil }
        }
    }

    /// Ends `run()` and every wait.
    func stop() {
        state.update { $0 = .stopped }
    }

    /// The thread's work, until `stop()`.
    func run() {
        while let header = nextWanted() { attempt(header) }
    }

    /// Makes the segment that is wanted, if one is; for simulations, in the place of the thread.
    func prepareOnce() {
        let wanted = state.update { state -> SegmentHeader? in
            guard case .wanted(let header) = state else { return nil }
            state = .working(header)
            return header
        }
        if let wanted { attempt(wanted) }
    }

    /// The time to try again after a failure has come; for simulations.
    func retryOnce() {
        state.update { state in
            if case .failed(let header, _) = state { state = .wanted(header) }
        }
        prepareOnce()
    }

    private func attempt(_ header: SegmentHeader) {
        let outcome = Result { () throws(JournalError) in
            try Self.prepare(header, in: storage, keepGoing: { !self.isStopped })
        }
        state.update { state in
            guard case .working = state else { return }
            switch outcome {
            case .success(let prepared?): state = .ready(prepared)
            case .success(nil): state = .stopped
            case .failure(let error):
                CoverageMark.reach("journal: a segment could not be prepared")
                state = .failed(header, error)
            }
        }
    }

    private var isStopped: Bool {
        state.read { state in
            if case .stopped = state { true } else { false }
        }
    }

    private func nextWanted() -> SegmentHeader? {
        while true {
            let deadline = Clock.monotonicNanoseconds() + Self.retryNanoseconds
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
            if problem == nil { return state.wait(for: look) }
            if let answer = state.wait(untilNanoseconds: deadline, for: look) { return answer }
            state.update { state in
                if case .failed(let header, _) = state { state = .wanted(header) }
            }
        }
    }

    /// Creates a segment: filled with zeros under a passing name, then its header, then its final name.
    ///
    /// - Returns: Nil when `keepGoing` said no.
    static func prepare(
        _ header: SegmentHeader,
        in storage: any JournalStorage,
        keepGoing: () -> Bool
    ) throws(JournalError) -> Prepared? {
        let name = SegmentHeader.fileName(header.index)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: SegmentHeader.byteCount, alignment: 4_096)
        defer { bytes.deallocate() }
        header.write(into: bytes)
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
            try storage.synchronizeNames()
            return Prepared(header: header, file: created)
        } catch {
            // What was created so far gives its space back, should the disk be full.
            try? removePassing(in: storage)
            throw .storage(error)
        }
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
