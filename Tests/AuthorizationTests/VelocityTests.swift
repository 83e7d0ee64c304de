import Authorization
import Domain
import Randomness
import Testing

@Suite("Velocity")
struct VelocityTests {
    @Test func anApprovalLeavesTheWindowAtItsEndToTheMillisecond() throws {
        var world = try makeWorld([("velocity.1", "count>1 in 60s decline")])
        let start = noon.advanced(byMicroseconds: 123_456)
        #expect(world.authorize(try makeRequest(), at: start).decision.outcome == .approved)
        // The tick of the approval is its whole millisecond.
        let end = noon.plus(milliseconds: 60_123)
        let before = world.tryOut(try makeRequest(), at: end.advanced(byMicroseconds: -1)).decision
        #expect(before.reason == .velocityExceeded && before.retryAt == end)
        #expect(world.tryOut(try makeRequest(), at: end).decision.outcome == .approved)
    }

    @Test(arguments: [
        ("1s", Int64(1)), ("60s", 1), ("61s", 2), ("2m", 2), ("1h", 60), ("24h", 1_440), ("86399s", 1_440),
    ])
    func longWindowsCountInCoarserTicks(_ window: String, _ step: Int64) throws {
        var world = try makeWorld([("velocity.1", "count>1 in \(window) decline")], card: { $0.expiry = nil })
        // An instant in the middle of a tick; everything in the tick ends together.
        let tick = noon.milliseconds / step * step
        let start = Instant(microseconds: tick * 1_000 + step * 1_000 - 1)
        world.authorize(try makeRequest(), at: start)
        let declined = world.tryOut(try makeRequest(), at: start).decision
        let retryAt = try #require(declined.retryAt)
        let seconds =
            try #require(Int64(window.dropLast())) * (window.hasSuffix("h") ? 3_600 : window.hasSuffix("m") ? 60 : 1)
        let ticks = (seconds * 1_000 + step - 1) / step
        #expect(ticks <= 60_000)
        #expect(retryAt.milliseconds == tick + ticks * step)
        let before = retryAt.advanced(byMicroseconds: -1)
        #expect(world.tryOut(try makeRequest(), at: before).decision.reason == .velocityExceeded)
        #expect(world.tryOut(try makeRequest(), at: retryAt).decision.outcome == .approved)
    }

    @Test func theRetryTimeIsWhenEnoughHasLeft() throws {
        var world = try makeWorld([("velocity.1", "sum>100.00 in 60s decline")])
        for (place, amount) in [Int64(3_000), 2_000, 4_000].enumerated() {
            world.authorize(try makeRequest { $0.amount = amount }, at: noon.plus(milliseconds: Int64(place) * 1_000))
        }
        let now = noon.plus(milliseconds: 5_000)
        for (amount, seconds) in [
            (Int64(1_001), Int64?(60)), (4_000, 60), (4_001, 61), (6_001, 62), (10_000, 62), (10_001, nil),
        ] {
            let decision = world.tryOut(try makeRequest { $0.amount = amount }, at: now).decision
            #expect(decision.reason == .velocityExceeded)
            #expect(decision.retryAt == seconds.map { noon.plus(milliseconds: $0 * 1_000) }, "\(amount)")
        }
        // Another failure beside: waiting would not help.
        try world.command(token(1), .setLimits(.init(transactionLimit: .set(1))), at: now)
        #expect(world.tryOut(try makeRequest { $0.amount = 4_000 }, at: now).decision.retryAt == nil)
    }

    @Test func theLaterOfTwoRulesNamesTheRetryTime() throws {
        var world = try makeWorld([("velocity.1", "count>1 in 10s decline"), ("velocity.2", "count>1 in 30s decline")])
        world.authorize(try makeRequest())
        #expect(world.tryOut(try makeRequest()).decision.retryAt == noon.plus(milliseconds: 30_000))
    }

    @Test func declinesDoNotCount() throws {
        var world = try makeWorld([("velocity.1", "count>2 in 60s decline")])
        for _ in 0..<5 { world.authorize(try makeRequest { $0.amount = 1_000_000 }) }
        #expect(world.authorize(try makeRequest()).decision.outcome == .approved)
        #expect(world.authorize(try makeRequest()).decision.outcome == .approved)
        #expect(world.authorize(try makeRequest()).decision.reason == .velocityExceeded)
    }

    @Test func aWindowOfAnotherLengthStartsEmptyAndOneOfTheSameKeepsItsHistory() throws {
        var world = try makeWorld([("velocity.1", "count>1 in 60s decline")])
        world.authorize(try makeRequest())
        try world.set("velocity.1", "count>0 in 60s flag")
        #expect(world.tryOut(try makeRequest()).observation.velocity.0.count == 1)
        try world.set("velocity.1", "count>0 in 61s flag")
        #expect(world.tryOut(try makeRequest()).observation.velocity.0.count == 0)
        // Back to the old length: what was before stays forgotten.
        try world.set("velocity.1", "count>0 in 60s flag")
        #expect(world.tryOut(try makeRequest()).observation.velocity.0.count == 0)
        world.authorize(try makeRequest())
        try world.set("velocity.1", "none")
        #expect(world.tryOut(try makeRequest()).observation.velocity.0.count == 0)
        try world.set("velocity.1", "count>0 in 60s flag")
        #expect(world.tryOut(try makeRequest()).observation.velocity.0.count == 0)
        let replayed = world.replayed()
        #expect(replayed.digest() == world.shard.digest())
    }

    /// Hundreds of thousands of approvals on one card under four windows, against sums over a plain list.
    @Test(arguments: Seeds.all)
    func totalsAreThoseOfAPlainList(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let windows: [(text: String, ticks: Int64, step: Int64)] = [
            ("1s", 1_000, 1), ("7s", 7_000, 1), ("100s", 50_000, 2), ("24h", 60_000, 1_440),
        ]
        var world = try makeWorld(
            [("amount-threshold.default", "none")]
                + windows.enumerated().map { ("velocity.\($0 + 1)", "count>1000000000 in \($1.text) flag") },
            card: { $0.limit = AuthorizationLimits.amountMax }
        )
        var list: [(milliseconds: Int64, amount: Int64)] = []
        var oldest = [0, 0, 0, 0]
        var counts: [UInt64] = [0, 0, 0, 0]
        var sums: [Int64] = [0, 0, 0, 0]
        var time = noon
        for number in 0..<60_000 {
            let burst = number / 5_000 % 3
            let pause: Int64 =
                burst == 0 ? .random(in: 0...800, using: &random) : .random(in: 0...9_000, using: &random)
            time = time.advanced(byMicroseconds: pause)
            switch Int.random(in: 0..<4_000, using: &random) {
            case 0: time = time.plus(milliseconds: 1_000)
            case 1: time = time.plus(milliseconds: .random(in: 0...120_000, using: &random))
            case 2: time = time.plus(milliseconds: 100_000 - 2)
            case 3: if number % 7 == 0 { time = time.plus(milliseconds: .random(in: 0...100_000_000, using: &random)) }
            default: break
            }
            let seen = world.shard.observe(token(1), at: time, policy: world.policy)
            for (place, window) in windows.enumerated() {
                let now = time.milliseconds / window.step
                while oldest[place] < list.count, list[oldest[place]].milliseconds / window.step <= now - window.ticks {
                    counts[place] -= 1
                    sums[place] -= list[oldest[place]].amount
                    oldest[place] += 1
                }
            }
            let velocity = [seen.velocity.0, seen.velocity.1, seen.velocity.2, seen.velocity.3]
            guard velocity.map(\.count) == counts, velocity.map(\.sum) == sums else {
                Issue.record("seed \(seed), approval \(number): \(velocity), expected \(counts) and \(sums)")
                return
            }
            // Now and then more than an entry of eight bytes can say, and then often nothing of that kind for long.
            let isLarge = number % 9_000 > 7_000 && random.percent(1)
            let amount = Int64.random(in: isLarge ? 1...200_000_000_000 : 1...900, using: &random)
            let event = world.tryOut(try makeRequest { $0.amount = amount }, at: time)
            world.shard.apply(event, lsn: world.shard.nextPaymentLSN, policy: world.policy)
            list.append((time.milliseconds, amount))
            for place in windows.indices {
                counts[place] += 1
                sums[place] += amount
            }
        }
        // What a snapshot has of it is the same.
        var image = [UInt8](repeating: 0, count: CardShard.imageByteCountMax)
        let byteCount = image.withUnsafeMutableBytes { world.shard.encodeImage(of: token(1), into: $0) }
        var restored = CardShard(expectedCards: 10)
        restored.policyChanged(world.policy)
        try image.withUnsafeBytes {
            try restored.restore(images: UnsafeRawBufferPointer(rebasing: $0[..<byteCount]), count: 1)
        }
        let seen = restored.observe(token(1), at: time, policy: world.policy)
        #expect(seen.velocity == world.shard.observe(token(1), at: time, policy: world.policy).velocity)
    }

    @Test func historyIsBoundedByTheTicksOfTheWindow() throws {
        var world = try makeWorld([("velocity.1", "count>1000000000 in 2s flag")], card: { $0.limit = 10_000_000_000 })
        // Without an amount, so that no payments take memory.
        let request = try makeRequest {
            $0.kind = .accountVerification; $0.amount = 0
        }
        var time = noon
        var most = 0
        for number in 0..<40_000 {
            time = time.advanced(byMicroseconds: 251)
            let event = world.tryOut(request, at: time)
            world.shard.apply(event, lsn: world.shard.nextPaymentLSN, policy: world.policy)
            if number == 20_000 { most = world.shard.byteCount }
        }
        #expect(world.shard.byteCount == most)
        // 2,000 ticks of 16 bytes in chunks of seven, and what the slabs take anyway.
        #expect(world.shard.byteCount < 96 * 1_024 + 64 * 1_024 * 2 + 2_000 * 128 / 7)
    }

    @Test func idleCardsGiveTheirHistoriesBack() throws {
        var world = World()
        for number in UInt64(1)...2_000 {
            try world.command(token(number), .create(try makeCreation()), at: noon)
        }
        var time = noon
        var size = 0
        for round in 0..<6 {
            for number in UInt64(1)...2_000 {
                let event = world.tryOut(
                    try makeRequest {
                        // Without an amount, so that no payments take memory.
                        $0.cardToken = token(number); $0.kind = .accountVerification; $0.amount = 0
                    },
                    at: time
                )
                world.shard.apply(event, lsn: world.shard.nextPaymentLSN, policy: world.policy)
            }
            time = time.plus(milliseconds: 61_000)
            if round == 0 { size = world.shard.byteCount }
        }
        #expect(world.shard.byteCount == size)
        let digest = world.shard.digest(at: time)
        #expect(world.shard.sweep(at: time, budget: 10_000) == 2_000)
        #expect(world.shard.sweep(at: time, budget: 10_000) == 0)
        #expect(world.shard.digest(at: time) == digest)
        // They come back when they are needed.
        world.authorize(try makeRequest { $0.cardToken = token(5) }, at: time)
        #expect(world.tryOut(try makeRequest { $0.cardToken = token(5) }, at: time).observation.velocity.0.count == 1)
    }
}
