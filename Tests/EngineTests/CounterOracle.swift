import Authorization
import Domain
import Testing

/// What counters must hold, found by adding up a list: it shares no code with them, and is slow.
struct CounterOracle {
    /// A counter as the test declares it.
    struct Declared {
        let keys: [String]
        let seconds: Int64

        var text: String { "\(keys.joined(separator: ",")) in \(seconds)s" }
    }

    private struct Entry {
        let millisecond: Int64
        let count: Int
        let sum: Int64
    }

    /// Where a payment was counted first, and when.
    private struct First {
        let millisecond: Int64
        let fields: [String: String]
    }

    let declared: [Declared]
    private var entries: [[String: [Entry]]]
    private var firsts: [UInt64: First] = [:]

    init(_ declared: [Declared]) {
        self.declared = declared
        entries = declared.map { _ in [:] }
    }

    /// What counter `number` holds for these fields at a time.
    mutating func held(_ number: Int, _ fields: [String: String], at time: Instant) -> (count: UInt64, sum: Int64) {
        let key = key(number, fields)
        let (step, ticks) = ticks(number)
        let now = time.microseconds / 1_000 / step
        var (count, sum) = (0, Int64(0))
        var kept: [Entry] = []
        for entry in entries[number][key] ?? [] where now - entry.millisecond / step < ticks {
            count += entry.count
            sum += entry.sum
            kept.append(entry)
        }
        entries[number][key] = kept
        return (UInt64(count), sum)
    }

    /// Where a payment counts, if it does and a counter holds that still.
    func fields(of payment: UInt64, at time: Instant) -> [String: String]? {
        firsts[payment].flatMap { isHeld($0, at: time) ? $0.fields : nil }
    }

    private func isHeld(_ first: First, at time: Instant) -> Bool {
        declared.indices.contains { number in
            let (step, ticks) = ticks(number)
            return time.microseconds / 1_000 / step - first.millisecond / step < ticks
        }
    }

    /// A tick is the least whole number of milliseconds of which 3,600 are enough for the window.
    private func ticks(_ number: Int) -> (step: Int64, count: Int64) {
        let window = declared[number].seconds * 1_000
        let step = (window + 3_599) / 3_600
        return (step, (window + step - 1) / step)
    }

    /// An event counted so many approvals and so much money for a payment; the fields are the event's own.
    mutating func note(_ payment: UInt64, count: Int, sum: Int64, _ fields: [String: String], at time: Instant) {
        guard count != 0 || sum != 0 else { return }
        let own = First(millisecond: time.microseconds / 1_000, fields: fields)
        if count > 0 { firsts[payment] = own }
        let first = firsts[payment].flatMap { isHeld($0, at: time) ? $0 : nil }
        guard sum >= 0 || first != nil else { return }
        let place = first ?? own
        let entry =
            sum < 0
            ? Entry(millisecond: place.millisecond, count: 0, sum: sum)
            : Entry(millisecond: own.millisecond, count: count, sum: sum)
        for number in declared.indices { entries[number][key(number, place.fields), default: []].append(entry) }
    }

    private func key(_ number: Int, _ fields: [String: String]) -> String {
        declared[number].keys.map { fields[$0] ?? "?" }.joined(separator: "|")
    }

    static func fields(_ request: AuthorizationRequest) -> [String: String] {
        [
            "card": "\(request.cardToken)", "merchant": "\(request.merchantID)", "terminal": "\(request.terminalID)",
            "acquirer": "\(request.acquirerID)", "category": "\(request.merchantCategory)",
            "country": "\(request.merchantCountry)", "currency": "EUR",
        ]
    }

    static func fields(_ request: LifecycleRequest) -> [String: String] {
        [
            "card": "\(request.cardToken)", "merchant": "\(request.merchantID)", "terminal": "\(request.terminalID)",
            "acquirer": "\(request.reference.acquirerID)", "category": "\(request.merchantCategory)",
            "country": "\(request.merchantCountry)", "currency": "EUR",
        ]
    }
}
