import ArgumentParser
import Domain

/// A day as people type it, in UTC.
struct DayText: Equatable, ExpressibleByArgument {
    private let time: TimeText

    /// Reads `2026-11-21`, `today`, `yesterday`, or an age such as `7d`.
    init?(argument: String) {
        guard let time = TimeText(argument: argument) else { return nil }
        self.time = time
    }

    static let help = ArgumentHelp(
        "Count what is effective on this day or before: when the network sent it, in UTC.",
        valueName: "day"
    )

    /// Days after 1970-01-01.
    func day(now: Instant) -> Int64 { max(0, time.instant(now: now).microseconds / 86_400_000_000) }

    /// The day with this number, `2026-11-21`.
    static func text(_ day: Int64) -> String {
        String(Instant(microseconds: day * 86_400_000_000).description.prefix(10))
    }
}
