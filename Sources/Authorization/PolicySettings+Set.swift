import Domain

extension PolicySettings {
    /// Sets one key. On an error nothing changes.
    ///
    /// - Throws: `PolicyError`: the key is unknown, the value does not fit, or a limit is reached.
    public mutating func set(key: String, value: String) throws(PolicyError) {
        guard value.utf8.count <= AuthorizationLimits.configurationValueBytesMax else {
            throw .limitReached(
                key: key,
                problem: "the value has more than \(AuthorizationLimits.configurationValueBytesMax) bytes"
            )
        }
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case ("amount-threshold", 2): try setThreshold(key: key, name: String(parts[1]), value: value)
        case ("velocity", 2): try setVelocity(key: key, number: parts[1], value: value)
        case ("counter", 2): try setCounter(key: key, name: parts[1], value: value)
        case ("merchant-block", 2): try setBlockList(key: key, name: parts[1], value: value)
        case ("expiry", 2):
            let row = try row(key: key, number: parts[1])
            expiryRows[row] = try translated(key, ExpiryRow.form) { () throws(PolicyProblem) in
                let value = trimmed(Substring(value))
                return value == "none" ? nil : try ExpiryRow(String(value))
            }
        case ("tolerance", 2):
            let row = try row(key: key, number: parts[1])
            toleranceRows[row] = try translated(key, ToleranceRow.form) { () throws(PolicyProblem) in
                let value = trimmed(Substring(value))
                return value == "none" ? nil : try ToleranceRow(String(value))
            }
        case ("rule", 2) where parts[1] == "promotion":
            let expected = "`anyone` or `second-person`"
            promotionNeedsSecondPerson = try translated(key, expected) { () throws(PolicyProblem) in
                switch trimmed(Substring(value)) {
                case "anyone": false
                case "second-person": true
                default: throw PolicyProblem("'\(value.prefix(40))' is neither")
                }
            }
        case ("profile", 3): try setProfile(key: key, name: parts[1], aspect: parts[2], value: value)
        default: throw unknown(key)
        }
    }

    private mutating func setThreshold(key: String, name: String, value: String) throws(PolicyError) {
        let value = String(trimmed(Substring(value)))
        if name == "default" {
            amountThreshold = try translated(key, "a decimal amount or `none`") { () throws(PolicyProblem) in
                value == "none" ? nil : try MajorAmount(value)
            }
            return
        }
        guard let currency = Currency(name) else { throw unknown(key) }
        var others = currencyThresholds.filter { $0.currency != currency }
        if value != "default" {
            let expected = "a decimal amount with up to \(currency.exponent) decimals, `none` or `default`"
            let amount = try translated(key, expected) { () throws(PolicyProblem) -> MajorAmount? in
                if value == "none" { return nil }
                let amount = try MajorAmount(value)
                let minorUnits = amount.minorUnits(exponent: currency.exponent)
                guard minorUnits <= AuthorizationLimits.amountMax, amount.isWhole(exponent: currency.exponent) else {
                    throw PolicyProblem("'\(value)' has more decimals than \(currency)")
                }
                return amount
            }
            others.append(CurrencyThreshold(currency: currency, amount: amount))
            others.sort { $0.currency < $1.currency }
        }
        currencyThresholds = others
    }

    /// Judges what a person sets: a new threshold is for a currency of ISO 4217. Not part of `set`, because journals
    /// may have others that were taken before there was this rule; those stay until they are taken away.
    ///
    /// - Parameter earlier: the settings before.
    /// - Throws: `PolicyError.invalidValue`.
    public func checkCurrencies(after earlier: PolicySettings) throws(PolicyError) {
        for threshold in currencyThresholds where !threshold.currency.isAssigned {
            let isNew = !earlier.currencyThresholds.contains { $0.currency == threshold.currency }
            guard isNew else { continue }
            throw .invalidValue(
                key: "amount-threshold.\(threshold.currency)",
                problem: "there is no currency \(threshold.currency) in ISO 4217",
                expected: "a code such as EUR, or amount-threshold.default for all that have none of their own"
            )
        }
    }

    /// The index of a table's row.
    private func row(key: String, number: Substring) throws(PolicyError) -> Int {
        guard number.utf8.allSatisfy({ (48...57).contains($0) }), !number.hasPrefix("0"), let row = Int(number),
            row <= AuthorizationLimits.tableRowCount
        else { throw unknown(key) }
        return row - 1
    }

    private mutating func setVelocity(key: String, number: Substring, value: String) throws(PolicyError) {
        guard number.utf8.count == 1, let number = Int(number), (1...velocityRules.count).contains(number) else {
            throw unknown(key)
        }
        let value = trimmed(Substring(value))
        velocityRules[number - 1] = try translated(key, VelocityRule.form) { () throws(PolicyProblem) in
            value == "none" ? nil : try VelocityRule(String(value))
        }
    }

    private mutating func setCounter(key: String, name: Substring, value whole: String) throws(PolicyError) {
        let value = trimmed(Substring(whole))
        if name == "keys" {
            let range = AuthorizationLimits.counterShardCount...AuthorizationLimits.counterKeysMax
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            counterKeysMax = try translated(key, expected) { () throws(PolicyProblem) in
                guard value.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(value), range ~= number else {
                    throw PolicyProblem("'\(value.prefix(40))' is none")
                }
                return number
            }
            return
        }
        let index = try row(key: key, number: name)
        let counter = try translated(key, CounterRule.form) { () throws(PolicyProblem) in
            value == "none" ? nil : try CounterRule(whole)
        }
        guard counter != counters[index] else { return }
        let twin = counters.indices.first { other in
            other != index && counter.map { counters[other]?.isRead(as: $0) ?? false } ?? false
        }
        if let twin {
            throw .invalidValue(
                key: key,
                problem: "counter.\(twin + 1) is the same already",
                expected: "other keys, another window or another aggregate"
            )
        }
        counters[index] = counter
        countersSince[index] = CompiledCounter.sinceNow
    }

    private mutating func setBlockList(key: String, name: Substring, value: String) throws(PolicyError) {
        let expected = "names, one a line or between commas"
        switch name {
        case "exact":
            blockedNames = try translated(key, expected) { () throws(PolicyProblem) in
                try Self.names(value, max: AuthorizationLimits.exactNamesMax)
            }
        case "contains":
            blockedParts = try translated(key, expected) { () throws(PolicyProblem) in
                try Self.names(value, max: AuthorizationLimits.containedNamesMax)
            }
        default: throw unknown(key)
        }
    }

    private mutating func setProfile(
        key: String,
        name: Substring,
        aspect: Substring,
        value: String
    ) throws(PolicyError) {
        guard let aspect = Profile.Aspect(rawValue: String(aspect)) else { throw unknown(key) }
        guard let name = Profile.name(name) else {
            throw .invalidValue(
                key: key,
                problem: "'\(name)' is no profile name",
                expected: "1 to 16 of a-z, A-Z, 0-9, - and _"
            )
        }
        let index = profiles.firstIndex { $0.name == name }
        guard index != nil || profiles.count < AuthorizationLimits.profilesMax else {
            throw .limitReached(key: key, problem: "there are \(AuthorizationLimits.profilesMax) profiles already")
        }
        var profile = index.map { profiles[$0] } ?? Profile(name: name)
        let value = String(trimmed(Substring(value)))
        try translated(key, aspect.form) { () throws(PolicyProblem) in try profile.set(aspect, value) }
        if let index { profiles[index] = profile } else { profiles.append(profile) }
    }

    /// Normalised names without repeats, in the order given.
    private static func names(_ value: String, max: Int) throws(PolicyProblem) -> [String] {
        var names: [String] = []
        var known: Set<String> = []
        for part in value.split(whereSeparator: { $0.isNewline || $0 == "," }) {
            let shown = trimmed(part)
            guard !shown.isEmpty else { continue }
            let name = MerchantName.normalise(String(shown))
            guard !name.isEmpty else { throw PolicyProblem("nothing is left of '\(shown)' without punctuation") }
            guard name.utf8.count <= AuthorizationLimits.nameBytesMax else {
                throw PolicyProblem("'\(shown)' has more than \(AuthorizationLimits.nameBytesMax) bytes")
            }
            guard known.insert(name).inserted else { continue }
            guard names.count < max else { throw .limit("more than \(max) names") }
            names.append(name)
        }
        return names
    }

    private func translated<Value>(
        _ key: String,
        _ expected: String,
        _ body: () throws(PolicyProblem) -> Value
    ) throws(PolicyError) -> Value {
        do throws(PolicyProblem) {
            return try body()
        } catch {
            if error.isLimit { throw .limitReached(key: key, problem: error.text) }
            throw .invalidValue(key: key, problem: error.placedText, expected: expected)
        }
    }

    private func unknown(_ key: String) -> PolicyError {
        let known = ["amount-threshold.EUR"] + entries.map(\.key)
        let shown = String(key.prefix(AuthorizationLimits.configurationKeyBytesMax))
        var nearest = known[0]
        var least = Int.max
        for candidate in known {
            let distance = editDistance(shown, candidate)
            if distance < least { (nearest, least) = (candidate, distance) }
        }
        return .unknownKey(key: shown, nearest: nearest)
    }
}

extension MajorAmount {
    fileprivate func isWhole(exponent: Int) -> Bool {
        let steps: [Int64] = [10_000, 1_000, 100, 10, 1]
        return tenThousandths % steps[min(exponent, 4)] == 0
    }
}

/// How many letters must be put in, taken out or exchanged to get from one text to the other (Levenshtein).
private func editDistance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first.utf8), Array(second.utf8))
    var row = Array(0...second.count)
    for (index, letter) in first.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for (column, other) in second.enumerated() {
            let replaced = diagonal + (letter == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
        }
    }
    return row[second.count]
}
