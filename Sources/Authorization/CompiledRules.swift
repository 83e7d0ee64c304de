import Domain
public import Rules

/// The evaluated rules of a book, compiled: active and shadow. It never changes, and any number of policies and shards
/// may read one.
public final class CompiledRules: @unchecked Sendable {
    // SAFETY (@unchecked Sendable): written in `init` alone and freed in `deinit`; nobody writes through the pointer.

    let tables: UnsafePointer<RuleTables>
    /// What they were made of.
    private let parts: [RuleBook.EvaluatedPart]
    private let velocityRules: [VelocityRule?]
    /// By call, the list that it asks; kept for as long as it may be asked.
    let lists: [ListTable?]

    /// Whether they ask lists, so that whoever evaluates them has to hold the lock of their book.
    public var asksLists: Bool { lists.contains { $0 != nil } }

    /// Compiles the active and shadow versions of a book.
    ///
    /// - Parameters:
    ///   - settings: say which velocity windows conditions can read.
    ///   - lists: the lists that they can ask.
    /// - Throws: `RuleSetError`, for the first rule that is not right under these settings, or where all together are
    ///   too many or cost too much.
    /// - Complexity: linear in the rules and what they name.
    public convenience init(
        _ book: RuleBook,
        settings: PolicySettings,
        lists: ListDirectory = .none
    ) throws(RuleSetError) {
        try self.init(book.evaluated, settings: settings, lists: lists)
    }

    init(
        _ evaluated: [(reference: RuleReference, rule: Rule)],
        settings: PolicySettings,
        lists: ListDirectory
    ) throws(RuleSetError) {
        let made = try RuleTables(evaluated, schema: .payments(under: settings, lists: lists))
        self.lists = made.set.calls.map { $0.asksList.flatMap { lists[$0.name] } }
        let tables = UnsafeMutablePointer<RuleTables>.allocate(capacity: 1)
        tables.initialize(to: made)
        self.tables = UnsafePointer(tables)
        parts = evaluated.map { RuleBook.EvaluatedPart(reference: $0.reference, state: $0.rule.state) }
        velocityRules = settings.velocityRules
    }

    /// Whether compiling this book under these settings, with these lists, would give the same again.
    public func isMade(of book: RuleBook, under settings: PolicySettings, lists: ListDirectory) -> Bool {
        velocityRules == settings.velocityRules && parts == book.evaluatedParts
            && zip(tables.pointee.set.calls, self.lists).allSatisfy { call, list in
                call.asksList.flatMap { lists[$0.name] } === list
            }
    }

    /// Whether a rule asks a list.
    public func asks(_ list: ListTable) -> Bool { lists.contains { $0 === list } }

    deinit {
        let tables = UnsafeMutablePointer(mutating: tables)
        tables.deinitialize(count: 1)
        tables.deallocate()
    }

    /// How many rules are evaluated.
    public var count: Int { tables.pointee.activeCount + tables.pointee.shadowCount }
    /// How many active rules there are.
    public var activeCount: Int { tables.pointee.activeCount }
    /// How many shadow rules there are.
    public var shadowCount: Int { tables.pointee.shadowCount }
    /// The most that the active rules cost together, in the units of `Program.cost`.
    public var cost: Int { tables.pointee.set.cost }
}

/// A set of rules, and which version of which rule each of them is.
struct RuleTables: ~Copyable {
    let set: RuleSet
    /// Those of the active rules, and then those of the shadow rules.
    private let references: OwnedBuffer<RuleReference>
    let activeCount: Int
    let shadowCount: Int

    init(
        _ evaluated: [(reference: RuleReference, rule: Rule)],
        schema: AttributeSchema
    ) throws(RuleSetError) {
        set = try RuleSet(evaluated.map(\.rule), schema: schema)
        let active = evaluated.filter { $0.rule.state == .active }.map(\.reference)
        let shadow = evaluated.filter { $0.rule.state == .shadow }.map(\.reference)
        references = OwnedBuffer(active + shadow, orEmpty: RuleReference(number: 0, version: 0))
        activeCount = active.count
        shadowCount = shadow.count
    }

    /// The active rule at a place of the findings; behind the active ones come those in shadow.
    @inline(__always)
    func reference(_ place: Int) -> RuleReference { references[place] }

    /// Findings on the active rules in the terms of decisions.
    func verdict(_ findings: RuleFindings) -> RuleVerdict {
        var verdict = RuleVerdict()
        verdict.wasAsked = true
        verdict.declineReason = findings.reason
        verdict.flags = findings.flags
        verdict.requiresApproval = findings.requiresApproval
        verdict.fired.count = findings.count
        verdict.fired.errorCount = findings.errorCount
        let declining = Int(findings.declining)
        if declining >= 0 { verdict.fired.list(reference(declining)) }
        for index in 0..<min(Int(findings.count), RulesLimits.listedMatchesMax) {
            let place = Int(findings.listed[index])
            if place != declining { verdict.fired.list(reference(place)) }
        }
        return verdict
    }
}

/// What a call that conditions make reads.
struct RuleCall: BitwiseCopyable {
    /// The velocity window by index 0 to 3; -1: none is kept any more.
    private let index: Int8
    let isSum: Bool
    /// Of a call that asks a list, the attribute's slot; -1: it is another call.
    let listSlot: Int16
    // SAFETY: belongs to a table that the policy's rules keep.
    /// The list; `nil`: it is not known any more.
    let list: UnsafePointer<ListStorage>?

    static var none: RuleCall { RuleCall(window: nil, isSum: false) }

    init(window: Int?, isSum: Bool) {
        index = Int8(window ?? -1)
        self.isSum = isSum
        listSlot = -1
        list = nil
    }

    init(asking list: ListTable?, slot: Int) {
        index = -1
        isSum = false
        listSlot = Int16(slot)
        self.list = list.map { UnsafePointer($0.storage) }
    }

    var window: Int? { index < 0 ? nil : Int(index) }
}

// MARK: - Velocity

extension AttributeSchema {
    private static let countName = "velocity.count"
    private static let sumName = "velocity.sum"

    /// What conditions may name under settings: the attributes of payments, the velocity windows that are kept, without
    /// settings any window, and lists.
    public static func payments(under settings: PolicySettings?, lists: ListDirectory) -> AttributeSchema {
        let windows = settings?.velocityRules
        let check: @Sendable (FunctionCall) -> String? = { call in
            guard case .text(let key) = call.arguments[0], case .text(let text) = call.arguments[1] else {
                return "velocity takes two texts"
            }
            guard key == "card" else {
                return "no velocity is kept for '\(key)', only for 'card'"
            }
            guard let seconds = VelocityRule.seconds(text) else {
                return "the window '\(text)' is not from 1s to 24h (units s, m, h)"
            }
            guard let windows, !windows.contains(where: { $0?.windowSeconds == seconds }) else { return nil }
            let kept = windows.enumerated().compactMap { index, rule in
                rule.map { "\($0.windowText) (velocity.\(index + 1))" }
            }
            return "no window of \(text) is kept for cards; those kept are "
                + (kept.isEmpty ? "none" : kept.joined(separator: ", "))
                + ", set by the configuration keys velocity.1 to velocity.4"
        }
        let parameters: [AttributeFunction.Parameter] = [.text("card"), .text("window")]
        return .payments(functions: [
            AttributeFunction(
                countName,
                parameters,
                result: .int,
                summary: "approvals within the sliding window before this request; 0 for an unknown card",
                check: check
            ),
            AttributeFunction(
                sumName,
                parameters,
                result: .money,
                summary: "money approved within the sliding window before this request; absent as card.limit is",
                check: check
            ),
            listFunction(lists),
        ])
    }

    /// What a call reads under settings; `list` is the one that it asks, if that is known.
    static func target(of call: FunctionCall, under settings: PolicySettings, list: ListTable?) -> RuleCall {
        if let asked = call.asksList { return RuleCall(asking: list, slot: asked.slot) }
        guard call.arguments.count == 2, case .text(let text) = call.arguments[1] else { return .none }
        let seconds = VelocityRule.seconds(text)
        let window = settings.velocityRules.firstIndex { $0 != nil && $0?.windowSeconds == seconds }
        return RuleCall(window: window, isSum: call.name == sumName)
    }
}
