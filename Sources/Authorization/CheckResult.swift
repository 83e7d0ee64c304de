public import Domain

/// What one check found: for people who ask why.
public struct CheckResult: Sendable, Equatable {
    /// How a check ended; the raw values are on the wire.
    public enum Result: UInt8, CaseIterable, Sendable {
        /// It held.
        case passed = 0
        /// It did not hold.
        case failed = 1
        /// It did not hold, and only flags.
        case flagged = 2
    }

    /// What `seen` and `limit` are; the raw values are on the wire.
    public enum Unit: UInt8, CaseIterable, Sendable {
        /// Neither is given.
        case none = 0
        /// Minor units of the request's currency.
        case money = 1
        /// A number of payments.
        case count = 2
        /// A code: a status, a category, a packed country or currency, a month number, a presence.
        case code = 3
    }

    /// Which check.
    public let check: Check
    /// How it ended.
    public let result: Result
    /// What the check looked at, the request itself counted in for velocity; `nil`: there is no number for it.
    public let seen: Int64?
    /// What it was held against; `nil`: there is no number for it.
    public let limit: Int64?
    /// The unit of both.
    public let unit: Unit

    /// Joins the fields.
    public init(check: Check, result: Result, seen: Int64?, limit: Int64?, unit: Unit) {
        self.check = check
        self.result = result
        self.seen = seen
        self.limit = limit
        self.unit = unit
    }
}
