public import Domain

/// One side of a double entry.
public struct LedgerEntry: Sendable, Equatable {
    /// Where it is booked.
    public let account: LedgerAccount
    /// Promised or moved.
    public let phase: EntryPhase
    /// The unit of the amount.
    public let currency: Currency
    /// Minor units; above zero a debit, below a credit, never zero.
    public let amount: Int64

    /// Joins the fields.
    public init(account: LedgerAccount, phase: EntryPhase, currency: Currency, amount: Int64) {
        self.account = account
        self.phase = phase
        self.currency = currency
        self.amount = amount
    }
}
