import Authorization
import Domain
import Testing

@Suite("Card commands")
struct CardCommandTests {
    @Test func statusesChangeAsDocumentedAndInNoOtherWay() throws {
        let allowed: [CardStatus: Set<CardStatus>] = [
            .notActivated: [.active, .cancelled, .lost, .stolen], .active: [.frozen, .cancelled, .lost, .stolen],
            .frozen: [.active, .cancelled, .lost, .stolen], .cancelled: [], .lost: [], .stolen: [],
        ]
        for from in CardStatus.allCases {
            for to in CardStatus.allCases {
                var world = try makeWorld(card: { if from == .notActivated { $0.status = .notActivated } })
                if from != .active && from != .notActivated { try world.command(token(1), .setStatus(from), at: noon) }
                do throws(CardCommandError) {
                    let event = try validate(
                        command(.setStatus(to)),
                        seen: world.shard.card(token(1)),
                        at: noon,
                        policy: world.policy
                    )
                    #expect(allowed[from]?.contains(to) == true, "\(from) to \(to)")
                    world.shard.apply(event, lsn: world.nextLSN)
                    #expect(world.shard.card(token(1))?.status == to)
                } catch {
                    #expect(error == .transitionNotAllowed(from: from, to: to))
                    #expect(allowed[from]?.contains(to) == false, "\(from) to \(to)")
                    #expect(error.description.contains("for good") == from.isFinal)
                }
            }
        }
    }

    @Test func aCardIsCreatedOnceAndAsAsked() throws {
        var world = World()
        let creation = try makeCreation { $0.transactionLimit = 500 }
        try world.command(token(1), .create(creation), at: noon)
        let found = world.shard.card(token(1))
        let card = try #require(found)
        #expect(card.token == token(1) && card.status == .active && card.currency == creation.currency)
        #expect(card.expiry == creation.expiry && card.lastFour.description == "4242" && card.transactionLimit == 500)
        #expect(card.balances == Balances(limit: 100_000, posted: 0, held: 0))
        #expect(card.createdAt == noon && card.createdLSN.rawValue == 2 && card.profileIndex == 0)
        #expect(world.shard.card(atSlot: 0) == card)
        #expect(throws: CardCommandError.cardExists) {
            try validate(
                command(.create(creation)),
                seen: card,
                at: noon,
                policy: Policy(PolicySettings(), version: .zero)
            )
        }
    }

    @Test func badFieldsAreNamed() throws {
        let cases: [(String, (inout CardCommand.Creation) -> Void)] = [
            ("status", { $0.status = .frozen }), ("limit", { $0.limit = -1 }),
            ("limit", { $0.limit = AuthorizationLimits.amountMax + 1 }),
            ("transactionLimit", { $0.transactionLimit = -1 }),
            ("transactionLimit", { $0.transactionLimit = .max }),
            ("expiry", { $0.expiry = ExpiryMonth(year: 2_026, month: 10) }),
            ("profile", { $0.profile = Text16("nobody") ?? Text16() }),
        ]
        for (name, change) in cases {
            let creation = try makeCreation(change)
            do throws(CardCommandError) {
                _ = try validate(
                    command(.create(creation)),
                    seen: nil,
                    at: noon,
                    policy: Policy(PolicySettings(), version: .zero)
                )
                Issue.record("a bad \(name) was taken")
            } catch {
                guard case .invalidField(name, let problem) = error else {
                    Issue.record("\(error) for \(name)")
                    continue
                }
                #expect(!problem.isEmpty)
            }
        }
    }

    @Test func commandsForNoCardAreRefused() throws {
        let policy = Policy(PolicySettings(), version: .zero)
        for action in [CardCommand.Action.setStatus(.frozen), .setLimits(.init(limit: 1))] {
            let result = Result { () throws(CardCommandError) in
                try validate(command(action), seen: nil, at: noon, policy: policy)
            }
            #expect(throws: CardCommandError.cardUnknown) { try result.get() }
        }
        var zero = command(.create(try makeCreation()))
        zero.token = CardToken(high: 0, low: 0)
        let result = Result { [zero] () throws(CardCommandError) in
            try validate(zero, seen: nil, at: noon, policy: policy)
        }
        #expect(throws: CardCommandError.self) { try result.get() }
    }

    @Test func limitsChangeWhatIsGivenAndKeepTheRest() throws {
        var world = try makeWorld([("profile.travel.category", "any")], card: { $0.transactionLimit = 77 })
        let found = world.shard.card(token(1))
        let before = try #require(found)
        try world.command(token(1), .setLimits(.init(limit: 5)), at: noon)
        var expected = before
        expected.balances.limit = 5
        #expect(world.shard.card(token(1)) == expected)
        let later = try #require(ExpiryMonth(year: 2_035, month: 1))
        let profile = try #require(Text16("travel"))
        try world.command(
            token(1),
            .setLimits(.init(transactionLimit: .remove, expiry: later, profile: profile)),
            at: noon
        )
        expected.transactionLimit = nil
        expected.expiry = later
        expected.profileIndex = 1
        #expect(world.shard.card(token(1)) == expected)
        let policy = Policy(world.settings, version: .zero)
        for changes in [
            CardCommand.LimitChanges(), .init(limit: -1), .init(transactionLimit: .set(-1)),
            .init(profile: Text16("x")),
        ] {
            let result = Result { () throws(CardCommandError) in
                try validate(command(.setLimits(changes)), seen: expected, at: noon, policy: policy)
            }
            #expect(throws: CardCommandError.self) { try result.get() }
        }
    }

    @Test(arguments: ["12345", "123", "12a4", "١٢٣٤"])
    func whatIsNotFourDigitsIsRefused(_ text: String) { #expect(LastFour(text) == nil) }

    private func command(_ action: CardCommand.Action) -> CardCommand {
        CardCommand(
            requestID: RequestID(high: 1, low: 1),
            actor: 0,
            transmissionTime: noon,
            token: token(1),
            action: action
        )
    }
}
