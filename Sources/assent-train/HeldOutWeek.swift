import Domain
import Score

/// The protocol of the Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi, 2022): train up to a day,
/// wait until its labels are known, test on a week. Of the test's days those cards are left out that are known as
/// compromised: by the last week of training, and by each day since that is so long ago that its labels have come.
struct HeldOutWeek {
    /// The first day after training, since 1970.
    let end: Int64
    /// Days until labels are known.
    let delay: Int64
    /// Days of the test.
    let length: Int64 = 7

    var testDays: Range<Int64> { end + delay..<end + delay + length }

    /// The payments that are tested.
    func tested(_ rows: FeatureRows) -> FeatureRows {
        var known: Set<CardToken> = []
        var frauds: [Int64: [CardToken]] = [:]
        for payment in rows.payments where payment.isFraud {
            frauds[payment.day, default: []].append(payment.facts.card)
        }
        for day in end - length..<end { known.formUnion(frauds[day] ?? []) }
        var leftOut: [Int64: Set<CardToken>] = [:]
        for day in testDays {
            // What was paid `delay` days and one before is known on this day's morning.
            known.formUnion(frauds[day - delay - 1] ?? [])
            leftOut[day] = known
        }
        return rows.filter { testDays.contains($0.day) && leftOut[$0.day]?.contains($0.facts.card) == false }
    }

    static func instant(_ day: Int64) -> Instant { Instant(microseconds: day * Payment.dayMicroseconds) }
}
