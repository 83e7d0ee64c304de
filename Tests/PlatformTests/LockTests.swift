import Platform
import Synchronization
import Testing

/// Locks, monitors and signals under several threads.
struct LockTests {
    @Test func aLockedStateLosesNoUpdate() throws {
        let box = Box(Locked(0))
        try inThreads(4) { _ in
            for _ in 0..<50_000 { box.value.withLock { $0 += 1 } }
        }
        #expect(box.value.withLock { $0 } == 200_000)
    }

    @Test func aLockIsGivenBackWhenTheBodyThrows() {
        struct Refusal: Error {}
        let locked = Locked(1)
        #expect(throws: Refusal.self) {
            try locked.withLock { (_: inout Int) throws(Refusal) in throw Refusal() }
        }
        #expect(locked.withLock { $0 } == 1)
    }

    @Test func aStateIsReleasedOnce() {
        let count = Counter()
        do {
            let locked = Locked(Released(count))
            locked.withLock { _ in }
            let table = LockedTable(count: 3) { _ in Released(count) }
            table.withLock(2) { _ in }
        }
        #expect(count.value.load(ordering: .relaxed) == 4)
    }

    @Test func aTableLocksEachSlotForItself() throws {
        let table = Box(LockedTable(count: 8) { index in index * 1_000_000 })
        try inThreads(4) { thread in
            for round in 0..<40_000 { table.value.withLock((round + thread) % 8) { $0 += 1 } }
        }
        #expect((0..<8).map { slot in table.value.withLock(slot) { $0 } } == (0..<8).map { $0 * 1_000_000 + 20_000 })
        // Slots start on cache lines of their own.
        let places = (0..<8).map { UInt(bitPattern: table.value.state($0)) }
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 128 })
    }

    @Test func aTablesSlotsAreItsStates() throws {
        let table = Box(LockedTable(count: 4) { index in index })
        let slots = table.value.slots
        try inThreads(4) { thread in
            for round in 0..<20_000 {
                if thread % 2 == 0 {
                    slots.withLock(round % 4) { $0 += 1 }
                } else {
                    table.value.withLock(round % 4) { $0 += 1 }
                }
            }
        }
        #expect((0..<4).map { slots.state($0).pointee } == (0..<4).map { $0 + 20_000 })
        #expect(slots.count == 4)
    }

    /// Held for longer than anybody spins, so that the others sleep and must be woken.
    @Test func whoeverSleepsBeforeALockGetsIt() throws {
        let table = Box(LockedTable(count: 2) { _ in 0 })
        let free = Box(Locked(0))
        try inThreads(4) { _ in
            for _ in 0..<300 {
                table.value.withLock(1) { count in
                    let until = Clock.monotonicNanoseconds() + 20_000
                    while Clock.monotonicNanoseconds() < until {}
                    count += 1
                }
                let taken: Void? = table.value.withLockIfFree(1) { $0 += 1 }
                if taken != nil { free.value.withLock { $0 += 1 } }
            }
        }
        #expect(table.value.withLock(1) { $0 } == 1_200 + free.value.withLock { $0 })
    }

    @Test func severalSlotsCanBeHeldAtOnce() throws {
        let table = Box(LockedTable(count: 4) { _ in 0 })
        try inThreads(4) { thread in
            for _ in 0..<5_000 {
                let low = thread % 2
                table.value.lock(low)
                table.value.lock(3)
                table.value.state(low).pointee += 1
                table.value.state(3).pointee += 1
                table.value.unlock(3)
                table.value.unlock(low)
            }
        }
        #expect(table.value.withLock(3) { $0 } == 20_000)
    }

    @Test func aMonitorWakesWhoeverWaitsForWhatBecameTrue() throws {
        let monitor = Box(Monitor(0))
        let seen = Box(Locked([Int]()))
        let waiting = try (1...3).map { wanted in
            try Handle {
                let value = monitor.value.wait { $0 >= wanted ? $0 : nil }
                seen.value.withLock { $0.append(value) }
            }
        }
        for _ in 0..<3 { monitor.value.update { $0 += 1 } }
        for thread in waiting { thread.join() }
        #expect(seen.value.withLock { $0.count } == 3)
        #expect(monitor.value.read { $0 } == 3)
    }

    @Test func aMonitorGivesUpWhenTheTimeHasCome() {
        let monitor = Monitor(0)
        let began = Clock.monotonicNanoseconds()
        let value = monitor.wait(untilNanoseconds: began + 5_000_000) { $0 > 0 ? $0 : nil }
        #expect(value == nil)
        #expect(Clock.monotonicNanoseconds() - began >= 5_000_000)
        // A condition that holds needs no time.
        #expect(monitor.wait(untilNanoseconds: 0) { _ in 7 } == 7)
    }

    @Test(arguments: [0, 100])
    func aSignalIsNeverLost(spinCount: Int) throws {
        let ping = WakeSignal()
        let pong = WakeSignal()
        let turns = 20_000
        let counter = Counter()
        let other = try Handle {
            for _ in 0..<turns {
                ping.wait(spinCount: spinCount)
                counter.value.add(1, ordering: .relaxed)
                pong.raise()
            }
        }
        for turn in 0..<turns {
            ping.raise()
            pong.wait(spinCount: spinCount)
            #expect(counter.value.load(ordering: .relaxed) == turn + 1)
        }
        other.join()
    }

    @Test func twoRaisesBeforeAWaitAreOne() {
        let signal = WakeSignal()
        #expect(!signal.isRaised)
        signal.raise()
        signal.raise()
        #expect(signal.isRaised)
        signal.wait()
        #expect(!signal.isRaised)
    }
}

/// Runs a body on several threads at once and waits for all.
func inThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
    let threads = try (0..<count).map { number in try Handle { body(number) } }
    for thread in threads { thread.join() }
}

/// A thread that is waited for.
final class Handle: Sendable {
    private struct Held: ~Copyable {
        var thread: WorkerThread?
    }

    private let held: Locked<Held>

    init(_ body: @escaping @Sendable () -> Void) throws {
        let thread = try WorkerThread(name: "platform-test", body)
        held = Locked(Held(thread: consume thread))
    }

    func join() {
        var held = Held()
        self.held.withLock { swap(&$0, &held) }
        if let thread = held.thread.take() { thread.join() }
    }
}

/// Something without copies that several threads share.
final class Box<Value: ~Copyable & Sendable>: Sendable {
    let value: Value

    init(_ value: consuming Value) {
        self.value = value
    }
}

/// A number that several threads count.
final class Counter: Sendable {
    let value = Atomic(0)
}

/// Counts its end.
private struct Released: ~Copyable {
    let count: Counter

    init(_ count: Counter) {
        self.count = count
    }

    deinit {
        count.value.add(1, ordering: .relaxed)
    }
}
