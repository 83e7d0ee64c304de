/// What one counter counts, as an operator wrote it: `merchant in 1h`.
public struct CounterRule: Equatable, Sendable {
    /// What it tells apart.
    public let keys: CounterKeys
    /// The window's length, 10 seconds to 31 days.
    public let windowSeconds: UInt32

    /// The form that `init(_:)` reads.
    static let form =
        "`none`, or keys and a window: `merchant in 1h`, `card,country in 7d`; keys are "
        + CounterKeys.names.joined(separator: ", ") + "; windows from 10s to 31d"

    /// The counter in its canonical form.
    public var text: String { "\(keys.text) in \(windowText)" }

    /// The window's length as it is written.
    public var windowText: String { WindowText.text(windowSeconds) }

    /// Reads the canonical form, or one with other spaces, another order of the keys or another unit of the window.
    ///
    /// - Throws: `PolicyProblem`, with what is wrong in it.
    init(_ text: String) throws(PolicyProblem) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let place = words.lastIndex(of: "in"), place > 0, words.count == place + 2 else {
            throw PolicyProblem("it is not KEYS in WINDOW")
        }
        keys = try CounterKeys(words[..<place].joined())
        let range = AuthorizationLimits.counterSecondsMin...AuthorizationLimits.counterSecondsMax
        guard let seconds = WindowText.seconds(words[place + 1]), range.contains(seconds) else {
            throw PolicyProblem("the window '\(words[place + 1].prefix(20))' is not from 10s to 31d (units s, m, h, d)")
        }
        windowSeconds = seconds
    }
}
