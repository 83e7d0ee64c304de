import Testing

@testable import Transport

@Suite struct InFlightAdaptationTests {
    /// A journal that commits everything which waits, every so often, but no more than it can.
    private struct Machine {
        var adaptation = InFlightAdaptation(maximum: 65_536)
        /// Microseconds of a commit.
        let cycle: Int64
        /// Records that one commit can take.
        let capacity: Int
        private var now: Int64 = 1_000_000
        private var lsn: UInt64 = 0
        private var refused: UInt64 = 0
        private(set) var inFlight = 0
        /// What the newest request has to wait, in microseconds.
        private(set) var wait: Int64 = 0
        private var carried = 0.0

        init(cycle: Int64, perSecond: Int) {
            self.cycle = cycle
            capacity = Int(Int64(perSecond) * cycle / 1_000_000)
        }

        /// Requests come at a rate for some seconds.
        ///
        /// - Returns: how many were refused.
        mutating func offer(perSecond: Int, seconds: Double) -> UInt64 {
            let refusedBefore = refused
            let end = now + Int64(seconds * 1e6)
            while now < end {
                carried += Double(perSecond) * Double(cycle) / 1e6
                let coming = Int(carried)
                carried -= Double(coming)
                let taken = min(coming, max(0, adaptation.bound - inFlight))
                refused += UInt64(coming - taken)
                inFlight += taken
                now += cycle
                let committed = min(inFlight, capacity)
                if committed > 0 {
                    lsn += UInt64(committed)
                    adaptation.committed(
                        InFlightAdaptation.Sample(lsn: lsn, inFlight: inFlight, refusedCount: refused, now: now)
                    )
                    inFlight -= committed
                }
                wait = Int64(inFlight / capacity + 1) * cycle
            }
            return refused - refusedBefore
        }
    }

    @Test(arguments: [
        (Int64(300), 700_000), (1_000, 400_000), (150, 90_000), (10_000, 50_000), (2_000, 1_500_000),
    ])
    func pastSaturationWhatIsTakenInIsAnsweredInAFewCommits(cycle: Int64, perSecond: Int) {
        var machine = Machine(cycle: cycle, perSecond: perSecond)
        #expect(machine.offer(perSecond: perSecond * 9 / 10, seconds: 2) == 0)
        let refused = machine.offer(perSecond: perSecond * 2, seconds: 2)
        // All but what can be answered is refused, and nothing that could be.
        #expect((Double(refused) / Double(2 * perSecond) - 1).magnitude < 0.15, "\(refused)")
        let target = max(InFlightAdaptation.targetMicrosecondsMin, InFlightAdaptation.targetCommitCount * cycle)
        let least = Int64(InFlightAdaptation.boundMin) * 1_000_000 / Int64(perSecond)
        #expect(machine.wait <= max(target, least) + 3 * cycle, "\(machine.wait) with \(machine.adaptation.bound)")
        // Right after, nothing is refused.
        #expect(machine.offer(perSecond: perSecond / 2, seconds: 1) == 0)
        #expect(machine.offer(perSecond: perSecond * 9 / 10, seconds: 2) == 0)
    }

    @Test func aRestingJournalLetsTheBoundGrowToItsMaximum() {
        var machine = Machine(cycle: 500, perSecond: 400_000)
        _ = machine.offer(perSecond: 1_000_000, seconds: 1)
        let bound = machine.adaptation.bound
        #expect(bound < 4_096)
        _ = machine.offer(perSecond: 1_000, seconds: 30)
        #expect(machine.adaptation.bound == 65_536)
    }

    @Test func neitherMoreThanTheMaximumNorLessThanTheLeastIsAllowed() {
        var adaptation = InFlightAdaptation(maximum: 100)
        var now: Int64 = 0
        for step in 0..<10_000 {
            now += 1_000
            adaptation.committed(
                InFlightAdaptation.Sample(lsn: UInt64(step), inFlight: 1_000, refusedCount: UInt64(step), now: now)
            )
            #expect(adaptation.bound == 100)
        }
        adaptation = InFlightAdaptation(maximum: 65_536)
        for step in 0..<10_000 {
            now += 1_000
            adaptation.committed(
                InFlightAdaptation.Sample(lsn: UInt64(step), inFlight: 60_000, refusedCount: UInt64(step), now: now)
            )
        }
        #expect(adaptation.bound == InFlightAdaptation.boundMin)
    }

    /// Event loops that read at most so much at once from each connection, and decide or refuse all of it before they
    /// see what is durable; the journal is faster than they are, and rests.
    private struct Loops {
        var adaptation = InFlightAdaptation(maximum: 65_536)
        /// Requests that wait in the sockets.
        private(set) var backlog = 0.0
        private(set) var refused: UInt64 = 0
        private(set) var decided: UInt64 = 0
        private var now = 1_000_000.0
        private var readByteCount: UInt64 = 0
        private var fullReadByteCount: UInt64 = 0
        private var turnCount = 0

        private static let decisionMicroseconds = 1.5
        private static let refusalMicroseconds = 0.4
        private static let turnMax = 4_800.0

        /// Requests come at a rate for some seconds.
        ///
        /// - Returns: the most that waited in the second half of them.
        mutating func offer(perSecond: Double, seconds: Double) -> Double {
            let (began, end) = (now, now + seconds * 1e6)
            var most = 0.0
            while now < end {
                let taken = min(backlog, Self.turnMax).rounded(.down)
                let accepted = min(taken, Double(adaptation.bound))
                let busy = accepted * Self.decisionMicroseconds + (taken - accepted) * Self.refusalMicroseconds
                turnCount += 1
                // Now and then there is nothing to do for a while.
                let rest = turnCount % 20 == 0 ? 5_000.0 : 100
                backlog += perSecond * (busy + rest) / 1e6 - taken
                refused += UInt64(taken - accepted)
                readByteCount += UInt64(taken) * 200
                if taken == Self.turnMax { fullReadByteCount += UInt64(taken) * 200 }
                commit(UInt64(accepted), within: busy)
                now += rest
                if now > began + (end - began) / 2 { most = max(most, backlog) }
            }
            return most
        }

        /// The journal goes on while the loops are busy.
        private mutating func commit(_ count: UInt64, within time: Double) {
            let commits = max(1, Int(time / 1_000))
            for number in 1...commits {
                now += time / Double(commits)
                let last = decided + count * UInt64(number) / UInt64(commits)
                adaptation.committed(
                    InFlightAdaptation.Sample(
                        lsn: last,
                        inFlight: Int(count),
                        refusedCount: refused,
                        readByteCount: readByteCount,
                        fullReadByteCount: fullReadByteCount,
                        now: Int64(now)
                    )
                )
            }
            decided += count
        }
    }

    @Test func whatTheLoopsCannotDecideIsRefusedInsteadOfLeftInTheSockets() {
        var loops = Loops()
        _ = loops.offer(perSecond: 400_000, seconds: 2)
        #expect(loops.refused == 0)
        let before = loops.decided
        let waiting = loops.offer(perSecond: 1_200_000, seconds: 4)
        #expect(loops.refused > 0)
        // At this rate as many come in twenty milliseconds; without a bound there would be two million.
        #expect(waiting < 24_000, "\(waiting) with \(loops.adaptation.bound)")
        #expect(loops.decided - before > 4 * 250_000, "\(loops.decided - before)")
        let refused = loops.refused
        _ = loops.offer(perSecond: 400_000, seconds: 0.3)
        let after = loops.refused
        #expect(loops.offer(perSecond: 400_000, seconds: 2) < 12_000)
        #expect(loops.refused == after, "\(refused) to \(after), then \(loops.refused)")
    }
}
