import Domain
import Randomness
import Testing

@Suite("Conversion")
struct ConversionRateTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var amount: Int64
        var from: String
        var value: Int64
        var scale: UInt8
        var to: String
        var rounding: RoundingRule
        var result: Int64?

        var testDescription: String { "\(amount) \(from) x \(value)e-\(scale) to \(to) \(rounding)" }
    }

    static let rows: [Row] = [
        // 100.00 EUR at 1.0945 is 109.45 USD.
        Row(amount: 10_000, from: "EUR", value: 10_945, scale: 4, to: "USD", rounding: .halfEven, result: 10_945),
        // 1,000 JPY at 0.0061 is 6.10 EUR; 1 JPY is 0.61 cents.
        Row(amount: 1_000, from: "JPY", value: 61, scale: 4, to: "EUR", rounding: .towardZero, result: 610),
        Row(amount: 1, from: "JPY", value: 61, scale: 4, to: "EUR", rounding: .towardZero, result: 0),
        Row(amount: 1, from: "JPY", value: 61, scale: 4, to: "EUR", rounding: .halfAwayFromZero, result: 1),
        // 1.00 EUR at 0.335 is 0.335 KWD; 10.00 KWD at 482.5 is 4,825 JPY.
        Row(amount: 100, from: "EUR", value: 335, scale: 3, to: "KWD", rounding: .towardZero, result: 335),
        Row(amount: 10_000, from: "KWD", value: 4_825, scale: 1, to: "JPY", rounding: .towardZero, result: 4_825),
        // Halves, both ways and both signs.
        Row(amount: 1, from: "EUR", value: 5, scale: 1, to: "USD", rounding: .halfEven, result: 0),
        Row(amount: 3, from: "EUR", value: 5, scale: 1, to: "USD", rounding: .halfEven, result: 2),
        Row(amount: 1, from: "EUR", value: 5, scale: 1, to: "USD", rounding: .halfAwayFromZero, result: 1),
        Row(amount: -1, from: "EUR", value: 5, scale: 1, to: "USD", rounding: .halfAwayFromZero, result: -1),
        Row(amount: -1, from: "EUR", value: 1, scale: 18, to: "USD", rounding: .awayFromZero, result: -1),
        Row(amount: -1, from: "EUR", value: 1, scale: 18, to: "USD", rounding: .towardZero, result: 0),
        Row(amount: 0, from: "EUR", value: .max, scale: 18, to: "USD", rounding: .awayFromZero, result: 0),
        // At and beyond what 64 bits hold.
        Row(amount: .max, from: "EUR", value: 1, scale: 0, to: "USD", rounding: .halfEven, result: .max),
        Row(amount: .max, from: "EUR", value: 2, scale: 0, to: "USD", rounding: .halfEven, result: nil),
        Row(amount: .max, from: "EUR", value: 1, scale: 0, to: "KWD", rounding: .halfEven, result: nil),
        Row(amount: .min, from: "EUR", value: .max, scale: 0, to: "CLF", rounding: .halfEven, result: nil),
        Row(amount: .max, from: "EUR", value: .max, scale: 18, to: "EUR", rounding: .halfEven, result: nil),
    ]

    @Test(arguments: rows)
    func anAmountIsConvertedExactlyAndRoundedOnce(_ row: Row) throws {
        let rate = try #require(ConversionRate(value: row.value, scale: row.scale))
        let from = try #require(Currency(row.from))
        let to = try #require(Currency(row.to))
        #expect(rate.convert(row.amount, from: from, to: to, rounding: row.rounding) == row.result)
    }

    /// Small enough numbers for plain 64-bit arithmetic to say what is right.
    @Test(arguments: [UInt64(1), 2, 20_261_121])
    func everyRoundingLiesWhereItsRuleSays(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let currencies = try ["EUR", "JPY", "KWD", "CLF"].map { try #require(Currency($0)) }
        for _ in 0..<20_000 {
            let scale = UInt8.random(in: 0...6, using: &random)
            let rate = try #require(
                ConversionRate(value: .random(in: 1...1_000_000, using: &random), scale: scale)
            )
            let amount = Int64.random(in: -1_000_000...1_000_000, using: &random)
            let from = currencies[Int.random(in: 0..<4, using: &random)]
            let to = currencies[Int.random(in: 0..<4, using: &random)]
            var numerator = amount * rate.value
            var denominator: Int64 = 1
            for _ in 0..<to.exponent { numerator *= 10 }
            for _ in 0..<(from.exponent + Int(scale)) { denominator *= 10 }
            let down = numerator / denominator
            let rest = abs(numerator % denominator)
            let up = down + numerator.signum()
            let isTie = rest * 2 == denominator
            let nearest = rest * 2 < denominator ? down : up
            let expected: [RoundingRule: Int64] = [
                .towardZero: down,
                .awayFromZero: rest == 0 ? down : up,
                .halfAwayFromZero: rest == 0 ? down : isTie ? up : nearest,
                .halfEven: rest == 0 ? down : isTie ? (down % 2 == 0 ? down : up) : nearest,
            ]
            for rule in RoundingRule.allCases {
                guard rate.convert(amount, from: from, to: to, rounding: rule) == expected[rule] else {
                    Issue.record("seed \(seed): \(amount) \(from) x \(rate) to \(to), \(rule)")
                    return
                }
            }
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func partsComeToWhatTheWholeDoes(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let from = try #require(Currency("JPY"))
        let to = try #require(Currency("KWD"))
        for rule in RoundingRule.allCases {
            for _ in 0..<500 {
                let rate = try #require(ConversionRate(value: .random(in: 1...9_999, using: &random), scale: 5))
                var before: Int64 = 0
                var sum: Int64 = 0
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    let part = Int64.random(in: 0...999, using: &random)
                    sum += try #require(rate.convert(part: part, after: before, from: from, to: to, rounding: rule))
                    before += part
                }
                #expect(sum == rate.convert(before, from: from, to: to, rounding: rule), "seed \(seed)")
            }
        }
    }

    @Test func aRateIsAboveZeroAndHasUpToEighteenDecimals() {
        #expect(ConversionRate(value: 0, scale: 0) == nil)
        #expect(ConversionRate(value: -1, scale: 0) == nil)
        #expect(ConversionRate(value: 1, scale: 19) == nil)
    }
}
