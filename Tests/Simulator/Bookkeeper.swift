import Authorization
import Domain
import Journal
import Ledger

/// Follows the journal beside its writer, as the projection does, and keeps the double-entry books of what it reads.
///
/// It outlives the process, as a file does that says how far it has come.
final class Bookkeeper {
    /// The newest record that is in the books.
    private(set) var lastLSN: UInt64 = 0
    private var books = TrialBalance()
    private var reading: Reading?

    /// The open files of one life of the process.
    private final class Reading {
        var follower: JournalFollower

        init(_ follower: consuming JournalFollower) { self.follower = follower }
    }

    /// Books the next records.
    ///
    /// - Parameters:
    ///   - last: The newest durable record.
    ///   - records: What is durable, as read by other code.
    /// - Returns: what is wrong with a record; it is not in the books then.
    func read(
        _ storage: any JournalStorage,
        _ identity: JournalIdentity,
        through last: UInt64,
        countMax: Int,
        comparing records: [JournalAuditor.Record]
    ) throws(JournalError) -> String? {
        let reading = reading ?? Reading(JournalFollower(storage, identity: identity, from: lastLSN + 1))
        self.reading = reading
        var finding: String?
        var count = 0
        try reading.follower.read(upTo: last) { view in
            let record = JournalAuditor.Record(
                lsn: view.lsn,
                kind: view.kind,
                time: view.time,
                payload: Array(view.payload)
            )
            guard view.lsn == lastLSN + 1, view.lsn <= records.count, record == records[Int(view.lsn) - 1] else {
                finding = "behind record \(lastLSN) a follower reads \(record.text)"
                return .stop
            }
            if let wrong = book(record) {
                finding = wrong
                return .stop
            }
            lastLSN = view.lsn
            count += 1
            return count < countMax ? .proceed : .stop
        }
        if finding != nil { close() }
        return finding
    }

    /// Lets go of the files, at the end of a process or to look for them again.
    func close() { reading = nil }

    private func book(_ record: JournalAuditor.Record) -> String? {
        let movement: Movement?
        do {
            movement = try record.payload.withUnsafeBytes { payload -> Movement? in
                switch EventKind(rawValue: record.kind) {
                case .authorization: Movement(try AuthorizationEvent(decoding: payload))
                case .lifecycle: Movement(try LifecycleEvent(decoding: payload))
                default: nil
                }
            }
        } catch {
            return "record \(record.lsn) cannot be read: \(error)"
        }
        for entry in movement?.entries ?? [] { books.add(entry) }
        guard let imbalance = books.imbalances.first else { return nil }
        return "after record \(record.lsn) the books do not balance: \(imbalance)"
    }

    /// What the cards of each currency come to, against the books.
    func compare(_ model: BankModel) throws(SimulationFailure) {
        var sums: [Currency: (held: Int64, posted: Int64)] = [:]
        for (token, currency) in model.currencies {
            guard let card = model.card(token) else { continue }
            sums[currency, default: (0, 0)].held += card.held
            sums[currency, default: (0, 0)].posted += card.posted
        }
        for (currency, sum) in sums {
            func balance(_ phase: EntryPhase) -> Int128 {
                books[TrialBalance.Key(currency: currency, account: .receivable, phase: phase)].balance
            }
            try SimulationFailure.require(
                balance(.pending) == Int128(sum.held) && balance(.posted) == Int128(sum.posted),
                "in \(currency) the cards come to \(sum); the books have \(balance(.pending)) held and "
                    + "\(balance(.posted)) posted"
            )
        }
    }
}
