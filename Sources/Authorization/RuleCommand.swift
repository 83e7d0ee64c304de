public import Domain
public import Rules

/// What an operator asks to be done to the rules.
public struct RuleCommand: Sendable, Equatable {
    /// The client's name for this request.
    public var requestID: RequestID
    /// The Unix user who asks.
    public var actor: UInt32
    /// When the client sent it, by its clock.
    public var transmissionTime: Instant
    /// The rule's name.
    public var name: String
    /// What should be done.
    public var action: Action

    /// Joins the fields.
    public init(requestID: RequestID, actor: UInt32, transmissionTime: Instant, name: String, action: Action) {
        self.requestID = requestID
        self.actor = actor
        self.transmissionTime = transmissionTime
        self.name = name
        self.action = action
    }

    /// One of the things that can be done.
    public enum Action: Sendable, Equatable {
        /// Make the rule, or give it another text: a new version. `after` is the newest version that there must be now,
        /// 0 for none; `nil`: any.
        case add(RuleText, after: UInt32?)
        /// Move a version to another state: the one that is named, or the only one that may go there, of those in the
        /// state `from` where that is said.
        case setState(RuleState, version: UInt32?, from: RuleState?)
    }
}

/// One text of a rule, as it is written.
public struct RuleText: Sendable, Equatable {
    /// `draft`, or `shadow` to look at it at once.
    public var state: RuleState
    /// What it does.
    public var outcome: RuleOutcome
    /// Who answers for it.
    public var owner: String
    /// Why it is there.
    public var note: String
    /// When it does it.
    public var condition: String

    /// Joins the fields; `RuleBook.event` checks them.
    public init(state: RuleState, outcome: RuleOutcome, owner: String, note: String, condition: String) {
        self.state = state
        self.outcome = outcome
        self.owner = owner
        self.note = note
        self.condition = condition
    }
}

/// Why a command on the rules was refused; nothing has changed then.
public enum RuleCommandError: Error, Sendable, Equatable {
    /// There is no rule of the name; `nearest` is the one that looks most like it.
    case unknownRule(name: String, nearest: String?)
    /// The rule has no version of this number.
    case unknownVersion(name: String, version: UInt32, newest: UInt32)
    /// The rule's text or one of its fields; a condition with the place.
    case rule(RuleSetError)
    /// The rule has another version by now.
    case versionChanged(name: String, newest: UInt32)
    /// The version may not go to the state.
    case transitionNotAllowed(name: String, version: UInt32, from: RuleState, to: RuleState)
    /// No version of the rule may go to the state.
    case nothingToMove(name: String, states: [RuleState], to: RuleState)
    /// Several versions may.
    case ambiguous(name: String, versions: [UInt32], to: RuleState)
    /// Who wrote the version wants to promote it, and the configuration asks for somebody else.
    case secondPersonNeeded(name: String, version: UInt32)
    /// One more would be above a limit.
    case limit(String)
}

extension RuleCommandError: CustomStringConvertible {
    /// One sentence for the person who asked; that of a condition names line, column and bytes.
    public var description: String {
        switch self {
        case .unknownRule(let name, let nearest):
            "there is no rule '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .unknownVersion(let name, let version, let newest):
            "rule \(name) has no version \(version); its versions are 1 to \(newest)"
        case .rule(.condition(let name, let source, let error)): "rule \(name): \(error.inOneLine(source: source))"
        case .rule(let error): error.message
        case .versionChanged(let name, let newest):
            newest == 0
                ? "there is no rule \(name) yet; without an expected version it is added"
                : "rule \(name) is at version \(newest) now; look at it and try again"
        case .transitionNotAllowed(let name, let version, let from, let to):
            "version \(version) of rule \(name) is \(from.name); " + Self.advice(from, to)
        case .nothingToMove(let name, let states, let to):
            "no version of rule \(name) can become \(to.name); they are "
                + states.map(\.name).joined(separator: ", ") + "; " + Self.order
        case .ambiguous(let name, let versions, let to):
            "versions \(versions.map { "\($0)" }.joined(separator: ", ")) of rule \(name) could become \(to.name); "
                + "say which"
        case .secondPersonNeeded(let name, let version):
            "version \(version) of rule \(name) is promoted by somebody else than who wrote it "
                + "(rule.promotion is second-person)"
        case .limit(let problem): problem
        }
    }

    private static let order = "a version goes from draft to shadow to active, and to retired from anywhere"

    private static func advice(_ from: RuleState, _ to: RuleState) -> String {
        if from == to { return "it is that already" }
        if from == .retired { return "nothing leaves retired: add the text again as a new version" }
        return order
    }
}

extension RuleError {
    /// The error in one line, with the place that it is about in characters and in bytes.
    public func inOneLine(source: String) -> String {
        let (line, column) = place(in: source)
        return "line \(line), column \(column) (bytes \(span.start) to \(span.end)): \(message)"
            + (advice.isEmpty ? "" : "; \(advice)")
    }
}
