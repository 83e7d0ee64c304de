/// What one counter counts, as an operator wrote it: `merchant in 1h`, `distinct card by merchant in 1h up to 100`.
public struct CounterRule: Equatable, Sendable {
    /// What it keeps for each key.
    public let aggregate: CounterAggregate
    /// What it tells apart.
    public let keys: CounterKeys
    /// The window's length, 10 seconds to 31 days.
    public let windowSeconds: UInt32

    /// The form that `init(_:)` reads.
    static let form =
        "`none`, or keys and a window: `merchant in 1h`, `card,country in 7d`; or something else than count and sum: "
        + "`distinct card by merchant in 1h up to 100`, `min by card in 1d`, `max by card in 1d`, "
        + "`declines by card in 1h`; keys are " + CounterKeys.names.joined(separator: ", ")
        + "; windows from 10s to 31d"

    /// The counter in its canonical form.
    public var text: String {
        let rest = "\(keys.text) in \(windowText)"
        return switch aggregate {
        case .totals: rest
        case .distinct(let key, let most): "distinct \(key.text) by \(rest) up to \(most)"
        case .least, .greatest, .declines: "\(aggregate.text) by \(rest)"
        }
    }

    /// The window's length as it is written.
    public var windowText: String { WindowText.text(windowSeconds) }

    /// Whether both give the same to rules.
    func isRead(as other: CounterRule) -> Bool {
        keys == other.keys && windowSeconds == other.windowSeconds && aggregate.isRead(as: other.aggregate)
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
        let range = AuthorizationLimits.counterSecondsMin...AuthorizationLimits.counterSecondsMax
        let window = words[place + 1]
        guard let seconds = WindowText.seconds(window.text), range.contains(seconds) else {
            throw PolicyProblem(
                "the window '\(window.text.prefix(20))' is not from 10s to 31d (units s, m, h, d)",
                at: window.place
            )
        }
        windowSeconds = seconds
        aggregate = try Self.aggregate(words[..<(by ?? 0)], isNamed: by != nil, end: words[(place + 2)...])
        try check(words[first].place)
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
