public import Domain

/// What the rules of a group said of one request: a plain value of fixed size.
public struct RuleFindings: Sendable, BitwiseCopyable {
    /// The places in the group's list of the first rules that matched, in its order; `count` or at most
    /// `RulesLimits.listedMatchesMax` of them.
    public private(set) var listed = SIMD16<UInt16>(repeating: 0)
    /// How many rules matched.
    public private(set) var count: UInt16 = 0
    /// How many had no value, so that they did not match.
    public private(set) var errorCount: UInt16 = 0
    /// The place of the first rule that declines; -1: none does.
    public private(set) var declining: Int16 = -1
    /// Whether a rule flags.
    public private(set) var flags = false
    /// Whether a rule wants a person's approval.
    public private(set) var requiresApproval = false
    /// What rules add to the score together, in ten-thousandths.
    public private(set) var score: Int32 = 0
    private var declineReason: UInt8 = 0

    init() {}

    /// The reason of the first rule that declines; `nil`: none does.
    public var reason: Reason? { declining < 0 ? nil : Reason(rawValue: declineReason) }

    /// The places of the matched rules that are listed.
    public var places: [Int] { (0..<min(Int(count), RulesLimits.listedMatchesMax)).map { Int(listed[$0]) } }

    @inline(__always)
    mutating func add(_ place: Int, _ entry: RuleEntry) {
        if Int(count) < RulesLimits.listedMatchesMax { listed[Int(count)] = UInt16(truncatingIfNeeded: place) }
        count += 1
        switch entry.kind {
        case .decline:
            guard declining < 0 else { return }
            declining = Int16(truncatingIfNeeded: place)
            declineReason = entry.reason
        case .flag: flags = true
        case .requireApproval: requiresApproval = true
        case .score: score += entry.points
        }
    }

    @inline(__always)
    mutating func addError() { errorCount += 1 }
}

/// What the evaluation has to know of one rule.
struct RuleEntry: BitwiseCopyable {
    enum Kind: UInt8 {
        case decline
        case flag
        case requireApproval
        case score
    }

    /// Where the code begins of what the index does not decide; -1: the index decides all.
    var code: Int32
    var kind: Kind
    var reason: UInt8 = 0
    var points: Int32 = 0

    init(_ outcome: RuleOutcome, code: Int32) {
        self.code = code
        switch outcome {
        case .decline(let reason):
            kind = .decline
            self.reason = reason.rawValue
        case .flag: kind = .flag
        case .requireApproval: kind = .requireApproval
        case .addToScore(let points):
            kind = .score
            self.points = points
        }
    }
}
