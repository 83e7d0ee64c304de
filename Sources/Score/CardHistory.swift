/// What is remembered of a card, 264 bytes.
struct CardHistory {
    static let wordCount = 33
    // Where things are, behind `FadingTotals`.
    private static let mean = 10
    private static let variance = 11
    private static let peak = 12
    private static let usual = 13
    private static let surges = 14
    private static let windows = 16
    private static let countries = 25
    private static let terminals = 26
    private static let terminalWords = 4
    private static let previous = 30
    private static let lastSurge = 31
    private static let payments = 32

    /// So many payments the usual amount is a mean of; then each moves it by as much.
    private static let usualPayments: Int64 = 64
    /// What is more than this many times the usual amount counts as that in it.
    private static let usualFactor: Int64 = 3
    private static let octave: Int32 = 1 << 16
    /// Surges fade with this half-life and that of `HalfLife.days`: 2^30 ms, 12.4 days.
    private static let fortnight: Int64 = 30

    // SAFETY: whoever makes one vouches for `wordCount` words, for as long as the value lives.
    let words: UnsafeMutablePointer<Int64>

    @inline(__always)
    private var totals: FadingTotals { FadingTotals(words: words) }

    @inline(__always)
    private func window(_ number: Int) -> SlidingWindow {
        SlidingWindow(
            words: words + Self.windows + number &* SlidingWindow.wordCount,
            length: SlidingWindow.length(number)
        )
    }

    @inline(__always)
    private var countries: RecentMarks { RecentMarks(words: words + Self.countries, wordCount: 1, bits: 16) }
    @inline(__always)
    private var terminals: RecentMarks {
        RecentMarks(words: words + Self.terminals, wordCount: Self.terminalWords, bits: 32)
    }

    /// The usual amount, in units of 2^-16 minor units.
    @inline(__always)
    private var usual: Int64 { min(ScoreLimits.amountMax &<< 16, max(0, words[Self.usual])) }

    /// Its logarithm.
    @inline(__always)
    private var level: Int32 { FixedPoint.logarithmAboveOne(usual, bits: 16) }

    /// By how much an amount is above twice the usual one, in units of 2^-16 octaves; never below zero.
    @inline(__always)
    private func surge(_ amount: Int32) -> Int64 {
        Int64(min(8 &* Self.octave, max(0, amount &- level &- Self.octave)))
    }

    // MARK: Reading

    /// - Parameter history: `nil` for a card that is new.
    static func read(_ history: CardHistory?, _ payment: SeenPayment, into vector: borrowing FeatureVector) {
        guard let history else {
            return vector.setUnknown(Feature.cardBase..<Feature.terminalBase)
        }
        history.readTotals(payment, vector)
        history.readAmounts(payment, vector)
        vector.set(CardFeature.countryRank.index, history.countries.rank(payment.country))
        vector.set(CardFeature.terminalRank.index, history.terminals.rank(payment.terminalMark))
    }

    @inline(__always)
    private func readTotals(_ payment: SeenPayment, _ vector: borrowing FeatureVector) {
        let now = payment.now
        vector.setAge(CardFeature.age.index, first: totals.first, last: totals.last, now)
        for life in 0..<HalfLife.count {
            let (count, sum) = totals.totals(life, at: now)
            let log = FixedPoint.logarithmAboveOne(count, bits: FadingTotals.countBits)
            vector.set(CardFeature.countHour.index &+ life, log)
            vector.set(
                CardFeature.spentHour.index &+ life,
                FixedPoint.logarithmAboveOne(sum, bits: FadingTotals.amountBits)
            )
            guard life >= HalfLife.days else { continue }
            vector.set(
                CardFeature.toMeanDays.index &+ life &- HalfLife.days,
                FadingTotals.ratio(payment.logarithm, count: count, sum: sum)
            )
        }
        for number in 0..<SlidingWindow.lengthCount {
            let (count, sum) = window(number).totals(last: totals.last, now: now)
            vector.set(CardFeature.paymentsDay.index &+ number, FixedPoint.logarithmAboveOne(count, bits: 16))
            vector.set(CardFeature.moneyDay.index &+ number, FixedPoint.logarithmAboveOne(sum, bits: 8))
        }
    }

    @inline(__always)
    private func readAmounts(_ payment: SeenPayment, _ vector: borrowing FeatureVector) {
        let elapsed = totals.idle(at: payment.now)
        let month = Fading(elapsed: elapsed, shift: HalfLife.exponent(HalfLife.month))
        let days = Fading(elapsed: elapsed, shift: HalfLife.exponent(HalfLife.days))
        let peak = month.left(of: words[Self.peak])
        vector.set(
            CardFeature.toPeak.index,
            payment.logarithm &- FixedPoint.logarithmAboveOne(peak, bits: FadingTotals.amountBits)
        )
        vector.set(CardFeature.toUsual.index, payment.logarithm &- level)
        vector.set(
            CardFeature.previousToUsual.index,
            Int32(truncatingIfNeeded: min(1 << 22, max(0, words[Self.previous]))) &- level
        )
        vector.set(CardFeature.surgesDays.index, Self.feature(days.left(of: words[Self.surges])))
        let fortnight = Fading(elapsed: elapsed, shift: Self.fortnight)
        vector.set(CardFeature.surgesFortnight.index, Self.feature(fortnight.left(of: words[Self.surges &+ 1])))
        let sinceSurge = FadingTotals.elapsed(from: words[Self.lastSurge], to: payment.now)
        vector.set(
            CardFeature.sinceSurge.index,
            words[Self.lastSurge] > 0 ? FixedPoint.logarithmAboveOne(sinceSurge, bits: 0) : -1
        )
        vector.set(CardFeature.deviation.index, deviation(payment))
    }

    @inline(__always)
    private static func feature(_ value: Int64) -> Int32 {
        Int32(truncatingIfNeeded: min(Int64(ScoreLimits.featureValueMax), max(0, value)))
    }

    /// How many standard deviations the amount's logarithm is from the mean of the card's, in units of 2^-8; a spread
    /// of less than an eighth of an octave counts as that.
    @inline(__always)
    private func deviation(_ payment: SeenPayment) -> Int32 {
        let variance = min(1 << 48, max(1 << 26, words[Self.variance]))
        let distance = (Int64(payment.logarithm) &- mean &>> 8) &<< 8
        return Int32(truncatingIfNeeded: min(1 << 20, max(-(1 << 20), distance / Self.root(variance))))
    }

    /// The mean of amounts' logarithms, in units of 2^-24.
    @inline(__always)
    private var mean: Int64 { min(1 << 32, max(0, words[Self.mean])) }

    /// Mean and variance with another payment, each weighted as the month's count is (West: Updating mean and variance
    /// estimates, 1979).
    private func addToMean(_ logarithm: Int64, _ month: Fading) {
        let weight = month.left(of: words[2 &+ HalfLife.month]) &>> 16
        // The new payment's share of all, in units of 2^-30; weights are in units of 2^-14.
        let share = (1 << 44) / (weight &+ 1 << 14)
        let distance = logarithm &<< 8 &- mean
        words[Self.mean] = mean &+ FixedPoint.scaled(distance, by: share)
        let square = (distance &>> 8) &* (distance &>> 8)
        let variance = min(1 << 48, max(0, words[Self.variance])) &+ FixedPoint.scaled(square, by: share)
        words[Self.variance] = FixedPoint.scaled(variance, by: FixedPoint.one &- share)
    }

    /// The whole part of a square root.
    @inline(__always)
    private static func root(_ value: Int64) -> Int64 {
        // The power of two above it is less than twice the root: Newton's steps from there have arrived after four.
        var root = Int64(1) &<< Int64((63 &- value.leadingZeroBitCount) / 2 &+ 1)
        for _ in 0..<5 { root = (root &+ value / root) / 2 }
        return root
    }

    // MARK: Changing

    /// Starts with nothing.
    func begin(_ payment: SeenPayment) {
        words.update(repeating: 0, count: Self.wordCount)
        totals.begin(at: payment.now)
        words[Self.usual] = payment.amount &<< 16
    }

    func add(_ payment: SeenPayment) {
        let (now, last) = (payment.now, totals.last)
        let elapsed = totals.idle(at: now)
        let month = Fading(elapsed: elapsed, shift: HalfLife.exponent(HalfLife.month))
        let days = Fading(elapsed: elapsed, shift: HalfLife.exponent(HalfLife.days))
        let logarithm = Int64(payment.logarithm)
        addToMean(logarithm, month)
        let amount = payment.amount &<< Int64(FadingTotals.amountBits)
        words[Self.peak] = max(amount, month.left(of: words[Self.peak]))
        let surge = surge(payment.logarithm)
        words[Self.surges] = days.left(of: words[Self.surges]) &+ surge
        let fortnight = Fading(elapsed: elapsed, shift: Self.fortnight)
        words[Self.surges &+ 1] = fortnight.left(of: words[Self.surges &+ 1]) &+ surge
        if surge > 0 { words[Self.lastSurge] = now }
        let payments = min(Self.usualPayments, max(0, words[Self.payments]) &+ 1)
        let most = max(1 &<< 16, usual) &* Self.usualFactor
        words[Self.usual] = usual &+ (min(most, payment.amount &<< 16) &- usual) / payments
        words[Self.payments] = payments
        words[Self.previous] = logarithm
        for number in 0..<SlidingWindow.lengthCount { window(number).add(amount: payment.amount, last: last, now: now) }
        if payment.country != 0 { countries.note(payment.country) }
        if payment.terminalMark != 0 { terminals.note(payment.terminalMark) }
        totals.add(amount: payment.amount, at: now)
    }
}
