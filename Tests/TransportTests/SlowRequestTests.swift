import Testing

@testable import Transport

/// Where the time of slow requests went, and which of them are told.
struct SlowRequestTests {
    private func at(_ microseconds: Int64) -> MonotonicInstant { MonotonicInstant(microseconds: microseconds) }

    private func request(_ commit: CommitMoments?, count: UInt32 = 3) -> SlowRequest {
        let batch = RequestTiming.Batch(lsn: 7, readAt: at(1_000), decidedAt: at(1_100), count: count)
        return SlowRequest(batch, on: 5, commit: commit, endedAt: at(2_000))
    }

    @Test func theStagesAddUp() {
        let slow = request(CommitMoments(lastLSN: 9, takenAt: 1_300, writtenAt: 1_310, durableAt: 1_900))
        #expect(slow.microseconds == 1_000 && slow.requestCount == 3 && slow.lsn == 7 && slow.leftOutCount == 0)
        #expect(slow.decideMicroseconds == 100 && slow.waitMicroseconds == 200 && slow.writeMicroseconds == 10)
        #expect(slow.syncMicroseconds == 590 && slow.replyMicroseconds == 100)
    }

    /// A group may be taken over before the rest of what was read is decided, and may be too long ago to be known.
    @Test(arguments: [
        CommitMoments(lastLSN: 7, takenAt: 500, writtenAt: 1_050, durableAt: 1_500),
        CommitMoments(lastLSN: 7, takenAt: 1_200, writtenAt: 1_300, durableAt: 9_000), nil,
    ])
    private func noStageEndsBeforeItBegan(commit: CommitMoments?) {
        let slow = request(commit)
        let stages = [
            slow.decideMicroseconds, slow.waitMicroseconds, slow.writeMicroseconds, slow.syncMicroseconds,
            slow.replyMicroseconds,
        ]
        #expect(stages.allSatisfy { $0 >= 0 } && stages.reduce(0, +) == slow.microseconds, "\(stages)")
    }

    @Test func soManyAreToldInASecondAndTheOthersCounted() {
        let slow = SlowRequests(thresholdMilliseconds: 2, perSecondMax: 2)
        #expect(slow.thresholdMicroseconds == 2_000)
        #expect(slow.take(request(nil, count: 3), now: at(1_000_000)) == 0)
        #expect(slow.take(request(nil, count: 3), now: at(1_500_000)) == 0)
        #expect(slow.take(request(nil, count: 3), now: at(1_999_999)) == nil)
        #expect(slow.take(request(nil, count: 4), now: at(1_999_999)) == nil)
        #expect(slow.take(request(nil, count: 1), now: at(2_000_000)) == 7)
        #expect(slow.take(request(nil, count: 1), now: at(2_000_000)) == 0)
        #expect(slow.count == 15)
        // Each waited 900 µs for a commit that nobody remembers.
        #expect(slow.stages.map(\.microseconds) == [15 * 100, 15 * 900, 0, 0, 0])
        #expect(SlowRequests(thresholdMilliseconds: 0, perSecondMax: 2).thresholdMicroseconds == nil)
    }

    @Test func theGroupOfARecordIsFound() {
        let history = CommitHistory()
        #expect(history.commit(of: 1) == nil)
        for number in 1...UInt64(CommitHistory.countMax + 10) {
            let at = Int64(number) * CommitHistory.sparseMicroseconds / 4
            history.note(CommitMoments(lastLSN: number * 10, takenAt: at, writtenAt: at, durableAt: at))
            #expect(history.commit(of: number * 10)?.lastLSN == number * 10)
            #expect(history.commit(of: number * 10 - 3)?.lastLSN == number * 10)
        }
        // Of those before the latest every fourth is kept.
        #expect(history.commit(of: 5)?.lastLSN == 10)
        #expect(history.commit(of: 11)?.lastLSN == 50)
        #expect(history.commit(of: UInt64(CommitHistory.countMax + 10) * 10 + 1) == nil, "not yet")
    }

    /// The journal did its part long ago: all the rest is the event loop's.
    @Test func aLoopThatStalledIsNotTheJournalsFault() {
        let history = CommitHistory()
        for number in 1...UInt64(5_000) {
            let at = 1_200 + Int64(number) * 1_000
            history.note(CommitMoments(lastLSN: number * 10, takenAt: at - 20, writtenAt: at - 10, durableAt: at))
        }
        let batch = RequestTiming.Batch(lsn: 7, readAt: at(1_000), decidedAt: at(1_100), count: 3)
        func slow(_ history: CommitHistory, _ end: Int64) -> SlowRequest {
            SlowRequest(batch, on: 5, commit: history.commit(of: 7), endedAt: at(end))
        }
        let stalled = slow(history, 5_100_000)
        #expect(stalled.waitMicroseconds < CommitHistory.sparseMicroseconds, "\(stalled)")
        #expect(stalled.replyMicroseconds > 5_080_000, "\(stalled)")
        // Nor where so many groups came since that nothing is known of its own.
        for number in 5_001...UInt64(20_000) {
            let at = Int64(number) * 1_000
            history.note(CommitMoments(lastLSN: number * 10, takenAt: at, writtenAt: at, durableAt: at))
        }
        let forgotten = slow(history, 20_100_000)
        #expect(forgotten.waitMicroseconds == 0 && forgotten.syncMicroseconds == 0, "\(forgotten)")
        #expect(forgotten.replyMicroseconds == 20_098_900, "\(forgotten)")
    }
}
