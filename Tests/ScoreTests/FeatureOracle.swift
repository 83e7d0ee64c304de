import Domain
import Foundation

@testable import Score

/// Features by adding up everything that ever happened, in floating point: it shares no code with the store.
struct FeatureOracle {
    struct Payment {
        let facts: PaymentFacts
        /// Milliseconds.
        let time: Double
        var isFraud = false

        var amount: Double { Double(facts.amount) }
        /// The logarithm of 1 + amount.
        var log: Double { log2(1 + amount) }
        var place: String {
            facts.merchant == Text16() ? "terminal \(facts.terminal)" : "merchant \(facts.merchant)"
        }
    }

    private var payments: [Payment] = []
    /// By card: the usual amount of how many payments, and by how much each payment was above twice that.
    private var usual: [CardToken: (mean: Double, count: Double)] = [:]
    private var surges: [CardToken: [(time: Double, amount: Double)]] = [:]

    private static let halfLives = [22, 25, 28, 31].map { pow(2.0, $0) }
    private static let day = 86_400_000.0

    mutating func add(_ facts: PaymentFacts) {
        let payment = Payment(facts: facts, time: Double(facts.time.milliseconds))
        let (mean, count) = usual[facts.card] ?? (payment.amount, 0)
        surges[facts.card, default: []].append((payment.time, min(8, max(0, payment.log - log2(1 + mean) - 1))))
        let share = 1 / min(64, count + 1)
        usual[facts.card] = (mean + (min(payment.amount, 3 * max(1, mean)) - mean) * share, count + 1)
        payments.append(payment)
    }

    /// - Returns: the payment that became known as fraud; `nil` where it was known already.
    mutating func label(_ number: Int) -> FraudLabel? {
        guard !payments[number].isFraud else { return nil }
        payments[number].isFraud = true
        let facts = payments[number].facts
        return FraudLabel(merchant: facts.merchant, terminal: facts.terminal, paidAt: facts.time)
    }

    var count: Int { payments.count }

    /// Features by name, as numbers without a unit: logarithms as they are.
    func features(_ facts: PaymentFacts) -> [String: Double] {
        let asked = Payment(facts: facts, time: Double(facts.time.milliseconds))
        var features = [
            "payment.amount": asked.log,
            "payment.minuteOfDay": (asked.time / 60_000).rounded(.down).truncatingRemainder(dividingBy: 1_440),
            "payment.weekday": ((asked.time / Self.day).rounded(.down) + 3).truncatingRemainder(dividingBy: 7),
        ]
        let all = payments.filter { $0.facts.card == facts.card }
        addCard(asked, all, to: &features)
        let isTerminal = facts.terminal != Text16()
        let isMerchant = facts.merchant != Text16()
        addPlace(
            "terminal",
            asked,
            payments.filter {
                isTerminal && $0.facts.terminal == facts.terminal && $0.facts.merchant == facts.merchant
            },
            to: &features
        )
        addPlace(
            "merchant",
            asked,
            payments.filter { isMerchant && $0.facts.merchant == facts.merchant },
            to: &features
        )
        let pair = all.filter { (isTerminal || isMerchant) && $0.place == asked.place }
        addTimes("pair", asked, pair, to: &features)
        return features
    }

    /// What all histories have.
    private func addTimes(_ name: String, _ asked: Payment, _ seen: [Payment], to features: inout [String: Double]) {
        guard let first = seen.first, let last = seen.last else { return }
        features["\(name).age"] = log2(1 + asked.time - first.time)
        features["\(name).idle"] = log2(1 + asked.time - last.time)
        for (number, life) in ["Hour", "Shift", "Days", "Month"].enumerated() {
            let weights = seen.map { pow(2, -(asked.time - $0.time) / Self.halfLives[number]) }
            let count = weights.reduce(0, +)
            let sum = zip(weights, seen).reduce(0) { $0 + $1.0 * $1.1.amount }
            features["\(name).count\(life)"] = log2(1 + count)
            features["\(name).spent\(life)"] = log2(1 + sum)
            features["\(name).toMean\(life)"] = asked.log - log2(max(1, sum) / count)
        }
    }

    private func addCard(_ asked: Payment, _ seen: [Payment], to features: inout [String: Double]) {
        guard let last = seen.last else { return }
        addTimes("card", asked, seen, to: &features)
        for (name, days) in [("Day", 1.0), ("Week", 7.0), ("30Days", 30.0)] {
            let length = days * Self.day
            func piece(_ time: Double) -> Double { (time / length).rounded(.down) }
            // A share of the piece before in whole 65,536ths.
            let share = 1 - asked.time.truncatingRemainder(dividingBy: length) / length
            let weight = (share * 65_536).rounded(.down) / 65_536
            let these = seen.filter { piece($0.time) == piece(asked.time) }
            let before = seen.filter { piece($0.time) == piece(asked.time) - 1 }
            features["card.payments\(name)"] = log2(1 + Double(these.count) + weight * Double(before.count))
            features["card.money\(name)"] = log2(
                1 + these.reduce(0) { $0 + $1.amount } + weight * before.reduce(0) { $0 + $1.amount }
            )
        }
        let weights = seen.map { pow(2, -(asked.time - $0.time) / Self.halfLives[3]) }
        let total = weights.reduce(0, +)
        let mean = zip(weights, seen).reduce(0) { $0 + $1.0 * $1.1.log } / total
        let square = zip(weights, seen).reduce(0) { $0 + $1.0 * $1.1.log * $1.1.log } / total
        // In units of an eighth of an octave at least.
        features["card.deviation"] = (asked.log - mean) / max(square - mean * mean, 1.0 / 64).squareRoot()
        features["card.toPeak"] = asked.log - log2(1 + zip(weights, seen).reduce(0) { max($0, $1.0 * $1.1.amount) })
        let level = log2(1 + (usual[asked.facts.card]?.mean ?? 0))
        features["card.toUsual"] = asked.log - level
        features["card.previousToUsual"] = last.log - level
        let surges = surges[asked.facts.card] ?? []
        for (name, shift) in [("Days", 28.0), ("Fortnight", 30)] {
            features["card.surges\(name)"] = surges.reduce(0) {
                $0 + $1.amount * pow(2, -(asked.time - $1.time) / pow(2, shift))
            }
        }
        // Half a unit is no surge: the store's logarithms are rounded.
        features["card.sinceSurge"] = surges.last { $0.amount > 1.0 / 131_072 }.map { log2(1 + asked.time - $0.time) }
        let countries = Self.recent(seen.map { $0.facts.country.map { "\($0)" } ?? "" }, 4)
        features["card.countryRank"] = Double(
            asked.facts.country.flatMap { countries.firstIndex(of: "\($0)") } ?? 4
        )
        let terminals = Self.recent(seen.map { Self.terminal($0) }, 8)
        features["card.terminalRank"] = Double(terminals.firstIndex(of: Self.terminal(asked)) ?? 8)
    }

    private static func terminal(_ payment: Payment) -> String {
        payment.facts.terminal == Text16() ? "" : "\(payment.facts.merchant) \(payment.facts.terminal)"
    }

    /// The last different ones, the newest first.
    private static func recent(_ marks: [String], _ limit: Int) -> [String] {
        var recent: [String] = []
        for mark in marks where !mark.isEmpty {
            recent.removeAll { $0 == mark }
            recent.insert(mark, at: 0)
            recent = Array(recent.prefix(limit))
        }
        return recent
    }

    private func addPlace(_ name: String, _ asked: Payment, _ seen: [Payment], to features: inout [String: Double]) {
        guard !seen.isEmpty else { return }
        addTimes(name, asked, seen, to: &features)
        func day(_ payment: Payment) -> Double { (payment.time / Self.day).rounded(.down) }
        let matured = day(asked) - 7
        for (window, days) in [("Day", 1.0), ("Week", 7.0), ("30Days", 30.0)] {
            let within = seen.filter { day($0) < matured && day($0) >= matured - days }
            let frauds = within.filter(\.isFraud).count
            features["\(name).matured\(window)"] = log2(1 + Double(within.count))
            features["\(name).fraud\(window)"] = within.isEmpty ? nil : Double(frauds) / Double(within.count)
        }
        for back in 0...30 {
            let those = seen.filter { day($0) == matured - Double(back) }
            let frauds = those.filter(\.isFraud).count
            guard !those.isEmpty, back > 0 || frauds > 0 else { continue }
            features["\(name).newestShare"] = Double(frauds) / Double(those.count)
            features["\(name).newestAge"] = Double(back)
            break
        }
    }
}
