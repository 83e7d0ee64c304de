import Authorization
import Domain
import Randomness
import Testing

/// Random requests, commands and configuration changes on a few cards, with a world that takes them and a model beside
/// it that says what should come of each.
struct RandomTraffic: ~Copyable {
    var world: World
    var model: ReferenceModel
    /// Half a day before the first cards expire.
    var time = Instant(microseconds: 1_796_083_200_000_000 - 43_200_000_000)
    let seed: UInt64
    private var steps: UInt64 = 0

    init(seed: UInt64) throws {
        self.seed = seed
        world = World()
        model = ReferenceModel()
        for (key, value) in [
            ("merchant-block.exact", "Evil Corp"), ("merchant-block.contains", "casino"),
            ("profile.food.category", "only 5411,5812-5814"), ("profile.food.country", "not KP"),
            ("profile.shop.presence", "present"), ("velocity.2", "sum>80.00 in 10s decline"),
            ("velocity.3", "count>6 or sum>200.00 in 2m decline"), ("velocity.4", "sum>150.00 in 1h flag"),
        ] {
            try world.set(key, value)
            model.set(key, value)
        }
    }

    mutating func step(_ random: inout SeededRandom) throws {
        steps += 1
        let pause: Int64
        switch Int.random(in: 0..<10, using: &random) {
        case _ where Int.random(in: 0..<100, using: &random) == 0:
            pause = .random(in: 0...10_800_000_000, using: &random)
        case 0..<4: pause = 0
        case 4..<8: pause = Int64.random(in: 0...2_000, using: &random)
        case 8: pause = Int64.random(in: 0...2_000_000, using: &random)
        default: pause = Int64.random(in: 0...40_000_000, using: &random)
        }
        time = time.advanced(byMicroseconds: pause)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<6: try create(&random)
        case 6..<9: try changeStatus(&random)
        case 9..<12: try changeLimits(&random)
        case 12: try configure(&random)
        case 13: world.shard.sweep(at: time, budget: Int.random(in: 0...20, using: &random))
        default: try authorize(&random)
        }
    }

    /// One of twelve cards; as cards end for good, newer ones take their places.
    private func anyCard(_ random: inout SeededRandom) -> CardToken {
        let first = steps / 150
        return token(.random(in: first...(first + 11), using: &random))
    }

    private mutating func create(_ random: inout SeededRandom) throws {
        let card = anyCard(&random)
        let code = ["EUR", "EUR", "USD", "JPY"].randomElement(using: &random) ?? ""
        let profile = ["", "food", "shop"].randomElement(using: &random) ?? ""
        let month = Int.random(in: 0..<3, using: &random) == 0 ? "2026-11" : "2031-05"
        let limit = Int64.random(in: 0...60_000, using: &random)
        let transactionLimit = Bool.random(using: &random) ? Int64.random(in: 0...10_000, using: &random) : nil
        let status: CardStatus = Int.random(in: 0..<5, using: &random) == 0 ? .notActivated : .active
        let creation = CardCommand.Creation(
            status: status,
            currency: try currency(code),
            limit: limit,
            transactionLimit: transactionLimit,
            expiry: ExpiryMonth(month),
            lastFour: .unknown,
            profile: try #require(Text16(profile))
        )
        let expected = model.create(
            card.low,
            status: "\(status)",
            currency: code,
            limit: limit,
            transactionLimit: transactionLimit,
            expiresAt: month == "2026-11" ? "2026-12-01" : "2031-06-01",
            profile: profile,
            now: "\(time)"
        )
        try run(card, .create(creation), expected: expected)
    }

    private mutating func changeStatus(_ random: inout SeededRandom) throws {
        let card = anyCard(&random)
        var status = CardStatus.allCases.randomElement(using: &random) ?? .active
        if status.isFinal, Int.random(in: 0..<4, using: &random) != 0 { status = .active }
        try run(card, .setStatus(status), expected: model.setStatus(card.low, "\(status)"))
    }

    private mutating func changeLimits(_ random: inout SeededRandom) throws {
        let card = anyCard(&random)
        let limit = Int64.random(in: 0...200_000, using: &random)
        try run(card, .setLimits(.init(limit: limit)), expected: model.setLimit(card.low, limit))
    }

    private mutating func run(_ card: CardToken, _ action: CardCommand.Action, expected: Bool) throws {
        do throws(CardCommandError) {
            let command = CardCommand(
                requestID: RequestID(high: 7, low: UInt64(world.log.count)),
                actor: 0,
                transmissionTime: time,
                token: card,
                action: action
            )
            let event = try validate(command, seen: world.shard.card(card), at: time, policy: world.policy)
            #expect(expected, "seed \(seed): \(action) was taken")
            world.shard.apply(event, lsn: world.nextLSN)
            world.log.append(.card(event))
        } catch {
            #expect(!expected, "seed \(seed): \(action) was refused: \(error)")
        }
    }

    private mutating func configure(_ random: inout SeededRandom) throws {
        let changes = [
            ("velocity.1", "none"), ("velocity.1", "count>3 in 5s flag"), ("velocity.1", "count>5 in 5s decline"),
            ("velocity.1", "count>4 in 61s decline"), ("amount-threshold.EUR", "90.00"),
            ("amount-threshold.EUR", "default"),
            ("amount-threshold.default", "70.00"), ("amount-threshold.default", "none"),
            ("velocity.3", "count>6 or sum>200.00 in 2m decline"), ("velocity.3", "count>9 or sum>100.00 in 2m flag"),
        ]
        guard let (key, value) = changes.randomElement(using: &random) else { return }
        try world.set(key, value)
        model.set(key, value)
    }

    private mutating func authorize(_ random: inout SeededRandom) throws {
        let kind = Int.random(in: 0..<10, using: &random)
        let code = ["EUR", "EUR", "EUR", "USD", "JPY"].randomElement(using: &random) ?? ""
        let name =
            ["Bakery", "Bakery", "Bakery", "Bakery", "Café Casino", "évil corp", "Evil Corp 2"]
            .randomElement(using: &random) ?? ""
        let country = ["DE", "DE", "DE", "DE", "KP"].randomElement(using: &random) ?? ""
        let request = try makeRequest {
            $0.cardToken = anyCard(&random)
            $0.kind = kind == 0 ? .accountVerification : kind == 1 ? .balanceInquiry : .authorization
            $0.amount = kind < 2 ? 0 : Int64.random(in: 1...12_000, using: &random)
            $0.currency = kind == 1 ? nil : try currency(code)
            $0.merchantName = try #require(Text64(name))
            $0.merchantCountry = try #require(Country(country))
            $0.merchantCategory = try #require(
                MerchantCategory(code: [5_411, 5_411, 5_813, 7_995].randomElement(using: &random) ?? 0)
            )
            $0.presence = Presence.allCases.randomElement(using: &random) ?? .unknown
            $0.flags = Bool.random(using: &random) ? [.partialApprovalAllowed] : []
        }
        let event = world.authorize(request, at: time)
        let expected = model.authorize(request, microseconds: time.microseconds)
        let actual = ReferenceModel.Answer(event.decision)
        guard expected == actual else {
            Issue.record("seed \(seed), event \(world.log.count): expected \(expected), was \(actual) for \(event)")
            throw Mismatch()
        }
    }

    struct Mismatch: Error {}
}
