internal import CLoadSockets
internal import Domain
internal import LoadModel
internal import LoadReport

/// One thread of a load: its connections, its generator, and what it saw.
///
/// All requests of a batch are written into the connection's buffer and leave in one system call; answers are read in
/// place. Nothing is allocated per request.
struct LoadLoop: ~Copyable {
    var model: LedgerModel
    var tally = Tally()
    var latencies = LatencyRecorder()
    /// Of those, the ones of requests that were decided.
    var acceptances = LatencyRecorder()
    /// Of those, the ones of requests that were refused.
    var refusals = LatencyRecorder()
    /// What became of the measured time from one slice to the next, if that is counted.
    var slices: LatencySlices?
    var lateness: LatenessGauge
    /// Answers within the measured time.
    var measured: UInt64 = 0
    /// What contradicted the model, the first few.
    var discrepancies: [Discrepancy] = []
    /// How many contradicted it.
    var discrepancyCount: UInt64 = 0
    /// The daemon announced that it goes away.
    var sawGoAway = false
    /// When the last answer came.
    var lastAnswerAt: UInt64 = 0

    let plan: LoadPlan
    let clock: LoadClock
    let thread: Int
    let threadCount: Int
    let progress: LoadProgress
    let templates: TemplateTable
    let sampler: KeySampler
    // SAFETY: allocated in init with `channelCount` elements, freed in deinit; the channels' own memory likewise.
    let channels: UnsafeMutablePointer<Channel>
    let channelCount: Int
    let poll: Int32
    var generator: SeededGenerator
    var transmissionTime: Int64 = 0
    var requestCounter: UInt64
    var issued: UInt64 = 0
    var inFlight = 0
    var turn = 0
    var sendUntil: UInt64
    let amountSpan: Int

    init(
        plan: LoadPlan,
        clock: LoadClock,
        model: consuming LedgerModel,
        links: [Link],
        depth: Int,
        thread: Int,
        threadCount: Int,
        sampler: KeySampler,
        progress: LoadProgress
    ) throws(LoadFailure) {
        self.plan = plan
        slices = plan.slices
        self.clock = clock
        self.model = model
        self.thread = thread
        self.threadCount = threadCount
        self.progress = progress
        self.sampler = sampler
        templates = TemplateTable(plan.frames.map(RequestTemplate.init(frame:)))
        generator = SeededGenerator(seed: mixed(plan.seed &+ UInt64(thread) &* 0x1234_5678_9ABC_DEF1))
        requestCounter = UInt64(thread) << 48
        amountSpan = Int(plan.amounts.upperBound - plan.amounts.lowerBound) + 1
        if case .open(_, let tolerance) = plan.pace {
            lateness = LatenessGauge(toleranceNanoseconds: tolerance)
        } else {
            lateness = LatenessGauge(toleranceNanoseconds: .max)
        }
        sendUntil = clock.end
        channelCount = links.count
        channels = .allocate(capacity: links.count)
        for (index, link) in links.enumerated() {
            (channels + index).initialize(
                to: Channel(link, depth: depth, frameByteCountMax: templates.frameByteCountMax)
            )
        }
        poll = cls_poll_create()
        guard poll >= 0 else { throw .socket(operation: "epoll_create1", code: -poll) }
        for (index, link) in links.enumerated() {
            let result = cls_poll_set(poll, link.descriptor, UInt32(index), 1, 0)
            guard result == 0 else { throw .socket(operation: "epoll_ctl", code: -result) }
        }
    }

    deinit {
        for index in 0..<channelCount { channels[index].release() }
        channels.deinitialize(count: channelCount)
        channels.deallocate()
        if poll >= 0 { cls_close(poll) }
    }

    /// Carries the load through: until all that was sent is answered, or nothing came for 30 seconds.
    mutating func run() throws(LoadFailure) {
        cls_exact_timers()
        switch plan.pace {
        case .closed: try runClosed(quota: .max)
        case .once(let total):
            let share = total / UInt64(threadCount) + (UInt64(thread) < total % UInt64(threadCount) ? 1 : 0)
            try runClosed(quota: share)
        case .open(let perSecond, _):
            let before = ConstantRate(startNanoseconds: clock.start, perSecond: plan.warmUpPerSecond ?? perSecond)
            let then = ConstantRate(startNanoseconds: clock.measureStart, perSecond: perSecond)
            try runOpen(ChangingRate(before, then: then))
        }
    }

    // MARK: Pacing

    mutating func runClosed(quota: UInt64) throws(LoadFailure) {
        var now = cls_monotonic_nanoseconds()
        transmissionTime = cls_realtime_microseconds()
        for index in 0..<channelCount {
            while channels[index].freeCount > 0, issued < quota { issue(index, startedAt: now) }
            now = cls_monotonic_nanoseconds()
        }
        for index in 0..<channelCount { try flush(index) }
        lastAnswerAt = now
        while inFlight > 0 {
            try wait(timeoutNanoseconds: 1_000_000_000) { (loop, index, at) throws(LoadFailure) in
                guard at < loop.sendUntil, !loop.sawGoAway else { return }
                while loop.channels[index].freeCount > 0, loop.issued < quota { loop.issue(index, startedAt: at) }
            }
            if isStuck { return }
        }
    }

    mutating func runOpen(_ schedule: ChangingRate) throws(LoadFailure) {
        var next = UInt64(thread)
        var due = schedule.due(next)
        var blockedUntil: UInt64 = 0
        lastAnswerAt = cls_monotonic_nanoseconds()
        while true {
            let now = cls_monotonic_nanoseconds()
            transmissionTime = cls_realtime_microseconds()
            var isBlocked = false
            // What is due at once goes through one connection, as a gateway pipelines; then it is the next one's turn.
            let first = turn
            var hasIssued = false
            while due <= now, due < clock.end, !sawGoAway {
                guard let index = freeChannel() else {
                    isBlocked = true
                    blockedUntil = now
                    break
                }
                hasIssued = true
                issue(index, startedAt: due)
                lateness.record(due: max(due, blockedUntil), sentAt: now)
                next += UInt64(threadCount)
                due = schedule.due(next)
            }
            if hasIssued {
                let touched = (turn + channelCount - first) % channelCount + 1
                for step in 0..<(isBlocked ? channelCount : touched) { try flush((first + step) % channelCount) }
                turn = following(turn)
            }
            if due >= clock.end || sawGoAway, inFlight == 0 { return }
            let later = cls_monotonic_nanoseconds()
            let pause = due >= clock.end || isBlocked ? 1_000_000_000 : due > later ? Int64(due - later) : 0
            try wait(timeoutNanoseconds: pause) { (_, _, _) throws(LoadFailure) in }
            if isBlocked { blockedUntil = cls_monotonic_nanoseconds() }
            if isStuck { return }
        }
    }

    /// The connection whose turn it is, or the next that can take a request.
    mutating func freeChannel() -> Int? {
        for _ in 0..<channelCount {
            if channels[turn].freeCount > 0 { return turn }
            turn = following(turn)
        }
        return nil
    }

    private func following(_ index: Int) -> Int { index + 1 == channelCount ? 0 : index + 1 }

    /// Nothing was answered for 30 seconds, though something is in flight.
    var isStuck: Bool {
        let now = cls_monotonic_nanoseconds()
        return inFlight > 0 && now > lastAnswerAt + 30_000_000_000 && now > clock.start
    }

    // MARK: Sending

    @inline(__always)
    mutating func issue(_ index: Int, startedAt: UInt64) {
        let card = sampler.next(&generator)
        let bits = generator.next()
        let amount =
            plan.amounts.lowerBound
            + Int64(truncatingIfNeeded: ((bits >> 32) &* UInt64(amountSpan)) >> 32)
        let template = Int(truncatingIfNeeded: ((bits & 0xFFFF) &* UInt64(templates.count)) >> 16)
        channels[index].reserve(templates.frameByteCountMax)
        channels[index].freeCount -= 1
        let slot = Int(channels[index].free[channels[index].freeCount])
        let generation = channels[index].slots[slot].generation &+ 1
        channels[index].slots[slot] = Slot(
            startedAt: startedAt,
            amount: amount,
            card: UInt32(truncatingIfNeeded: card),
            generation: generation
        )
        requestCounter += 1
        let size = templates.write(
            template: template,
            to: channels[index].output + channels[index].outputEnd,
            correlation: UInt64(generation) << 16 | UInt64(slot),
            request: RequestID(high: plan.requestIDHigh, low: mixed(requestCounter)),
            token: plan.naming.token(ordinal: card),
            amount: amount,
            transmissionTime: transmissionTime
        )
        channels[index].outputEnd += size
        inFlight += 1
        issued += 1
        tally.sent += 1
    }

    mutating func flush(_ index: Int) throws(LoadFailure) {
        let done = try channels[index].flush()
        if done == channels[index].wantsWrite {
            channels[index].wantsWrite = !done
            let result = cls_poll_set(poll, channels[index].descriptor, UInt32(index), 0, done ? 0 : 1)
            guard result == 0 else { throw .socket(operation: "epoll_ctl", code: -result) }
        }
    }
}
