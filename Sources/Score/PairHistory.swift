/// What is remembered of a card at a merchant, 32 bytes: when it was there first and last, and how many payments of
/// how much money it made, fading by the month.
struct PairHistory {
    static let wordCount = 4
    private static let countMax: Int64 = 1 << 61

    // SAFETY: whoever makes one vouches for `wordCount` words, for as long as the value lives.
    let words: UnsafeMutablePointer<Int64>

    @inline(__always)
    private func totals(at now: Int64) -> (count: Int64, amount: Int64) {
        let fading = Fading(
            elapsed: FadingTotals.elapsed(from: words[1], to: now),
            shift: HalfLife.exponent(HalfLife.month)
        )
        return (fading.left(of: words[2]), fading.left(of: words[3]))
    }

    /// - Parameter history: `nil` for a card that was never there.
    static func read(_ history: PairHistory?, _ payment: SeenPayment, into vector: borrowing FeatureVector) {
        guard let history else {
            return vector.setUnknown(Feature.pairBase..<Feature.count)
        }
        let now = payment.now
        vector.setAge(PairFeature.age.index, first: history.words[0], last: history.words[1], now)
        let (count, sum) = history.totals(at: now)
        vector.set(
            PairFeature.countMonth.index,
            FixedPoint.logarithmAboveOne(count, bits: FadingTotals.countBits)
        )
        vector.set(
            PairFeature.toMeanMonth.index,
            FadingTotals.ratio(payment.logarithm, count: count, sum: sum)
        )
    }

    /// Starts with nothing.
    func begin(_ payment: SeenPayment) {
        words[0] = payment.now
        words[1] = payment.now
        words[2] = 0
        words[3] = 0
    }

    func add(_ payment: SeenPayment) {
        let (count, sum) = totals(at: payment.now)
        words[1] = max(words[1], payment.now)
        words[2] = min(Self.countMax, count &+ 1 &<< Int64(FadingTotals.countBits))
        words[3] = min(Self.countMax, sum &+ payment.amount &<< Int64(FadingTotals.amountBits))
    }
}
