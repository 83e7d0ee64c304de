public import Domain

/// The balances of all accounts, and the check that they are zero together.
public struct TrialBalance: Sendable, Equatable {
    /// An account in one currency and one phase.
    public struct Key: Hashable, Sendable, Comparable {
        /// The currency.
        public let currency: Currency
        /// The account.
        public let account: LedgerAccount
        /// Pending or posted.
        public let phase: EntryPhase

        /// Joins the fields.
        public init(currency: Currency, account: LedgerAccount, phase: EntryPhase) {
            self.currency = currency
            self.account = account
            self.phase = phase
        }

        /// Orders by currency, then phase, then account.
        public static func < (left: Self, right: Self) -> Bool {
            (left.currency.packed, left.phase.rawValue, left.account.rawValue)
                < (right.currency.packed, right.phase.rawValue, right.account.rawValue)
        }
    }

    /// What was booked on an account.
    public struct Turnover: Sendable, Equatable {
        /// The sum of all debits, not below zero.
        public var debit: Int128
        /// The sum of all credits, not below zero.
        public var credit: Int128

        /// Joins the two.
        public init(debit: Int128 = 0, credit: Int128 = 0) {
            self.debit = debit
            self.credit = credit
        }

        /// Debits less credits.
        public var balance: Int128 { debit - credit }
    }

    private var turnovers: [Key: Turnover] = [:]

    /// Nothing booked.
    public init() {}

    /// Books one side of an entry.
    public mutating func add(_ entry: LedgerEntry) {
        let key = Key(currency: entry.currency, account: entry.account, phase: entry.phase)
        let side = Int128(entry.amount)
        add(Turnover(debit: max(side, 0), credit: max(-side, 0)), to: key)
    }

    /// Books a sum of entries.
    public mutating func add(_ turnover: Turnover, to key: Key) {
        turnovers[key, default: Turnover()].debit += turnover.debit
        turnovers[key, default: Turnover()].credit += turnover.credit
    }

    /// What was booked on an account; nothing where it was never used.
    public subscript(key: Key) -> Turnover { turnovers[key] ?? Turnover() }

    /// Every account that was used, in order.
    public var lines: [(key: Key, turnover: Turnover)] {
        turnovers.keys.sorted().map { ($0, turnovers[$0] ?? Turnover()) }
    }

    /// Currency and phase whose entries do not add up to zero, and by how much; empty in a sound book.
    public var imbalances: [(currency: Currency, phase: EntryPhase, difference: Int128)] {
        var found: [(currency: Currency, phase: EntryPhase, difference: Int128)] = []
        for (key, turnover) in lines {
            if let last = found.last, last.currency == key.currency, last.phase == key.phase {
                found[found.count - 1].difference += turnover.balance
            } else {
                found.append((key.currency, key.phase, turnover.balance))
            }
        }
        return found.filter { $0.difference != 0 }
    }
}
