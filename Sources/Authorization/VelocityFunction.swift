public import Rules

/// The calls by which conditions read velocity windows and counters.
private enum VelocityFunction: String, CaseIterable {
    case count = "velocity.count"
    case sum = "velocity.sum"
    case distinct = "velocity.distinct"
    case least = "velocity.min"
    case greatest = "velocity.max"
    case declines = "velocity.declines"
    case insufficientFunds = "velocity.insufficient_funds"

    var result: ValueType {
        switch self {
        case .count, .distinct, .declines, .insufficientFunds: .int
        case .sum, .least, .greatest: .money
        }
    }

    var reading: RuleCall.Reading {
        switch self {
        case .count, .distinct, .declines: .count
        case .sum: .sum
        case .least, .greatest: .amount
        case .insufficientFunds: .forFunds
        }
    }

    var summary: String {
        switch self {
        case .count: "approvals within the sliding window before this request; 0 for an unknown card"
        case .sum: "money approved within the sliding window before this request; absent as card.limit is"
        case .distinct: "different values of a key among those approvals, exact up to the counter's bound"
        case .least: "the least amount of those approvals; absent where there is none"
        case .greatest: "the greatest amount of those approvals; absent where there is none"
        case .declines: "declines since the last approval, within the window, not for want of funds"
        case .insufficientFunds: "declines since the last approval, within the window, for want of funds"
        }
    }

    var parameters: [AttributeFunction.Parameter] {
        (self == .distinct ? [.text("key")] : []) + [.text("keys"), .text("window")]
    }

    /// What a counter has to keep for it.
    func aggregate(of key: CounterKeys) -> CounterAggregate {
        switch self {
        case .count, .sum: .totals
        case .distinct: .distinct(key, upTo: AuthorizationLimits.distinctValuesDefault)
        case .least: .least
        case .greatest: .greatest
        case .declines, .insufficientFunds: .declines
        }
    }
}

/// What a call names.
private struct VelocityArguments {
    let function: VelocityFunction
    let aggregate: CounterAggregate
    let keys: CounterKeys
    /// In seconds; `nil`: it is one of the calendar.
    let seconds: UInt32?
    /// As the settings name it.
    let windowText: String

    /// - Throws: `FunctionProblem`, with the place of what is wrong.
    init(_ call: FunctionCall, of function: VelocityFunction) throws(FunctionProblem) {
        self.function = function
        let texts = call.arguments.map { argument in
            if case .text(let text) = argument { text } else { "" }
        }
        guard texts.count == function.parameters.count else { throw FunctionProblem("velocity takes texts") }
        let keysPlace = texts.count - 2
        var key: CounterKeys = []
        if function == .distinct {
            key = try Self.keys(texts[0], argument: 0)
            guard key.rawValue.nonzeroBitCount == 1 else {
                throw FunctionProblem("values of one key are told apart, not of several", at: (0, 0))
            }
        }
        keys = try Self.keys(texts[keysPlace], argument: keysPlace)
        let window = texts[keysPlace + 1]
        if let calendar = Self.calendar(window) {
            (seconds, windowText) = (nil, calendar)
        } else {
            let range = AuthorizationLimits.windowSecondsMin...AuthorizationLimits.counterSecondsMax
            guard let seconds = WindowText.seconds(window), range.contains(seconds) else {
                throw FunctionProblem(
                    "the window '\(window)' is not from 1s to 31d (units s, m, h, d), nor a day, week or month of a "
                        + "time zone",
                    at: (keysPlace + 1, 0)
                )
            }
            self.seconds = seconds
            windowText = WindowText.text(seconds)
        }
        aggregate = function.aggregate(of: key)
        if function.result == .money, !keys.hasOneCurrency {
            throw FunctionProblem(
                "'\(keys.text)' would \(function == .sum ? "add up" : "compare") money of several currencies; name "
                    + "'card' or 'currency' among the keys",
                at: (keysPlace, 0)
            )
        }
    }

    /// `day Europe/Berlin` with one blank; `nil`: it is no window of the calendar.
    private static func calendar(_ text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2, CalendarPeriod(rawValue: words[0]) != nil, CounterWindow.isZoneName(words[1]) else {
            return nil
        }
        return words.joined(separator: " ")
    }

    private static func keys(_ text: String, argument: Int) throws(FunctionProblem) -> CounterKeys {
        do throws(PolicyProblem) { return try CounterKeys(text) } catch {
            let byte = text.prefix(error.place ?? 0).utf8.count
            throw FunctionProblem(error.text, at: (argument, byte))
        }
    }
}

extension AttributeSchema {
    /// What conditions may name under settings: the attributes of payments, the velocity windows that are kept, without
    /// settings any window, and lists.
    public static func payments(under settings: PolicySettings?, lists: ListDirectory) -> AttributeSchema {
        let calls = VelocityFunction.allCases.map { function in
            AttributeFunction(
                function.rawValue,
                function.parameters,
                result: function.result,
                summary: function.summary
            ) { call in
                do throws(FunctionProblem) {
                    let named = try VelocityArguments(call, of: function)
                    return settings.flatMap { $0.problem(with: named) }
                } catch { return error }
            }
        }
        return .payments(functions: calls + [listFunction(lists)])
    }

    /// What a call reads under settings; `list` is the one that it asks, if that is known.
    static func target(of call: FunctionCall, under settings: PolicySettings, list: ListTable?) -> RuleCall {
        if let asked = call.asksList { return RuleCall(asking: list, slot: asked.slot) }
        guard let function = VelocityFunction(rawValue: call.name),
            let named = try? VelocityArguments(call, of: function), let place = settings.place(of: named)
        else { return .none }
        return switch place {
        case .window(let index): RuleCall(window: index, function.reading)
        case .counter(let index): RuleCall(counter: index, function.reading)
        }
    }
}

extension PolicySettings {
    fileprivate enum Kept {
        case window(Int)
        case counter(Int)
    }

    /// What keeps a window for keys; a velocity rule comes before a counter.
    fileprivate func place(of named: VelocityArguments) -> Kept? {
        if named.keys == .card, named.aggregate == .totals,
            let rule = velocityRules.firstIndex(where: { named.seconds != nil && $0?.windowSeconds == named.seconds })
        {
            return .window(rule)
        }
        return counters.firstIndex { counter in
            guard let counter else { return false }
            return counter.keys == named.keys && counter.window.name == named.windowText
                && counter.aggregate.isRead(as: named.aggregate)
        }.map { .counter($0) }
    }

    /// That no such window is kept; `nil`: it is.
    fileprivate func problem(with named: VelocityArguments) -> FunctionProblem? {
        guard place(of: named) == nil else { return nil }
        let hasRules = named.keys == .card && named.aggregate == .totals
        var kept: [String] = []
        if hasRules {
            kept = velocityRules.enumerated().compactMap { index, rule in
                rule.map { "\($0.windowText) (velocity.\(index + 1))" }
            }
        }
        kept += counters.enumerated().compactMap { index, counter in
            guard let counter, counter.keys == named.keys, counter.aggregate.isRead(as: named.aggregate) else {
                return nil
            }
            return "\(counter.window.name) (counter.\(index + 1))"
        }
        let what = named.aggregate == .totals ? "" : "of \(named.aggregate.text) "
        let whose = named.keys == .card ? "cards" : "'\(named.keys.text)'"
        return FunctionProblem(
            "no window of \(named.windowText) \(what)is kept for \(whose); those kept are "
                + (kept.isEmpty ? "none" : kept.joined(separator: ", "))
                + ", set by the configuration keys " + (hasRules ? "velocity.1 to velocity.4 and " : "")
                + "counter.1 to counter.16"
        )
    }
}
