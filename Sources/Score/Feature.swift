/// What the trees may ask about a payment that is being decided: its own features first, then those of its card, its
/// terminal, its merchant and of card and merchant together.
///
/// A feature is a whole number. Amounts, counts and times are logarithms to base 2 in units of 2^-16; -1 stands for
/// what is not known because nothing was seen before.
public struct Feature: Hashable, Sendable, CustomStringConvertible {
    /// Its place in a vector, 0 to `count` - 1.
    public let index: Int

    /// The features' version: raised whenever a feature comes, goes or is made in another way, because a model asks
    /// for them by place.
    public static let version: UInt16 = 1

    /// By index, as reasons name them.
    public static let names: [String] =
        PaymentFeature.allCases.map { "payment.\($0)" }
        + CardFeature.allCases.map { "card.\($0)" }
        + PlaceFeature.allCases.map { "terminal.\($0)" }
        + PlaceFeature.allCases.map { "merchant.\($0)" }
        + PairFeature.allCases.map { "pair.\($0)" }

    /// How many there are.
    public static var count: Int { pairBase + 4 }

    static var cardBase: Int { 3 }
    static var terminalBase: Int { cardBase + 27 }
    static var merchantBase: Int { terminalBase + placeCount }
    static var pairBase: Int { merchantBase + placeCount }
    /// Features of a place.
    static var placeCount: Int { 18 }

    /// `nil` for an index that no feature has.
    public init?(index: Int) {
        guard (0..<Self.count).contains(index) else { return nil }
        self.index = index
    }

    /// The feature of a name such as `terminal.fraudWeek`.
    public init?(name: String) {
        guard let index = Self.names.firstIndex(of: name) else { return nil }
        self.index = index
    }

    /// Its name.
    public var description: String { Self.names[index] }
}

/// Features of the payment itself.
enum PaymentFeature: Int, CaseIterable {
    case amount, minuteOfDay, weekday
}

/// Features of the card's history.
enum CardFeature: Int, CaseIterable {
    case age, idle
    case countHour, countShift, countDays, countMonth
    case spentHour, spentShift, spentDays, spentMonth
    case paymentsDay, paymentsWeek, payments30Days
    case moneyDay, moneyWeek, money30Days
    case toMeanDays, toMeanMonth, deviation, toPeak, toUsual, previousToUsual
    case surgesDays, surgesFortnight, sinceSurge
    case countryRank, terminalRank

    @inline(__always)
    var index: Int { Feature.cardBase &+ rawValue }
}

/// Features of a terminal's or a merchant's history.
enum PlaceFeature: Int, CaseIterable {
    case age, idle
    case countHour, countShift, countDays, countMonth
    case toMeanMonth
    case maturedDay, maturedWeek, matured30Days
    case fraudDay, fraudWeek, fraud30Days
    case newestShare, newestAge
    case sinceFraud, sinceRunStart, runFrauds
}

/// Features of a card's history with a merchant, or with a terminal where no merchant is named.
enum PairFeature: Int, CaseIterable {
    case age, idle, countMonth, toMeanMonth

    @inline(__always)
    var index: Int { Feature.pairBase &+ rawValue }
}
