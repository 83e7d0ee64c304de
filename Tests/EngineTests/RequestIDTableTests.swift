import Domain
import Randomness
import Testing

@testable import Engine

@Suite struct RequestIDTableTests {
    /// The table against a plain list, with few distinct ids so that every path is taken.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func itRemembersTheNewestIdsAndKnowsHowOldTheForgottenAre(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let capacity = Int.random(in: 1...40, using: &random)
        var table = try makeTable(capacity: capacity, seed: random.next())
        var remembered: [(id: UInt64, time: Int64)] = []
        var horizon = Int64.min
        for step in 0..<20_000 {
            let id = UInt64.random(in: 1...100, using: &random)
            let time = Int64.random(in: 0...1_000_000, using: &random)
            let known = remembered.first { $0.id == id }
            let found = table.find(RequestID(high: 0, low: id))
            #expect(found?.transmissionTime.microseconds == known?.time, "seed \(seed), step \(step)")
            guard known == nil else { continue }
            if remembered.count == capacity { horizon = max(horizon, remembered.removeFirst().time) }
            remembered.append((id, time))
            table.insert(
                RequestIDTable.Entry(
                    id: RequestID(high: 0, low: id),
                    transmissionTime: Instant(microseconds: time),
                    place: RecordPlace(lsn: LogSequenceNumber(rawValue: UInt64(step)), position: 0)
                )
            )
            #expect(table.count == remembered.count)
            #expect(table.horizon.microseconds == horizon)
        }
    }

    private func makeTable(capacity: Int, seed: UInt64) throws -> RequestIDTable {
        RequestIDTable(shard: 1, of: try RequestIDMemory(shardCount: 2, capacity: capacity, seed: seed))
    }

    @Test func itsDigestDependsOnWhatItHoldsAlone() throws {
        func entry(_ number: UInt64) -> RequestIDTable.Entry {
            RequestIDTable.Entry(
                id: RequestID(high: number, low: ~number),
                transmissionTime: .epoch,
                place: RecordPlace(lsn: LogSequenceNumber(rawValue: number), position: number)
            )
        }
        var long = try makeTable(capacity: 10, seed: 1)
        var short = try makeTable(capacity: 10, seed: 2)
        for number in UInt64(1)...100 { long.insert(entry(number)) }
        for number in UInt64(91)...100 { short.insert(entry(number)) }
        #expect(long.digest == short.digest)
        short.insert(entry(101))
        #expect(long.digest != short.digest)
    }

    /// What a start brings back is what insertions would have made, and goes on like it.
    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func whatIsBroughtBackIsAsIfItHadBeenInserted(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let capacity = Int.random(in: 1...40, using: &random)
        var inserted = try makeTable(capacity: capacity, seed: random.next())
        var broughtBack = try makeTable(capacity: capacity, seed: random.next())
        let count = UInt64.random(in: 1...200, using: &random)
        let entries = (1...count + 50).map { number in
            RequestIDTable.Entry(
                id: RequestID(high: number, low: random.next()),
                transmissionTime: Instant(microseconds: Int64.random(in: 0...1_000_000, using: &random)),
                place: RecordPlace(lsn: LogSequenceNumber(rawValue: number), position: number)
            )
        }
        for (index, entry) in entries.enumerated() {
            inserted.insert(entry)
            if index < count { broughtBack.bringBack(entry) } else { broughtBack.insert(entry) }
            #expect(broughtBack.count == inserted.count)
            #expect(broughtBack.horizon == inserted.horizon)
            #expect(broughtBack.removedCount == inserted.removedCount)
            guard index + 1 >= count else { continue }
            broughtBack.makeIndex()
            #expect(broughtBack.digest == inserted.digest)
            for entry in entries {
                #expect(broughtBack.find(entry.id)?.place == inserted.find(entry.id)?.place, "seed \(seed)")
            }
        }
    }
}
