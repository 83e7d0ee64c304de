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
