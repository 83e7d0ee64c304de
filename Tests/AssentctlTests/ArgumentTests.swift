import Domain
import Testing

@testable import assentctl

@Suite struct ArgumentTests {
    private let euro = Currency("EUR")

    @Test(arguments: [
        ("12.50", "EUR", 1_250), ("1,250", "EUR", 125_000), ("1,250.00 EUR", "EUR", 125_000), ("12.5EUR", "EUR", 1_250),
        ("0", "EUR", 0), ("500", "JPY", 500), ("1.234", "KWD", 1_234),
        ("1.2345 clf", "CLF", 12_345),
        ("92233720368547758.07", "EUR", Int64.max),
    ])
    func amountsAreReadExactly(text: String, code: String, minorUnits: Int64) throws {
        let amount = try #require(AmountText(argument: text))
        let currency = try #require(Currency(code))
        #expect(try amount.money(in: currency, option: "--amount").minorUnits == minorUnits)
    }

    @Test(arguments: ["", "abc", "12.50€", "1e3", "0x10", "EUR", "1 000", "NaN"])
    func whatIsNoAmountIsRefusedWhileParsing(text: String) {
        #expect(AmountText(argument: text) == nil)
    }

    @Test(arguments: [
        ("1.234", "EUR", "--amount 1.234: 3 decimals, but EUR has 2"),
        ("-3.10", "EUR", "--amount -3.10: may not be negative"),
        ("1.5", "JPY", "--amount 1.5: 1 decimals, but JPY has none"),
        ("12,50", "EUR", "--amount 12,50: not an amount; write it as 1250, 1250.50 or 1,250.50"),
        ("1.", "EUR", "--amount 1.: not an amount; write it as 1250, 1250.50 or 1,250.50"),
        ("92233720368547758.08", "EUR", "--amount 92233720368547758.08: too large"),
        ("5 USD", "EUR", "--amount is in USD, but the currency here is EUR"),
    ])
    func wrongAmountsSayWhatIsWrong(text: String, code: String, message: String) throws {
        let amount = try #require(AmountText(argument: text))
        let currency = try #require(Currency(code))
        #expect(throws: CommandFailure(.usage, message)) { try amount.money(in: currency, option: "--amount") }
    }

    @Test func anAmountWithoutAnyCurrencyAsksForOne() throws {
        let amount = try #require(AmountText(argument: "5"))
        #expect(throws: CommandFailure(.usage, "--limit 5: in which currency? Give --currency, such as EUR")) {
            try amount.money(in: nil, option: "--limit")
        }
    }

    @Test func noneRemovesALimit() {
        #expect(AmountOrNone(argument: "none") == AmountOrNone.none)
        #expect(AmountOrNone(argument: "nothing") == nil)
    }

    @Test(arguments: ["", "424", "42424", "42a2", "４２４２"])
    func lastFourIsFourAsciiDigits(text: String) {
        #expect(LastFour(argument: text) == nil)
    }

    @Test(arguments: ["", "white space", "a-name-that-is-too-long", "ümlaut"])
    func profileNamesAreShortAndPlain(text: String) {
        #expect(ProfileName(argument: text) == nil)
    }

    @Test func codesAreReadInEitherCase() {
        #expect(Currency(argument: "eur") == euro)
        #expect(Country(argument: "de") == Country("DE"))
        #expect(Currency(argument: "EURO") == nil)
    }
}
