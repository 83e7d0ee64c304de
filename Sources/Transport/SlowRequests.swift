internal import Platform
internal import Synchronization

/// Requests that were read at once and took long, and where their time went.
public struct SlowRequest: Sendable, Equatable {
    /// The connection's number.
    public var connectionNumber: UInt64
    /// How many requests were read at once and answered at once.
    public var requestCount: UInt32
    /// The newest record that they waited for; for a payment it is the payment's number.
    public var lsn: UInt64
    /// From reading their frames to handing the durable answers to the socket, in microseconds.
    public var microseconds: Int64
    /// Of these: from reading to the last decision.
    public var decideMicroseconds: Int64
    /// Until the journal took the records over.
    public var waitMicroseconds: Int64
    /// Until they were written.
    public var writeMicroseconds: Int64
    /// Until they were durable.
    public var syncMicroseconds: Int64
    /// Until the answers were handed to the socket.
    public var replyMicroseconds: Int64
    /// How many others were slow and not told since the last that was.
    public var leftOutCount: UInt64
}

/// Which requests took long, and which of them are told: so many a second.
final class SlowRequests: Sendable {
    /// From when on a request is slow, in microseconds; nil for never.
    let thresholdMicroseconds: Int64?
    private let perSecondMax: Int
    private let total = Atomic<UInt64>(0)
    private let decide = Atomic<UInt64>(0)
    private let wait = Atomic<UInt64>(0)
    private let write = Atomic<UInt64>(0)
    private let sync = Atomic<UInt64>(0)
    private let reply = Atomic<UInt64>(0)
    private let window = Locked(Window())

    private struct Window {
        var second: Int64 = 0
        var toldCount = 0
        var leftOutCount: UInt64 = 0
    }

    init(thresholdMilliseconds: Int64, perSecondMax: Int) {
        thresholdMicroseconds = thresholdMilliseconds > 0 ? thresholdMilliseconds * 1_000 : nil
        self.perSecondMax = perSecondMax
    }

    /// Requests that were slow so far.
    var count: UInt64 { total.load(ordering: .relaxed) }

    /// Where the time of all of them went: the microseconds of each stage, by the names that the log has for them.
    var stages: [(name: String, microseconds: UInt64)] {
        [
            ("decide", decide.load(ordering: .relaxed)), ("journal_wait", wait.load(ordering: .relaxed)),
            ("write", write.load(ordering: .relaxed)), ("sync", sync.load(ordering: .relaxed)),
            ("reply", reply.load(ordering: .relaxed)),
        ]
    }

    /// Counts slow requests; whether they are told, and how many were not since the last that were.
    func take(_ slow: SlowRequest, now: MonotonicInstant) -> UInt64? {
        let requestCount = slow.requestCount
        total.add(UInt64(requestCount), ordering: .relaxed)
        // Each of them waited as long as the others that were read with it.
        func add(_ microseconds: Int64, to stage: borrowing Atomic<UInt64>) {
            stage.add(UInt64(microseconds) &* UInt64(requestCount), ordering: .relaxed)
        }
        add(slow.decideMicroseconds, to: decide)
        add(slow.waitMicroseconds, to: wait)
        add(slow.writeMicroseconds, to: write)
        add(slow.syncMicroseconds, to: sync)
        add(slow.replyMicroseconds, to: reply)
        let second = now.microseconds / 1_000_000
        return window.withLock { window in
            if second != window.second {
                window.second = second
                window.toldCount = 0
            }
            guard window.toldCount < perSecondMax else {
                window.leftOutCount += UInt64(requestCount)
                return nil
            }
            window.toldCount += 1
            defer { window.leftOutCount = 0 }
            return window.leftOutCount
        }
    }
}

extension SlowRequest {
    /// Puts the moments of a batch in order.
    ///
    /// - Parameter commit: What the journal did; nil where that is not known any more.
    init(
        _ batch: RequestTiming.Batch,
        on connectionNumber: UInt64,
        commit: CommitMoments?,
        endedAt end: MonotonicInstant
    ) {
        self.connectionNumber = connectionNumber
        requestCount = batch.count
        lsn = batch.lsn
        microseconds = end.microseconds - batch.readAt.microseconds
        var last = batch.readAt.microseconds
        // A group can be taken over while the rest of what was read is decided: no stage ends before it began.
        func stage(until moment: Int64) -> Int64 {
            let reached = min(max(last, moment), end.microseconds)
            defer { last = reached }
            return reached - last
        }
        decideMicroseconds = stage(until: batch.decidedAt.microseconds)
        waitMicroseconds = stage(until: commit?.takenAt ?? end.microseconds)
        writeMicroseconds = stage(until: commit?.writtenAt ?? end.microseconds)
        syncMicroseconds = stage(until: commit?.durableAt ?? end.microseconds)
        replyMicroseconds = stage(until: end.microseconds)
        leftOutCount = 0
    }
}
