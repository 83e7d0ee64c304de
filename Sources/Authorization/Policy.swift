public import Domain
import Rules

/// Settings made ready for deciding: bit sets, tables and automata in memory of their own. Reading it allocates
/// nothing.
///
/// It never changes, so any number of threads may read one.
public struct Policy: ~Copyable, @unchecked Sendable {
    // SAFETY (@unchecked Sendable): written in `init` alone.

    /// The journal record that made the configuration what it is; zero for the defaults.
    public private(set) var version: LogSequenceNumber
    /// The rules in force; `nil`: there are none.
    public let rules: CompiledRules?
    /// By the calls that the rules make, what they read.
    private let ruleCalls: OwnedBuffer<RuleCall>
    let velocityRules: OwnedBuffer<CompiledVelocityRule>
    /// Bit n: velocity rule n + 1 is on.
    let velocityRulesOn: UInt8
    var hasVelocityRules: Bool { velocityRulesOn != 0 }
    /// The windows' lengths, by which a shard knows whether its histories fit.
    let windowLengths: VelocityWindowLengths
    /// Counters 1 to 16 by index.
    private(set) var counters: OwnedBuffer<CompiledCounter>
    /// Bit n: counter n + 1 is on.
    let countersOn: UInt16
    /// Bit n: counter n + 1 is of declines.
    public let declineCountersOn: UInt16
    /// How many keys a shard of counters may have.
    let counterKeysPerShard: Int
    private let profileNames: OwnedBuffer<Text16>
    private let profileRules: OwnedBuffer<ProfileRules>
    /// For each profile `categoryWords` words, a bit for each category.
    private var categories: OwnedBuffer<UInt64>
    /// For each profile `countryWords` words, a bit for each country.
    private var countries: OwnedBuffer<UInt64>
    /// Sorted by currency.
    private let thresholds: OwnedBuffer<Threshold>
    /// By the currency's number of decimals; `nil` where there is no threshold.
    private let defaultThresholds: (Int64, Int64, Int64, Int64, Int64)?
    private let expiries: ExpiryTable
    /// For each category the tolerance in hundredths.
    private var tolerances: OwnedBuffer<UInt16>
    private let blockedNames: NameSet
    private let blockedParts: SubstringMatcher
    private let pinned = Pinned()

    private static var categoryWords: Int { (10_000 + 63) / 64 }
    private static var countryWords: Int { (Country.indexCount + 63) / 64 }

    /// Compiles settings, with rules that were compiled under settings with the same velocity windows.
    ///
    /// - Complexity: linear in the block lists times the letters that they use; about a millisecond when small, tens of
    ///   milliseconds at the limits.
    public init(_ settings: PolicySettings, rules compiled: CompiledRules? = nil, version: LogSequenceNumber) {
        self.version = version
        self.rules = compiled
        ruleCalls = OwnedBuffer(
            zip(compiled?.tables.pointee.set.calls ?? [], compiled?.lists ?? []).map { call, list in
                AttributeSchema.target(of: call, under: settings, list: list)
            },
            orEmpty: .none
        )
        let rules = settings.velocityRules.map { $0.map { CompiledVelocityRule($0) } ?? CompiledVelocityRule() }
        precondition(rules.count == AuthorizationLimits.velocityRuleCount)
        velocityRules = OwnedBuffer(rules, orEmpty: CompiledVelocityRule())
        velocityRulesOn = rules.indices.reduce(0) { rules[$1].isOn ? $0 | 1 << $1 : $0 }
        windowLengths = VelocityWindowLengths(rules)
        let compiledCounters = zip(settings.counters, settings.countersSince).map { CompiledCounter($0, since: $1) }
        counters = OwnedBuffer(compiledCounters, orEmpty: CompiledCounter(nil, since: 0))
        countersOn = compiledCounters.indices.reduce(0) { compiledCounters[$1].isOn ? $0 | 1 << UInt16($1) : $0 }
        declineCountersOn = compiledCounters.indices.reduce(0) {
            compiledCounters[$1].isOn && compiledCounters[$1].kind == .declines ? $0 | 1 << UInt16($1) : $0
        }
        counterKeysPerShard = settings.counterKeysMax / AuthorizationLimits.counterShardCount
        let profiles = settings.profiles
        profileNames = OwnedBuffer(profiles.map(\.name), orEmpty: Text16())
        profileRules = OwnedBuffer(profiles.map { ProfileRules($0) }, orEmpty: ProfileRules())
        categories = OwnedBuffer(repeating: 0, count: profiles.count * Policy.categoryWords)
        countries = OwnedBuffer(repeating: 0, count: profiles.count * Policy.countryWords)
        thresholds = OwnedBuffer(
            settings.currencyThresholds.map {
                Threshold(
                    currency: $0.currency.packed,
                    most: $0.amount?.minorUnits(exponent: $0.currency.exponent) ?? .max
                )
            },
            orEmpty: Threshold(currency: 0, most: 0)
        )
        defaultThresholds = settings.amountThreshold.map { amount in
            (
                amount.minorUnits(exponent: 0), amount.minorUnits(exponent: 1), amount.minorUnits(exponent: 2),
                amount.minorUnits(exponent: 3), amount.minorUnits(exponent: 4)
            )
        }
        expiries = ExpiryTable(settings.expiryRows)
        tolerances = OwnedBuffer(repeating: 0, count: 10_000)
        for row in settings.toleranceRows.reversed() {
            guard let row else { continue }
            let ranges = row.categories.map { Int($0.lowerBound.code)...Int($0.upperBound.code) }
            for range in ranges.isEmpty ? [0...9_999] : ranges {
                for code in range { tolerances[code] = row.percent }
            }
        }
        blockedNames = NameSet(settings.blockedNames)
        blockedParts = SubstringMatcher(settings.blockedParts)
        for (index, profile) in profiles.enumerated() {
            profile.category.forEachAllowed(of: 0...9_999, number: { Int($0.code) }) { code in
                categories[index * Policy.categoryWords + code / 64] |= 1 << UInt64(code % 64)
            }
            profile.country.forEachAllowed(of: 0...(Country.indexCount - 1), number: \.index) { number in
                countries[index * Policy.countryWords + number / 64] |= 1 << UInt64(number % 64)
            }
        }
    }

    /// Says which record put it in force, where that was not known when it was compiled.
    public mutating func stamp(_ version: LogSequenceNumber) {
        self.version = version
        for counter in 0..<counters.count where counters[counter].since == CompiledCounter.sinceNow {
            counters[counter].since = version.rawValue
        }
    }

    /// Whether anything is counted over all cards.
    @inline(__always)
    public var hasCounters: Bool { countersOn != 0 }

    /// Whether a counter takes a payment at all: it does not if the payment began before it.
    @inline(__always)
    public func counts(_ payment: UInt64, in counter: Int) -> Bool { payment > counters[counter].since }

    /// What the rules' call at a place reads.
    @inline(__always)
    func ruleCall(_ place: Int) -> RuleCall { ruleCalls[place] }

    /// How many profiles there are.
    public var profileCount: Int { profileNames.count }

    /// The place of a profile; `nil` where there is none of the name.
    public func profileIndex(named name: Text16) -> UInt8? {
        for index in 0..<profileNames.count where profileNames[index] == name { return UInt8(index) }
        return nil
    }

    /// The name of the profile at a place below `profileCount`.
    public func profileName(at index: UInt8) -> Text16 { profileNames[Int(index)] }

    @inline(__always)
    func allows(_ category: MerchantCategory, profile: Int) -> Bool {
        let code = Int(category.code)
        return profileRules[profile].anyCategory
            || categories[profile * Policy.categoryWords + code / 64] &>> UInt64(code % 64) & 1 == 1
    }

    @inline(__always)
    func allows(_ country: Country, profile: Int) -> Bool {
        let number = country.index
        return profileRules[profile].anyCountry
            || countries[profile * Policy.countryWords + number / 64] &>> UInt64(number % 64) & 1 == 1
    }

    @inline(__always)
    func allows(_ presence: Presence, profile: Int) -> Bool {
        profileRules[profile].presences &>> presence.rawValue & 1 == 1
    }

    /// The most that one payment in the currency may be, in minor units; `nil`: no threshold.
    func amountThreshold(in currency: Currency) -> Int64? {
        var low = 0
        var high = thresholds.count
        while low < high {
            let middle = (low + high) / 2
            if thresholds[middle].currency < currency.packed { low = middle + 1 } else { high = middle }
        }
        if low < thresholds.count, thresholds[low].currency == currency.packed {
            let most = thresholds[low].most
            return most == .max ? nil : most
        }
        guard let defaultThresholds else { return nil }
        return switch currency.exponent {
        case 0: defaultThresholds.0
        case 1: defaultThresholds.1
        case 2: defaultThresholds.2
        case 3: defaultThresholds.3
        default: defaultThresholds.4
        }
    }

    /// By how many hundredths a payment of a category may be above what was approved.
    func tolerance(category: UInt16) -> UInt16 { tolerances[Int(category)] }

    /// When a hold that begins at a time expires.
    @inline(__always)
    func expiry(
        of category: MerchantCategory,
        _ presence: Presence,
        _ initiator: Initiator,
        _ kind: AuthorizationKind,
        network: UInt8,
        from time: Instant
    ) -> Instant {
        let days =
            expiries.days(category, presence, initiator, kind, network: network) ?? AuthorizationLimits.expiryDaysMax
        return min(.max, time.advanced(byMicroseconds: Int64(days) * 86_400_000_000))
    }

    /// Whether a block list has the merchant's name.
    func blocks(merchantName: Text64) -> Bool {
        if blockedNames.isEmpty && blockedParts.isEmpty { return false }
        return MerchantName.withNormalForm(of: merchantName) { name in
            blockedNames.contains(name) || blockedParts.matches(name)
        }
    }
}

/// What of a profile is not in the bit sets.
struct ProfileRules: BitwiseCopyable {
    var anyCategory = true
    var anyCountry = true
    /// Bit n: the presence with raw value n is allowed.
    var presences: UInt8 = 0b111

    init() {}

    init(_ profile: Profile) {
        anyCategory = profile.category == .any
        anyCountry = profile.country == .any
        presences = profile.presence.map { 1 << $0.rawValue } ?? 0b111
    }
}

/// One currency's threshold, ready for searching.
struct Threshold: BitwiseCopyable {
    var currency: UInt32
    /// `Int64.max`: none.
    var most: Int64
}

extension Profile.Selection {
    /// Calls the body with the number of every value that the selection allows.
    fileprivate func forEachAllowed(of all: ClosedRange<Int>, number: (Value) -> Int, _ body: (Int) -> Void) {
        switch self {
        case .any: all.forEach(body)
        case .only(let ranges):
            for range in ranges { (number(range.lowerBound)...number(range.upperBound)).forEach(body) }
        case .not(let ranges):
            for value in all
            where !ranges.contains(where: { number($0.lowerBound) <= value && value <= number($0.upperBound) }) {
                body(value)
            }
        }
    }
}
