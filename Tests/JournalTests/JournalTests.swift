import Glibc
import Platform
import Synchronization
import Testing

@testable import Journal

/// A journal in everyday use.
struct JournalTests {
    @Test func aNewJournalIsEmpty() throws {
        let storage = FaultyStorage()
        let (journal, records) = try Sample.open(storage)
        #expect(records.isEmpty)
        #expect(journal.recovery.isNew)
        #expect(journal.lastLSN == 0)
        journal.close()
        let (again, _) = try Sample.open(storage)
        #expect(!again.recovery.isNew)
        #expect(again.identity == journal.identity)
        again.close()
    }

    @Test func recordsComeBackInOrderAfterEveryReopening() throws {
        let storage = FaultyStorage()
        var lsn: UInt64 = 0
        for round in 0..<12 {
            let (journal, records) = try Sample.open(storage)
            #expect(records.count == Int(lsn))
            #expect(journal.recovery.wasClosed == (round > 0))
            let reports = Reports()
            try journal.start(onDurable: { reports.durable($0) }, onFailure: { reports.failure($0) })
            for _ in 0..<round * 3 {
                lsn += 1
                try journal.waitForRoom(byteCount: 700)
                Sample.append(lsn, to: journal)
            }
            journal.close()
            #expect(journal.durableLSN == lsn)
            #expect(reports.durable.last ?? lsn == lsn)
            #expect(reports.durable == reports.durable.sorted())
            #expect(reports.failures == [])
        }
        #expect(storage.segmentNames.count > 3, "the test should cross segments")
    }

    @Test func underLoadCommitsKeepTheirDistance() throws {
        var options = Sample.options()
        options.loadedRecordCount = 4
        options.loadedCommitInterval = 40_000
        let (journal, _) = try Sample.open(FaultyStorage(), options)
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        let began = Clock.monotonicNanoseconds()
        var lsn: UInt64 = 0
        var commits: [UInt64] = []
        while commits.count < 4 {
            for _ in 0..<4 {
                lsn += 1
                try journal.waitForRoom(byteCount: 700)
                Sample.append(lsn, to: journal)
            }
            try journal.waitUntilDurable(lsn)
            commits.append(journal.statistics.commits)
        }
        // Four records may be split over two commits, of which neither is loaded; then nothing was to be kept apart.
        let loaded = commits.last == 4
        #expect(!loaded || Clock.monotonicNanoseconds() - began >= 3 * 40_000_000)
        journal.close()
    }

    @Test func closingTwiceOrWithoutStartingDoesNothing() throws {
        let storage = FaultyStorage()
        let (journal, _) = try Sample.open(storage)
        journal.close()
        journal.close()
        let (again, _) = try Sample.open(storage)
        #expect(!again.recovery.wasClosed)
        try again.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        again.close()
        again.close()
        let (last, _) = try Sample.open(storage)
        #expect(last.recovery.wasClosed)
        #expect(last.recovery.blocks == 1)
        last.close()
    }

    @Test func anOrderlyCloseAddsOneMarkAndIdleReopeningsAddNone() throws {
        let storage = try Sample.storage(blocks: [3])
        for _ in 0..<5 {
            let (journal, records) = try Sample.open(storage)
            #expect(records.count == 3)
            #expect(journal.recovery.blocks == 2)
            #expect(journal.recovery.wasClosed)
            try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
            journal.close()
        }
    }

    @Test func recordsOfManyThreadsGetDenseNumbersAndAllComeBack() throws {
        let storage = FaultyStorage()
        let options = Sample.options(buffer: 64 << 10, segment: 512 << 10)
        let (journal, _) = try Sample.open(storage, options)
        let reports = Reports()
        try journal.start(onDurable: { reports.durable($0) }, onFailure: { reports.failure($0) })
        let threadCount = 4
        let perThread = 2_000
        var threads: [Handle] = []
        let given = Locked([UInt64]())
        let shared = Shared(given)
        for thread in 0..<threadCount {
            threads.append(
                try Handle {
                    var mine: [UInt64] = []
                    for number in 0..<perThread {
                        while !journal.hasRoom(forAppenders: threadCount) { sched_yield() }
                        let value = UInt64(thread * perThread + number)
                        let appended = withUnsafeBytes(of: value) {
                            journal.append(kind: UInt16(thread), time: Int64(number), payload: $0)
                        }
                        mine.append(appended.lsn)
                    }
                    // One thread's numbers ascend.
                    #expect(mine == mine.sorted())
                    shared.value.withLock { $0 += mine }
                }
            )
        }
        for thread in threads { thread.join() }
        journal.close()
        #expect(shared.value.withLock { $0.sorted() } == Array(1...UInt64(threadCount * perThread)))
        #expect(reports.durable.last == UInt64(threadCount * perThread))
        var values: [UInt64] = []
        var lastOfThread = [Int64](repeating: -1, count: threadCount)
        let again = try Journal.open(options: options, storage: storage) { view in
            values.append(view.payload.loadUnaligned(as: UInt64.self))
            let thread = Int(view.kind)
            #expect(view.time == lastOfThread[thread] + 1)
            lastOfThread[thread] = view.time
            return .applied
        }
        #expect(values.sorted() == Array(0..<UInt64(threadCount * perThread)))
        #expect(again.lastLSN == UInt64(threadCount * perThread))
        again.close()
    }

    @Test func groupsFormWhileTheDiskIsBusy() throws {
        let storage = FaultyStorage()
        let (journal, _) = try Sample.open(storage)
        storage.closeGate()
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        let first = Sample.append(1, to: journal)
        storage.waitUntilHeld()
        let second = Sample.append(2, to: journal)
        let third = Sample.append(3, to: journal)
        #expect(journal.durableLSN == 0, "nothing is durable before the synchronization has returned")
        #expect(journal.backlogByteCount > 0)
        storage.openGate()
        try journal.waitUntilDurable(3)
        #expect(first.block + 1 == second.block)
        #expect(second.block == third.block)
        let statistics = journal.statistics
        #expect(statistics.commits == 2)
        #expect(statistics.records == 3)
        #expect(statistics.bytes == 8_192)
        #expect(statistics.lastCommitMicroseconds <= statistics.maxCommitMicroseconds)
        journal.close()
        #expect(journal.backlogByteCount == 0)
    }

    @Test func aFullBufferSaysBusyAndLeavesRoomForThePromisedAppenders() throws {
        let storage = FaultyStorage()
        let options = Sample.options(buffer: 16 << 10, segment: 64 << 10)
        let (journal, _) = try Sample.open(storage, options)
        storage.closeGate()
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        Sample.append(1, to: journal)
        storage.waitUntilHeld()
        let longest = [UInt8](repeating: 1, count: 700)
        var count = 0
        while journal.hasRoom(forAppenders: 3) {
            _ = longest.withUnsafeBytes { journal.append(kind: 0, time: 0, payload: $0) }
            count += 1
        }
        #expect(count == 20)
        // Three threads had asked before the last was appended: each may still append, and it fits.
        for _ in 0..<2 { _ = longest.withUnsafeBytes { journal.append(kind: 0, time: 0, payload: $0) } }
        #expect(!journal.hasRoom(forAppenders: 1))
        storage.openGate()
        try journal.waitForRoom(byteCount: 700)
        #expect(journal.hasRoom(forAppenders: 3))
        journal.close()
        #expect(journal.durableLSN == 23)
        #expect(!journal.hasRoom(forAppenders: 1), "a closed journal takes nothing")
    }

    @Test func aLargeRecordWaitsForRoomAndReadsBack() throws {
        let storage = FaultyStorage()
        var options = Sample.options(buffer: 2 << 20, segment: 8 << 20)
        options.largePayloadByteCountMax = 1 << 20
        let (journal, _) = try Sample.open(storage, options)
        let reports = Reports()
        try journal.start(onDurable: { reports.durable($0) }, onFailure: { reports.failure($0) })
        var appended: [Appended] = []
        for number in 1...9 {
            let payload = [UInt8](repeating: UInt8(number), count: 1 << 20)
            try journal.waitForRoom(byteCount: payload.count)
            appended.append(payload.withUnsafeBytes { journal.append(kind: 1, time: 2, payload: $0) })
        }
        try journal.waitUntilDurable(9)
        for (number, place) in appended.enumerated() {
            let record = try journal.read(at: place.position, lsn: place.lsn)
            #expect(record.payload == [UInt8](repeating: UInt8(number + 1), count: 1 << 20))
        }
        journal.close()
        var count = 0
        let again = try Journal.open(options: options, storage: storage) { view in
            count += view.payload.count
            return .applied
        }
        #expect(count == 9 << 20)
        again.close()
    }

    @Test func theOwnerOfTheStateMayRefuseARecord() throws {
        let storage = try Sample.storage(blocks: [2, 2])
        var seen: [UInt64] = []
        #expect(throws: JournalError.refused(lsn: 3, reason: "no such card")) {
            try Journal.open(options: Sample.options(), storage: storage) { view in
                seen.append(view.lsn)
                return view.lsn == 3 ? .refused("no such card") : .applied
            }
        }
        #expect(seen == [1, 2, 3])
    }

    @Test func anotherVariantIsRefused() throws {
        let storage = try Sample.storage(blocks: [1])
        var options = Sample.options()
        options.variant = 1
        #expect(throws: JournalError.otherVariant(found: 0, expected: 1)) {
            try Journal.open(options: options, storage: storage) { _ in .applied }
        }
    }

    @Test func sizesMayChangeFromOneStartToTheNext() throws {
        let storage = FaultyStorage()
        var lsn: UInt64 = 0
        for (buffer, segment) in [(8, 36), (16, 64), (4, 12), (32, 128), (4, 16), (8, 36)] {
            let options = Sample.options(buffer: buffer << 10, segment: UInt64(segment) << 10)
            let (journal, records) = try Sample.open(storage, options)
            #expect(records.count == Int(lsn))
            try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
            for _ in 0..<40 {
                lsn += 1
                try journal.waitForRoom(byteCount: 700)
                Sample.append(lsn, to: journal)
            }
            journal.close()
        }
        let (journal, records) = try Sample.open(storage)
        #expect(records.count == 240)
        for record in records { #expect(try journal.read(at: record.position, lsn: record.lsn) == record) }
        journal.close()
    }

    @Test func filesOfARealDirectoryWork() throws {
        let directory = try TemporaryDirectory()
        let options = Sample.options(buffer: 64 << 10, segment: 256 << 10)
        let storage = try FileJournalStorage(directory: directory.path + "/journal")
        let (journal, _) = try Sample.open(storage, options)
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        for lsn in 1...UInt64(2_000) {
            try journal.waitForRoom(byteCount: 700)
            Sample.append(lsn, to: journal)
        }
        journal.close()
        let names = try storage.names()
        #expect(names.count >= 4)
        #expect(names.allSatisfy { $0.hasSuffix(".segment") })
        let reading = try FileJournalStorage(reading: directory.path + "/journal")
        #expect(try reading.names() == names)
        let first = try reading.open(names[0])
        var bytes: [UInt8] = [1, 2, 3, 4]
        #expect(throws: PlatformError.self) { try bytes.withUnsafeBytes { try first.write($0, at: 0) } }
        #expect(try bytes.withUnsafeMutableBytes { try first.read(into: $0, at: 0) } == 4 && bytes != [1, 2, 3, 4])
        #expect(throws: PlatformError.self) { try FileJournalStorage(reading: directory.path + "/none") }
        #expect(!FileSystem.exists(directory.path + "/none"), "whoever only reads makes nothing")
        let (again, records) = try Sample.open(storage, options)
        #expect(records.count == 2_000)
        #expect(again.recovery.wasClosed)
        again.close()
    }
}

/// A thread that is waited for.
final class Handle: Sendable {
    private let thread: Locked<Held>

    private struct Held: ~Copyable {
        var thread: WorkerThread?
    }

    init(_ body: @escaping @Sendable () -> Void) throws {
        let thread = try WorkerThread(name: "test", body)
        self.thread = Locked(Held(thread: consume thread))
    }

    func join() {
        var held = Held()
        thread.withLock { swap(&$0, &held) }
        if let thread = held.thread.take() { thread.join() }
    }
}

/// A lock that several threads share.
final class Shared<State: ~Copyable>: Sendable {
    let value: Locked<State>

    init(_ value: consuming Locked<State>) {
        self.value = value
    }
}

/// A directory that goes when the test ends.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = "/tmp/assent-test-\(CurrentProcess.identifier)-\(RandomBytes.word())"
        try FileSystem.createDirectory(path)
    }

    deinit {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        for name in (try? FileSystem.names(inDirectory: path)) ?? [] {
            let inner = path + "/" + name
            if FileSystem.isDirectory(inner) { remove(inner) } else { try? FileSystem.remove(inner) }
        }
        try? FileSystem.removeDirectory(path)
    }
}
