import Authorization
import Domain
import Foundation
import Testing

/// What counters must hold, found by adding up a list: it shares no code with them, and is slow.
struct CounterOracle {
    /// A counter as the test declares it.
    struct Declared {
        let keys: [String]
        let seconds: Int64
        var kept = Kept.totals
        var calendar: Calendar?

        /// Of the calendar: its unit, the zone, and the zone's rule.
        struct Calendar {
            let unit: String
            let zone: String
            let rule: String
        }

        var text: String {
            let window = calendar.map { "\($0.unit) \($0.zone) \($0.rule)" } ?? "\(seconds)s"
            let rest = "\(keys.joined(separator: ",")) in \(window)"
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
    private let calendars: [Periods?]
    private var entries: [[String: [Entry]]]
    private var firsts: [UInt64: First] = [:]

    init(_ declared: [Declared]) {
        self.declared = declared
        calendars = declared.map { Periods($0.calendar) }
        entries = declared.map { _ in [:] }
    }

    /// What counter `number` holds for these fields at a time.
    mutating func held(_ number: Int, _ fields: [String: String], at time: Instant) -> (count: UInt64, sum: Int64) {
        let key = key(number, fields)
        let now = time.microseconds / 1_000
        let kept = (entries[number][key] ?? []).filter { isInWindow(number, $0.millisecond, now) }
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
        declared.indices.contains { isInWindow($0, first.millisecond, time.microseconds / 1_000) }
    }

    private func isInWindow(_ number: Int, _ millisecond: Int64, _ now: Int64) -> Bool {
        if let calendar = calendars[number] {
            return calendar.period(millisecond) == calendar.period(now)
        }
        let (step, ticks) = ticks(number)
        return now / step - millisecond / step < ticks
    }

    /// Periods by the calendar of Foundation, each instant's remembered.
    private final class Periods {
        private let calendar: Foundation.Calendar
        private let unit: Foundation.Calendar.Component
        private var known: [Int64: Date] = [:]

        init?(_ declared: Declared.Calendar?) {
            guard let declared, let zone = TimeZone(identifier: declared.zone) else { return nil }
            var calendar = Foundation.Calendar(identifier: .iso8601)
            calendar.timeZone = zone
            self.calendar = calendar
            unit = declared.unit == "day" ? .day : declared.unit == "week" ? .weekOfYear : .month
        }

        func period(_ millisecond: Int64) -> Date? {
            if let start = known[millisecond] { return start }
            let date = Date(timeIntervalSince1970: Double(millisecond) / 1_000)
            let start = calendar.dateInterval(of: unit, for: date)?.start
            known[millisecond] = start
            return start
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
