import Testing

@testable import Client

@Suite struct BackoffTests {
    private let backoff = Backoff(firstMilliseconds: 20, longestMilliseconds: 1_000)

    @Test(arguments: [(1, 20), (2, 40), (3, 80), (6, 640), (7, 1_000), (60, 1_000)] as [(Int, Int64)])
    func pausesDoubleUpToTheLongestAndAreShortenedByUpToHalf(attempt: Int, full: Int64) {
        #expect(backoff.pause(afterAttempt: attempt, retryAfterMicroseconds: 0, random: 0) == full)
        for random in 0..<2_000 as Range<UInt64> {
            let pause = backoff.pause(afterAttempt: attempt, retryAfterMicroseconds: 0, random: random)
            #expect(((full / 2)...full).contains(pause))
        }
    }

    @Test func theDaemonsWishCountsUpToTheLongest() {
        #expect(backoff.pause(afterAttempt: 1, retryAfterMicroseconds: 500_001, random: 0) == 501)
        #expect(backoff.pause(afterAttempt: 1, retryAfterMicroseconds: .max, random: 0) == 1_000)
    }
}
