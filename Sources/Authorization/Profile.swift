public import Domain

/// What cards of one profile may be used for.
public struct Profile: Equatable, Sendable {
    /// A choice out of many: all, these alone, or all but these. The lists are sorted, disjoint and not empty.
    public enum Selection<Value: Hashable & Comparable & Sendable>: Equatable, Sendable {
        case any
        case only([ClosedRange<Value>])
        case not([ClosedRange<Value>])
    }

    /// How cards refer to the profile: 1 to 16 characters out of a-z, A-Z, 0-9, `-` and `_`.
    public let name: Text16
    /// The merchant categories that it allows.
    public internal(set) var category: Selection<MerchantCategory> = .any
    /// The merchant countries that it allows.
    public internal(set) var country: Selection<Country> = .any
    /// Present alone, not present alone; `nil`: both, and where the merchant did not say.
    public internal(set) var presence: Presence?

    /// The profile that always exists.
    static let defaultName = Text16(low: 0x74_6C75_6166_6564)
}

extension Profile {
    /// Reads a profile's name; `nil` where it does not have the form.
    static func name(_ text: some StringProtocol) -> Text16? {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return allowed && !text.isEmpty ? Text16(text) : nil
    }

    /// The setting's value in its canonical form.
    func text(_ aspect: Aspect) -> String {
        switch aspect {
        case .category: category.text { "\($0)" }
        case .country: country.text { "\($0)" }
        case .presence:
            switch presence {
            case nil, .unknown: "any"
            case .present: "present"
            case .notPresent: "not-present"
            }
        }
    }

    mutating func set(_ aspect: Aspect, _ value: String) throws(PolicyProblem) {
        switch aspect {
        case .category: category = try Selection(value, what: "category") { MerchantCategory($0) }
        case .country: country = try Selection(value, what: "country") { Country($0) }
        case .presence:
            switch value {
            case "any": presence = nil
            case "present": presence = .present
            case "not-present": presence = .notPresent
            default: throw PolicyProblem("'\(value)' is none of the three")
            }
        }
    }

    /// The last part of a profile's key.
    enum Aspect: String, CaseIterable {
        case category
        case country
        case presence

        var form: String {
            switch self {
            case .category: "`any`, `only 5411,5812-5814` or `not 7995`"
            case .country: "`any`, `only DE,FR` or `not KP`"
            case .presence: "`any`, `present` or `not-present`"
            }
        }
    }
}

extension Profile.Selection {
    fileprivate init(
        _ text: String,
        what: String,
        read: (Substring) -> Value?
    ) throws(PolicyProblem) {
        let words = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        if text == "any" {
            self = .any
            return
        }
        guard words.count == 2, words[0] == "only" || words[0] == "not" else {
            throw PolicyProblem("'\(text)' is neither any nor a list after only or not")
        }
        var ranges: [ClosedRange<Value>] = []
        for part in words[1].split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { trimmed($0) }
            let values = ends.compactMap { read($0) }
            guard values.count == ends.count, let first = values.first, let last = values.last, values.count <= 2 else {
                throw PolicyProblem("'\(trimmed(part))' is no \(what) or range of them")
            }
            guard first <= last else { throw PolicyProblem("the range '\(trimmed(part))' runs backwards") }
            ranges.append(first...last)
        }
        let merged = Self.merged(ranges)
        self = words[0] == "only" ? .only(merged) : .not(merged)
    }

    /// Reads a list as it stands after `only`.
    init(only text: String, what: String, read: (Substring) -> Value?) throws(PolicyProblem) {
        try self.init("only \(text)", what: what, read: read)
    }

    /// Sorted, and without overlap.
    private static func merged(_ ranges: [ClosedRange<Value>]) -> [ClosedRange<Value>] {
        var result: [ClosedRange<Value>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = result.last, range.lowerBound <= last.upperBound {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    fileprivate func text(_ show: (Value) -> String) -> String {
        let (word, ranges): (String, [ClosedRange<Value>])
        switch self {
        case .any: return "any"
        case .only(let list): (word, ranges) = ("only", list)
        case .not(let list): (word, ranges) = ("not", list)
        }
        let parts = ranges.map { range in
            range.lowerBound == range.upperBound
                ? show(range.lowerBound) : "\(show(range.lowerBound))-\(show(range.upperBound))"
        }
        return "\(word) \(parts.joined(separator: ","))"
    }
}

/// Without white space at both ends.
func trimmed(_ text: Substring) -> Substring {
    var rest = text.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
}
