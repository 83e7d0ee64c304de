/// What is remembered of a merchant or a terminal, 432 bytes: its payments, and which of them are known as fraud.
///
/// Fraud is known late. So payments and frauds are kept by the day of the payment, and shares are of days whose labels
/// should all be there (`maturity`), however late each came.
struct PlaceHistory {
    static let wordCount = 54
    // Where things are, behind `FadingTotals`.
    private static let newestDay = 10
    private static let lastFraud = 11
    private static let runStart = 12
    private static let runFrauds = 13
    private static let days = 14
    static let dayCount: Int64 = 40
    private static let day: Int64 = 86_400_000

    /// Labels are there after 7 days.
    static let maturityDays: Int64 = 7
    /// Frauds so near to each other, 2^29 ms or 6.2 days, are one run.
    private static let runGap: Int64 = 1 << 29
    private static let countBits: Int64 = 32

    // SAFETY: whoever makes one vouches for `wordCount` words, for as long as the value lives.
    let words: UnsafeMutablePointer<Int64>

    @inline(__always)
    private var totals: FadingTotals { FadingTotals(words: words) }

    /// Payments of a day, and those of them that are known as fraud; nothing of days that are not kept.
    @inline(__always)
    private func payments(on day: Int64) -> (count: Int64, frauds: Int64) {
        guard day <= words[Self.newestDay], day > words[Self.newestDay] &- Self.dayCount, day >= 0 else {
            return (0, 0)
        }
        let word = words[Self.days &+ Int(day % Self.dayCount)]
        return (word & 0xFFFF_FFFF, word &>> Self.countBits & 0x7FFF_FFFF)
    }

    // MARK: Reading

    /// - Parameters:
    ///   - history: `nil` for a place that is new.
    ///   - base: The index of the place's first feature.
    static func read(_ history: PlaceHistory?, _ payment: SeenPayment, base: Int, into vector: borrowing FeatureVector)
    {
        guard let history else {
            return vector.setUnknown(base..<base &+ Feature.placeCount)
        }
        history.readTotals(payment, base, vector)
        history.readFrauds(payment, base, vector)
    }

    @inline(__always)
    private func readTotals(_ payment: SeenPayment, _ base: Int, _ vector: borrowing FeatureVector) {
        vector.setAge(base &+ PlaceFeature.age.rawValue, first: totals.first, last: totals.last, payment.now)
        for life in 0..<HalfLife.count {
            let (count, sum) = totals.totals(life, at: payment.now)
            vector.set(
                base &+ PlaceFeature.countHour.rawValue &+ life,
                FixedPoint.logarithmAboveOne(count, bits: FadingTotals.countBits)
            )
            if life == HalfLife.month {
                vector.set(
                    base &+ PlaceFeature.toMeanMonth.rawValue,
                    FadingTotals.ratio(payment.logarithm, count: count, sum: sum)
                )
            }
        }
    }

    private func readFrauds(_ payment: SeenPayment, _ base: Int, _ vector: borrowing FeatureVector) {
        let matured = payment.now / Self.day &- Self.maturityDays
        // The day that labels are coming in for is the newest that something may be known of.
        var (count, frauds) = (Int64(0), Int64(0))
        var window = 0
        var newest: (share: Int32, age: Int32) = (-1, -1)
        let coming = payments(on: matured)
        if coming.frauds > 0 { newest = (Self.share(coming.frauds, coming.count), 0) }
        for number in 0..<Int(Self.longestWindow) {
            let back = Int64(number) &+ 1
            let day = payments(on: matured &- back)
            count &+= day.count
            frauds &+= day.frauds
            if newest.age < 0, day.count > 0 {
                newest = (Self.share(day.frauds, day.count), Int32(truncatingIfNeeded: back))
            }
            if back == Self.length(window) {
                vector.set(
                    base &+ PlaceFeature.maturedDay.rawValue &+ window,
                    FixedPoint.logarithmAboveOne(count, bits: 0)
                )
                vector.set(base &+ PlaceFeature.fraudDay.rawValue &+ window, Self.share(frauds, count))
                window &+= 1
            }
        }
        vector.set(base &+ PlaceFeature.newestShare.rawValue, newest.share)
        vector.set(base &+ PlaceFeature.newestAge.rawValue, newest.age)
        let isKnown = words[Self.lastFraud] > 0
        let sinceFraud = FadingTotals.elapsed(from: words[Self.lastFraud], to: payment.now)
        let sinceStart = FadingTotals.elapsed(from: words[Self.runStart], to: payment.now)
        vector.set(base &+ PlaceFeature.sinceFraud.rawValue, isKnown ? FixedPoint.logarithm(sinceFraud) : -1)
        vector.set(base &+ PlaceFeature.sinceRunStart.rawValue, isKnown ? FixedPoint.logarithm(sinceStart) : -1)
        vector.set(
            base &+ PlaceFeature.runFrauds.rawValue,
            isKnown ? FixedPoint.logarithmAboveOne(words[Self.runFrauds], bits: 0) : 0
        )
    }

    private static let longestWindow: Int64 = 30

    @inline(__always)
    private static func length(_ window: Int) -> Int64 {
        switch window {
        case 0: 1
        case 1: 7
        case 2: longestWindow
        default: 0
        }
    }

    /// Frauds of a number of payments in units of 2^-16; -1 of none.
    @inline(__always)
    private static func share(_ frauds: Int64, _ count: Int64) -> Int32 {
        count == 0 ? -1 : Int32(truncatingIfNeeded: min(frauds, count) &<< 16 / count)
    }

    // MARK: Changing

    /// Starts with nothing.
    func begin(_ payment: SeenPayment) {
        words.update(repeating: 0, count: Self.wordCount)
        totals.begin(at: payment.now)
        words[Self.newestDay] = payment.now / Self.day
    }

    func add(_ payment: SeenPayment) {
        totals.add(amount: payment.amount, at: payment.now)
        let today = payment.now / Self.day
        let newest = words[Self.newestDay]
        if today > newest {
            for back in 0..<Int(min(Self.dayCount, today &- max(0, newest))) {
                words[Self.days &+ Int((today &- Int64(back)) % Self.dayCount)] = 0
            }
            words[Self.newestDay] = today
        }
        let place = Self.days &+ Int(max(0, max(today, newest)) % Self.dayCount)
        if words[place] & 0xFFFF_FFFF < 0xFFFF_FFFF { words[place] &+= 1 }
    }

    /// Notes that a payment was fraud.
    ///
    /// - Parameter time: Of the payment, in milliseconds.
    func label(paidAt time: Int64) {
        let day = time / Self.day
        let known = payments(on: day)
        // A share is never above one: fraud of a payment that was not counted here is no fraud of those that were.
        if known.frauds < known.count { words[Self.days &+ Int(day % Self.dayCount)] &+= 1 &<< Self.countBits }
        if words[Self.lastFraud] == 0 || time &- words[Self.lastFraud] > Self.runGap {
            words[Self.runStart] = time
            words[Self.runFrauds] = 0
        } else if time >= words[Self.runStart] &- Self.runGap {
            words[Self.runStart] = min(words[Self.runStart], time)
        }
        words[Self.runFrauds] = min(1 << 32, words[Self.runFrauds] &+ 1)
        words[Self.lastFraud] = max(words[Self.lastFraud], time)
    }
}
