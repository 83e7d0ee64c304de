import Domain

/// A velocity rule ready to be held against a window: a plain value of integers.
struct CompiledVelocityRule {
    /// Which condition a request exceeds; the count is looked at first.
    enum Excess {
        case none
        case count
        case sum
    }

    /// The window's measure; zero ticks where the rule is off.
    let window: VelocityWindow
    let countMax: UInt64?
    let action: VelocityAction
    /// By the currency's number of decimals, 0 to 4.
    private let sumMaxima: (Int64, Int64, Int64, Int64, Int64)?

    /// A rule that is off.
    init() {
        window = VelocityWindow(seconds: 0)
        countMax = nil
        action = .flag
        sumMaxima = nil
    }

    init(_ rule: VelocityRule) {
        window = VelocityWindow(seconds: rule.windowSeconds)
        countMax = rule.countMax
        action = rule.action
        sumMaxima = rule.sumMax.map { amount in
            (
                amount.minorUnits(exponent: 0), amount.minorUnits(exponent: 1), amount.minorUnits(exponent: 2),
                amount.minorUnits(exponent: 3), amount.minorUnits(exponent: 4)
            )
        }
    }

    var isOn: Bool { window.ticks != 0 }

    func sumMax(exponent: Int) -> Int64? {
        guard let sumMaxima else { return nil }
        return switch exponent {
        case 0: sumMaxima.0
        case 1: sumMaxima.1
        case 2: sumMaxima.2
        case 3: sumMaxima.3
        default: sumMaxima.4
        }
    }

    /// Whether the window's content and one more approval of `amount` are above a maximum.
    @inline(__always)
    func excess(_ totals: VelocityTotals, adding amount: Int64, sumMax: Int64?, sumIsComparable: Bool) -> Excess {
        if let countMax, totals.count >= countMax { return .count }
        if let sumMax, sumIsComparable {
            let (sum, overflow) = totals.sum.addingReportingOverflow(amount)
            if overflow || sum > sumMax { return .sum }
        }
        return .none
    }
}

/// How long the windows of all velocity rules are: two words to compare.
struct VelocityWindowLengths: Equatable, BitwiseCopyable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0

    /// No windows.
    init() {}

    /// Those of the rules in their order, four of them.
    init(_ rules: [CompiledVelocityRule]) {
        let seconds = rules.map { UInt64($0.window.seconds) }
        first = seconds[0] << 32 | seconds[1]
        second = seconds[2] << 32 | seconds[3]
    }
}

/// How long a sliding window is and in what ticks it counts.
///
/// A tick is a whole number of milliseconds, the smallest with which the window has no more ticks than it may. With
/// `AuthorizationLimits.windowTicksMax` it is 1 ms up to a window of a minute, 60 ms for an hour, 1,440 ms for a day.
/// An instant's tick is its milliseconds divided by that, rounded down; an approval at tick t is in the window at
/// tick T exactly if T - `ticks` < t <= T.
struct VelocityWindow: Equatable {
    let seconds: UInt32
    let millisecondsPerTick: UInt32
    /// Zero: no window.
    let ticks: UInt32
    /// 2^64 divided by `millisecondsPerTick`, rounded up; 0 stands for 2^64.
    private let reciprocal: UInt64

    init(seconds: UInt32, ticksMax most: UInt32 = AuthorizationLimits.windowTicksMax) {
        precondition(seconds <= AuthorizationLimits.counterSecondsMax && most <= AuthorizationLimits.windowTicksMax)
        let milliseconds = seconds * 1_000
        self.seconds = seconds
        millisecondsPerTick = max(1, (milliseconds + most - 1) / most)
        ticks = (milliseconds + millisecondsPerTick - 1) / millisecondsPerTick
        reciprocal = UInt64.max / UInt64(millisecondsPerTick) &+ 1
    }

    /// The tick of an instant; the instant is not before the epoch.
    ///
    /// Multiplies by the reciprocal, which rounds up: the quotient is exact for numbers below 2^64 /
    /// `millisecondsPerTick` (Granlund and Montgomery, 1994). That is 10^16, and no instant has so many milliseconds.
    @inline(__always)
    func tick(_ time: Instant) -> Int64 {
        let milliseconds = time.milliseconds
        guard reciprocal != 0 else { return milliseconds }
        let quotient = UInt64(truncatingIfNeeded: milliseconds).multipliedFullWidth(by: reciprocal).high
        return Int64(truncatingIfNeeded: quotient)
    }

    /// The first instant at which an approval with this tick is out of the window.
    func end(ofTick tick: Int64) -> Instant {
        Instant(microseconds: (tick + Int64(ticks)) * Int64(millisecondsPerTick) * 1_000)
    }
}
