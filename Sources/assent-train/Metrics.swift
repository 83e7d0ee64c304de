import Domain
import Score

/// How well scores tell frauds from other payments.
struct Metrics: Equatable {
    /// Area under the curve of true against false alarms: how likely a fraud has a higher score than another payment.
    let areaUnderCurve: Double
    /// The mean precision over all frauds, of the payments with a score at least as high.
    let averagePrecision: Double
    /// By day the share of compromised cards among the hundred with the highest score, without those found on days
    /// before; the mean over the days.
    let cardPrecision: Double

    static let cardsPerDay = 100

    /// - Parameter scores: One for each payment.
    init(_ payments: [Payment], _ scores: [Int64]) {
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        let frauds = Double(payments.count { $0.isFraud })
        let others = Double(payments.count) - frauds
        var (seen, seenFrauds, area, precision) = (0.0, 0.0, 0.0, 0.0)
        var place = 0
        // Equal scores are one step: nothing is gained by their order.
        while place < order.count {
            var end = place
            var found = 0.0
            while end < order.count, scores[order[end]] == scores[order[place]] {
                if payments[order[end]].isFraud { found += 1 }
                end += 1
            }
            let count = Double(end - place)
            area += (count - found) * (seenFrauds + found / 2)
            seen += count
            seenFrauds += found
            precision += found * seenFrauds / seen
            place = end
        }
        areaUnderCurve = frauds > 0 && others > 0 ? area / (frauds * others) : .nan
        averagePrecision = frauds > 0 ? precision / frauds : .nan
        cardPrecision = Self.cardPrecision(payments, scores)
    }

    private static func cardPrecision(_ payments: [Payment], _ scores: [Int64]) -> Double {
        var found: Set<CardToken> = []
        var shares: [Double] = []
        for day in Set(payments.map(\.day)).sorted() {
            var cards: [CardToken: (score: Int64, isFraud: Bool)] = [:]
            for (payment, score) in zip(payments, scores) where payment.day == day {
                guard !found.contains(payment.facts.card) else { continue }
                let known = cards[payment.facts.card] ?? (score, false)
                cards[payment.facts.card] = (max(known.score, score), known.isFraud || payment.isFraud)
            }
            let highest = cards.sorted { ($0.value.score, $1.key) > ($1.value.score, $0.key) }.prefix(cardsPerDay)
            let compromised = highest.filter(\.value.isFraud).map(\.key)
            shares.append(Double(compromised.count) / Double(cardsPerDay))
            found.formUnion(compromised)
        }
        return shares.isEmpty ? .nan : shares.reduce(0, +) / Double(shares.count)
    }
}
