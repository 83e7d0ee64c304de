import Glibc
import Platform
import Synchronization
import Testing

@testable import Journal

/// What most tests need of a journal: small sizes, records that can be told apart, and what became durable.
enum Sample {
    /// Segments with room for a few blocks.
    static func options(buffer: Int = 8 << 10, segment: UInt64 = 36 << 10, payload: Int = 700) -> JournalOptions {
        var options = JournalOptions()
        options.bufferByteCount = buffer
        options.segmentByteCount = segment
        options.payloadByteCountMax = payload
        options.largePayloadByteCountMax = payload
        options.appenderCount = 1
        return options
    }

    /// The payload of a record: its length and every byte follow from the LSN, and none is zero.
    static func payload(_ lsn: UInt64, max: Int = 700) -> [UInt8] {
        let length = Int((lsn &* 2_654_435_761) % UInt64(max + 1))
        return (0..<length).map { UInt8(truncatingIfNeeded: (lsn &* 31 &+ UInt64($0) &* 7) | 1) }
    }

    static func kind(_ lsn: UInt64) -> UInt16 { UInt16(truncatingIfNeeded: lsn &* 257) }

    static func time(_ lsn: UInt64) -> Int64 { Int64(lsn) * 1_000 - 5_000 }

    /// Appends the record that its LSN says it is, when the segment for it is there; nobody else appends.
    @discardableResult
    static func append(_ lsn: UInt64, to journal: Journal, max: Int = 700) -> Appended {
        while !journal.hasRoom(forAppenders: 1),
            journal.capacity.load(ordering: .relaxed) < journal.options.bufferByteCount,
            !journal.isOutOfSpace, !journal.isStopped.load(ordering: .relaxed)
        {
            journal.options.whileWaiting?()
            sched_yield()
        }
        let appended = payload(lsn, max: max).withUnsafeBytes {
            journal.append(kind: kind(lsn), time: time(lsn), payload: $0)
        }
        #expect(appended.lsn == lsn)
        return appended
    }

    /// Whether a record is the one that its LSN says.
    static func isRight(_ record: JournalRecord, max: Int = 700) -> Bool {
        record.kind == kind(record.lsn) && record.time == time(record.lsn)
            && record.payload == payload(record.lsn, max: max)
    }

    /// Opens and checks every replayed record: dense LSNs from 1, contents as appended.
    static func open(
        _ storage: any JournalStorage,
        _ options: JournalOptions = options(),
        max: Int = 700
    ) throws(JournalError) -> (journal: Journal, records: [JournalRecord]) {
        var records: [JournalRecord] = []
        let journal = try Journal.open(options: options, storage: storage) { view in
            records.append(JournalRecord(view))
            return .applied
        }
        #expect(records.map(\.lsn) == Array(1..<UInt64(records.count) + 1))
        #expect(records.allSatisfy { isRight($0, max: max) })
        #expect(journal.lastLSN == UInt64(records.count))
        #expect(journal.durableLSN == UInt64(records.count))
        return (journal, records)
    }

    /// A journal with one block of so many records for each count, and a block of one record between every two.
    static func storage(
        blocks: [Int],
        closed: Bool = true,
        _ options: JournalOptions = options(),
        max: Int = 700
    ) throws(JournalError) -> FaultyStorage {
        let storage = FaultyStorage()
        let (journal, _) = try open(storage, options, max: max)
        var lsn: UInt64 = 0
        for (number, count) in blocks.enumerated() {
            if number > 0 {
                // While the journal's thread is held with this one, the others gather.
                while !journal.preparer.isReady { sched_yield() }
                storage.closeGate()
                lsn += 1
                append(lsn, to: journal, max: max)
                storage.waitUntilHeld()
            }
            for _ in 0..<count {
                lsn += 1
                append(lsn, to: journal, max: max)
            }
            if number == 0 {
                try journal.start(onDurable: { _ in }, onFailure: { Issue.record("\($0)") })
            }
            storage.openGate()
            try journal.waitUntilDurable(lsn)
        }
        // The next segment belongs to the picture.
        while !journal.preparer.isReady { sched_yield() }
        let open = storage.copy()
        journal.close()
        return closed ? storage.copy() : open
    }
}

/// Collects what the journal's thread reports.
final class Reports: Sendable {
    private let state = Monitor<(durable: [UInt64], failures: [JournalError])>(([], []))

    func durable(_ lsn: UInt64) { state.update { $0.durable.append(lsn) } }

    func failure(_ error: JournalError) { state.update { $0.failures.append(error) } }

    var durable: [UInt64] { state.read { $0.durable } }

    var failures: [JournalError] { state.read { $0.failures } }

    /// Waits until the journal has failed.
    func waitForFailure() -> JournalError { state.wait { $0.failures.first } }
}
