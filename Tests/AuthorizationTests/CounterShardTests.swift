import Domain
import Testing

@testable import Authorization

/// Counters at the ends of what they can say.
@Suite struct CounterShardTests {
    /// One counter, all of whose keys are in one shard.
    private final class Machine {
        var shard = CounterShard(memory: .heap)
        let policy: Policy
        private var lsn: UInt64 = 1

        init(_ counter: String, keys: Int = 1_000_000) throws {
            var settings = PolicySettings()
            try settings.set(key: "counter.1", value: counter)
            try settings.set(key: "counter.keys", value: "\(keys)")
            settings.stampCounters(LogSequenceNumber(rawValue: 1))
            policy = Policy(settings, version: LogSequenceNumber(rawValue: 1))
            shard.policyChanged(policy)
        }

        private func use(_ merchant: String) throws -> CounterUse {
            let request = try makeRequest { $0.merchantID = try #require(Text16(merchant)) }
            return CounterUse(
                PaymentPlace(request),
                account: token(1),
                currency: request.currency?.packed ?? 0,
                policy: policy
            )
        }

        func add(_ merchant: String = "M", count: UInt32 = 1, sum: Int64, after seconds: Int64) throws {
            lsn += 1
            let place = try use(merchant)
            shard.add(
                0,
                place,
                count: count,
                sum: sum,
                at: noon.advanced(byMicroseconds: seconds * 1_000_000),
                lsn: LogSequenceNumber(rawValue: lsn),
                policy: policy
            )
        }

        func takeBack(_ sum: Int64, of counted: Int64, after seconds: Int64) throws {
            lsn += 1
            let place = try use("M")
            shard.takeBack(
                0,
                place,
                sum: sum,
                countedAt: noon.microseconds + counted * 1_000_000,
                at: noon.advanced(byMicroseconds: seconds * 1_000_000),
                lsn: LogSequenceNumber(rawValue: lsn),
                policy: policy
            )
        }

        func read(
            _ merchant: String = "M",
            after seconds: Int64,
            uncounted: UInt16? = nil
        ) throws -> CounterReadings {
            var readings = CounterReadings()
            let time = noon.advanced(byMicroseconds: seconds * 1_000_000)
            let place = try use(merchant)
            shard.read(0, place, at: time, policy: policy, uncounted: uncounted, into: &readings)
            return readings
        }

        /// Count and sum; `nil`: nobody knows.
        func held(_ merchant: String = "M", after seconds: Int64) throws -> [Int64]? {
            try read(merchant, after: seconds)[0].map { [Int64($0.count), $0.sum] }
        }
    }

    @Test func moreMoneyThanANumberSaysHasNoValueUntilTheWindowHasPassed() throws {
        let machine = try Machine("merchant,currency in 1h")
        let most = AuthorizationLimits.amountMax
        let fitting = Int64.max / most
        for number in 0..<fitting { try machine.add(sum: most, after: number / 10) }
        #expect(try machine.held(after: 930) == [fitting, fitting * most])
        try machine.add(sum: most, after: 930)
        #expect(try machine.held(after: 930) == nil)
        #expect(machine.shard.figures(0).uncounted == 1)
        // What is small still fits, and is there when the window has passed the one that did not.
        try machine.add(sum: 5, after: 1_000)
        #expect(try machine.held(after: 4_529) == nil)
        #expect(try machine.held(after: 4_531) == [1, 5])
    }

    /// A restart forgets when a counter was only read, and by then the clock may have gone back.
    @Test func decidingAgainLeavesNoTimeInACounter() throws {
        let machine = try Machine("merchant in 1h")
        try machine.add(sum: 5, after: 10)
        let added = machine.shard.latest
        _ = try machine.read(after: 100, uncounted: 0)
        try #require(machine.shard.latest == added)
        #expect(try machine.read(after: 50, uncounted: 0)[0]?.count == 1)
        _ = try machine.read(after: 100)
        #expect(machine.shard.latest > added)
    }

    @Test func moreApprovalsThanANumberSaysHaveNoValueUntilTheWindowHasPassed() throws {
        let machine = try Machine("merchant in 10s")
        try machine.add(count: .max - 1, sum: 0, after: 0)
        try machine.add(sum: 0, after: 1)
        #expect(try machine.held(after: 1) == [Int64(UInt32.max), 0])
        try machine.add(sum: 0, after: 2)
        #expect(try machine.held(after: 9) == nil)
        #expect(try machine.held(after: 13) == [0, 0])
    }

    /// Money that is added to a payment later is in a later tick than where it is taken back.
    @Test func whatIsTakenBackWhereItWasNotAddedEndsNothing() throws {
        let machine = try Machine("merchant,currency in 1h")
        let most = AuthorizationLimits.amountMax
        try machine.add(sum: 7, after: 0)
        for _ in 0..<10_000 {
            try machine.add(count: 0, sum: most, after: 100)
            try machine.takeBack(most, of: 0, after: 100)
        }
        #expect(try machine.held(after: 3_500) == [1, 7])
        #expect(try machine.held(after: 3_650) == nil)
        try machine.add(sum: 9, after: 3_690)
        #expect(try machine.held(after: 3_701) == [1, 9])
    }

    /// Whether a key that holds nothing is still in memory depends on when it was looked at.
    @Test(arguments: [0, 100]) func aSilentKeyIsAsGoodAsNone(looks: Int) throws {
        let machine = try Machine("merchant in 10s")
        try machine.add("A", sum: 1, after: 0)
        machine.shard.leaveOut(0, at: noon.advanced(byMicroseconds: 11_000_000))
        machine.shard.sweep(looks: looks)
        #expect(machine.shard.keyCount == (looks == 0 ? 1 : 0))
        let readings = try machine.read("A", after: 13)
        #expect(readings[0] == nil && readings.uncounted == 0)
        #expect(try machine.read("A", after: 13, uncounted: 1).uncounted == 1)
        try machine.add("A", sum: 1, after: 13)
        #expect(try machine.held("A", after: 13) == nil)
        #expect(try machine.read("A", after: 13, uncounted: 1).uncounted == 0, "it is there")
        #expect(try machine.held("A", after: 22) == [1, 1])
        // It has all of its window now, so what finds no room later is none of its own.
        try machine.add("A", sum: 1, after: 22)
        machine.shard.leaveOut(0, at: noon.advanced(byMicroseconds: 22_000_000))
        #expect(try machine.held("A", after: 22) == [2, 2])
    }

    @Test func aShardIsFullOnlyOfKeysThatHoldSomething() throws {
        let machine = try Machine("merchant in 10s", keys: 3 * AuthorizationLimits.counterShardCount)
        for name in ["A", "B", "C"] { try machine.add(name, sum: 1, after: 0) }
        #expect(try machine.read("D", after: 9).uncounted == 1)
        #expect(try machine.held("A", after: 9) == [1, 1])
        #expect(try machine.held("D", after: 11) == [0, 0])
    }
}
