import Authorization
import CAllocationCounter
import Domain
import Testing

@Suite("Card shard")
struct CardShardTests {
    @Test func everyCardIsFoundWhileTheShardGrows() throws {
        var world = World()
        let count: UInt64 = 20_000
        for number in 1...count {
            try world.command(token(number), .create(try makeCreation { $0.limit = Int64(number) }), at: noon)
        }
        #expect(world.shard.cardCount == Int(count))
        for number in 1...count {
            guard world.shard.card(token(number))?.balances.limit == Int64(number),
                world.shard.card(atSlot: Int(number) - 1).token == token(number)
            else {
                Issue.record("card \(number) is lost")
                return
            }
        }
        for number in (count + 1)...(count + 2_000) where world.shard.card(token(number)) != nil {
            Issue.record("card \(number) is not there")
        }
        #expect(world.shard.byteCount <= Int(count) * 120 + 256 * 1_024)
    }

    @Test func theDigestSeesEveryField() throws {
        func digest(_ change: (inout CardCommand.Creation) -> Void, spent: Int64 = 10, at time: Instant = noon) throws
            -> Digest128
        {
            var world = try makeWorld([("profile.other.presence", "any")], card: change)
            world.authorize(try makeRequest { $0.amount = spent }, at: time)
            return world.shard.digest()
        }
        let other = try #require(Text16("other"))
        let dollars = try currency("USD")
        let same = try digest { _ in }
        var seen: Set<Digest128> = [same]
        seen.insert(try digest { $0.limit += 1 })
        seen.insert(try digest { $0.transactionLimit = 50_000 })
        seen.insert(try digest { $0.expiry = nil })
        seen.insert(try digest { $0.lastFour = .unknown })
        seen.insert(try digest { $0.profile = other })
        seen.insert(try digest { $0.currency = dollars })
        seen.insert(try digest { $0.status = .notActivated })
        seen.insert(try digest({ _ in }, spent: 11))
        seen.insert(try digest({ _ in }, at: noon.plus(milliseconds: 1)))
        #expect(seen.count == 10)
        #expect(try digest { _ in } == same)
    }

    @Test func theDigestsOfShardsAddUpToThatOfOne() throws {
        var one = World()
        let many = 3
        var parts = Digest128()
        for part in 0..<many {
            var shard = CardShard(expectedCards: 1)
            shard.policyChanged(one.policy)
            for number in UInt64(1)...60 where Int(number) % many == part {
                let created = try one.command(token(number), .create(try makeCreation()), at: noon)
                shard.apply(created, lsn: LogSequenceNumber(rawValue: UInt64(one.log.count)))
                let event = one.authorize(try makeRequest { $0.cardToken = token(number) }, at: noon)
                shard.apply(event, lsn: LogSequenceNumber(rawValue: UInt64(one.log.count)), policy: one.policy)
            }
            parts.add(shard.digest(at: noon.plus(milliseconds: 5)))
        }
        #expect(parts == one.shard.digest(at: noon.plus(milliseconds: 5)))
    }

    @Test func addressesForFetchingAheadLieInTheShard() throws {
        var world = try makeWorld()
        let found = world.shard.likelySlot(hash: CardShard.hash(token(1)))
        let slot = try #require(found)
        #expect(world.shard.prefetchHistoryAddress(slot: slot) == nil)
        #expect(world.shard.likelySlot(hash: CardShard.hash(token(2))) == nil)
        #expect(
            CardShard.prefetchAddress(hash: CardShard.hash(token(2)), hint: world.shard.indexHint)
                != CardShard.prefetchAddress(hash: CardShard.hash(token(3)), hint: world.shard.indexHint)
        )
        world.authorize(try makeRequest())
        #expect(world.shard.prefetchHistoryAddress(slot: slot) != nil)
    }

    /// A request decided, encoded and applied on a card that is warm asks for no memory.
    @Test(.enabled(if: assent_allocations_are_counted(), "a sanitizer has the allocator"))
    func decidingAllocatesNothing() throws {
        var world = try makeWorld(
            [
                ("merchant-block.exact", "Evil Corp"), ("merchant-block.contains", "casino,poker"),
                ("profile.default.category", "not 7995"), ("profile.default.country", "not KP"),
                ("amount-threshold.EUR", "4000.00"), ("velocity.2", "sum>100.00 in 1s decline"),
                ("velocity.3", "count>100 in 1h flag"),
            ],
            card: { $0.limit = 1_000_000_000 }
        )
        let request = try makeRequest {
            $0.amount = 700; $0.flags = [.partialApprovalAllowed]
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: AuthorizationEvent.encodedByteCountMax,
            alignment: 16
        )
        defer { buffer.deallocate() }
        var time = noon
        var outcomes = [0, 0, 0, 0]
        func round(_ world: inout World, _ count: Int) -> UInt64 {
            let before = assent_allocation_count()
            for _ in 0..<count {
                time = time.advanced(byMicroseconds: 20_000)
                let seen = world.shard.observe(
                    request.cardToken,
                    requesting: request.amount,
                    at: time,
                    policy: world.policy
                )
                let decision = decide(request, at: time, seen: seen, policy: world.policy)
                let event = AuthorizationEvent(request: request, time: time, observation: seen, decision: decision)
                _ = event.encode(into: buffer)
                world.shard.apply(event, lsn: world.shard.nextPaymentLSN, policy: world.policy)
                outcomes[Int(decision.outcome.rawValue)] += 1
            }
            return assent_allocation_count() - before
        }
        _ = round(&world, 2_000)
        let beforeSweep = assent_allocation_count()
        world.shard.sweep(at: time, budget: 100)
        let afterSweep = assent_allocation_count()
        #expect(afterSweep == beforeSweep)
        let allocations = round(&world, 500)
        #expect(outcomes[Int(Outcome.declined.rawValue)] > 0 && outcomes[Int(Outcome.flagged.rawValue)] > 0)
        // Payments take memory for 204 of them at a time, and nothing else does.
        #expect(allocations <= 500 / 204 + 1)
        // The counter counts.
        let before = assent_allocation_count()
        let list = [Int](repeating: 1, count: outcomes.reduce(0, +))
        #expect(list.count > 0 && assent_allocation_count() > before)
    }
}
