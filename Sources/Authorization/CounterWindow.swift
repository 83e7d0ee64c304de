internal import Domain

/// Over what time a counter counts.
public enum CounterWindow: Hashable, Sendable {
    /// The time before each request, this many seconds.
    case sliding(seconds: UInt32)
    /// The day, week or month so far by the clocks of a zone: its name, and its rule in the form of POSIX.
    case calendar(CalendarPeriod, zone: String, rule: String)

    /// As rules name it: `1h`, `day Europe/Berlin`.
    public var name: String {
        switch self {
        case .sliding(let seconds): WindowText.text(seconds)
        case .calendar(let period, let zone, _): "\(period) \(zone)"
        }
    }

    /// Whether a text could name a time zone: `Europe/Berlin`, `Etc/GMT+5`.
    static func isZoneName(_ text: String) -> Bool {
        text.utf8.count <= AuthorizationLimits.zoneNameBytesMax && !text.hasPrefix("/") && !text.contains("//")
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte)
            }
    }

    /// In the canonical form of settings.
    var text: String {
        switch self {
        case .sliding: name
        case .calendar(_, "UTC", "UTC0"): name
        case .calendar(_, _, let rule): "\(name) \(rule)"
        }
    }
}

/// A window of the calendar.
public enum CalendarPeriod: String, CaseIterable, Sendable, CustomStringConvertible {
    case day, week, month

    /// As it is written.
    public var description: String { rawValue }
}

/// A counter's window ready for counting: a plain value that gives each time a tick.
///
/// A calendar's tick is the number of its period, and its window has one tick: so all that is kept by ticks is the
/// calendar's too.
struct CompiledWindow: Equatable, BitwiseCopyable {
    private let sliding: VelocityWindow
    private let zone: ZoneRule
    private let period: Period
    /// Zero: no window.
    let ticks: UInt32

    private enum Period: UInt8 {
        case none, day, week, month
    }

    /// `nil`: none.
    init(_ window: CounterWindow?) {
        switch window {
        case .sliding(let seconds):
            sliding = VelocityWindow(seconds: seconds, ticksMax: AuthorizationLimits.counterTicksMax)
            (zone, period, ticks) = (.utc, .none, sliding.ticks)
        case .calendar(let calendar, _, let rule):
            sliding = VelocityWindow(seconds: 0)
            zone = ZoneRule(rule) ?? .utc
            ticks = 1
            switch calendar {
            case .day: period = .day
            case .week: period = .week
            case .month: period = .month
            }
        case nil:
            sliding = VelocityWindow(seconds: 0)
            (zone, period, ticks) = (.utc, .none, 0)
        }
    }

    @inline(__always)
    func tick(_ time: Instant) -> Int64 { period == .none ? sliding.tick(time) : number(at: time) }

    private func number(at time: Instant) -> Int64 {
        let day = zone.day(at: time.microseconds / 1_000_000)
        switch period {
        case .none, .day: return day
        // 1970-01-05 was a Monday.
        case .week: return (day + 3) / 7
        case .month:
            let date = CivilDate(daysSinceEpoch: day)
            return date.year * 12 + date.month - 1
        }
    }
}
