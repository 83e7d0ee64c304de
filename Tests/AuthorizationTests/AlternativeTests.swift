import Authorization
import Domain
import Randomness
import Testing

@Suite("Alternatives") struct AlternativeTests {
    /// What would have ended it the other way, by kind.
    private func found(_ event: AuthorizationEvent, _ world: borrowing World) -> [AlternativeKind: Int64?] {
        let all = alternatives(to: event, policy: world.policy)
        #expect(Set(all.map(\.kind)).count == all.count || all.filter { $0.kind != .presence }.count < all.count)
        return Dictionary(all.map { ($0.kind, $0.value) }) { first, _ in first }
    }

    private static func isGranted(_ decision: Decision) -> Bool {
        decision.outcome != .declined && decision.reason != .partiallyApproved
    }

    @Test func tooMuchMoneyIsToldTheLargestThatIsThereAndTheLimitThatWouldDo() throws {
        var world = try makeWorld()
        world.authorize(try makeRequest { $0.amount = 40_000 })
        let declined = world.tryOut(try makeRequest { $0.amount = 60_001 })
        #expect(declined.decision.reason == .insufficientFunds)
        #expect(found(declined, world) == [.amount: 60_000, .spendingLimit: 100_001])
        // Below the most, there is one amount to name: the first that is too much.
        let approved = world.tryOut(try makeRequest { $0.amount = 59_990 })
        let other = alternatives(to: approved, policy: world.policy)
        #expect(
            other == [Alternative(kind: .amount, value: 60_001, outcome: .declined, reason: .insufficientFunds)]
        )
    }

    @Test func aPartialApprovalIsToldWhatWouldHaveBeenApprovedWhole() throws {
        let world = try makeWorld(card: { $0.transactionLimit = 900 })
        let part = world.tryOut(
            try makeRequest {
                $0.flags = .partialApprovalAllowed
            }
        )
        #expect(part.decision.reason == .partiallyApproved)
        #expect(found(part, world) == [.amount: 900, .transactionLimit: 1_000])
    }

    @Test func theOneThingThatWasWrongIsNamed() throws {
        var world = try makeWorld([
            ("merchant-block.contains", "casino"), ("profile.default.category", "not 7995"),
            ("profile.default.country", "not KP"), ("profile.default.presence", "present"),
        ])
        func alone(_ change: (inout AuthorizationRequest) throws -> Void) throws -> [AlternativeKind: Int64?] {
            found(world.tryOut(try makeRequest(change)), world)
        }
        #expect(try alone { $0.merchantName = try #require(Text64("Grand Casino")) } == [.merchant: nil])
        #expect(try alone { $0.merchantCategory = try #require(MerchantCategory(code: 7_995)) } == [.category: 5_411])
        let germany = try #require(Country("DE"))
        #expect(try alone { $0.merchantCountry = try #require(Country("KP")) } == [.country: Int64(germany.packed)])
        #expect(try alone { $0.presence = .notPresent } == [.presence: Int64(Presence.present.rawValue)])
        // Two things were wrong: no single change is enough.
        #expect(
            try alone {
                $0.presence = .notPresent
                $0.amount = 200_000
            }.isEmpty
        )
        #expect(found(world.tryOut(try makeRequest { $0.cardToken = token(99) }), world).isEmpty)
        let late = try #require(Instant("2031-01-01"))
        #expect(found(world.tryOut(try makeRequest(), at: late), world) == [.cardExpiry: nil])
        try world.command(token(1), .setStatus(.frozen), at: noon)
        #expect(found(world.tryOut(try makeRequest()), world) == [.cardStatus: Int64(CardStatus.active.rawValue)])
    }

    @Test func anExceededWindowNamesTheTimeAndTheAmountThatStillFits() throws {
        var world = try makeWorld([("velocity.1", "sum>15.00 in 60s decline")])
        world.authorize(try makeRequest())
        let event = world.tryOut(try makeRequest { $0.amount = 600 }, at: noon.plus(milliseconds: 1_000))
        #expect(event.decision.reason == .velocityExceeded)
        let retryAt = try #require(event.decision.retryAt)
        #expect(found(event, world) == [.amount: 500, .time: retryAt.microseconds])
        #expect(world.tryOut(event.request, at: retryAt).decision.outcome == .approved)
    }

    /// Every request of random traffic: what is said to end the other way does, and a minor unit nearer it does not.
    @Test(arguments: Seeds.all)
    func whatIsSaidHoldsWhenItIsDecidedAgain(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var model = try RandomTraffic(seed: seed)
        var kinds: Set<AlternativeKind> = []
        for _ in 0..<1_000 {
            try model.step(&random)
            guard case .authorization(let event)? = model.world.log.last else { continue }
            for alternative in alternatives(to: event, policy: model.world.policy) {
                kinds.insert(alternative.kind)
                let end = again(event, alternative, model.world)
                guard Self.isGranted(end) != Self.isGranted(event.decision), end.outcome == alternative.outcome,
                    end.reason == alternative.reason
                else {
                    Issue.record("seed \(seed): \(alternative) ends with \(end) for \(event)")
                    return
                }
                guard alternative.kind == .amount, let value = alternative.value else { continue }
                var nearer = alternative
                nearer = Alternative(
                    kind: .amount,
                    value: value < event.request.amount ? value + 1 : value - 1,
                    outcome: nearer.outcome,
                    reason: nearer.reason
                )
                guard nearer.value != event.request.amount else { continue }
                #expect(
                    Self.isGranted(again(event, nearer, model.world)) == Self.isGranted(event.decision),
                    "seed \(seed): \(value) is not the nearest of \(event)"
                )
            }
        }
        #expect(kinds.isSuperset(of: [.amount, .merchant, .category]), "seed \(seed): \(kinds)")
    }

    /// Decides with one change, which is made here again.
    private func again(_ event: AuthorizationEvent, _ change: Alternative, _ world: borrowing World) -> Decision {
        var event = event
        let value = change.value ?? 0
        switch change.kind {
        case .amount: event.request.amount = value
        case .time: return world.tryOut(event.request, at: Instant(microseconds: value)).decision
        case .merchant: event.request.merchantName = Text64()
        case .category:
            event.request.merchantCategory = MerchantCategory(code: UInt16(value)) ?? event.request.merchantCategory
        case .country:
            event.request.merchantCountry = Country(packed: UInt16(value)) ?? event.request.merchantCountry
        case .presence: event.request.presence = Presence(rawValue: UInt8(value)) ?? .unknown
        case .cardStatus: event.observation.status = .active
        case .cardExpiry: event.observation.expiry = nil
        case .transactionLimit: event.observation.transactionLimit = value
        case .spendingLimit: event.observation.balances.limit = value
        }
        return decide(event.request, at: event.time, seen: event.observation, policy: world.policy)
    }

    /// Every amount that could end the other way is tried: the one that is named is the nearest.
    @Test(arguments: Seeds.all)
    func theNearestAmountIsTheNearestOfAll(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            var world = try makeWorld(
                [
                    ("velocity.1", "sum>\(Int.random(in: 1...3, using: &random)).00 in 60s decline"),
                    ("amount-threshold.EUR", "\(Int.random(in: 1...3, using: &random)).50"),
                ],
                card: {
                    $0.limit = .random(in: 1...400, using: &random)
                    $0.transactionLimit = Bool.random(using: &random) ? .random(in: 1...300, using: &random) : nil
                }
            )
            world.authorize(try makeRequest { $0.amount = .random(in: 1...100, using: &random) })
            let asked = Int64.random(in: 1...300, using: &random)
            let event = world.tryOut(try makeRequest { $0.amount = asked })
            let others = (Int64(1)...500).filter { amount in
                var request = event.request
                request.amount = amount
                let end = decide(request, at: event.time, seen: event.observation, policy: world.policy)
                return Self.isGranted(end) != Self.isGranted(event.decision)
            }
            let nearest = others.min { abs($0 - asked) < abs($1 - asked) }
            let named = alternatives(to: event, policy: world.policy).first { $0.kind == .amount }
            #expect(named?.value == nearest, "seed \(seed), asked \(asked)")
        }
    }
}
