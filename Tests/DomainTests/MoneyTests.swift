import Domain
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(arguments: [
        ("1250.00", "EUR", Int64(125_000), "1250.00", "1,250.00 EUR"),
        ("0", "EUR", 0, "0.00", "0.00 EUR"),
        ("-3", "EUR", -300, "-3.00", "-3.00 EUR"),
        ("-0.05", "EUR", -5, "-0.05", "-0.05 EUR"),
        ("0.5", "EUR", 50, "0.50", "0.50 EUR"),
        ("1,234,567.89", "USD", 123_456_789, "1234567.89", "1,234,567.89 USD"),
        ("999", "JPY", 999, "999", "999 JPY"),
        ("1000", "JPY", 1_000, "1000", "1,000 JPY"),
        ("1.234", "KWD", 1_234, "1.234", "1.234 KWD"),
        ("0.0001", "CLF", 1, "0.0001", "0.0001 CLF"),
        ("92233720368547758.07", "EUR", .max, "92233720368547758.07", "92,233,720,368,547,758.07 EUR"),
    ])
    func decimalsAreReadAndShown(_ text: String, _ code: String, _ minor: Int64, _ data: String, _ people: String)
        throws
    {
        let currency = try #require(Currency(code))
        let money = try Money(decimal: text, currency: currency)
        #expect(money.minorUnits == minor)
        #expect(money.decimal == data)
        #expect(money.description == people)
        #expect(try Money(decimal: money.decimal, currency: currency) == money)
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "1..2", "1.2.3", "--1", "+1", " 1", "1 ", "1e3", "12a", "1.x", "1.xyz", "1,2",
        "1,23.00",
        ",100", "1,000,", "1,0000", "0x10", "١", "1.0-", "-,123",
    ])
    func whatIsNoDecimalIsRefused(_ text: String) throws {
        let currency = try #require(Currency("EUR"))
        #expect(throws: MoneyError.malformed) { try Money(decimal: text, currency: currency) }
    }

    @Test func moreDecimalsThanTheCurrencyHasAreRefused() throws {
        let yen = try #require(Currency("JPY"))
        let euro = try #require(Currency("EUR"))
        #expect(throws: MoneyError.tooPrecise(decimals: 1, currency: yen)) { try Money(decimal: "1.0", currency: yen) }
        #expect(throws: MoneyError.tooPrecise(decimals: 3, currency: euro)) {
            try Money(decimal: "1.000", currency: euro)
        }
    }

    @Test(arguments: ["92233720368547758.08", "99999999999999999999999999", "-92233720368547758.08"])
    func whatDoesNotFitIsOutOfRange(_ text: String) throws {
        let currency = try #require(Currency("EUR"))
        #expect(throws: MoneyError.outOfRange) { try Money(decimal: text, currency: currency) }
    }

    @Test func theLeastNumberIsShownWithoutATrap() throws {
        let currency = try #require(Currency("EUR"))
        #expect(Money(minorUnits: .min, currency: currency).decimal == "-92233720368547758.08")
    }
}
