import Platform
import Testing

@testable import Journal

/// Records read again: by place, by number, forwards and backwards.
struct ReadingTests {
    /// Many records in several segments, some small blocks and some large.
    private static func journal() throws -> (Journal, FaultyStorage, [Appended]) {
        let storage = FaultyStorage()
        let options = Sample.options(buffer: 128 << 10, segment: 1 << 20)
        let (journal, _) = try Sample.open(storage, options)
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        var appended: [Appended] = []
        for lsn in 1...UInt64(6_000) {
            try journal.waitForRoom(byteCount: 700)
            appended.append(Sample.append(lsn, to: journal))
            if lsn % 1_000 < 3 { try journal.waitUntilDurable(lsn) }
        }
        try journal.waitUntilDurable(6_000)
        return (journal, storage, appended)
    }

    @Test func aRecordReadsBackAtThePlaceItWasGiven() throws {
        let (journal, _, appended) = try Self.journal()
        for place in appended {
            let record = try journal.read(at: place.position, lsn: place.lsn)
            #expect(record.lsn == place.lsn && record.position == place.position && Sample.isRight(record))
        }
        #expect(throws: JournalError.notFound(lsn: 2)) { try journal.read(at: appended[0].position, lsn: 2) }
        #expect(throws: JournalError.notFound(lsn: 1)) { try journal.read(at: appended[0].position + 8, lsn: 1) }
        #expect(throws: JournalError.notFound(lsn: 1)) { try journal.read(at: 1 << 40, lsn: 1) }
        #expect(throws: JournalError.notFound(lsn: 1)) { try journal.read(at: 0, lsn: 1) }
        journal.close()
    }

    @Test func aRecordThatIsNotDurableIsNotRead() throws {
        let storage = FaultyStorage()
        let (journal, _) = try Sample.open(storage)
        storage.closeGate()
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        let place = Sample.append(1, to: journal)
        storage.waitUntilHeld()
        #expect(throws: JournalError.notFound(lsn: 1)) { try journal.read(at: place.position, lsn: 1) }
        #expect(try journal.find(1) == nil)
        storage.openGate()
        try journal.waitUntilDurable(1)
        #expect(try journal.find(1).map { Sample.isRight($0) } == true)
        journal.close()
    }

    @Test func everyRecordIsFoundByItsNumberBeforeAndAfterReopening() throws {
        let (journal, storage, appended) = try Self.journal()
        for lsn in stride(from: UInt64(1), through: 6_000, by: 37) {
            let record = try journal.find(lsn)
            #expect(record?.lsn == lsn && record.map { Sample.isRight($0) } == true)
        }
        #expect(try journal.find(0) == nil || journal.find(0)?.lsn == 1)
        #expect(try journal.find(6_001) == nil)
        journal.close()
        let (again, records) = try Sample.open(storage, Sample.options(buffer: 128 << 10, segment: 1 << 20))
        #expect(records.map(\.position) == appended.map(\.position))
        for lsn in stride(from: UInt64(1), through: 6_000, by: 37) {
            #expect(try again.find(lsn)?.lsn == lsn)
        }
        #expect(again.index.withLock { $0.entries.count } > 4)
        again.close()
    }

    @Test(arguments: [1, 2, 777, 3_000, 5_999, 6_000, 6_001, UInt64.max])
    func scansVisitExactlyWhatTheyShould(lsn: UInt64) throws {
        let (journal, _, _) = try Self.journal()
        var forward: [UInt64] = []
        try journal.scanForward(from: lsn) { view in
            #expect(Sample.isRight(JournalRecord(view)))
            forward.append(view.lsn)
            return .proceed
        }
        #expect(forward == (lsn <= 6_000 ? Array(lsn...6_000) : []))
        var backward: [UInt64] = []
        try journal.scanBackward(before: lsn) { view in
            #expect(Sample.isRight(JournalRecord(view)))
            backward.append(view.lsn)
            return .proceed
        }
        #expect(backward == Array((1..<min(lsn, 6_001)).reversed()))
        var few: [UInt64] = []
        try journal.scanBackward(before: lsn) { view in
            few.append(view.lsn)
            return few.count == 3 ? .stop : .proceed
        }
        #expect(few == Array((1..<min(lsn, 6_001)).reversed().prefix(3)))
        journal.close()
    }

    @Test func anEmptyJournalHasNothingToScan() throws {
        let (journal, _) = try Sample.open(FaultyStorage())
        try journal.scanForward(from: 1) { _ in
            Issue.record("nothing to visit")
            return .stop
        }
        try journal.scanBackward(before: .max) { _ in
            Issue.record("nothing to visit")
            return .stop
        }
        journal.close()
    }

    @Test func aFileThatChangesUnderTheJournalIsNoticedByEveryReader() throws {
        let (journal, storage, appended) = try Self.journal()
        let place = appended[2]
        storage.change(storage.segmentNames[0]) { $0[Int(place.position) + 40] ^= 0x10 }
        do throws(JournalError) {
            _ = try journal.read(at: place.position, lsn: 3)
            Issue.record("what is damaged was read")
        } catch {
            guard case .corrupt = error else {
                Issue.record("damage was called \(error)")
                return
            }
        }
        #expect(throws: JournalError.self) { try journal.find(3) }
        #expect(throws: JournalError.self) { try journal.scanBackward(before: 4) { _ in .proceed } }
        journal.close()
    }

    /// Damage takes the records of its own block and of no other, wherever in the block it is.
    @Test(arguments: [0, 8, 20, 63, 64, 90])
    func neighboursOfADamagedBlockAreFound(offset: Int) throws {
        let (journal, storage, appended) = try Self.journal()
        let segment = storage.segmentNames[0]
        let entry = try #require(journal.index.withLock { $0.entry(having: 3) })
        let lsns = entry.firstLSN..<entry.endLSN
        // The first record of a block is 64 bytes behind its start, which is a multiple of 4,096.
        let blocks = appended.filter { lsns.contains($0.lsn) && $0.position % 4_096 == 64 }.map { $0.position - 64 }
        #expect(blocks.count > 3)
        let damaged = blocks[blocks.count / 2]
        let next = blocks[blocks.count / 2 + 1]
        try #require(damaged + UInt64(offset) < next)
        storage.change(segment) { $0[Int(damaged) + offset] ^= 0x04 }
        var lost = 0
        for place in appended where lsns.contains(place.lsn) {
            if place.position > damaged, place.position < next {
                do throws(JournalError) {
                    _ = try journal.find(place.lsn)
                    Issue.record("record \(place.lsn) was read out of a damaged block")
                } catch {
                    guard case .corrupt(let corruption) = error else {
                        Issue.record("damage was called \(error)")
                        return
                    }
                    #expect(corruption.segment == segment && corruption.offset == damaged)
                }
                lost += 1
            } else {
                #expect(try journal.find(place.lsn).map { Sample.isRight($0) } == true, "record \(place.lsn)")
            }
        }
        #expect(lost > 0)
        journal.close()
    }

    @Test func fewFilesStayOpenAndAllCanBeRead() throws {
        let storage = FaultyStorage()
        var options = Sample.options()
        options.openSegmentCountMax = 2
        let (journal, _) = try Sample.open(storage, options)
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
        var appended: [Appended] = []
        for lsn in 1...UInt64(400) {
            try journal.waitForRoom(byteCount: 700)
            appended.append(Sample.append(lsn, to: journal))
        }
        try journal.waitUntilDurable(400)
        #expect(storage.segmentNames.count > 5)
        for place in appended.reversed() {
            #expect(try journal.read(at: place.position, lsn: place.lsn).lsn == place.lsn)
        }
        journal.close()
    }
}
