public import Domain

/// What one version of a rule matched while it was evaluated.
public struct RuleTally: Sendable, Equatable {
    /// What it matched in one currency, in minor units.
    public struct Sum: Sendable, Equatable {
        /// The currency of the requests.
        public let currency: Currency
        /// What the matched requests asked for.
        public internal(set) var asked: Int64
        /// What of it was approved.
        public internal(set) var approved: Int64
    }

    /// How many requests it matched.
    public internal(set) var matchCount: UInt64 = 0
    /// How many of them were approved, flagged or not.
    public internal(set) var approvedCount: UInt64 = 0
    /// Their money, by currency, in the order of the currencies; without that of currencies beyond
    /// `AuthorizationLimits.ruleCurrencyCountMax` in one shard.
    public internal(set) var sums: [Sum] = []

    /// Nothing was matched.
    public init() {}

    /// Adds what was matched elsewhere.
    public mutating func add(_ other: RuleTally) {
        matchCount &+= other.matchCount
        approvedCount &+= other.approvedCount
        for sum in other.sums { sums.add(sum) }
    }
}

extension RuleTally.Sum: CurrencySum {
    package mutating func add(_ other: Self) {
        asked.addSaturating(other.asked)
        approved.addSaturating(other.approved)
    }
}

/// The counts of one shard, by the places of rules: memory of a fixed size, so that counting allocates nothing.
struct RuleCounters: ~Copyable {
    // Not private: the compiler loses sight of private types in a noncopyable one from other files.
    struct Hits: BitwiseCopyable {
        var matched: UInt64 = 0
        var approved: UInt64 = 0
    }

    struct Money: BitwiseCopyable {
        var asked: Int64 = 0
        var approved: Int64 = 0
    }

    private var hits: OwnedBuffer<Hits>
    private var money: OwnedBuffer<Money>
    /// Packed; zero where there is room.
    private var currencies: OwnedBuffer<UInt32>
    private var isTouched = false

    init(ruleCount: Int) {
        hits = OwnedBuffer(repeating: Hits(), count: ruleCount)
        money = OwnedBuffer(repeating: Money(), count: ruleCount * AuthorizationLimits.ruleCurrencyCountMax)
        currencies = OwnedBuffer(repeating: 0, count: AuthorizationLimits.ruleCurrencyCountMax)
    }

    /// The place of a currency; `nil`: there is no room for it, or it is none.
    mutating func place(of currency: Currency?) -> Int? {
        guard let currency else { return nil }
        for place in 0..<currencies.count {
            if currencies[place] == currency.packed { return place }
            if currencies[place] == 0 {
                currencies[place] = currency.packed
                return place
            }
        }
        return nil
    }

    /// Counts a match.
    mutating func count(_ rule: Int, isApproved: Bool, asked: Int64, approved: Int64, currency: Int?) {
        isTouched = true
        var counted = hits[rule]
        counted.matched &+= 1
        if isApproved { counted.approved &+= 1 }
        hits[rule] = counted
        guard let currency else { return }
        let place = rule * AuthorizationLimits.ruleCurrencyCountMax + currency
        var sum = money[place]
        sum.asked.addSaturating(asked)
        sum.approved.addSaturating(approved)
        money[place] = sum
    }

    /// Hands over what was counted for each rule that matched something.
    borrowing func forEach(_ body: (_ rule: Int, RuleTally) -> Void) {
        guard isTouched else { return }
        for rule in 0..<hits.count where hits[rule].matched > 0 {
            var tally = RuleTally()
            tally.matchCount = hits[rule].matched
            tally.approvedCount = hits[rule].approved
            for place in 0..<currencies.count {
                guard let currency = Currency(packed: currencies[place]) else { continue }
                let sum = money[rule * AuthorizationLimits.ruleCurrencyCountMax + place]
                guard sum.asked != 0 || sum.approved != 0 else { continue }
                tally.sums.add(RuleTally.Sum(currency: currency, asked: sum.asked, approved: sum.approved))
            }
            body(rule, tally)
        }
    }
}
