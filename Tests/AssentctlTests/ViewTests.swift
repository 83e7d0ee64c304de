import Domain
import Testing
import Wire

@testable import assentctl

@Suite struct ViewTests {
    @Test func aCardIsShownToPeople() {
        let text = ViewSamples.card.text(Capture().output(.table))
        #expect(
            text == """
                •••• 4242  active
                token              0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b
                available          987.50 EUR
                limit              1,000.00 EUR
                held               12.50 EUR
                posted             0.00 EUR
                limit per payment  250.00 EUR
                expires            end of 2029-12
                profile            default
                created            2026-11-21 09:30:00 UTC, record 7

                """
        )
    }

    @Test func aCardIsOneLineOfJSON() throws {
        let capture = Capture()
        try capture.output(.jsonl).emit(ViewSamples.card.fields) { _ in "" }
        #expect(
            capture.data
                == #"{"token":"0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b","lastFour":"4242","status":"active","#
                + #""currency":"EUR","limit":"1000.00","limitMinor":100000,"transactionLimit":"250.00","#
                + #""transactionLimitMinor":25000,"posted":"0.00","postedMinor":0,"held":"12.50","heldMinor":1250,"#
                + #""available":"987.50","availableMinor":98750,"expiry":"2029-12","profile":"default","#
                + #""createdAt":"2026-11-21T09:30:00.123456Z","createdLsn":7}"# + "\n"
        )
    }

    @Test func aCardIsALineOfCSV() throws {
        let capture = Capture()
        try capture.output(.csv).emit(ViewSamples.card.fields) { _ in "" }
        #expect(
            capture.data.hasSuffix(
                "\n0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b,4242,active,EUR,1000.00,100000,250.00,25000,0.00,0,12.50,1250,"
                    + "987.50,98750,2029-12,default,2026-11-21T09:30:00.123456Z,7\n"
            )
        )
    }

    @Test func listsHaveTheFieldsThatTheyAnnounce() {
        #expect(ViewSamples.card.fields.map(\.name) == CardBlock.shape.fieldNames)
        #expect(ViewSamples.card.cells.count == CardBlock.shape.columns.count)
    }

    @Test func aPaymentIsExplainedToPeople() {
        let text = ViewSamples.payment.text(Capture().output(.table))
        #expect(
            text == """
                ✗ declined 6,000.00 EUR: exceeds the amount threshold
                payment          42
                decided          2026-11-21 09:30:00 UTC
                merchant         Café \\x1b[31m東京, Berlin DE (category 5814), id 445566778899001, terminal T1
                card             0190a5b4-6d3c-4e1f-8a2b-3c4d5e6f7a8b
                how              card not present, electronic commerce, by the cardholder, partial approval allowed
                request id       019aa2f0-1c5e-7d11-9b1e-0f6b2a7c4d11
                response code    61
                try again        later: time or an operator can change the answer
                available after  987.50 EUR = 1,000.00 limit - 12.50 held - 0.00 posted
                configuration    version 3

                   CHECK                     SEEN         LIMIT
                ✓  card known
                ✓  card active             active        active
                ⚑  velocity rule 1          1,011            10
                ✗  amount threshold  6,000.00 EUR  5,000.00 EUR

                """
        )
    }

    @Test func aDeclinedRequestSaysHowToLookCloser() {
        let answer = AuthorizationAnswer(
            id: ViewSamples.requestID,
            token: ViewSamples.token,
            kind: .authorization,
            money: .init(minorUnits: 600_000, currency: ViewSamples.euro),
            decision: ViewSamples.declined
        )
        let text = answer.text(Capture().output(.table))
        #expect(text.contains("checks           3 run; failed: amount threshold\n"))
        #expect(text.hasSuffix("Every check: assentctl payment show 42\n"))
    }

    @Test(
        arguments: [
            (0, "0 µs"), (999, "999 µs"), (1_000, "1.0 ms"), (1_349, "1.3 ms"), (165_000, "165 ms"),
            (2_500_000, "2.5 s"),
            (312_000_000, "5 min 12 s"),
        ] as [(UInt64, String)]
    )
    func latenciesHaveTheUnitThatSuitsThem(microseconds: UInt64, text: String) {
        #expect(Figures.microseconds(microseconds) == text)
    }

    @Test func sizesSharesAndCountsAreReadable() {
        #expect(Figures.bytes(1_023) == "1023 B")
        #expect(Figures.bytes(1_536) == "1.5 KiB")
        #expect(Figures.bytes(.max) == "15.9 EiB")
        #expect(Figures.share(1, of: 3) == "33.3 %")
        #expect(Figures.share(.max, of: .max) == "100.0 %")
        #expect(Figures.share(0, of: 0) == "-")
        #expect(Figures.grouped(1_234_567) == "1,234,567")
        #expect(Figures.grouped(-1_000) == "-1,000")
    }

    @Test func sparklinesScaleToTheHighest() {
        #expect(TopScreen.sparkline([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
        #expect(TopScreen.sparkline([0, 0], width: 8) == "▁▁")
        #expect(TopScreen.sparkline([9, 1, .max], width: 2) == "▁█")
    }
}
