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
    private let counters: [CounterRule?]
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
        counters = settings.counters
    }

    /// Whether compiling this book under these settings, with these lists, would give the same again.
    public func isMade(of book: RuleBook, under settings: PolicySettings, lists: ListDirectory) -> Bool {
        velocityRules == settings.velocityRules && counters == settings.counters && parts == book.evaluatedParts
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
    /// The velocity window by index 0 to 3, or behind them the counter by index; -1: none is kept any more.
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

    init(counter: Int, isSum: Bool) {
        self.init(window: AuthorizationLimits.velocityRuleCount + counter, isSum: isSum)
    }

    var window: Int? { (0..<AuthorizationLimits.velocityRuleCount).contains(Int(index)) ? Int(index) : nil }
    var counter: Int? {
        let counter = Int(index) - AuthorizationLimits.velocityRuleCount
        return counter < 0 ? nil : counter
    }
}

// MARK: - Velocity

extension AttributeSchema {
    private static let countName = "velocity.count"
    private static let sumName = "velocity.sum"

    /// What conditions may name under settings: the attributes of payments, the velocity windows that are kept, without
    /// settings any window, and lists.
    public static func payments(under settings: PolicySettings?, lists: ListDirectory) -> AttributeSchema {
        func check(_ isSum: Bool) -> @Sendable (FunctionCall) -> String? {
            { call in
                guard case .text(let keys) = call.arguments[0], case .text(let window) = call.arguments[1] else {
                    return "velocity takes two texts"
                }
                return problem(keys, window, isSum: isSum, settings)
            }
        }
        let parameters: [AttributeFunction.Parameter] = [.text("keys"), .text("window")]
        return .payments(functions: [
            AttributeFunction(
                countName,
                parameters,
                result: .int,
                summary: "approvals within the sliding window before this request; 0 for an unknown card",
                check: check(false)
            ),
            AttributeFunction(
                sumName,
                parameters,
                result: .money,
                summary: "money approved within the sliding window before this request; absent as card.limit is",
                check: check(true)
            ),
            listFunction(lists),
        ])
    }

    /// What is wrong with a call of `velocity`; `nil`: nothing.
    private static func problem(
        _ keyText: String,
        _ windowText: String,
        isSum: Bool,
        _ settings: PolicySettings?
    ) -> String? {
        let keys: CounterKeys
        do throws(PolicyProblem) { keys = try CounterKeys(keyText) } catch { return error.text }
        let range = AuthorizationLimits.windowSecondsMin...AuthorizationLimits.counterSecondsMax
        guard let seconds = WindowText.seconds(windowText), range.contains(seconds) else {
            return "the window '\(windowText)' is not from 1s to 31d (units s, m, h, d)"
        }
        if isSum, !keys.hasOneCurrency {
            return "'\(keys.text)' would add up money of several currencies; name 'card' or 'currency' among the keys"
        }
        guard let settings, settings.place(of: keys, seconds) == nil else { return nil }
        var kept: [String] = []
        if keys == .card {
            kept = settings.velocityRules.enumerated().compactMap { index, rule in
                rule.map { "\($0.windowText) (velocity.\(index + 1))" }
            }
        }
        kept += settings.counters.enumerated().compactMap { index, rule in
            rule.flatMap { $0.keys == keys ? "\($0.windowText) (counter.\(index + 1))" : nil }
        }
        return "no window of \(windowText) is kept for \(keys == .card ? "cards" : "'\(keys.text)'"); those kept are "
            + (kept.isEmpty ? "none" : kept.joined(separator: ", "))
            + ", set by the configuration keys "
            + (keys == .card ? "velocity.1 to velocity.4 and " : "") + "counter.1 to counter.16"
    }

    /// What a call reads under settings; `list` is the one that it asks, if that is known.
    static func target(of call: FunctionCall, under settings: PolicySettings, list: ListTable?) -> RuleCall {
        if let asked = call.asksList { return RuleCall(asking: list, slot: asked.slot) }
        guard call.arguments.count == 2, case .text(let keyText) = call.arguments[0],
            case .text(let window) = call.arguments[1], let keys = try? CounterKeys(keyText),
            let seconds = WindowText.seconds(window), let place = settings.place(of: keys, seconds)
        else { return .none }
        return switch place {
        case .window(let index): RuleCall(window: index, isSum: call.name == sumName)
        case .counter(let index): RuleCall(counter: index, isSum: call.name == sumName)
        }
    }
}

extension PolicySettings {
    fileprivate enum Kept {
        case window(Int)
        case counter(Int)
    }

    /// What keeps a window for keys; a velocity rule comes before a counter.
    fileprivate func place(of keys: CounterKeys, _ seconds: UInt32) -> Kept? {
        if keys == .card, let rule = velocityRules.firstIndex(where: { $0?.windowSeconds == seconds }) {
            return .window(rule)
        }
        return counters.firstIndex { $0?.keys == keys && $0?.windowSeconds == seconds }.map { .counter($0) }
    }
}
