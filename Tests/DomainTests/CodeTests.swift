import Domain
import Testing

@Suite("Currencies, countries, categories")
struct CodeTests {
    @Test func everyCurrencyCodeRoundTrips() {
        var letters: [String] = []
        for first in 65...90 { letters.append(String(UnicodeScalar(UInt8(first)))) }
        var count = 0
        var previous: Currency?
        for first in letters {
            for second in letters {
                for third in letters {
                    let currency = Currency(first + second + third)
                    guard let currency else {
                        Issue.record("\(first + second + third) was not read")
                        return
                    }
                    let isSame = currency.description == first + second + third
                    let isAfter = previous.map { $0 < currency } ?? true
                    guard isSame, isAfter, Currency(packed: currency.packed) == currency else {
                        Issue.record("\(first + second + third) became \(currency)")
                        return
                    }
                    previous = currency
                    count += 1
                }
            }
        }
        #expect(count == 17_576)
    }

    @Test(arguments: ["", "EU", "EURO", "eur", "E1R", "E R", "É", "ÉU"])
    func whatIsNoCurrencyIsRefused(_ text: String) { #expect(Currency(text) == nil) }

    @Test(arguments: [UInt32(0), 0x0045_5552 | 1 << 24, 0x41_4140, 0x41_415B, .max])
    func badPackedCurrenciesAreRefused(_ packed: UInt32) { #expect(Currency(packed: packed) == nil) }

    @Test(arguments: [
        ("EUR", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("XPF", 0), ("BIF", 0), ("CLP", 0), ("DJF", 0), ("GNF", 0),
        ("ISK", 0), ("KMF", 0), ("PYG", 0), ("RWF", 0), ("UGX", 0), ("UYI", 0), ("VND", 0), ("VUV", 0), ("XAF", 0),
        ("XOF", 0), ("BHD", 3), ("IQD", 3), ("JOD", 3), ("KWD", 3), ("LYD", 3), ("OMR", 3), ("TND", 3), ("CLF", 4),
        ("UYW", 4), ("MRU", 2), ("MGA", 2),
    ])
    func minorUnitsAreThoseOfISO4217(_ code: String, _ exponent: Int) throws {
        #expect(try #require(Currency(code)).exponent == exponent)
    }

    @Test func exactlyTwentySixCurrenciesDoNotHaveTwoDecimals() {
        var others = 0
        for packed in UInt32(0x41_4141)...0x5A_5A5A {
            if let currency = Currency(packed: packed), currency.exponent != 2 { others += 1 }
        }
        #expect(others == 26)
    }

    @Test func countriesHaveDenseIndexes() {
        var seen = Set<Int>()
        for packed in UInt16.min...UInt16.max {
            guard let country = Country(packed: packed) else { continue }
            seen.insert(country.index)
            guard Country(country.description) == country else {
                Issue.record("\(country) does not round trip")
                return
            }
        }
        #expect(seen.count == Country.indexCount)
        #expect(seen.min() == 0 && seen.max() == Country.indexCount - 1)
        #expect(Country("de") == nil && Country("D") == nil && Country("DEU") == nil && Country("D1") == nil)
    }

    @Test(arguments: [("5411", UInt16(5_411), "5411"), ("7", 7, "0007"), ("0000", 0, "0000"), ("9999", 9_999, "9999")])
    func categoriesAreFourDigits(_ text: String, _ code: UInt16, _ shown: String) throws {
        let category = try #require(MerchantCategory(text))
        #expect(category.code == code && category.description == shown)
    }

    @Test(arguments: ["", "10000", "+411", "-1", "54 1", "x", "54111"])
    func whatIsNoCategoryIsRefused(_ text: String) {
        #expect(MerchantCategory(text) == nil)
        #expect(MerchantCategory(code: 10_000) == nil)
    }

    @Test func onlyCodesOfMoneyAreAssigned() throws {
        for code in ["AED", "EUR", "USD", "JPY", "KWD", "CLF", "XAF", "XCG", "ZWG", "ANG", "BGN", "UYW"] {
            #expect(try #require(Currency(code)).isAssigned, "\(code)")
        }
        for code in ["XXQ", "XXX", "XTS", "XAU", "AAA", "ZZZ", "EUS", "DEM", "HRK"] {
            #expect(try !#require(Currency(code)).isAssigned, "\(code)")
        }
        var count = 0
        for packed in UInt32(0)..<1 << 24 {
            if let currency = Currency(packed: packed), currency.isAssigned { count += 1 }
        }
        #expect(count == 166)
    }
}
