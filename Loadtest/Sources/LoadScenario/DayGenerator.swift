import Glibc

internal import Domain
internal import LoadModel

/// Makes a believable day of card payments from a seed: the same seed, the same day.
///
/// About 200 people buy by the hour of the day where shops are open; prices follow each merchant's own distribution.
/// In between: somebody tests a stolen number with tiny payments, a card is stolen, used and reported, an online casino
/// that is on the block list tries its luck, a few everyday mishaps, and at eight in the evening one card is asked by
/// many at the same instant.
public struct DayGenerator {
    /// The day, a Thursday.
    public static let date = "2026-03-12"
    /// How many people have a card that they use.
    public static let cardCount = 200
    /// The card that somebody tests.
    static let testedCard = 17
    /// The card that is stolen.
    static let stolenCard = 42
    /// The card with little left, for the race: its limit and what each of the racers asks for.
    static let raceCard = 99
    static let raceLimitCents: Int64 = 500_00
    static let raceAmountCents: Int64 = 20_00
    static let raceRequests = 64
    /// The card that expired, and the one that was never activated.
    static let expiredCard = 7
    static let sleepingCard = 123

    /// The cards.
    public let cards: [PlannedCard]
    /// All that happens, in order of time.
    public let purchases: [PlannedPurchase]

    /// Makes the day.
    ///
    /// - Parameter ordinaryCount: How many ordinary purchases there are, attacks and mishaps not counted.
    public init(seed: UInt64, ordinaryCount: Int = 3_000) {
        var maker = DayMaker(seed: seed)
        cards = (0..<Self.cardCount).map { maker.card($0) }
        for _ in 0..<ordinaryCount { maker.ordinary() }
        maker.cardTesting()
        maker.stolenCard()
        maker.blockedMerchant()
        maker.mishaps()
        maker.race()
        purchases = maker.made.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }
}

private struct DayMaker {
    private var generator: SeededGenerator
    private let midnight: Int64
    private let merchants: AliasTable
    private let hours: AliasTable
    var made: [PlannedPurchase] = []

    /// How much is bought in each hour, relative to the others.
    private static let hourWeights: [Double] = [
        4, 2, 1, 1, 2, 6, 22, 55, 70, 62, 66, 74, 98, 84, 66, 62, 74, 96, 90, 66, 44, 30, 18, 9,
    ]

    private static let firstNames = [
        "Amira", "Ben", "Clara", "David", "Elif", "Finn", "Greta", "Hannes", "Ida", "Jonas", "Katja", "Leon", "Mila",
        "Noah", "Olga", "Paul", "Rania", "Samuel", "Thea", "Yusuf",
    ]
    private static let lastNames = [
        "Albers", "Brandt", "Celik", "Dierks", "Ehlers", "Fischer", "Groth", "Hansen", "Ivanov", "Jansen",
    ]

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        midnight = Instant(DayGenerator.date)?.microseconds ?? 0
        merchants = AliasTable(weights: Merchant.town.map(\.weight))
        hours = AliasTable(weights: Self.hourWeights)
    }

    mutating func card(_ index: Int) -> PlannedCard {
        let limits: [Int64] = [1_000_00, 1_500_00, 2_000_00, 2_500_00, 4_000_00, 8_000_00]
        let digits = String(10_000 + generator.below(10_000)).suffix(4)
        let limit = limits[generator.below(limits.count)]
        let isRace = index == DayGenerator.raceCard
        return PlannedCard(
            holder: Self.firstNames[index % 20] + " " + Self.lastNames[index / 20 % 10],
            limitCents: isRace ? DayGenerator.raceLimitCents : limit,
            transactionLimitCents: index % 3 == 0 && !isRace ? limit / 2 : nil,
            expiry: index == DayGenerator.expiredCard ? "2026-02" : "2028-0\(1 + index % 9)",
            lastFour: String(digits),
            isActive: index != DayGenerator.sleepingCard
        )
    }

    mutating func ordinary() {
        while true {
            let hour = hours.next(&generator)
            let merchant = Merchant.town[merchants.next(&generator)]
            guard merchant.hours.contains(hour) else { continue }
            let card = generator.below(DayGenerator.cardCount)
            guard !Self.isSpecial(card) else { continue }
            let second = Double(hour * 3_600) + generator.unit() * 3_600
            let isFuel = merchant.category == 5541 || merchant.category == 5542
            let request: PlannedPurchase.Request =
                switch generator.below(100) {
                case 0: .balance
                case 1 where merchant.isOnline: .verify
                default: .authorize(cents: price(merchant), partial: isFuel)
                }
            add(second, card, merchant, request, .ordinary)
            return
        }
    }

    /// 03:12: somebody tries whether a stolen number still works, with 45 tiny payments in two minutes.
    mutating func cardTesting() {
        for attempt in 0..<45 {
            let second = 3 * 3_600 + 12 * 60 + Double(attempt) * 2.6
            let request: PlannedPurchase.Request =
                attempt < 3 ? .verify : .authorize(cents: 50 + Int64(generator.below(150)), partial: false)
            add(second, DayGenerator.testedCard, Merchant.tester, request, .cardTesting)
        }
    }

    /// 14:05 a purse is gone, 14:20 to 14:45 four expensive purchases, 14:50 the holder reports it, then five more
    /// tries.
    mutating func stolenCard() {
        let card = DayGenerator.stolenCard
        add(8 * 3_600 + 700, card, Merchant.town[0], .authorize(cents: 4_70, partial: false), .ordinary)
        for minute in [20.0, 27, 33, 45] {
            let request = PlannedPurchase.Request.authorize(cents: price(Merchant.gadgets), partial: false)
            add(14 * 3_600 + minute * 60, card, Merchant.gadgets, request, .stolenCard)
        }
        add(14 * 3_600 + 50 * 60, card, Merchant.gadgets, .reportStolen, .stolenCard)
        for minute in [52.0, 53, 55, 61, 94] {
            let request = PlannedPurchase.Request.authorize(cents: price(Merchant.gadgets), partial: false)
            add(14 * 3_600 + minute * 60, card, Merchant.gadgets, request, .stolenCard)
        }
    }

    mutating func blockedMerchant() {
        for _ in 0..<12 {
            let card = 130 + generator.below(60)
            let second = 19 * 3_600 + generator.unit() * 4 * 3_600
            let request = PlannedPurchase.Request.authorize(cents: price(Merchant.blocked), partial: false)
            add(second, card, Merchant.blocked, request, .blockedMerchant)
        }
    }

    /// What goes wrong on any day.
    mutating func mishaps() {
        let bakery = Merchant.town[0]
        add(11.4 * 3_600, 61, Merchant.jeweller, .authorize(cents: 6_480_00, partial: false), .mishap)
        add(11.45 * 3_600, 61, Merchant.jeweller, .authorize(cents: 6_480_00, partial: false), .mishap)
        add(9.1 * 3_600, DayGenerator.expiredCard, bakery, .authorize(cents: 3_80, partial: false), .mishap)
        add(9.2 * 3_600, DayGenerator.sleepingCard, bakery, .authorize(cents: 5_10, partial: false), .mishap)
        add(16.3 * 3_600, DayGenerator.cardCount, Merchant.town[40], .authorize(cents: 49_90, partial: false), .mishap)
        add(17.7 * 3_600, 71, Merchant.town[40], .authorize(cents: 59_90, partial: false), .mishap, currency: "USD")
    }

    /// 20:00:00: tickets go on sale, and one card is charged from many machines at the same instant.
    mutating func race() {
        for _ in 0..<DayGenerator.raceRequests {
            let request = PlannedPurchase.Request.authorize(cents: DayGenerator.raceAmountCents, partial: false)
            add(20 * 3_600, DayGenerator.raceCard, Merchant.concert, request, .race)
        }
    }

    private static func isSpecial(_ card: Int) -> Bool {
        card == DayGenerator.raceCard || card == DayGenerator.expiredCard || card == DayGenerator.sleepingCard
            || card == DayGenerator.stolenCard
    }

    /// A price as people pay it: by the merchant's distribution, often ending in 9 or 0.
    private mutating func price(_ merchant: Merchant) -> Int64 {
        // Two uniform numbers to one normal (Box and Muller 1958).
        let radius = sqrt(-2 * log(1 - generator.unit()))
        let normal = radius * cos(2 * Double.pi * generator.unit())
        let cents = max(50, merchant.medianCents * exp(merchant.spread * normal))
        let whole = Int64(cents.rounded())
        return switch generator.below(3) {
        case 0: whole / 10 * 10 + 9
        case 1: whole >= 20_00 ? whole / 100 * 100 : max(50, whole / 10 * 10)
        default: whole
        }
    }

    private mutating func add(
        _ second: Double,
        _ card: Int,
        _ merchant: Merchant,
        _ request: PlannedPurchase.Request,
        _ story: PlannedPurchase.Story,
        currency: String = "EUR"
    ) {
        made.append(
            PlannedPurchase(
                time: Instant(microseconds: midnight + Int64(second * 1_000_000)),
                card: card,
                merchant: merchant,
                request: request,
                story: story,
                currency: currency
            )
        )
    }
}
