/// Why a configuration key was not set; the description says what would be right.
public enum PolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no such key; `nearest` is the known key that looks most like it.
    case unknownKey(key: String, nearest: String)
    /// The key's value does not fit.
    case invalidValue(key: String, problem: String, expected: String)
    /// One more would be above a limit.
    case limitReached(key: String, problem: String)

    /// One sentence for the person who set it.
    public var description: String {
        switch self {
        case .unknownKey(let key, let nearest):
            "unknown key '\(key)'; did you mean '\(nearest)'? Keys: \(PolicySettings.keyForms.joined(separator: ", "))"
        case .invalidValue(let key, let problem, let expected): "\(key): \(problem); expected \(expected)"
        case .limitReached(let key, let problem): "\(key): \(problem)"
        }
    }
}

/// What is wrong in a value, on its way to becoming a `PolicyError` that also names the key.
struct PolicyProblem: Error, Equatable {
    let text: String
    /// How many characters of the value are before what is wrong; `nil`: it is no single place.
    var place: Int?
    var isLimit = false

    init(_ text: String, at place: Int? = nil) {
        self.text = text
        self.place = place
    }

    /// With the place, for a person: the first character is 1.
    var placedText: String { place.map { "at character \($0 + 1): \(text)" } ?? text }

    /// A list that is too long.
    static func limit(_ text: String) -> PolicyProblem {
        var problem = PolicyProblem(text)
        problem.isLimit = true
        return problem
    }
}
