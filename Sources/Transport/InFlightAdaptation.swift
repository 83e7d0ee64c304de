/// Works out how many requests may be in flight from how the journal gets on. A pure value.
///
/// By Little's law a request is in flight for as long as (requests in flight) / (requests answered per time). While the
/// journal never rests, that is what the next request has to wait, and (rate) x (target time) is how many may be in
/// flight for it to wait no longer than the target: a few commits, so that one group fills while another is written,
/// however slow the disk is. While the journal rests now and then, its rate does not say what it could do; then the
/// bound grows again, so that bursts are taken in.
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

    private var beganAt: Int64?
    private var firstLSN: UInt64 = 0
    private var refusedBefore: UInt64 = 0
    private var lastAt: Int64 = 0
    private var commitCount = 0
    private var inFlightSum = 0
    private var longestGap: Int64 = 0

    init(maximum: Int) {
        self.maximum = maximum
        bound = min(maximum, Self.boundAtStart)
    }

    /// A group was committed.
    ///
    /// - Parameters:
    ///   - lsn: the newest record in it.
    ///   - inFlight: requests in flight before those in it are answered.
    ///   - refusedCount: requests refused as too many since the start.
    ///   - now: the monotonic clock, in microseconds.
    mutating func committed(lsn: UInt64, inFlight: Int, refusedCount: UInt64, now: Int64) {
        guard let beganAt else {
            (beganAt, firstLSN, refusedBefore, lastAt) = (now, lsn, refusedCount, now)
            return
        }
        commitCount += 1
        inFlightSum += inFlight
        longestGap = max(longestGap, now - lastAt)
        lastAt = now
        let elapsed = now - beganAt
        guard elapsed >= Self.windowMicroseconds, commitCount >= Self.windowCommitCount else { return }
        adapt(elapsed: elapsed, recordCount: lsn - min(lsn, firstLSN), isRefusing: refusedCount > refusedBefore)
        (self.beganAt, firstLSN, refusedBefore) = (now, lsn, refusedCount)
        (commitCount, inFlightSum, longestGap) = (0, 0, 0)
    }

    private mutating func adapt(elapsed: Int64, recordCount: UInt64, isRefusing: Bool) {
        let cycle = max(1, elapsed / Int64(commitCount))
        let target = max(Self.targetMicrosecondsMin, Self.targetCommitCount * cycle)
        let wanted = Int(
            clamping: recordCount.multipliedReportingOverflow(by: UInt64(target)).partialValue / UInt64(elapsed)
        )
        let isBusy = longestGap <= Self.restFactor * cycle
        if isBusy, isRefusing || inFlightSum / commitCount > wanted {
            bound += (wanted - bound) / 2
        } else if !isRefusing {
            bound += bound / 16 + 1
        }
        bound = max(min(Self.boundMin, maximum), min(bound, maximum))
    }
}
