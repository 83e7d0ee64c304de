import Authorization
import Domain
import Testing

/// What counters must hold, found by adding up a list: it shares no code with them, and is slow.
struct CounterOracle {
    /// A counter as the test declares it.
    struct Declared {
        let keys: [String]
        let seconds: Int64
        var kept = Kept.totals

        var text: String {
            let rest = "\(keys.joined(separator: ",")) in \(seconds)s"
            return switch kept {
            case .totals: rest
            case .distinct(let key, let most): "distinct \(key) by \(rest) up to \(most)"
            case .min: "min by \(rest)"
            case .max: "max by \(rest)"
            case .declines: "declines by \(rest)"
            }
        }
    }

    /// What it keeps.
    enum Kept {
        case totals, min, max, declines
        case distinct(String, Int)
    }

    /// What was said to a card.
    enum Answer {
        case approved, declined, lacksFunds
    }

    private struct Entry {
        let millisecond: Int64
        var count = 0
        var sum: Int64 = 0
        var value = ""
        var answer: Answer?
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
        let kept = (entries[number][key] ?? []).filter { now - $0.millisecond / step < ticks }
        entries[number][key] = kept
        switch declared[number].kept {
        case .totals: return (UInt64(kept.reduce(0) { $0 + $1.count }), kept.reduce(0) { $0 + $1.sum })
        case .distinct(_, let most): return (UInt64(min(most, Set(kept.map(\.value)).count)), 0)
        case .min: return kept.map(\.sum).min().map { (1, $0) } ?? (0, 0)
        case .max: return kept.map(\.sum).max().map { (1, $0) } ?? (0, 0)
        case .declines:
            let row = kept.suffix(while: { $0.answer != .approved })
            return (UInt64(row.count { $0.answer == .declined }), Int64(row.count { $0.answer == .lacksFunds }))
        }
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
        for number in declared.indices {
            let key = key(number, place.fields)
            switch declared[number].kept {
            case .totals: entries[number][key, default: []].append(entry)
            case .min where count > 0 && sum > 0, .max where count > 0 && sum > 0:
                entries[number][key, default: []].append(entry)
            case .distinct(let name, _) where count > 0 && !(place.fields[name] ?? "").isEmpty:
                let value = place.fields[name] ?? ""
                entries[number][key, default: []].append(Entry(millisecond: own.millisecond, value: value))
            case .min, .max, .distinct, .declines: break
            }
        }
    }

    /// A card was approved or declined, where these fields say.
    mutating func note(_ answer: Answer, _ fields: [String: String], at time: Instant) {
        for number in declared.indices {
            guard case .declines = declared[number].kept else { continue }
            let entry = Entry(millisecond: time.microseconds / 1_000, answer: answer)
            entries[number][key(number, fields), default: []].append(entry)
        }
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

extension Array {
    /// The elements behind the last of which a condition is not true.
    fileprivate func suffix(while condition: (Element) -> Bool) -> ArraySlice<Element> {
        self[(lastIndex { !condition($0) }.map { $0 + 1 } ?? 0)...]
    }
}
