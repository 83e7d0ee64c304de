import Authorization
import Domain
import Testing

@Suite("Decide")
struct DecideTests {
    @Test func anOrdinaryRequestIsApprovedAndHeld() throws {
        var world = try makeWorld()
        let event = world.authorize(try makeRequest())
        #expect(event.decision.outcome == .approved && event.decision.reason == .approved)
        #expect(event.decision.approvedAmount == 1_000)
        #expect(event.decision.balances == Balances(limit: 100_000, posted: 0, held: 1_000))
        #expect(event.decision.checksFailed.isEmpty && event.decision.checksFlagged.isEmpty)
        let expected: [Check] = [
            .cardKnown, .cardState, .cardExpiry, .currency, .merchantBlockList, .merchantCategory, .merchantCountry,
            .presence, .velocity1, .amountThreshold, .spendingLimit,
        ]
        #expect(event.decision.checksRun.checks == expected)
        #expect(world.shard.card(token(1))?.balances.held == 1_000)
    }

    @Test(arguments: [
        (CardStatus.notActivated, Reason.cardNotActivated), (.frozen, .cardFrozen), (.cancelled, .cardCancelled),
        (.lost, .cardLost), (.stolen, .cardStolen),
    ])
    func everyStatusButActiveDeclines(_ status: CardStatus, _ reason: Reason) throws {
        var world = try makeWorld(card: { if status == .notActivated { $0.status = .notActivated } })
        if status != .notActivated { try world.command(token(1), .setStatus(status), at: noon) }
        for kind in RequestKind.allCases {
            let event = world.authorize(
                try makeRequest {
                    $0.kind = kind; if !kind.hasAmount { $0.amount = 0 }
                }
            )
            #expect(event.decision.outcome == .declined && event.decision.reason == reason)
            #expect(event.decision.checksFailed == CheckSet(.cardState))
            #expect(event.decision.approvedAmount == 0)
        }
        #expect(world.shard.card(token(1))?.balances.held == 0)
    }

    /// One change to an approved request or its world each, and what comes of it.
    @Test(arguments: [
        (Change.amount(100_001), Reason.insufficientFunds, [Check.spendingLimit]),
        (.amount(500_001), .exceedsAmountThreshold, [.amountThreshold, .spendingLimit]),
        (.amount(0), .invalidAmountOrCurrency, [.currency]),
        (.amount(-1), .invalidAmountOrCurrency, [.currency]),
        (.amount(.min), .invalidAmountOrCurrency, [.currency]),
        (.amount(1_000_000_000_000_001), .invalidAmountOrCurrency, [.currency]),
        (.amount(.max), .invalidAmountOrCurrency, [.currency]),
        (.currency("USD"), .invalidAmountOrCurrency, [.currency]),
        (.noCurrency, .invalidAmountOrCurrency, [.currency]),
        (.name("evil  CORP."), .merchantBlocked, [.merchantBlockList]),
        (.name("Grand Casino Baden"), .merchantBlocked, [.merchantBlockList]),
        (.category(7_995), .merchantCategoryBlocked, [.merchantCategory]),
        (.country("KP"), .countryBlocked, [.merchantCountry]),
        (.presence(.notPresent), .presenceBlocked, [.presence]),
        (.presence(.unknown), .presenceBlocked, [.presence]),
        (.time("2031-01-01"), .cardExpired, [.cardExpiry]),
        (.card(99), .cardUnknown, [.cardKnown]),
    ])
    func eachCheckFails(_ change: Change, _ reason: Reason, _ failed: [Check]) throws {
        let world = try makeWorld([
            ("merchant-block.exact", "Evil Corp"), ("merchant-block.contains", "casino"),
            ("profile.default.category", "not 7995"), ("profile.default.country", "not KP"),
            ("profile.default.presence", "present"),
        ])
        #expect(world.tryOut(try makeRequest()).decision.reason == .approved)
        var time = noon
        let request = try makeRequest { try change.make(&$0, &time) }
        let event = world.tryOut(request, at: time)
        #expect(event.decision.outcome == .declined)
        #expect(event.decision.reason == reason)
        #expect(event.decision.checksFailed.checks == failed)
        #expect(event.decision.checksFailed.isSubset(of: event.decision.checksRun))
        #expect(event.decision.approvedAmount == 0 && event.decision.retryAt == nil)
        #expect((event.decision.balances == nil) == (reason == .cardUnknown))
    }

    enum Change: Sendable {
        case amount(Int64), currency(String), noCurrency, name(String), category(UInt16), country(String)
        case presence(Presence), time(String), card(UInt64)

        func make(_ request: inout AuthorizationRequest, _ time: inout Instant) throws {
            switch self {
            case .amount(let amount): request.amount = amount
            case .currency(let code): request.currency = try AuthorizationTests.currency(code)
            case .noCurrency: request.currency = nil
            case .name(let name): request.merchantName = try #require(Text64(name))
            case .category(let code): request.merchantCategory = try #require(MerchantCategory(code: code))
            case .country(let code): request.merchantCountry = try #require(Country(code))
            case .presence(let presence): request.presence = presence
            case .time(let text): time = try #require(Instant(text))
            case .card(let number): request.cardToken = token(number)
            }
        }
    }

    @Test func allFailuresAreListedAndTheFirstNamesTheReason() throws {
        var world = try makeWorld(
            [
                ("merchant-block.exact", "Evil Corp"), ("profile.default.category", "only 1"),
                ("profile.default.country", "only FR"), ("profile.default.presence", "not-present"),
                ("velocity.1", "count>0 in 60s decline"), ("velocity.4", "sum>5.00 in 60s decline"),
            ],
            card: { $0.transactionLimit = 10 }
        )
        try world.command(token(1), .setStatus(.frozen), at: noon)
        let late = try #require(Instant("2031-01-01"))
        let request = try makeRequest {
            $0.merchantName = try #require(Text64("Evil Corp"))
            $0.amount = 600_000
        }
        let decision = world.authorize(request, at: late).decision
        #expect(decision.reason == .cardFrozen)
        #expect(
            decision.checksFailed.checks == [
                .cardState, .cardExpiry, .merchantBlockList, .merchantCategory, .merchantCountry, .presence, .velocity1,
                .velocity4, .transactionLimit, .amountThreshold, .spendingLimit,
            ]
        )
    }

    @Test func anUnknownCardIsHeldAgainstThePolicyAlone() throws {
        let world = World()
        let decision = world.tryOut(try makeRequest { $0.amount = 500_001 }).decision
        #expect(decision.reason == .cardUnknown)
        #expect(decision.checksRun.checks == [.cardKnown, .merchantBlockList, .amountThreshold])
        #expect(decision.checksFailed.checks == [.cardKnown, .amountThreshold])
    }

    @Test func aForeignCurrencySkipsTheMoneyChecksOfTheCard() throws {
        let world = try makeWorld([("amount-threshold.USD", "1.00")], card: { $0.transactionLimit = 1 })
        let decision = world.tryOut(try makeRequest { $0.currency = try currency("USD") }).decision
        #expect(!decision.checksRun.contains(.transactionLimit) && !decision.checksRun.contains(.spendingLimit))
        #expect(decision.checksFailed.checks == [.currency, .amountThreshold])
    }

    @Test(arguments: [RequestKind.accountVerification, .balanceInquiry])
    func requestsWithoutMoneySkipTheMoneyChecksAndCount(_ kind: RequestKind) throws {
        var world = try makeWorld(
            [("velocity.1", "count>2 in 60s decline")],
            card: {
                $0.limit = 0; $0.transactionLimit = 0
            }
        )
        let request = try makeRequest {
            $0.kind = kind
            $0.amount = 0
            $0.currency = kind == .balanceInquiry ? nil : try currency("EUR")
        }
        for _ in 0..<2 {
            let decision = world.authorize(request).decision
            #expect(decision.reason == .approved && decision.approvedAmount == 0)
            #expect(decision.checksRun.isDisjoint(with: [CheckSet(.transactionLimit), CheckSet(.spendingLimit)]))
            #expect(!decision.checksRun.contains(.amountThreshold))
            #expect(decision.checksRun.contains(.currency) == (kind == .accountVerification))
        }
        #expect(world.authorize(request).decision.reason == .velocityExceeded)
        #expect(world.shard.card(token(1))?.balances.held == 0)
    }

    @Test func theLastInstantOfTheExpiryMonthIsGood() throws {
        let world = try makeWorld()
        let end = try #require(Instant("2031-01-01"))
        #expect(world.tryOut(try makeRequest(), at: end.advanced(byMicroseconds: -1)).decision.reason == .approved)
        #expect(world.tryOut(try makeRequest(), at: end).decision.reason == .cardExpired)
    }

    @Test func limitsAreReachedExactly() throws {
        let world = try makeWorld(
            [("amount-threshold.EUR", "900.00")],
            card: {
                $0.transactionLimit = 80_000; $0.limit = 70_000
            }
        )
        #expect(world.tryOut(try makeRequest { $0.amount = 70_000 }).decision.reason == .approved)
        #expect(world.tryOut(try makeRequest { $0.amount = 70_001 }).decision.reason == .insufficientFunds)
        #expect(world.tryOut(try makeRequest { $0.amount = 80_000 }).decision.checksFailed == CheckSet(.spendingLimit))
        #expect(world.tryOut(try makeRequest { $0.amount = 80_001 }).decision.reason == .exceedsTransactionLimit)
        let above = world.tryOut(try makeRequest { $0.amount = 90_001 }).decision
        #expect(above.checksFailed.checks == [.transactionLimit, .amountThreshold, .spendingLimit])
    }

    @Test(arguments: [
        (Int64(70_000), Int64(70_000), Reason.approved), (70_001, 70_000, .partiallyApproved),
        (.max, 0, .invalidAmountOrCurrency), (1_000_000_000_000_000, 70_000, .partiallyApproved),
    ])
    func aPartialApprovalIsWhatTheTightestLimitLeaves(_ amount: Int64, _ approved: Int64, _ reason: Reason) throws {
        let values = [("amount-threshold.EUR", "900.00")]
        for (transactionLimit, limit) in [(Int64?(70_000), Int64(80_000)), (80_000, 70_000), (nil, 70_000)] {
            let world = try makeWorld(
                values,
                card: {
                    $0.transactionLimit = transactionLimit; $0.limit = limit
                }
            )
            let decision = world.tryOut(
                try makeRequest {
                    $0.amount = amount; $0.flags = [.partialApprovalAllowed]
                }
            ).decision
            #expect(decision.approvedAmount == approved && decision.reason == reason)
        }
    }

    @Test func aPartialApprovalNeedsThatNothingElseFailed() throws {
        var world = try makeWorld(card: { $0.limit = 500 })
        let partial = try makeRequest { $0.flags = [.partialApprovalAllowed] }
        let first = world.authorize(partial).decision
        #expect(first.outcome == .approved && first.reason == .partiallyApproved && first.approvedAmount == 500)
        #expect(first.checksFailed == CheckSet(.spendingLimit))
        // Nothing is left, so the next one is a plain decline.
        #expect(world.authorize(partial).decision.reason == .insufficientFunds)
        let frozen = try makeWorld(card: {
            $0.limit = 500; $0.status = .notActivated
        })
        #expect(frozen.tryOut(partial).decision.reason == .cardNotActivated)
        #expect(frozen.tryOut(partial).decision.approvedAmount == 0)
    }

    @Test func aLimitBelowWhatIsHeldDeclinesWithoutATrap() throws {
        var world = try makeWorld()
        world.authorize(try makeRequest { $0.amount = 90_000 })
        try world.command(token(1), .setLimits(.init(limit: 10)), at: noon)
        let decision = world.authorize(try makeRequest { $0.flags = [.partialApprovalAllowed] }).decision
        #expect(decision.reason == .insufficientFunds)
        #expect(decision.balances?.available == 10 - 90_000)
    }

    @Test func flagsShowOnlyOnApprovals() throws {
        var world = try makeWorld([("velocity.1", "count>1 in 60s flag"), ("velocity.2", "sum>15.00 in 60s flag")])
        #expect(world.authorize(try makeRequest()).decision.outcome == .approved)
        let flagged = world.authorize(try makeRequest()).decision
        #expect(flagged.outcome == .flagged && flagged.reason == .approved)
        #expect(flagged.checksFlagged.checks == [.velocity1, .velocity2] && flagged.checksFailed.isEmpty)
        let declined = world.authorize(try makeRequest { $0.amount = 200_000 }).decision
        #expect(declined.outcome == .declined && declined.checksFlagged.checks == [.velocity1, .velocity2])
    }

    @Test func theDefaultsAreThoseOfTheField() throws {
        var world = try makeWorld(card: { $0.limit = 10_000_000 })
        #expect(world.tryOut(try makeRequest { $0.amount = 500_000 }).decision.outcome == .approved)
        #expect(world.tryOut(try makeRequest { $0.amount = 500_001 }).decision.reason == .exceedsAmountThreshold)
        for number in 1...10 {
            #expect(world.authorize(try makeRequest()).decision.outcome == .approved, "payment \(number)")
        }
        #expect(world.authorize(try makeRequest()).decision.outcome == .flagged)
    }

    @Test func thresholdsFollowTheCurrencysDecimals() throws {
        for (code, most) in [("JPY", Int64(5_000)), ("KWD", 5_000_000), ("CLF", 50_000_000), ("EUR", 500_000)] {
            let money = try currency(code)
            let world = try makeWorld(card: {
                $0.currency = money; $0.limit = 1_000_000_000
            })
            #expect(
                world.tryOut(
                    try makeRequest {
                        $0.currency = money; $0.amount = most
                    }
                ).decision.outcome == .approved
            )
            let above = world.tryOut(
                try makeRequest {
                    $0.currency = money; $0.amount = most + 1
                }
            )
            #expect(above.decision.reason == .exceedsAmountThreshold, "\(code)")
        }
    }

    @Test func thresholdsCanBeLiftedForOneCurrencyOrAll() throws {
        let request = try makeRequest { $0.amount = 90_000_000 }
        for (values, reason) in [
            ([("amount-threshold.EUR", "none")], Reason.approved), ([("amount-threshold.default", "none")], .approved),
            ([("amount-threshold.USD", "none")], .exceedsAmountThreshold),
            ([("amount-threshold.EUR", "none"), ("amount-threshold.EUR", "default")], .exceedsAmountThreshold),
        ] {
            let world = try makeWorld(values, card: { $0.limit = 100_000_000 })
            #expect(world.tryOut(request).decision.reason == reason)
        }
    }

    @Test func profilesApplyToTheirCards() throws {
        var world = try makeWorld([("profile.travel.category", "only 3000-3299,4511")])
        let travel = try #require(Text16("travel"))
        try world.command(token(2), .create(try makeCreation { $0.profile = travel }), at: noon)
        for (category, reason) in [
            (UInt16(2_999), Reason.merchantCategoryBlocked), (3_000, .approved), (3_299, .approved),
            (3_300, .merchantCategoryBlocked), (4_511, .approved), (0, .merchantCategoryBlocked),
        ] {
            let code = try #require(MerchantCategory(code: category))
            let request = try makeRequest {
                $0.cardToken = token(2); $0.merchantCategory = code
            }
            #expect(world.tryOut(request).decision.reason == reason, "\(category)")
            let other = try makeRequest { $0.merchantCategory = code }
            #expect(world.tryOut(other).decision.reason == .approved)
        }
        try world.command(token(1), .setLimits(.init(profile: travel)), at: noon)
        #expect(world.tryOut(try makeRequest()).decision.reason == .merchantCategoryBlocked)
    }
}
