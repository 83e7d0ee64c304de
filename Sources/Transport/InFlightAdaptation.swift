/// Works out how many requests may be in flight from how the journal and the event loops get on. A pure value.
///
/// By Little's law a request is in flight for as long as (requests in flight) / (requests answered per time). While the
/// journal never rests, that is what the next request has to wait, and (rate) x (target time) is how many may be in
/// flight for it to wait no longer than the target: a few commits, so that one group fills while another is written,
/// however slow the disk is.
///
/// Where the processors are the bottleneck the journal rests, and requests wait in the sockets, where nobody counts
/// them. What tells of them is that most of what is read comes in reads that took all that one may take: then too the
/// rate is what the machine can do, and all that it brings is to be refused, because that is the only thing that is
/// done faster than it comes.
///
/// While neither is so, the rate does not say what could be done; then the bound grows again, so that bursts are taken
/// in.
struct InFlightAdaptation: Sendable {
    /// The smallest window that says something, in microseconds.
    static let windowMicroseconds: Int64 = 20_000
    /// And in commits.
    static let windowCommitCount = 8
    /// How many commits' time a request may be in flight.
    static let targetCommitCount: Int64 = 4
    /// But not less than this, in microseconds: shorter times are lost in those of waking threads.
    static let targetMicrosecondsMin: Int64 = 2_000
    /// A commit that came so many times later than most: the journal had nothing to do.
    static let restFactor: Int64 = 4
    /// So many are allowed in any case: a client that uses all of its credit, alone, is no overload.
    static let boundMin = 1_024
    /// Where it begins.
    static let boundAtStart = 4_096

    /// The most that it ever allows.
    let maximum: Int
    /// What it allows now.
    private(set) var bound: Int

    /// The sample that the window begins with.
    private var first: Sample?
    private var lastAt: Int64 = 0
    private var commitCount = 0
    private var inFlightSum = 0
    private var longestGap: Int64 = 0

    init(maximum: Int) {
        self.maximum = maximum
        bound = min(maximum, Self.boundAtStart)
    }

    /// What is known when a group was committed.
    struct Sample {
        /// The newest record in it.
        var lsn: UInt64
        /// Requests in flight before those in it are answered.
        var inFlight: Int
        /// Requests refused as too many since the start.
        var refusedCount: UInt64
        /// Bytes read since the start.
        var readByteCount: UInt64 = 0
        /// Of these, bytes of reads that took as much as one may.
        var fullReadByteCount: UInt64 = 0
        /// The monotonic clock, in microseconds.
        var now: Int64
    }

    /// A group was committed.
    mutating func committed(_ sample: Sample) {
        guard let first else {
            (first, lastAt) = (sample, sample.now)
            return
        }
        commitCount += 1
        inFlightSum += sample.inFlight
        longestGap = max(longestGap, sample.now - lastAt)
        lastAt = sample.now
        guard sample.now - first.now >= Self.windowMicroseconds, commitCount >= Self.windowCommitCount else { return }
        adapt(from: first, to: sample)
        self.first = sample
        (commitCount, inFlightSum, longestGap) = (0, 0, 0)
    }

    private mutating func adapt(from first: Sample, to last: Sample) {
        let elapsed = last.now - first.now
        let cycle = max(1, elapsed / Int64(commitCount))
        let target = max(Self.targetMicrosecondsMin, Self.targetCommitCount * cycle)
        let recordCount = last.lsn - min(last.lsn, first.lsn)
        let wanted = Int(
            clamping: recordCount.multipliedReportingOverflow(by: UInt64(target)).partialValue / UInt64(elapsed)
        )
        let isRefusing = last.refusedCount > first.refusedCount
        let isJournalBusy = longestGap <= Self.restFactor * cycle
        let areLoopsBehind =
            (last.fullReadByteCount - first.fullReadByteCount) * 2 > last.readByteCount - first.readByteCount
        if areLoopsBehind {
            // Until they are not: how much they can refuse beside what they decide is in no figure.
            bound = min(bound, wanted) / 4 * 3
        } else if isJournalBusy, isRefusing || inFlightSum / commitCount > wanted {
            bound += (wanted - bound) / 2
        } else if !isRefusing {
            bound += bound / 4 + 1
        } else if !isJournalBusy {
            bound += bound / 16 + 1
        }
        bound = max(min(Self.boundMin, maximum), min(bound, maximum))
    }
}
