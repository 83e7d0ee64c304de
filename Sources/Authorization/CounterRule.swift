import Domain

/// What one counter counts, as an operator wrote it: `merchant in 1h`, `distinct card by merchant in 1h up to 100`.
public struct CounterRule: Equatable, Sendable {
    /// What it keeps for each key.
    public let aggregate: CounterAggregate
    /// What it tells apart.
    public let keys: CounterKeys
    /// Over what time.
    public let window: CounterWindow

    /// The form that `init(_:)` reads.
    static let form =
        "`none`, or keys and a window: `merchant in 1h`, `card,country in 7d`; or something else than count and sum: "
        + "`distinct card by merchant in 1h up to 100`, `min by card in 1d`, `max by card in 1d`, "
        + "`declines by card in 1h`; keys are " + CounterKeys.names.joined(separator: ", ")
        + "; windows from 10s to 31d, or of the calendar: `day Europe/Berlin`, `week UTC`, `month America/New_York`"

    /// The counter in its canonical form.
    public var text: String {
        let rest = "\(keys.text) in \(window.text)"
        return switch aggregate {
        case .totals: rest
        case .distinct(let key, let most): "distinct \(key.text) by \(rest) up to \(most)"
        case .least, .greatest, .declines: "\(aggregate.text) by \(rest)"
        }
    }

    /// Whether both give the same to rules.
    func isRead(as other: CounterRule) -> Bool {
        keys == other.keys && window.name == other.window.name && aggregate.isRead(as: other.aggregate)
    }

    /// Reads the canonical form, or one with other spaces, another order of the keys or another unit of the window.
    ///
    /// - Throws: `PolicyProblem`, with what is wrong in it, and where.
    init(_ text: String) throws(PolicyProblem) {
        let words = PlacedWord.words(of: text)
        let by = words.firstIndex { $0.text == "by" }
        let first = by.map { $0 + 1 } ?? 0
        guard let place = words.lastIndex(where: { $0.text == "in" }), place > first, place + 1 < words.count,
            by != nil || !Self.names.contains(words[0].text)
        else {
            throw PolicyProblem(
                by == nil ? "it is not KEYS in WINDOW" : "it is not AGGREGATE by KEYS in WINDOW",
                at: by == nil ? nil : words[0].place
            )
        }
        keys = try PlacedWord.keys(words[first..<place])
        var rest = words[(place + 1)...]
        window = try Self.window(&rest)
        aggregate = try Self.aggregate(words[..<(by ?? 0)], isNamed: by != nil, end: rest)
        try check(words[first].place)
    }

    /// Takes the window from the words behind `in`.
    private static func window(_ words: inout ArraySlice<PlacedWord>) throws(PolicyProblem) -> CounterWindow {
        guard let first = words.popFirst() else { throw PolicyProblem("there is no window") }
        guard let period = CalendarPeriod(rawValue: first.text) else {
            let range = AuthorizationLimits.counterSecondsMin...AuthorizationLimits.counterSecondsMax
            guard let seconds = WindowText.seconds(first.text), range.contains(seconds) else {
                throw PolicyProblem(
                    "the window '\(first.text.prefix(20))' is not from 10s to 31d (units s, m, h, d), nor a day, "
                        + "week or month",
                    at: first.place
                )
            }
            return .sliding(seconds: seconds)
        }
        guard let zone = words.first, zone.text != "up" else {
            throw PolicyProblem("a time zone stands behind '\(period)', such as Europe/Berlin or UTC", at: first.place)
        }
        words.removeFirst()
        guard CounterWindow.isZoneName(zone.text) else {
            throw PolicyProblem("'\(zone.text.prefix(20))' is no name of a time zone", at: zone.place)
        }
        if zone.text == "UTC", words.first.map({ $0.text == "up" }) ?? true {
            return .calendar(period, zone: "UTC", rule: "UTC0")
        }
        guard let rule = words.first, rule.text.utf8.count <= AuthorizationLimits.zoneRuleBytesMax,
            ZoneRule(rule.text) != nil
        else {
            throw PolicyProblem(
                "behind the time zone stands the rule of its clocks, such as CET-1CEST,M3.5.0,M10.5.0/3",
                at: words.first?.place ?? zone.place
            )
        }
        words.removeFirst()
        return .calendar(period, zone: zone.text, rule: rule.text)
    }

    /// The zone of which a counter has the name and not the rule, and how many characters are before the place where
    /// that belongs; `nil`: there is none.
    public static func unresolvedZone(in text: String) -> (name: String, place: Int)? {
        let words = PlacedWord.words(of: text)
        guard let place = words.lastIndex(where: { $0.text == "in" }), place + 2 < words.count,
            CalendarPeriod(rawValue: words[place + 1].text) != nil
        else { return nil }
        let zone = words[place + 2]
        guard zone.text != "UTC", CounterWindow.isZoneName(zone.text),
            place + 3 == words.count || words[place + 3].text == "up"
        else { return nil }
        return (zone.text, zone.place + zone.text.count)
    }

    private static let names = ["distinct", "min", "max", "declines"]

    /// - Parameters:
    ///   - words: those before `by`.
    ///   - end: those behind the window.
    private static func aggregate(
        _ words: ArraySlice<PlacedWord>,
        isNamed: Bool,
        end: ArraySlice<PlacedWord>
    ) throws(PolicyProblem) -> CounterAggregate {
        guard isNamed else {
            if let extra = end.first { throw PolicyProblem("'\(extra.text.prefix(20))' is too much", at: extra.place) }
            return .totals
        }
        guard let name = words.first else { throw PolicyProblem("nothing stands before 'by'", at: 0) }
        switch (name.text, words.count) {
        case ("distinct", 2...):
            let key = try PlacedWord.keys(words.dropFirst())
            guard key.rawValue.nonzeroBitCount == 1 else {
                throw PolicyProblem("values of one key are told apart, not of several", at: words[1].place)
            }
            return .distinct(key, upTo: try bound(end))
        case ("min", 1), ("max", 1), ("declines", 1):
            if let extra = end.first { throw PolicyProblem("'\(extra.text.prefix(20))' is too much", at: extra.place) }
            return name.text == "min" ? .least : name.text == "max" ? .greatest : .declines
        default:
            throw PolicyProblem(
                "'\(words.map(\.text).joined(separator: " ").prefix(20))' is no aggregate; they are distinct KEY, min, "
                    + "max and declines",
                at: name.place
            )
        }
    }

    /// The bound of `up to 100`, which is also that of none.
    private static func bound(_ words: ArraySlice<PlacedWord>) throws(PolicyProblem) -> Int {
        guard let first = words.first else { return AuthorizationLimits.distinctValuesDefault }
        let range = 1...AuthorizationLimits.distinctValuesMax
        guard words.count == 3, words.map(\.text).starts(with: ["up", "to"]), let last = words.last,
            last.text.utf8.allSatisfy({ (48...57).contains($0) }), let most = Int(last.text), range ~= most
        else {
            throw PolicyProblem(
                "behind the window stands nothing but 'up to' and 1 to \(range.upperBound)",
                at: first.place
            )
        }
        return most
    }

    /// - Parameter place: of the keys.
    private func check(_ place: Int) throws(PolicyProblem) {
        switch aggregate {
        case .totals, .declines: break
        case .distinct(let key, _):
            guard keys.isDisjoint(with: key) else {
                throw PolicyProblem("each '\(keys.text)' has one \(key.text) alone", at: place)
            }
        case .least, .greatest:
            guard keys.hasOneCurrency else {
                throw PolicyProblem(
                    "'\(keys.text)' would compare money of several currencies; name 'card' or 'currency' among the "
                        + "keys",
                    at: place
                )
            }
        }
    }
}

/// A word, and where it stands in its text: how many characters are before it.
private struct PlacedWord {
    var text: String
    let place: Int

    static func words(of text: String) -> [PlacedWord] {
        var words: [PlacedWord] = []
        var isInside = false
        for (place, character) in text.enumerated() {
            if character.isWhitespace {
                isInside = false
            } else if isInside {
                words[words.count - 1].text.append(character)
            } else {
                words.append(PlacedWord(text: String(character), place: place))
                isInside = true
            }
        }
        return words
    }

    /// Reads keys that may be spread over several words, each at its place.
    static func keys(_ words: ArraySlice<PlacedWord>) throws(PolicyProblem) -> CounterKeys {
        guard let first = words.first else { throw PolicyProblem("there are no keys") }
        var text = ""
        for word in words {
            text += String(repeating: " ", count: word.place - first.place - text.count) + word.text
        }
        return try CounterKeys(text, at: first.place)
    }
}
