import Platform
import Synchronization

/// Many seeds on one thread or two, each seed on one of them.
package struct Campaign: Sendable {
    /// What they came to.
    package struct Report: Sendable {
        package let seedCount: Int
        package let failures: [String]
        /// Seeds whose second run was another than the first.
        package let unsteady: [UInt64]
        /// The sum of all transcripts: two runs of the same seeds by the same program come to the same.
        package let transcript: UInt64
        package let steps: Int
        package let records: UInt64
        package let restarts: Int
        package let snapshots: Int
        package let archived: UInt64
        /// What went wrong, by kind.
        package let faults: [String: Int]
        package let nanoseconds: Int64
        /// How often each marked path was taken.
        package let marks: [String: Int]

        /// Marks that must be reached and were not.
        package var missingMarks: [String] { ExpectedMarks.all.filter { marks[$0] == nil } }

        /// Whether there were enough seeds to ask for every mark.
        package var isLong: Bool { seedCount >= ExpectedMarks.seedCount }

        /// Whether nothing failed, no run differed from its repetition, and a long run reached every mark.
        package var isGood: Bool { failures.isEmpty && unsteady.isEmpty && !(isLong && !missingMarks.isEmpty) }

        package var text: String {
            let seconds = Double(nanoseconds) / 1e9
            var lines = ["marks:"] + Self.lines(marks) + ["faults:"] + Self.lines(faults)
            for mark in missingMarks { lines.append("\(isLong ? "never reached" : "not reached yet"): \(mark)") }
            for failure in failures { lines.append(failure) }
            for seed in unsteady { lines.append("seed \(seed) did something else the second time") }
            lines.append(
                "transcript \(String(transcript, radix: 16))"
            )
            lines.append(
                "\(seedCount) seeds, \(failures.count) failed, \(unsteady.count) unsteady; \(steps) steps, "
                    + "\(records) records, \(restarts) restarts, \(snapshots) snapshots, "
                    + "\(archived) payments archived, "
                    + "\(faults.values.reduce(0, +)) faults in \(Int(seconds)) s: "
                    + "\(Int(Double(seedCount) / seconds * 60)) seeds a minute"
            )
            return lines.joined(separator: "\n")
        }

        private static func lines(_ counts: [String: Int]) -> [String] {
            counts.keys.sorted().map { "  \(counts[$0] ?? 0)\t\($0)" }
        }
    }

    private struct Sums {
        var failures: [String] = []
        var unsteady: [UInt64] = []
        var transcript: UInt64 = 0
        var steps = 0
        var records: UInt64 = 0
        var restarts = 0
        var snapshots = 0
        var archived: UInt64 = 0
        var faults: [String: Int] = [:]
    }

    private let seeds: Range<UInt64>
    private let jobCount: Int
    private let twiceOneIn: UInt64
    private let stopsAtFailure: Bool

    /// - Parameters:
    ///   - twiceOneIn: One seed in so many is run a second time, and must do the same to the byte.
    ///   - stopsAtFailure: Whether the first failure ends it; then each seed is named before it is run: it may trap.
    package init(seeds: Range<UInt64>, jobCount: Int, twiceOneIn: UInt64, stopsAtFailure: Bool = false) {
        self.seeds = seeds
        self.jobCount = jobCount
        self.twiceOneIn = max(1, twiceOneIn)
        self.stopsAtFailure = stopsAtFailure
    }

    /// Runs them all.
    ///
    /// - Parameter say: Called with each failure.
    package func run(_ say: @escaping @Sendable (String) -> Void) -> Report {
        let began = Clock.monotonicNanoseconds()
        let work = Work(next: seeds.lowerBound)
        let body: @Sendable () -> Void = { [self] in
            while let seed = work.take(before: seeds.upperBound) { run(seed, work, say) }
        }
        if jobCount > 1, let helper = try? WorkerThread(name: "simulate", body) { work.keep(helper) }
        body()
        work.join()
        let sums = work.sums.withLock { $0 }
        return Report(
            seedCount: seeds.count,
            failures: sums.failures,
            unsteady: sums.unsteady,
            transcript: sums.transcript,
            steps: sums.steps,
            records: sums.records,
            restarts: sums.restarts,
            snapshots: sums.snapshots,
            archived: sums.archived,
            faults: sums.faults,
            nanoseconds: Clock.monotonicNanoseconds() - began,
            marks: CoverageMark.reached
        )
    }

    private func run(_ seed: UInt64, _ work: Work, _ say: (String) -> Void) {
        if stopsAtFailure { say("seed \(seed)") }
        let outcome = SeedOutcome(seed: seed)
        if outcome.failure != nil { say(outcome.text) }
        let isUnsteady = seed % twiceOneIn == 0 && SeedOutcome(seed: seed).result != outcome.result
        if isUnsteady { say("seed \(seed) did something else the second time") }
        if stopsAtFailure, outcome.failure != nil || isUnsteady { work.stop() }
        work.sums.withLock { sums in
            if outcome.failure != nil { sums.failures.append(outcome.text) }
            if isUnsteady { sums.unsteady.append(seed) }
            sums.transcript &+= outcome.result?.transcript ?? 0
            sums.steps += outcome.result?.steps ?? 0
            sums.records += outcome.result?.records ?? 0
            sums.restarts += outcome.result?.restarts ?? 0
            sums.snapshots += outcome.result?.snapshots ?? 0
            sums.archived += outcome.result?.archived ?? 0
            sums.faults.merge(outcome.result?.faults ?? [:]) { $0 + $1 }
        }
    }

    /// What the threads share.
    private final class Work: Sendable {
        private let next: Atomic<UInt64>
        let sums = Locked(Sums())
        private let helpers = Locked(Helpers())

        private struct Helpers: ~Copyable {
            var first: WorkerThread?
        }

        init(next: UInt64) { self.next = Atomic(next) }

        func take(before end: UInt64) -> UInt64? {
            let seed = next.add(1, ordering: .relaxed).oldValue
            return seed < end ? seed : nil
        }

        /// Gives out no more seeds.
        func stop() { next.store(UInt64.max / 2, ordering: .relaxed) }

        func keep(_ thread: consuming WorkerThread) {
            var held = Helpers(first: consume thread)
            helpers.withLock { swap(&$0, &held) }
        }

        func join() {
            var held = Helpers()
            helpers.withLock { swap(&$0, &held) }
            if let thread = held.first.take() { thread.join() }
        }
    }
}
