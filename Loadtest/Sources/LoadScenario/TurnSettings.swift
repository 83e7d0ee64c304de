/// How much is measured where two ways of doing the same take turns.
public struct TurnSettings: Sendable {
    /// The assentd to start.
    public var executable: String
    /// Where its data is; on the disk that is to be measured.
    public var data: String
    /// Cards.
    public var cards = 100_000
    /// Rounds of each measurement.
    public var rounds = 5
    /// Seconds of one measurement.
    public var seconds = 2.0

    /// The defaults, with this daemon and place.
    public init(executable: String, data: String) {
        self.executable = executable
        self.data = data
    }

    /// Options of a daemon that takes turns: what follows the journal of one would catch up while the other is
    /// measured. And more requests in flight than the default are asked for on purpose.
    static let daemonOptions = ["--log-level", "warning", "--projection", "off", "--max-in-flight", "65536"]
}
