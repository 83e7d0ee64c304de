import ArgumentParser
import Domain
import Testing
import Wire

@testable import assentctl

/// What the commands of a payment's life take and show.
@Suite struct LifecycleViewTests {
    private func cleared() -> PaymentBlock {
        PaymentBlock(
            paymentID: LogSequenceNumber(rawValue: 41),
            approved: 1_250,
            reversed: 0,
            expired: 0,
            cleared: 1_000,
            overCleared: 0,
            refunded: 0,
            disputed: 0,
            held: 250,
            heldChange: -1_000,
            postedChange: 1_000,
            expiresAt: ViewSamples.time,
            flags: [.standIn, .overLimit],
            status: .partiallyCleared,
            matchRule: .lifecycle
        )
    }

    private func answer(_ payment: PaymentBlock?) -> EventAnswer {
        var decision = ViewSamples.declined
        decision.outcome = .approved
        decision.reason = .approved
        return EventAnswer(
            id: ViewSamples.requestID,
            token: ViewSamples.token,
            name: "clear",
            amount: 1_000,
            currency: ViewSamples.euro,
            decision: decision,
            payment: payment
        )
    }

    @Test func anEventShowsThePaymentAfterItAndWhatItChanged() {
        #expect(
            answer(cleared()).text(Capture().output(.table)) == """
                ✓ approved clear 10.00 EUR
                record           42
                response code    61
                payment          41, found by its lifecycle id
                status           partially cleared
                flags            stand in, over limit
                amounts          12.50 EUR approved, 10.00 EUR cleared; 2.50 EUR held
                hold expires     2026-11-21 09:30:00 UTC
                changed          held -10.00 EUR, posted +10.00 EUR
                available after  987.50 EUR = 1,000.00 limit - 12.50 held - 0.00 posted
                request id       019aa2f0-1c5e-7d11-9b1e-0f6b2a7c4d11

                """
        )
    }

    @Test func dataHasTheSameNamesWithAndWithoutAPayment() {
        let names = answer(cleared()).fields.map(\.name)
        #expect(answer(nil).fields.map(\.name) == names)
        #expect(Set(names).count == names.count, "each name once")
        #expect(answer(cleared()).fields.contains(Field("heldOfPaymentMinor", Int64(250))))
        #expect(answer(nil).fields.contains(Field("status", JSONValue.null)))
    }

    @Test func aPaymentsFieldsHaveEachNameOnce() {
        let history = PaymentHistoryText(currency: nil, events: [], wholeThrough: .zero)
        let names = (ViewSamples.payment.fields + [history.field]).map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func everyFlagOfTheDomainHasAName() {
        #expect(PaymentFlags.defined.names.count == PaymentFlags.defined.rawValue.nonzeroBitCount)
        #expect(PaymentFlags([.reversedBeforeAuthorization]).words == "reversed before authorization")
    }

    @Test func aHistoryTellsAmountsRatesAndParts() throws {
        let yen = try #require(Currency("JPY"))
        let entry = PaymentHistoryReply.EventsEntry(
            lsn: LogSequenceNumber(rawValue: 42),
            decidedAt: ViewSamples.time,
            requestID: ViewSamples.requestID,
            amount: 610,
            merchantAmount: 1_000,
            rate: 61,
            payment: cleared(),
            kind: .clearing,
            outcome: .approved,
            reason: .approved,
            responseCode: Text16("00") ?? Text16(),
            merchantCurrency: yen,
            rateScale: 4,
            rounding: .halfEven,
            isFinal: true,
            sequenceNumber: 2,
            sequenceCount: 3
        )
        let cells = entry.cells(ViewSamples.euro).map(\.text)
        #expect(cells[2] == "clearing 2/3, final (1,000 JPY at 0.0061)")
        #expect(cells[4...] == ["6.10 EUR", "held -10.00 EUR, posted +10.00 EUR", "partially cleared"])
        #expect(entry.value(ViewSamples.euro).compact.contains(#""rate":"0.0061""#))
    }

    @Test(arguments: [
        ("0.925", 925, 3), ("1", 1, 0), ("161.20", 16_120, 2), ("0.000000000000000001", 1, 18),
        ("1000000000000000", 1_000_000_000_000_000, 0),
    ])
    func ratesAreReadExactly(text: String, value: Int64, scale: UInt8) throws {
        let rate = try #require(RateText(argument: text))
        #expect((rate.value, rate.scale) == (value, scale))
    }

    @Test(arguments: ["", "0", "0.0", "-1", "1.", ".5", "1e3", "1,5", "1000000000000001", "0.0000000000000000001"])
    func whatIsNoRateIsRefused(text: String) { #expect(RateText(argument: text) == nil) }

    @Test func partsOfAClearingAreRead() {
        #expect(PartText(argument: "2/3").map { [$0.number, $0.count] } == [2, 3])
        #expect(PartText(argument: "2").map { [$0.number, $0.count] } == [2, 0])
        for text in ["", "0", "3/2", "1/", "/2", "1/2/3", "256"] { #expect(PartText(argument: text) == nil, "\(text)") }
    }

    @Test(arguments: [
        (["clear", "--amount", "1.00"], "which payment?"), (["reverse", "0"], "payments are numbered from 1"),
        (["clear", "7", "--amount", "1.00", "--rate", "0.9"], "--rate needs --merchant-amount"),
        (["clear", "7", "--amount", "1.00", "--merchant-amount", "5"], "in which currency?"),
        (["reverse", "7", "--stan", "1000000"], "up to 999999"),
    ])
    func aPaymentThatIsNotNamedWellIsRefusedBeforeAsking(arguments: [String], message: String) {
        let error = #expect(throws: (any Error).self) {
            _ = try Assentctl.parseAsRoot(["payment"] + arguments)
        }
        #expect(error.map { Assentctl.message(for: $0).contains(message) } == true)
    }
}
