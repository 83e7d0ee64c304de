import Domain

/// A counter ready for counting: a plain value.
struct CompiledCounter: BitwiseCopyable {
    /// Ones in what it tells apart.
    let mask: CounterKey
    /// No ticks where the counter is off.
    let window: VelocityWindow
    /// The record that made it: payments of before count for nothing in it.
    var since: UInt64
    private let keys: UInt8

    /// Stands for the record that is being written.
    static let sinceNow = UInt64.max

    /// A counter; `nil`: one that is off.
    init(_ rule: CounterRule?, since: UInt64) {
        mask = CounterKey(maskOf: rule?.keys ?? [])
        window = VelocityWindow(
            seconds: rule?.windowSeconds ?? 0,
            ticksMax: AuthorizationLimits.counterTicksMax
        )
        keys = rule?.keys.rawValue ?? 0
        self.since = since
    }

    @inline(__always)
    var isOn: Bool { window.ticks != 0 }

    /// Whether what one has counted is what the other would have.
    func counts(as other: CompiledCounter) -> Bool {
        keys == other.keys && window == other.window && (since == other.since || !isOn)
    }

    /// Whether a payment counts in it, that was first counted at a time, as of another time.
    @inline(__always)
    func has(_ payment: UInt64, at: Int64, now: Instant) -> Bool {
        isOn && payment > since
            && window.tick(now) - window.tick(Instant(microseconds: at)) < Int64(window.ticks)
    }
}
