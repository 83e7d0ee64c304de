import Domain

/// One text of a rule.
public struct RuleReference: Hashable, Sendable, BitwiseCopyable {
    /// The rule's number: rules are numbered from 1 in the order in which they were added.
    public let number: UInt32
    /// Which of its texts, from 1.
    public let version: UInt32

    /// Joins the two.
    public init(number: UInt32, version: UInt32) {
        self.number = number
        self.version = version
    }
}

/// Which active rules matched a request, as it is recorded with the decision: a plain value of fixed size.
public struct FiredRules: Sendable, Equatable {
    /// How many rules are listed at most; `count` says how many matched.
    public static let listedMax = 4

    /// How many rules matched.
    public internal(set) var count: UInt16 = 0
    /// How many had no value for this request, so that they did not match.
    public internal(set) var errorCount: UInt16 = 0
    private var listedCount: UInt32 = 0
    private var first = RuleReference(number: 0, version: 0)
    private var second = RuleReference(number: 0, version: 0)
    private var third = RuleReference(number: 0, version: 0)
    private var fourth = RuleReference(number: 0, version: 0)

    /// None.
    public init() {}

    /// Whether no rule matched and none failed.
    @inline(__always)
    var isEmpty: Bool { count | errorCount == 0 }

    /// The rule that declined, if one did, and then the others in the order of their numbers, as many as are listed.
    public var listed: [RuleReference] { (0..<Int(listedCount)).map(reference) }

    /// How many are listed.
    var recordedCount: Int { Int(listedCount) }

    /// One of those that are listed.
    func reference(_ index: Int) -> RuleReference {
        switch index {
        case 0: first
        case 1: second
        case 2: third
        default: fourth
        }
    }

    /// Lists one more, while there is room.
    mutating func list(_ reference: RuleReference) {
        switch listedCount {
        case 0: first = reference
        case 1: second = reference
        case 2: third = reference
        case 3: fourth = reference
        default: return
        }
        listedCount += 1
    }
}

/// What the active rules say of one request, for deciding it.
public struct RuleVerdict: Sendable {
    /// Whether there are active rules, so that they were asked.
    var wasAsked = false
    /// The reason of the first rule that declines; `nil`: none does.
    var declineReason: Reason?
    /// Whether a rule flags.
    var flags = false
    /// Whether a rule wants a person's approval.
    var requiresApproval = false
    /// Which matched.
    var fired = FiredRules()

    /// That of no rules.
    public init() {}
}

extension EventWriter {
    /// What matched: how many, how many had no value, and those that are listed behind their count.
    mutating func put(_ fired: FiredRules) {
        put(fired.count)
        put(fired.errorCount)
        put(UInt8(fired.recordedCount))
        for index in 0..<fired.recordedCount {
            let reference = fired.reference(index)
            put(reference.number)
            put(reference.version)
        }
    }
}

extension EventReader {
    /// What `put` wrote.
    mutating func firedRules() throws(EventError) -> FiredRules {
        var fired = FiredRules()
        fired.count = try integer()
        fired.errorCount = try integer()
        let count = Int(try integer(UInt8.self))
        guard !fired.isEmpty, count == min(Int(fired.count), FiredRules.listedMax) else { throw .invalidField("rules") }
        for _ in 0..<count {
            let number = try integer(UInt32.self)
            let reference = RuleReference(number: number, version: try integer())
            guard reference.number > 0, reference.version > 0 else { throw .invalidField("rules") }
            fired.list(reference)
        }
        return fired
    }
}

extension FiredRules {
    /// The most bytes that they take in a record.
    static let encodedByteCountMax = 2 + 2 + 1 + listedMax * 8
}
