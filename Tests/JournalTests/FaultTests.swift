import Glibc
import Platform
import Randomness
import Synchronization
import Testing

@testable import Journal

/// Every call to the storage fails once, in every way; and whatever was acknowledged is there afterwards.
struct FaultTests {
    /// One life of a journal on a storage: opens, appends in groups of changing size, closes.
    ///
    /// - Returns: The last LSN appended and the last acknowledged; nil when it did not even open.
    private static func live(on storage: FaultyStorage, groups: Int) -> (appended: UInt64, acknowledged: UInt64)? {
        let reports = Reports()
        let journal: Journal
        do throws(JournalError) {
            (journal, _) = try Sample.open(storage)
            try journal.start(onDurable: { reports.durable($0) }, onFailure: { reports.failure($0) })
        } catch {
            return nil
        }
        var lsn = journal.lastLSN
        let before = journal.durableLSN
        for group in 0..<groups {
            for _ in 0...(group % 5) {
                // A segment that is being prepared comes, or it fails.
                let isStopped = { journal.isStopped.load(ordering: .relaxed) }
                while !journal.hasRoom(forAppenders: 1), !journal.isOutOfSpace, !isStopped() { sched_yield() }
                guard journal.hasRoom(forAppenders: 1) else { break }
                lsn += 1
                Sample.append(lsn, to: journal)
            }
            if (try? journal.waitUntilDurable(lsn)) == nil { break }
        }
        journal.close()
        // After a failure nothing is acknowledged any more: the failure came last, and once.
        #expect(reports.failures.count <= 1)
        #expect(reports.durable.last ?? before == journal.durableLSN)
        return (lsn, journal.durableLSN)
    }

    @Test(arguments: FaultyStorage.Fault.allCases)
    func whicheverCallFailsEveryAcknowledgedRecordSurvives(fault: FaultyStorage.Fault) throws {
        let seed = SeededRandom.freshSeed("\(#function) \(fault)")
        var random = SeededRandom(seed: seed)
        var faulted: Set<FaultyStorage.Call> = []
        var call = 1
        while true {
            let storage = FaultyStorage(seed: random.next())
            storage.fail(call: call, fault)
            let life = Self.live(on: storage, groups: 14)
            guard let faultedCall = storage.faultedCall else {
                #expect(life?.acknowledged == life?.appended)
                break
            }
            faulted.insert(faultedCall)
            // The machine loses power; what comes back must have everything that was acknowledged, in three of the
            // many ways it can come back.
            for _ in 0..<3 {
                let image = storage.imageAfterPowerLoss(seed: random.next())
                let (journal, records) = try Sample.open(image)
                #expect(records.count >= Int(life?.acknowledged ?? 0), "call \(call), \(faultedCall), seed \(seed)")
                #expect(records.count <= Int(life?.appended ?? 0), "call \(call), \(faultedCall), seed \(seed)")
                journal.close()
                // And it goes on from there.
                let next = try #require(Self.live(on: image, groups: 6))
                #expect(next.acknowledged == next.appended)
                #expect(next.appended > UInt64(records.count))
                let (again, all) = try Sample.open(image.copy())
                #expect(all.count == Int(next.appended))
                again.close()
            }
            call += 1
        }
        // The loop has reached every kind of call that a life makes.
        #expect(faulted.isSuperset(of: [.names, .create, .write, .synchronize, .rename, .synchronizeNames]))
        #expect(call > 40)
    }

    /// Recovery itself is interrupted at every call, again and again.
    @Test func anInterruptedRecoveryLosesNothing() throws {
        let seed = SeededRandom.freshSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<25 {
            // A crash in the middle of a life.
            let storage = FaultyStorage(seed: random.next())
            storage.fail(call: Int.random(in: 12..<60, using: &random), .crash)
            let life = Self.live(on: storage, groups: 14)
            var image = storage.imageAfterPowerLoss(seed: random.next())
            var call = 1
            while true {
                image.fail(call: call, .crash)
                if let (journal, records) = try? Sample.open(image) {
                    #expect(records.count >= Int(life?.acknowledged ?? 0), "seed \(seed)")
                    journal.close()
                    break
                }
                image = image.imageAfterPowerLoss(seed: random.next())
                call += 1
            }
        }
    }

    @Test(arguments: [FaultyStorage.Call.write, .synchronize])
    func aFailedWriteOrSynchronizationEndsTheJournal(call: FaultyStorage.Call) throws {
        let storage = FaultyStorage()
        let (journal, _) = try Sample.open(storage)
        let reports = Reports()
        try journal.start(onDurable: { reports.durable($0) }, onFailure: { reports.failure($0) })
        Sample.append(1, to: journal)
        try journal.waitUntilDurable(1)
        // The next segment is prepared by now or soon; after it only commits call the storage.
        while !journal.preparer.isReady { sched_yield() }
        storage.fail(call: call == .write ? 1 : 2, .errorOnce)
        Sample.append(2, to: journal)
        let error = reports.waitForFailure()
        guard case .storage(let cause) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(cause == .system(code: EIO, operation: call.rawValue, subject: "faulty storage"))
        #expect("\(error)".hasPrefix("journal: cannot \(call.rawValue) faulty storage: "))
        #expect(throws: JournalError.stopped) { try journal.waitUntilDurable(2) }
        #expect(!journal.hasRoom(forAppenders: 1))
        #expect(journal.durableLSN == 1)
        #expect(reports.durable == [1])
        journal.close()
        #expect(reports.failures == [error])
    }

    @Test func aFullDiskIsSaidBeforeItHurtsAndForgottenWhenThereIsRoomAgain() throws {
        let storage = FaultyStorage()
        storage.setCapacity(40 << 10)
        let (journal, _) = try Sample.open(storage)
        let reports = Reports()
        try journal.start(onDurable: { reports.durable($0) }, onFailure: { reports.failure($0) })
        while journal.statistics.preparationProblem == nil { sched_yield() }
        #expect(journal.statistics.preparationProblem?.contains("No space left on device") == true)
        // The segment in use is not affected.
        var lsn: UInt64 = 0
        for _ in 0..<3 {
            lsn += 1
            Sample.append(lsn, to: journal)
            try journal.waitUntilDurable(lsn)
        }
        storage.setCapacity(.max)
        for _ in 0..<20 {
            lsn += 1
            while !journal.hasRoom(forAppenders: 1) { sched_yield() }
            Sample.append(lsn, to: journal)
            try journal.waitUntilDurable(lsn)
        }
        #expect(journal.statistics.preparationProblem == nil)
        #expect(storage.segmentNames.count > 2)
        journal.close()
        #expect(reports.failures == [])
        let (again, records) = try Sample.open(storage)
        #expect(records.count == 23)
        again.close()
    }

    /// With no room for the next segment nothing more is taken in, what was taken in becomes durable, whoever came just
    /// before, and with room it goes on by itself.
    @Test(arguments: [1, 4])
    func aFullDiskRefusesNewRecordsLosesNoneAndResumes(perBlock: Int) throws {
        let storage = FaultyStorage()
        storage.setCapacity(40 << 10)
        let (journal, _) = try Sample.open(storage)
        let reports = Reports()
        try journal.start(onDurable: { reports.durable($0) }, onFailure: { reports.failure($0) })
        var lsn: UInt64 = 0
        func fill() throws {
            while journal.hasRoom(forAppenders: 1) {
                for _ in 0..<perBlock where journal.hasRoom(forAppenders: 1) {
                    lsn += 1
                    Sample.append(lsn, to: journal)
                }
                try journal.waitUntilDurable(lsn)
            }
        }
        try fill()
        while !journal.isOutOfSpace { sched_yield() }
        let full = lsn
        #expect(full >= 5)
        // Who had been told of room just before may still append, and a large record finds no place.
        lsn += 1
        Sample.append(lsn, to: journal)
        try journal.waitUntilDurable(lsn)
        #expect(throws: JournalError.outOfSpace) { try journal.waitForRoom(byteCount: 700) }
        #expect(!journal.hasRoom(forAppenders: 1))
        #expect(journal.statistics.segmentWaits > 0)

        storage.setCapacity(80 << 10)
        while !journal.hasRoom(forAppenders: 1) { sched_yield() }
        try journal.waitForRoom(byteCount: 700)
        try fill()
        while !journal.isOutOfSpace { sched_yield() }
        #expect(lsn > full + 5, "the second segment was used")
        journal.close()
        #expect(reports.failures == [])
        #expect(reports.durable.last == lsn)

        // A start on the full disk serves what there is, and goes on when there is room.
        let (again, records) = try Sample.open(storage)
        #expect(records.count == Int(lsn))
        #expect(again.recovery.wasClosed)
        try again.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        #expect(again.isOutOfSpace && !again.hasRoom(forAppenders: 1))
        storage.setCapacity(.max)
        while !again.hasRoom(forAppenders: 1) { sched_yield() }
        Sample.append(lsn + 1, to: again)
        try again.waitUntilDurable(lsn + 1)
        again.close()
        let (last, all) = try Sample.open(storage)
        #expect(all.count == Int(lsn) + 1)
        last.close()
    }

    /// Names that may not be durable are the end; anything else about a new segment is tried again.
    @Test func onlyAFailedSynchronizationOfNamesMakesAPreparationFatal() throws {
        var outcomes: [Bool] = []
        for call in 1... {
            let storage = FaultyStorage()
            storage.fail(call: call, .errorOnce)
            let header = SegmentHeader(
                identity: JournalIdentity(high: 1, low: 2),
                variant: 0,
                index: 0,
                base: 0,
                segmentByteCount: 8 << 10
            )
            do throws(SegmentPreparer.Failure) {
                _ = try SegmentPreparer.prepare(header, in: storage, keepGoing: { true })
                break
            } catch {
                outcomes.append(error.isFatal)
                #expect(error.isFatal == (storage.faultedCall == .synchronizeNames))
            }
            #expect(storage.segmentNames.allSatisfy { !$0.hasSuffix(".new") })
        }
        #expect(outcomes.count >= 6 && outcomes.last == true)
    }
}
