import Platform
import Testing

@testable import Service

@Suite(.timeLimit(.minutes(20))) struct WorkerPoolTests {
    @Test func jobsAreDoneInTheirOrderAndTheQueueIsBounded() throws {
        let pool = try WorkerPool("test", jobCountMax: 40, isStepped: true)
        let done = Locked<[Int]>([])
        #expect(!pool.runOne())
        for number in 0..<40 {
            #expect(pool.hasRoom)
            pool.submit { done.withLock { $0.append(number) } }
        }
        #expect(!pool.hasRoom)
        #expect(pool.runOne())
        #expect(pool.hasRoom)
        while pool.runOne() {}
        #expect(done.withLock { $0 } == Array(0..<40))
    }

    @Test func stoppingFinishesWhatWaitsAndTakesNothingMore() throws {
        let pool = try WorkerPool("test", jobCountMax: 500)
        let done = Locked(0)
        let isHeld = Monitor(true)
        let gate = Gate(isHeld)
        for _ in 0..<500 {
            pool.submit {
                gate.pass()
                done.withLock { $0 += 1 }
            }
        }
        gate.open()
        pool.stop()
        #expect(done.withLock { $0 } == 500)
        pool.submit { done.withLock { $0 += 1 } }
        #expect(!pool.runOne())
        #expect(done.withLock { $0 } == 500)
    }

    /// Under a load that never ends the queue is never empty.
    @Test func whatADoneJobHeldGoesAtOnce() throws {
        final class Held: Sendable {}
        let pool = try WorkerPool("test", jobCountMax: 1_000, isStepped: true)
        var held: [() -> Held?] = []
        for _ in 0..<1_000 {
            let object = Held()
            held.append { [weak object] in object }
            pool.submit { withExtendedLifetime(object) {} }
        }
        for number in 0..<999 {
            #expect(held[number]() != nil)
            #expect(pool.runOne())
            #expect(held[number]() == nil, "job \(number)")
        }
        #expect(pool.waitingCount == 1)
        pool.drop()
        #expect(held[999]() == nil && !pool.runOne())
    }

    /// Keeps the workers busy until it is opened.
    private final class Gate: Sendable {
        private let isClosed: Monitor<Bool>

        init(_ isClosed: consuming Monitor<Bool>) { self.isClosed = isClosed }

        func pass() { isClosed.wait { $0 ? nil : () } }
        func open() { isClosed.update { $0 = false } }
    }
}
