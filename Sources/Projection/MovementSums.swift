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

    /// Debits or credits as `high` times 2^32 plus `low`: 2^31 of the largest amounts fit.
    struct Sum {
        var high: Int64 = 0
        var low: Int64 = 0

        mutating func add(_ amount: Int64) {
            high += amount >> 32
            low += amount & 0xFFFF_FFFF
        }
    }

    private var sums: [Key: (debit: Sum, credit: Sum)] = [:]
    /// The first and the last time of records in a chunk.
    private(set) var times: [UInt64: (first: Int64, last: Int64)] = [:]

    /// Adds an entry.
    mutating func add(_ entry: LedgerEntry, lsn: UInt64, day: Int64) {
        let key = Key(
            chunk: lsn >> ProjectionSchema.chunkShift,
            day: day,
            account: TrialBalance.Key(currency: entry.currency, account: entry.account, phase: entry.phase)
        )
        if entry.amount > 0 {
            sums[key, default: (Sum(), Sum())].debit.add(entry.amount)
        } else {
            sums[key, default: (Sum(), Sum())].credit.add(-entry.amount)
        }
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
    var lines: [(key: Key, debit: Sum, credit: Sum)] {
        sums.keys.sorted().compactMap { key in sums[key].map { (key, $0.debit, $0.credit) } }
    }

    /// Forgets everything.
    mutating func removeAll() {
        sums.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
    }
}
