internal import Domain
internal import Ledger

/// The sums of a transaction's entries, until they are added to those in the file.
struct MovementSums {
    /// What is summed apart.
    struct Key: Hashable, Comparable {
        let chunk: UInt64
        let day: Int64
        let account: TrialBalance.Key

        static func < (left: Self, right: Self) -> Bool {
            (left.chunk, left.day) != (right.chunk, right.day)
                ? (left.chunk, left.day) < (right.chunk, right.day) : left.account < right.account
        }
    }

    private var sums: [Key: (debit: Int64, credit: Int64)] = [:]
    /// The first and the last time of records in a chunk.
    private(set) var times: [UInt64: (first: Int64, last: Int64)] = [:]

    /// Adds an entry. The sum of a chunk fits in 64 bits: 4,096 records with at most two entries of the same account and
    /// side, each of at most 10^15.
    mutating func add(_ entry: LedgerEntry, lsn: UInt64, day: Int64) {
        let key = Key(
            chunk: lsn >> ProjectionSchema.chunkShift,
            day: day,
            account: TrialBalance.Key(currency: entry.currency, account: entry.account, phase: entry.phase)
        )
        sums[key, default: (0, 0)].debit += max(entry.amount, 0)
        sums[key, default: (0, 0)].credit += max(-entry.amount, 0)
    }

    /// Notes when a record was written.
    mutating func note(time: Int64, lsn: UInt64) {
        let chunk = lsn >> ProjectionSchema.chunkShift
        guard let seen = times[chunk] else {
            times[chunk] = (time, time)
            return
        }
        if time < seen.first || time > seen.last { times[chunk] = (min(seen.first, time), max(seen.last, time)) }
    }

    /// What was added, in order.
    var lines: [(key: Key, debit: Int64, credit: Int64)] {
        sums.keys.sorted().compactMap { key in sums[key].map { (key, $0.debit, $0.credit) } }
    }

    /// Forgets everything.
    mutating func removeAll() {
        sums.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
    }
}
