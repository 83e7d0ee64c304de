import Domain
@testable import LoadScenario
import Testing

struct PurchasingLineTests {
    private let header = [
        "batch_txn_id", "tx_date", "post_date", "division", "cost_centre", "merchant", "mcc", "amount_cents",
        "orig_amount_minor", "orig_currency", "gl_account",
    ]

    private func line(_ id: String, _ date: String, amount: String = "100") throws -> PurchasingLine {
        let original = amount.hasPrefix("-") ? "-90" : "90"
        let fields = [id, date, date, "PARKS, FORESTRY", "P1", "SHOP", "5411", amount, original, "USD", "1"]
        return try PurchasingLine(fields: fields, places: PurchasingLine.places(header: header), line: 2)
    }

    @Test func aLineIsReadByTheNamesOfItsColumns() throws {
        let found = try line("12-3", "2014-02-28", amount: "-450")
        #expect(found.batchTransactionID == "12-3")
        #expect(found.amountCents == -450)
        #expect(found.originalAmount == -90)
        #expect(found.isCredit && found.isForeign && found.postDate == "2014-02-28")
        #expect(found.originalCurrency == Currency("USD"))
        #expect(found.category == 5411)
    }

    @Test func whatIsMissingOrMalformedIsNamedWithItsLine() throws {
        #expect(throws: PurchasingLine.Malformed.self) { _ = try PurchasingLine.places(header: ["tx_date"]) }
        #expect(throws: PurchasingLine.Malformed.self) { _ = try line("", "2014-02-28") }
        #expect(throws: PurchasingLine.Malformed.self) { _ = try line("1", "2014-02-30") }
        #expect(throws: PurchasingLine.Malformed.self) { _ = try line("1", "2014-02-28", amount: "1.5") }
        #expect(throws: PurchasingLine.Malformed.self) { _ = try line("1", "2014-02-28", amount: "0") }
    }

    @Test func theLinesOfADayAreSpreadInOrderAndPostedInTheEvening() throws {
        let lines = try [
            line("1", "2014-03-01"), line("2", "2014-03-01", amount: "-5"), line("3", "2014-03-01"),
            line("1", "2014-03-02"),
        ]
        let timetable = ReplayTimetable(lines)
        func event(_ kind: ReplayTimetable.Event.Kind, _ line: Int, _ time: String) throws -> ReplayTimetable.Event {
            ReplayTimetable.Event(kind: kind, line: line, time: try #require(Instant(time)))
        }
        #expect(
            try timetable.events == [
                event(.authorization, 0, "2014-03-01T07:00:00Z"), event(.authorization, 2, "2014-03-01T13:00:00Z"),
                event(.clearing, 0, "2014-03-01T20:00:00Z"), event(.refund, 1, "2014-03-01T21:00:00Z"),
                event(.clearing, 2, "2014-03-01T22:00:00Z"), event(.authorization, 3, "2014-03-02T07:00:00Z"),
                event(.clearing, 3, "2014-03-02T20:00:00Z"),
            ]
        )
        #expect(timetable.occurrences == [0, 0, 0, 1])
    }
}
