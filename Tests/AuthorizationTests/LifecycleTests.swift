import Authorization
import Domain
import Testing

/// A message about the authorization that `makeRequest` makes, named by its request id; tests change what they are
/// about.
func makeMessage(
    _ kind: LifecycleKind,
    _ amount: Int64? = nil,
    number: UInt64 = 1,
    _ change: (inout LifecycleRequest) throws -> Void = { _ in }
) throws -> LifecycleRequest {
    var message = LifecycleRequest(
        requestID: RequestID(high: 9, low: number),
        cardToken: token(1),
        kind: kind,
        reference: PaymentReference(originalRequestID: RequestID(high: 1, low: 2)),
        amount: amount,
        currency: try currency("EUR"),
        transmissionTime: noon,
        merchantCountry: try #require(Country("DE")),
        merchantCategory: try #require(MerchantCategory(code: 5_411)),
        presence: .present
    )
    try change(&message)
    return message
}

/// A payment's seven amounts in the order A R X C O F D.
func amounts(_ payment: PaymentRecord?) -> [Int64] {
    guard let payment else { return [] }
    return [
        payment.approved, payment.reversed, payment.expired, payment.cleared, payment.overCleared, payment.refunded,
        payment.disputed,
    ]
}

@Suite("The life of a payment")
struct LifecycleTests {
    /// What is done to an authorization of 1,000 one after the other, and the amounts and status after it.
    struct Row: Sendable, CustomTestStringConvertible {
        var steps: [(LifecycleKind, Int64?, Bool)]
        var amounts: [Int64]
        var status: PaymentStatus
        var reason = Reason.approved
        var flags: PaymentFlags = []

        var testDescription: String {
            steps.map { "\($0.0) \($0.1.map { "\($0)" } ?? "all")\($0.2 ? " final" : "")" }.joined(separator: ", ")
        }
    }

    static let rows: [Row] = [
        Row(steps: [], amounts: [1_000, 0, 0, 0, 0, 0, 0], status: .pending),
        Row(steps: [(.increment, 200, false)], amounts: [1_200, 0, 0, 0, 0, 0, 0], status: .pending),
        Row(steps: [(.advice, 700, false)], amounts: [1_000, 0, 0, 0, 0, 0, 0], status: .pending, flags: .standIn),
        Row(steps: [(.advice, 1_300, false)], amounts: [1_300, 0, 0, 0, 0, 0, 0], status: .pending, flags: .standIn),
        Row(
            steps: [(.reversal, nil, false)],
            amounts: [1_000, 1_000, 0, 0, 0, 0, 0],
            status: .reversed,
            flags: .fullyReversed
        ),
        Row(
            steps: [(.reversalAdvice, nil, false), (.reversal, nil, false)],
            amounts: [1_000, 1_000, 0, 0, 0, 0, 0],
            status: .reversed,
            reason: .alreadyReversed,
            flags: .fullyReversed
        ),
        Row(steps: [(.reversal, 300, false)], amounts: [1_000, 300, 0, 0, 0, 0, 0], status: .pending),
        Row(
            steps: [(.reversal, 300, false), (.reversal, 701, false)],
            amounts: [1_000, 300, 0, 0, 0, 0, 0],
            status: .pending,
            reason: .overReversal
        ),
        Row(
            steps: [(.reversal, nil, false), (.increment, 10, false)],
            amounts: [1_000, 1_000, 0, 0, 0, 0, 0],
            status: .reversed,
            reason: .lifecycleOver,
            flags: .fullyReversed
        ),
        Row(
            steps: [(.reversal, nil, false), (.clearing, 400, false)],
            amounts: [1_000, 1_000, 0, 0, 400, 0, 0],
            status: .cleared,
            flags: [.fullyReversed, .lateCleared]
        ),
        Row(steps: [(.completion, 800, false)], amounts: [1_000, 200, 0, 0, 0, 0, 0], status: .pending),
        Row(
            steps: [(.clearing, 300, false), (.completion, 800, false)],
            amounts: [1_000, 200, 0, 300, 0, 0, 0],
            status: .partiallyCleared
        ),
        Row(
            steps: [(.completion, 1_001, false)],
            amounts: [1_000, 0, 0, 0, 0, 0, 0],
            status: .pending,
            reason: .overTolerance
        ),
        Row(steps: [(.clearing, 400, false)], amounts: [1_000, 0, 0, 400, 0, 0, 0], status: .partiallyCleared),
        Row(
            steps: [(.clearing, 400, true)],
            amounts: [1_000, 600, 0, 400, 0, 0, 0],
            status: .cleared,
            flags: .finalCleared
        ),
        Row(
            steps: [(.clearing, 1_100, false)],
            amounts: [1_000, 0, 0, 1_000, 100, 0, 0],
            status: .cleared,
            flags: .overCleared
        ),
        Row(
            steps: [(.clearing, 900, false), (.reversal, 300, false)],
            amounts: [1_000, 300, 0, 700, 200, 0, 0],
            status: .cleared
        ),
        Row(
            steps: [(.clearing, 1_000, true), (.refundClearing, 400, false)],
            amounts: [1_000, 0, 0, 1_000, 0, 400, 0],
            status: .partiallyRefunded,
            flags: .finalCleared
        ),
        Row(
            steps: [(.refundAuthorization, 1_000, false), (.clearing, 500, false), (.refundClearing, 501, false)],
            amounts: [1_000, 0, 0, 500, 0, 501, 0],
            status: .refunded,
            flags: .overRefunded
        ),
        Row(
            steps: [(.clearing, 1_100, false), (.clearingReversal, 300, false)],
            amounts: [1_000, 200, 0, 800, 0, 0, 0],
            status: .cleared,
            flags: .overCleared
        ),
        Row(
            steps: [(.clearing, 1_000, true), (.chargeback, 600, false), (.representment, 100, false)],
            amounts: [1_000, 0, 0, 1_000, 0, 0, 500],
            status: .disputed,
            flags: .finalCleared
        ),
        Row(
            steps: [(.clearing, 1_000, true), (.chargeback, 9_000, false), (.representment, nil, false)],
            amounts: [1_000, 0, 0, 1_000, 0, 0, 0],
            status: .cleared,
            flags: .finalCleared
        ),
        Row(
            steps: [(.fraudReport, nil, false)],
            amounts: [1_000, 0, 0, 0, 0, 0, 0],
            status: .pending,
            flags: .fraudReported
        ),
        Row(
            steps: [(.expiry, nil, false)],
            amounts: [1_000, 0, 0, 0, 0, 0, 0],
            status: .pending,
            reason: .lifecycleOver
        ),
    ]

    @Test(arguments: rows)
    func everyEventDoesToThePaymentWhatTheTableSays(_ row: Row) throws {
        var world = try makeWorld()
        world.authorize(try makeRequest())
        var reason = Reason.approved
        for (number, step) in row.steps.enumerated() {
            let event = world.settle(
                try makeMessage(step.0, step.1, number: UInt64(number)) { $0.isFinal = step.2 }
            )
            #expect(event.match == .identifier)
            reason = event.reason
        }
        let payment = try unwrap(world.newest)
        #expect(amounts(payment) == row.amounts)
        #expect(payment.status == row.status)
        #expect(payment.flags.subtracting(.counted) == row.flags)
        #expect(reason == row.reason)
        let card = try unwrap(world.shard.card(token(1)))
        #expect(card.balances.held == payment.hold)
        #expect(card.balances.posted == payment.posted)
        #expect(world.replayed().digest() == world.shard.digest())
    }

    @Test func whatComesBeforeItsAuthorizationWaitsForIt() throws {
        for (kind, amount, after, outcome) in [
            (LifecycleKind.clearing, Int64?(900), [1_000, 0, 0, 900, 0, 0, 0], Outcome.approved),
            (.clearing, 1_200, [1_000, 0, 0, 1_000, 200, 0, 0], .approved),
            (.increment, 200, [1_200, 0, 0, 0, 0, 0, 0], .approved),
            (.advice, 1_300, [1_300, 0, 0, 0, 0, 0, 0], .approved),
            (.advice, 700, [1_000, 0, 0, 0, 0, 0, 0], .approved),
            (.reversal, 300, [1_000, 300, 0, 0, 0, 0, 0], .approved),
            (.reversal, 1_300, [1_000, 0, 0, 0, 0, 0, 0], .approved),
            (.reversal, nil, [1_000, 1_000, 0, 0, 0, 0, 0], .declined),
        ] as [(LifecycleKind, Int64?, [Int64], Outcome)] {
            var world = try makeWorld()
            let early = world.settle(try makeMessage(kind, amount))
            #expect(early.match == .none && early.outcome == .approved)
            #expect(world.newest?.isAwaiting == true)
            let again = world.settle(try makeMessage(.fraudReport, number: 2))
            #expect(again.match == .awaiting)
            let event = world.authorize(try makeRequest())
            #expect(event.decision.outcome == outcome, "\(kind)")
            #expect(event.decision.reason == (outcome == .declined ? .originalReversed : .approved))
            let payment = try unwrap(world.newest)
            #expect(amounts(payment) == after, "\(kind) \(amount ?? 0)")
            #expect(world.shard.paymentCount == 1 && !payment.isAwaiting)
            #expect(payment.flags.contains(.reversedBeforeAuthorization) == (outcome == .declined))
            let card = try unwrap(world.shard.card(token(1)))
            #expect(card.balances.held == payment.hold && card.balances.posted == payment.posted)
            #expect(event.decision.balances == card.balances)
            #expect(world.replayed().digest() == world.shard.digest())
        }
    }

    @Test func anAdviceIsAnsweredWithItsAmountAndHoldsNothingTwice() throws {
        var world = try makeWorld { $0.limit = 1_500 }
        let advice = world.settle(try makeMessage(.advice, 2_000))
        #expect(advice.decision.payment?.flags.contains([.standIn, .overLimit]) == true)
        let event = world.authorize(try makeRequest())
        #expect(event.decision.outcome == .approved && event.decision.approvedAmount == 2_000)
        #expect(event.heldChange == 0)
        #expect(world.shard.card(token(1))?.balances.held == 2_000)
    }

    @Test func onlyWhatTheAccountWouldOweMoreIsHeldAgainstItsLimit() throws {
        var world = try makeWorld { $0.limit = 1_000 }
        world.settle(try makeMessage(.clearing, 900))
        #expect(world.tryOut(try makeRequest { $0.amount = 1_001 }).decision.reason == .insufficientFunds)
        #expect(world.authorize(try makeRequest()).decision.outcome == .approved)
    }

    @Test func aWaitingPaymentIsFoundByEveryKeyOfTheAuthorization() throws {
        for key in 0..<3 {
            var world = try makeWorld()
            let lifecycle = try #require(Text16("MTR123456789"))
            let acquirer = try #require(Text16("12345678901"))
            world.settle(
                try makeMessage(.clearing, 500) {
                    $0.reference = PaymentReference()
                    switch key {
                    case 0: $0.reference.originalRequestID = RequestID(high: 1, low: 2)
                    case 1: $0.reference.lifecycleID = lifecycle
                    default:
                        $0.reference.acquirerID = acquirer
                        $0.reference.stan = 77
                        $0.reference.originalTransmissionTime = noon
                        $0.reference.terminalID = try #require(Text16("TERM0001"))
                    }
                }
            )
            let request = try makeRequest {
                $0.lifecycleID = lifecycle; $0.acquirerID = acquirer; $0.stan = 77
            }
            world.authorize(request)
            #expect(world.shard.paymentCount == 1, "key \(key)")
        }
    }

    @Test func aPaymentWaitsFortyFiveDaysAndNoLonger() throws {
        let wait = AuthorizationLimits.awaitingMicrosecondsMax
        for (delay, count) in [(wait, 1), (wait + 1, 2)] {
            var world = try makeWorld { $0.expiry = nil }
            world.settle(try makeMessage(.reversal))
            world.authorize(try makeRequest(), at: noon.advanced(byMicroseconds: delay))
            #expect(world.shard.paymentCount == count)
        }
    }

    @Test func messagesMatchByTheirKeysInOrderOfPrecedence() throws {
        var world = try makeWorld()
        let lifecycle = try #require(Text16("LIFE"))
        let retrieval = try #require(Text16("RRN000000001"))
        for number in UInt64(1)...3 {
            world.authorize(
                try makeRequest {
                    $0.requestID = RequestID(high: 1, low: number)
                    if number == 1 { $0.lifecycleID = lifecycle }
                    $0.stan = UInt32(number)
                    $0.retrievalReference = retrieval
                }
            )
        }
        var payments: [PaymentRecord] = []
        _ = world.shard.forEachPayment(from: .zero, limit: 10) { payments.append($0) }
        var reference = PaymentReference(
            paymentID: LogSequenceNumber(rawValue: payments[2].id),
            originalRequestID: RequestID(high: 1, low: 2),
            lifecycleID: lifecycle,
            stan: 2,
            originalTransmissionTime: noon,
            terminalID: try #require(Text16("TERM0001")),
            retrievalReference: retrieval,
            approvalCode: approvalCode(of: LogSequenceNumber(rawValue: payments[0].id))
        )
        func found(_ amount: Int64? = 1_000) -> (UInt64?, MatchRule?) {
            let found = world.shard.match(reference, account: token(1), amount: amount)
            return (found?.payment.id, found?.match)
        }
        #expect(found() == (payments[2].id, .identifier))
        reference.paymentID = nil
        #expect(found() == (payments[1].id, .identifier))
        reference.originalRequestID = nil
        #expect(found() == (payments[0].id, .lifecycle))
        reference.lifecycleID = Text16()
        #expect(found() == (payments[1].id, .trace))
        reference.stan = 0
        #expect(found() == (payments[0].id, .retrieval))
        #expect(found(nil) == (payments[0].id, .retrieval))
        #expect(found(999) == (nil, nil))
        #expect(world.shard.match(reference, account: token(2), amount: nil) == nil)
    }

    @Test func theHoldExpiresWhenItIsDueAndLateMoneyIsNotLost() throws {
        var world = try makeWorld { $0.expiry = nil }
        let event = world.authorize(try makeRequest())
        let due = try #require(event.decision.expiresAt)
        #expect(due == noon.advanced(byMicroseconds: 5 * 86_400_000_000))
        var seen: [UInt64] = []
        world.shard.forEachDuePayment(limit: 10, at: due.advanced(byMicroseconds: -1)) { seen.append($0.id) }
        #expect(seen.isEmpty)
        world.shard.forEachDuePayment(limit: 10, at: due) { seen.append($0.id) }
        #expect(seen == [try unwrap(world.newest).id])
        let expiry = world.settle(
            try makeMessage(.expiry) { $0.reference = PaymentReference(paymentID: .init(rawValue: seen[0])) },
            at: due
        )
        #expect(expiry.heldChange == -1_000)
        world.settle(try makeMessage(.clearing, 1_000, number: 3), at: due)
        let payment = try unwrap(world.newest)
        #expect(amounts(payment) == [1_000, 0, 1_000, 0, 1_000, 0, 0])
        #expect(payment.flags.contains([.expired, .lateCleared]))
        seen = []
        world.shard.forEachDuePayment(limit: 10, at: .max) { seen.append($0.id) }
        #expect(seen.isEmpty)
        #expect(world.replayed().digest() == world.shard.digest())
    }

    @Test func clearingsInPartsEndWithTheLast() throws {
        var world = try makeWorld()
        world.authorize(try makeRequest())
        for part in UInt8(1)...3 {
            world.settle(
                try makeMessage(.clearing, 250, number: UInt64(part)) {
                    $0.sequenceNumber = part; $0.sequenceCount = 3
                }
            )
        }
        #expect(amounts(world.newest) == [1_000, 250, 0, 750, 0, 0, 0])
    }

    @Test func tolerancesGoByTheCategoryOfThePayment() throws {
        for (code, most) in [(5_411, 1_000), (5_812, 1_150), (7_011, 1_200), (3_501, 1_200)] as [(UInt16, Int64)] {
            var world = try makeWorld()
            world.authorize(try makeRequest { $0.merchantCategory = try #require(MerchantCategory(code: code)) })
            #expect(world.settle(try makeMessage(.completion, most + 1)).reason == .overTolerance)
            #expect(world.settle(try makeMessage(.completion, most, number: 2)).reason == .approved)
            #expect(world.newest?.approved == most)
        }
    }

    @Test func completionsTogetherStayWithinTheTolerance() throws {
        var world = try makeWorld(card: { $0.limit = 1_120 })
        world.authorize(try makeRequest { $0.merchantCategory = try #require(MerchantCategory(code: 5_812)) })
        #expect(world.settle(try makeMessage(.completion, 1_100)).reason == .approved)
        #expect(world.newest?.flags.contains(.overLimit) == false)
        #expect(world.settle(try makeMessage(.completion, 1_151, number: 2)).reason == .overTolerance)
        #expect(world.settle(try makeMessage(.completion, 1_150, number: 3)).reason == .approved)
        #expect(world.newest?.flags.contains(.overLimit) == true)
        // A correction down does not make room for more than there was.
        #expect(world.settle(try makeMessage(.completion, 1_000, number: 4)).reason == .approved)
        #expect(world.settle(try makeMessage(.completion, 1_001, number: 5)).reason == .overTolerance)
        #expect(world.newest?.approved == 1_150 && world.newest?.hold == 1_000)
        // Nor is it part of what a clearing is held against.
        _ = world.settle(try makeMessage(.clearing, 1_151, number: 6))
        #expect(world.newest?.flags.contains(.overCleared) == true)
        let replayed = world.replayed()
        #expect(replayed.digest() == world.shard.digest())
    }

    @Test func aFinancialMessageIsClearedAtOnce() throws {
        var world = try makeWorld()
        let event = world.authorize(try makeRequest { $0.kind = .financial })
        #expect(event.decision.balances == world.shard.card(token(1))?.balances)
        #expect(world.shard.card(token(1))?.balances.posted == 1_000)
        #expect(amounts(world.newest) == [1_000, 0, 0, 1_000, 0, 0, 0])
        #expect(event.postedChange == 1_000 && event.heldChange == 0)
    }

    @Test func moneyThatHasMovedIsRecordedWithoutAnAccount() throws {
        var world = try makeWorld()
        for kind in LifecycleKind.allCases {
            for change in 0..<2 {
                let event = world.settle(
                    try makeMessage(kind, kind.needsAmount || kind == .completion ? 100 : nil) {
                        if change == 0 { $0.cardToken = token(99) } else { $0.currency = try currency("JPY") }
                    }
                )
                #expect(event.decision.isUnmatched == kind.isPosting, "\(kind)")
                #expect(kind.isPosting || event.outcome == .declined, "\(kind)")
                #expect(event.heldChange == 0 && event.postedChange == 0 && event.payment(lsn: .zero) == nil)
            }
        }
        #expect(world.shard.paymentCount == 0)
    }

    @Test func badAmountsAreRefused() throws {
        var world = try makeWorld()
        world.authorize(try makeRequest())
        for kind in LifecycleKind.allCases {
            for amount in [-1, AuthorizationLimits.amountMax + 1, Int64.max, .min] as [Int64] {
                #expect(world.settle(try makeMessage(kind, amount)).reason == .invalidAmountOrCurrency, "\(kind)")
            }
        }
        #expect(world.settle(try makeMessage(.clearing)).reason == .invalidAmountOrCurrency)
        #expect(world.settle(try makeMessage(.completion)).reason == .invalidAmountOrCurrency)
        #expect(amounts(world.newest) == [1_000, 0, 0, 0, 0, 0, 0])
    }

    @Test func sumsThatNoNetworkSendsAreRefusedBeforeTheyOverflow() throws {
        var world = try makeWorld { $0.limit = AuthorizationLimits.amountMax }
        var reasons: Set<Reason> = []
        for number in UInt64(1)...200 {
            let event = world.settle(try makeMessage(.clearing, AuthorizationLimits.amountMax, number: number))
            reasons.insert(event.reason)
        }
        #expect(reasons == [.approved, .invalidAmountOrCurrency])
        #expect(world.newest?.overCleared == AuthorizationLimits.totalMax)
    }

    @Test func anIncrementIsJudgedAsAnAuthorization() throws {
        var world = try makeWorld([("velocity.1", "sum>12.00 in 60s decline")]) { $0.limit = 1_500 }
        world.authorize(try makeRequest())
        let tooFast = world.settle(try makeMessage(.increment, 300))
        #expect(tooFast.reason == .velocityExceeded && tooFast.decision.retryAt != nil)
        let later = noon.plus(milliseconds: 60_000)
        #expect(world.settle(try makeMessage(.increment, 501, number: 2), at: later).reason == .insufficientFunds)
        #expect(world.settle(try makeMessage(.increment, 500, number: 3), at: later).reason == .approved)
        try world.command(token(1), .setStatus(.frozen), at: later)
        #expect(world.settle(try makeMessage(.increment, 1, number: 4), at: later).reason == .cardFrozen)
        #expect(world.settle(try makeMessage(.clearing, 1_500, number: 5), at: later).reason == .approved)
    }
}
