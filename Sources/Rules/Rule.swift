public import Domain

/// Where a rule is in its life.
public enum RuleState: UInt8, CaseIterable, Sendable {
    /// Written, checked, and not evaluated.
    case draft = 1
    /// Evaluated on live traffic, and counted; decides nothing.
    case shadow = 2
    /// Decides.
    case active = 3
    /// No longer evaluated; kept for history.
    case retired = 4

    /// The word for it.
    public var name: String {
        switch self {
        case .draft: "draft"
        case .shadow: "shadow"
        case .active: "active"
        case .retired: "retired"
        }
    }

    /// Whether a rule may go from this state to another: forward, back to shadow for another look, and to retired from
    /// anywhere. Nothing leaves retired.
    public func allows(_ next: RuleState) -> Bool {
        switch (self, next) {
        case (.draft, .shadow), (.shadow, .active), (.active, .shadow): true
        case (.draft, .retired), (.shadow, .retired), (.active, .retired): true
        default: false
        }
    }
}

/// What happens when a rule matches.
public enum RuleOutcome: Hashable, Sendable {
    /// The request is declined for the reason, one of `RuleOutcome.declineReasons`.
    case decline(Reason)
    /// The request is approved, and somebody should look at it.
    case flag
    /// A person has to say yes first.
    case requireApproval
    /// Ten-thousandths that the score goes up or, below zero, down.
    case addToScore(Int32)

    /// What happens, in words.
    public var text: String {
        switch self {
        case .decline(let reason): "decline (\(reason))"
        case .flag: "flag"
        case .requireApproval: "require approval"
        case .addToScore(let points): "add \(points) to the score"
        }
    }

    /// The reasons that a rule can decline for.
    public static let declineReasons: [Reason] = [
        .suspectedFraud, .merchantBlocked, .merchantCategoryBlocked, .countryBlocked, .presenceBlocked,
        .velocityExceeded, .exceedsTransactionLimit, .exceedsAmountThreshold,
    ]
}

/// A rule as people write and keep it.
public struct Rule: Hashable, Sendable {
    /// The name: lower-case letters, digits, `-`, `_` and `.`, at most `RulesLimits.nameByteCountMax` bytes.
    public var name: String
    /// 1 for the first text of the rule, one more for each other text.
    public var version: UInt32
    /// Who answers for it.
    public var owner: String
    /// Why it is there.
    public var note: String
    /// Whether it decides.
    public var state: RuleState
    /// What it does.
    public var outcome: RuleOutcome
    /// When it does it: a condition in the rules language, of type bool.
    public var condition: String

    /// Joins the fields; `RuleSet` checks them.
    public init(
        name: String,
        version: UInt32 = 1,
        owner: String = "",
        note: String = "",
        state: RuleState = .draft,
        outcome: RuleOutcome,
        condition: String
    ) {
        self.name = name
        self.version = version
        self.owner = owner
        self.note = note
        self.state = state
        self.outcome = outcome
        self.condition = condition
    }
}

/// Why a rule or a set of rules was refused.
public enum RuleSetError: Error, Hashable, Sendable {
    /// The condition of the rule with this name.
    case condition(rule: String, source: String, RuleError)
    /// Something else about the rule, in words that say what would be right.
    case invalid(rule: String, String)
    /// The set as a whole.
    case limit(String)

    /// The error for a person, over several lines where a place in a condition is shown.
    public var message: String {
        switch self {
        case .condition(let rule, let source, let error): "rule \(rule): \(error.render(source: source))"
        case .invalid(let rule, let problem): "rule \(rule): \(problem)"
        case .limit(let problem): problem
        }
    }
}

extension Rule {
    /// Checks everything about the rule by itself.
    ///
    /// - Returns: What its condition costs, as `Program.cost`.
    /// - Throws: `RuleSetError`, with what is wrong and what would be right.
    @discardableResult
    public func validate(schema: AttributeSchema) throws(RuleSetError) -> Int {
        try checkFields()
        let program: Program
        do throws(RuleError) {
            program = try Program(condition, schema: schema)
        } catch {
            throw .condition(rule: name, source: condition, error)
        }
        guard program.type == .bool else { throw .condition(rule: name, source: condition, notTruth(program.type)) }
        return program.cost
    }

    func checkFields() throws(RuleSetError) {
        let letters = name.utf8.allSatisfy {
            Lexer.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
        }
        guard letters, (1...RulesLimits.nameByteCountMax).contains(name.utf8.count) else {
            throw .invalid(
                rule: name,
                "a name has 1 to \(RulesLimits.nameByteCountMax) lower-case letters, digits, '-', '_' and '.'"
            )
        }
        guard owner.utf8.count <= RulesLimits.ownerByteCountMax else {
            throw .invalid(rule: name, "the owner has more than \(RulesLimits.ownerByteCountMax) bytes")
        }
        guard note.utf8.count <= RulesLimits.noteByteCountMax else {
            throw .invalid(rule: name, "the note has more than \(RulesLimits.noteByteCountMax) bytes")
        }
        switch outcome {
        case .decline(let reason):
            guard RuleOutcome.declineReasons.contains(reason) else {
                let reasons = RuleOutcome.declineReasons.map { "\($0)" }.joined(separator: ", ")
                throw .invalid(rule: name, "a rule does not decline for \(reason); it can for \(reasons)")
            }
        case .addToScore(let points):
            guard points != 0, points.magnitude <= RulesLimits.scoreMax.magnitude else {
                throw .invalid(rule: name, "a rule adds 1 to \(RulesLimits.scoreMax) ten-thousandths, or takes them")
            }
        case .flag, .requireApproval: break
        }
    }

    func notTruth(_ type: ValueType) -> RuleError {
        RuleError(
            .type,
            SourceSpan(start: 0, end: condition.utf8.count),
            "a condition is bool, and this is \(type.name)",
            advice: type.isNumber ? "compare it, for example with > 0" : "compare it, for example with =="
        )
    }
}
