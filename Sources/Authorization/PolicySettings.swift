public import Domain

/// The configuration of the deciding core as values: what an operator reads and sets, key by key.
///
/// The keys: `amount-threshold.default` and `amount-threshold.CUR`, `velocity.1` to `velocity.4`, `counter.1` to
/// `counter.16`, `counter.keys`, `merchant-block.exact` and `merchant-block.contains`, `expiry.1` to `expiry.16`,
/// `tolerance.1` to `tolerance.16`, `rule.promotion`, and for each profile `profile.NAME.category`, `.country` and
/// `.presence`. A profile is created by setting one of its keys and stays for good, because cards refer to its place.
public struct PolicySettings: Equatable, Sendable {
    /// The most that one payment may be, in any currency that has no threshold of its own; `nil`: no threshold.
    public internal(set) var amountThreshold: MajorAmount? = MajorAmount(tenThousandths: 5_000_0000)
    /// Thresholds of single currencies, sorted by currency.
    public internal(set) var currencyThresholds: [CurrencyThreshold] = []
    /// Rules 1 to 4; `nil` where one is off.
    public internal(set) var velocityRules: [VelocityRule?]
    /// Counters 1 to 16; `nil` where one is off.
    public internal(set) var counters = [CounterRule?](repeating: nil, count: AuthorizationLimits.counterCount)
    /// By counter the record that made it what it is; `CompiledCounter.sinceNow` until that has a number.
    var countersSince = [UInt64](repeating: 0, count: AuthorizationLimits.counterCount)
    /// How many keys all counters may have together.
    public internal(set) var counterKeysMax = 1_000_000
    /// Normalised names of merchants that are blocked, in the order in which they were given.
    public internal(set) var blockedNames: [String] = []
    /// Normalised texts that block every merchant whose name contains one.
    public internal(set) var blockedParts: [String] = []
    /// How long holds stand: rows 1 to 16, of which the first that fits counts; `nil` where one is off. Where none
    /// fits a hold stands for as long as the longest may.
    public internal(set) var expiryRows: [ExpiryRow?] = ExpiryRow.defaults
    /// By how much a payment may be above what was approved: rows 1 to 16, of which the first that fits counts.
    public internal(set) var toleranceRows: [ToleranceRow?] = ToleranceRow.defaults
    /// Whether a rule becomes active only by somebody else than who wrote it.
    public internal(set) var promotionNeedsSecondPerson = false
    /// The profiles in the order of their creation; the first is `default`.
    public internal(set) var profiles: [Profile]

    /// A threshold for one currency.
    public struct CurrencyThreshold: Equatable, Sendable {
        /// The currency.
        public let currency: Currency
        /// The most that one payment in it may be; `nil`: as much as the card has.
        public let amount: MajorAmount?
    }

    /// One key as it stands.
    public struct Entry: Equatable, Sendable {
        /// The key.
        public let key: String
        /// The value in its canonical form; setting it again changes nothing.
        public let value: String
        /// What the key means and which values it takes.
        public let help: String
    }

    /// The defaults: payments above 5,000.00 declined, more than 10 in a minute flagged, nothing blocked.
    public init() {
        let rule = VelocityRule(countMax: 10, sumMax: nil, windowSeconds: 60, action: .flag)
        velocityRules = [rule, nil, nil, nil]
        profiles = [Profile(name: Profile.defaultName)]
    }
}

extension VelocityRule {
    fileprivate init(countMax: UInt64, sumMax: MajorAmount?, windowSeconds: UInt32, action: VelocityAction) {
        self.countMax = countMax
        self.sumMax = sumMax
        self.windowSeconds = windowSeconds
        self.action = action
    }
}

extension PolicySettings {
    /// Every key in a fixed order, with its value and help. Setting all of them in this order on fresh settings makes
    /// equal settings.
    public var entries: [Entry] {
        var list = [
            Entry(
                key: "amount-threshold.default",
                value: amountThreshold?.text ?? "none",
                help:
                    "The most that one payment may be, in major units of any currency without a threshold of its own: "
                    + "a decimal, or `none`."
            )
        ]
        for threshold in currencyThresholds {
            list.append(
                Entry(
                    key: "amount-threshold.\(threshold.currency)",
                    value: threshold.amount?.text ?? "none",
                    help: "The most that one payment in \(threshold.currency) may be: a decimal, `none`, or `default` "
                        + "to go back to amount-threshold.default."
                )
            )
        }
        for (index, rule) in velocityRules.enumerated() {
            list.append(
                Entry(
                    key: "velocity.\(index + 1)",
                    value: rule?.text ?? "none",
                    help: "What a card may do within a sliding window: \(VelocityRule.form)."
                )
            )
        }
        list += counterEntries
        list.append(
            Entry(
                key: "merchant-block.exact",
                value: blockedNames.joined(separator: "\n"),
                help: "Merchants that are blocked by their whole normalised name: up to "
                    + "\(AuthorizationLimits.exactNamesMax) names, one a line or between commas."
            )
        )
        list.append(
            Entry(
                key: "merchant-block.contains",
                value: blockedParts.joined(separator: "\n"),
                help: "Texts that block a merchant if its normalised name contains one: up to "
                    + "\(AuthorizationLimits.containedNamesMax) texts, one a line or between commas."
            )
        )
        list += tableEntries
        list.append(
            Entry(
                key: "rule.promotion",
                value: promotionNeedsSecondPerson ? "second-person" : "anyone",
                help: "Who may make a version of a rule active: `anyone`, or `second-person`, somebody else than the "
                    + "user who wrote the version."
            )
        )
        for profile in profiles {
            for aspect in Profile.Aspect.allCases {
                list.append(
                    Entry(
                        key: "profile.\(profile.name).\(aspect.rawValue)",
                        value: profile.text(aspect),
                        help: "Which \(aspect.subject) cards of this profile may be used with: \(aspect.form)."
                    )
                )
            }
        }
        return list
    }

    private var counterEntries: [Entry] {
        counters.enumerated().map { index, counter in
            Entry(
                key: "counter.\(index + 1)",
                value: counter?.text ?? "none",
                help: "What is counted over all cards, for rules to read: \(CounterRule.form)."
            )
        } + [
            Entry(
                key: "counter.keys",
                value: "\(counterKeysMax)",
                help: "How many keys all counters may have in memory, \(AuthorizationLimits.counterShardCount) to "
                    + "\(AuthorizationLimits.counterKeysMax); each takes about 250 bytes."
            )
        ]
    }

    /// Says which record made the counters that are new.
    public mutating func stampCounters(_ lsn: LogSequenceNumber) {
        for index in countersSince.indices where countersSince[index] == CompiledCounter.sinceNow {
            countersSince[index] = lsn.rawValue
        }
    }

    /// The rows of both tables.
    private var tableEntries: [Entry] {
        let expiry = expiryRows.enumerated().map { index, row in
            Entry(
                key: "expiry.\(index + 1)",
                value: row?.text ?? "none",
                help: "How long a hold stands; the first row that fits a payment counts: \(ExpiryRow.form)."
            )
        }
        return expiry
            + toleranceRows.enumerated().map { index, row in
                Entry(
                    key: "tolerance.\(index + 1)",
                    value: row?.text ?? "none",
                    help: "By how much a completion or clearing may be above what was approved; the first row that "
                        + "fits counts, and without one it is nothing: \(ToleranceRow.form)."
                )
            }
    }

    /// The entry of the merchant block lists that a merchant's name hits, normalised; `nil`: none does.
    ///
    /// For telling people: it searches one entry after the other, and finds one exactly where a decision under these
    /// settings does.
    public func blockListEntry(for merchantName: Text64) -> String? {
        let name = Array(MerchantName.normalise(merchantName).utf8)
        if let entry = blockedNames.first(where: { name.elementsEqual($0.utf8) }) { return entry }
        return blockedParts.first { part in
            let part = Array(part.utf8)
            guard name.count >= part.count else { return false }
            return (0...(name.count - part.count)).contains { name[$0..<($0 + part.count)].elementsEqual(part) }
        }
    }

    /// The forms of all keys.
    static let keyForms = [
        "amount-threshold.default", "amount-threshold.CUR", "velocity.1 to velocity.4", "counter.1 to counter.16",
        "counter.keys", "merchant-block.exact", "merchant-block.contains", "expiry.1 to expiry.16",
        "tolerance.1 to tolerance.16", "rule.promotion", "profile.NAME.category", "profile.NAME.country",
        "profile.NAME.presence",
    ]
}

extension Profile.Aspect {
    fileprivate var subject: String {
        switch self {
        case .category: "merchant categories"
        case .country: "merchant countries"
        case .presence: "card presence"
        }
    }
}
