/// The value that a payment has for one key: what `distinct` tells apart. A plain value.
struct CounterValue: BitwiseCopyable, Hashable {
    let low: UInt64
    let high: UInt64

    /// Whether the payment says none.
    @inline(__always)
    var isNone: Bool { low | high == 0 }

    /// An order, for no other sake than to have one.
    @inline(__always)
    func precedes(_ other: CounterValue) -> Bool { high != other.high ? high < other.high : low < other.low }
}
