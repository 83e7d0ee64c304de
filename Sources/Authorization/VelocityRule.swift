public import Domain

/// One velocity rule as an operator wrote it: `count>10 or sum>2000.00 in 60s flag`.
public struct VelocityRule: Equatable, Sendable {
    /// A request that would be more than the so-manieth approval within the window exceeds; `nil`: not counted.
    public var countMax: UInt64?
    /// A request that would bring the window's money above this exceeds; `nil`: not summed.
    public var sumMax: MajorAmount?
    /// The window's length, 1 second to a day.
    public var windowSeconds: UInt32
    /// What happens to a request that exceeds.
    public var action: VelocityAction
}

extension VelocityRule {
    /// The form that `init(_:)` reads.
    static let form =
        "`none`, or conditions, a window and an action: `count>10 in 60s flag`, "
        + "`sum>2000.00 in 1h decline`, `count>10 or sum>2000.00 in 60s flag`; windows from 1s to 24h"

    /// The rule in its canonical form.
    public var text: String {
        var conditions: [String] = []
        if let countMax { conditions.append("count>\(countMax)") }
        if let sumMax { conditions.append("sum>\(sumMax.text)") }
        return "\(conditions.joined(separator: " or ")) in \(windowText) \(action == .flag ? "flag" : "decline")"
    }

    /// The window's length as it is written.
    var windowText: String { WindowText.text(windowSeconds) }

    /// Reads the canonical form or one that differs by spaces or by the unit of the window.
    ///
    /// - Throws: `PolicyProblem`, with what is wrong in it.
    init(_ text: String) throws(PolicyProblem) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let place = words.lastIndex(of: "in"), words.count == place + 3 else {
            throw PolicyProblem("it is not CONDITION in WINDOW ACTION")
        }
        guard let seconds = VelocityRule.seconds(words[place + 1]) else {
            throw PolicyProblem("the window '\(words[place + 1])' is not from 1s to 24h (units s, m, h)")
        }
        windowSeconds = seconds
        switch words[place + 2] {
        case "flag": action = .flag
        case "decline": action = .decline
        default: throw PolicyProblem("the action '\(words[place + 2])' is neither flag nor decline")
        }
        let conditions = words[..<place].split(separator: "or", omittingEmptySubsequences: false)
        for condition in conditions { try read(condition: condition.joined()) }
    }

    private mutating func read(condition: String) throws(PolicyProblem) {
        let sides = condition.split(separator: ">", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else { throw PolicyProblem("the condition '\(condition)' is not count>N or sum>AMOUNT") }
        switch sides[0] {
        case "count":
            guard countMax == nil else { throw PolicyProblem("count stands twice") }
            guard sides[1].utf8.allSatisfy({ (48...57).contains($0) }), let count = UInt64(sides[1]),
                count <= AuthorizationLimits.velocityCountMax
            else {
                throw PolicyProblem(
                    "the count '\(sides[1])' is not a whole number up to \(AuthorizationLimits.velocityCountMax)"
                )
            }
            countMax = count
        case "sum":
            guard sumMax == nil else { throw PolicyProblem("sum stands twice") }
            sumMax = try MajorAmount(sides[1])
        default: throw PolicyProblem("'\(sides[0])' can not be limited, only count and sum")
        }
    }

    /// The seconds of a window as it is written; `nil`: it is not from 1s to 24h.
    static func seconds(_ text: String) -> UInt32? {
        let range = AuthorizationLimits.windowSecondsMin...AuthorizationLimits.windowSecondsMax
        guard let seconds = WindowText.seconds(text), range.contains(seconds) else { return nil }
        return seconds
    }
}
