import Rules

/// What a call that conditions make reads.
struct RuleCall: BitwiseCopyable {
    /// What of a window or a counter it gives.
    enum Reading: UInt8 {
        /// How many.
        case count
        /// Money that is added up.
        case sum
        /// An amount, absent where the window has none.
        case amount
        /// How many declines were for want of funds.
        case forFunds
    }

    /// The velocity window by index 0 to 3, or behind them the counter by index; -1: none is kept any more.
    private let index: Int8
    let reading: Reading
    /// Of a call that asks a list, the attribute's slot; -1: it is another call.
    let listSlot: Int16
    // SAFETY: belongs to a table that the policy's rules keep.
    /// The list; `nil`: it is not known any more.
    let list: UnsafePointer<ListStorage>?

    static var none: RuleCall { RuleCall(window: nil, .count) }

    init(window: Int?, _ reading: Reading) {
        index = Int8(window ?? -1)
        self.reading = reading
        listSlot = -1
        list = nil
    }

    init(asking list: ListTable?, slot: Int) {
        index = -1
        reading = .count
        listSlot = Int16(slot)
        self.list = list.map { UnsafePointer($0.storage) }
    }

    init(counter: Int, _ reading: Reading) {
        self.init(window: AuthorizationLimits.velocityRuleCount + counter, reading)
    }

    var window: Int? { (0..<AuthorizationLimits.velocityRuleCount).contains(Int(index)) ? Int(index) : nil }
    var counter: Int? {
        let counter = Int(index) - AuthorizationLimits.velocityRuleCount
        return counter < 0 ? nil : counter
    }
}
