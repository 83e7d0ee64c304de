import Domain
import Testing

@testable import Authorization

/// The flag that says that more was cleared than was approved.
struct OverClearingTests {
    @Test func whatIsApprovedAfterItsClearingTakesTheFlagOfTooMuchAway() throws {
        for (first, second) in [(LifecycleKind.advice, Int64(400)), (.increment, 400), (.advice, 999)] {
            var world = try makeWorld()
            world.settle(try makeMessage(first, second))
            world.settle(try makeMessage(.clearing, 1_000, number: 2))
            #expect(world.newest?.flags.contains(.overCleared) == true, "\(first) \(second)")
            world.authorize(try makeRequest())
            #expect(world.newest?.flags.contains(.overCleared) == false, "\(first) \(second)")
        }
        // Where the approval does not cover it the flag stays, until what does.
        var world = try makeWorld()
        world.authorize(try makeRequest())
        world.settle(try makeMessage(.clearing, 1_500))
        #expect(world.newest?.flags.contains(.overCleared) == true)
        world.settle(try makeMessage(.increment, 499, number: 2))
        #expect(world.newest?.flags.contains(.overCleared) == true)
        world.settle(try makeMessage(.increment, 1, number: 3))
        #expect(world.newest?.flags.contains(.overCleared) == false && world.newest?.hold == 0)
        #expect(world.replayed().digest() == world.shard.digest())
    }
}
