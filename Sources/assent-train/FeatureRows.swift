import Domain
import Score

/// Payments with their features, as the daemon would have had them: read before the payment was added, with the labels
/// that had come by then.
struct FeatureRows {
    private(set) var payments: [Payment] = []
    /// Row by row, `Feature.count` of them each.
    private(set) var values: [Float] = []

    /// - Parameters:
    ///   - payments: In the order of their times.
    ///   - from: Rows are made from this time on; the payments before it are history alone.
    ///   - delay: How long after a payment it becomes known that it was fraud, in microseconds.
    init(_ payments: [Payment], from: Instant, delay: Int64, bounds: FeatureBounds = .standard) {
        var store = FeatureStore(bounds: bounds)
        let vector = FeatureVector()
        var record = LogSequenceNumber(rawValue: 1)
        var due = 0
        let first = payments.firstIndex { $0.facts.time >= from } ?? payments.count
        self.payments = Array(payments[first...])
        values.reserveCapacity(self.payments.count * Feature.count)
        for (number, payment) in payments.enumerated() {
            while payments[due].facts.time.advanced(byMicroseconds: delay) <= payment.facts.time, due < number {
                defer { due += 1 }
                guard payments[due].isFraud else { continue }
                let facts = payments[due].facts
                let label = FraudLabel(merchant: facts.merchant, terminal: facts.terminal, paidAt: facts.time)
                store.note(label, record: record)
                record = record.next
            }
            if number >= first {
                store.read(payment.facts, into: vector)
                for index in 0..<Feature.count { values.append(Float(vector[index])) }
            }
            store.add(payment.facts, record: record)
            record = record.next
        }
    }

    /// The rows of a time, its end not included.
    func slice(_ times: Range<Instant>) -> FeatureRows {
        let start = payments.firstIndex { $0.facts.time >= times.lowerBound } ?? payments.count
        let end = payments.firstIndex { $0.facts.time >= times.upperBound } ?? payments.count
        return FeatureRows(
            payments: Array(payments[start..<max(start, end)]),
            values: Array(values[start * Feature.count..<max(start, end) * Feature.count])
        )
    }

    private init(payments: [Payment], values: [Float]) {
        self.payments = payments
        self.values = values
    }

    /// The rows that are kept.
    func filter(_ isKept: (Payment) -> Bool) -> FeatureRows {
        var kept = FeatureRows(payments: [], values: [])
        for (number, payment) in payments.enumerated() where isKept(payment) {
            kept.payments.append(payment)
            kept.values += values[number * Feature.count..<(number + 1) * Feature.count]
        }
        return kept
    }

    var labels: [Float] { payments.map { $0.isFraud ? 1 : 0 } }

    /// What our own evaluator says of each row, in units of 2^-24 of log-odds.
    func margins(_ model: ScoreModel) -> [Int64] {
        let ensemble = TreeEnsemble(model)
        var vector = FeatureVector()
        return payments.indices.map { row in
            for index in 0..<Feature.count { vector[index] = Int32(values[row * Feature.count + index]) }
            return ensemble.margin(vector)
        }
    }
}
