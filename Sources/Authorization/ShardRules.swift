public import Domain
import Rules

/// What a shard needs to evaluate the rules in force: memory to work in, and counts of what matched since it has them.
struct ShardRules: ~Copyable {
    // SAFETY: the workspace is this value's own; `tables` belong to `owner`, which this value keeps.
    private var owner: CompiledRules?
    private var tables: UnsafePointer<RuleTables>?
    private var workspace: UnsafeMutablePointer<RuleWorkspace>?
    private var counters = RuleCounters(ruleCount: 0)
    /// Evaluations that had no value, of active and of shadow rules.
    private(set) var activeErrorCount: UInt64 = 0
    private(set) var shadowErrorCount: UInt64 = 0

    init() {}

    deinit {
        workspace?.deinitialize(count: 1)
        workspace?.deallocate()
    }

    /// Whether any rule is evaluated.
    @inline(__always)
    var isOn: Bool { tables != nil }

    /// Takes over the rules of a policy; with other rules than before counting begins anew.
    mutating func adopt(_ rules: CompiledRules?) {
        guard rules !== owner else { return }
        workspace?.deinitialize(count: 1)
        workspace?.deallocate()
        workspace = nil
        tables = nil
        owner = rules
        counters = RuleCounters(ruleCount: rules?.count ?? 0)
        guard let rules, rules.count > 0 else { return }
        tables = rules.tables
        let workspace = UnsafeMutablePointer<RuleWorkspace>.allocate(capacity: 1)
        workspace.initialize(to: rules.tables.pointee.set.makeWorkspace())
        self.workspace = workspace
    }

    /// Asks the active rules.
    mutating func verdict(_ attributes: inout PaymentAttributes) -> RuleVerdict {
        guard let tables, let workspace else { return RuleVerdict() }
        workspace.pointee.begin(exponent: attributes.exponent)
        guard tables.pointee.activeCount > 0 else { return RuleVerdict() }
        return tables.pointee.verdict(tables.pointee.set.evaluate(&workspace.pointee, &attributes))
    }

    /// Counts what matched, and asks the shadow rules and counts what they matched; right after `verdict`, with the
    /// same attributes.
    ///
    /// - Parameters:
    ///   - verdict: What that has given.
    ///   - isApproved: Whether the request is approved, flagged or not.
    ///   - approved: How much of it.
    mutating func count(
        _ attributes: inout PaymentAttributes,
        _ verdict: borrowing RuleVerdict,
        isApproved: Bool,
        approved: Int64
    ) {
        guard let tables, let workspace else { return }
        activeErrorCount &+= UInt64(verdict.fired.errorCount)
        let asked = attributes.request.pointee.kind.hasAmount ? attributes.request.pointee.amount : 0
        let currency = attributes.request.pointee.currency
        if verdict.fired.count > 0 {
            let place = counters.place(of: currency)
            tables.pointee.set.forEachMatch(workspace.pointee) { rule in
                counters.count(rule, isApproved: isApproved, asked: asked, approved: approved, currency: place)
            }
        }
        guard tables.pointee.shadowCount > 0 else { return }
        let findings = tables.pointee.set.evaluateShadow(&workspace.pointee, &attributes)
        shadowErrorCount &+= UInt64(findings.errorCount)
        guard findings.count > 0 else { return }
        let place = counters.place(of: currency)
        let first = tables.pointee.activeCount
        tables.pointee.set.forEachShadowMatch(workspace.pointee) { rule in
            counters.count(first + rule, isApproved: isApproved, asked: asked, approved: approved, currency: place)
        }
    }

    /// Hands over what each rule matched since the shard has these rules.
    borrowing func forEachTally(_ body: (RuleReference, RuleTally) -> Void) {
        guard let tables else { return }
        counters.forEach { rule, tally in body(tables.pointee.reference(rule), tally) }
    }
}

extension CardShard {
    /// Hands over what each rule matched since this shard was given the rules in force; what it matched before that was
    /// handed over to whoever asked then.
    public func forEachRuleTally(_ body: (RuleReference, RuleTally) -> Void) { rules.forEachTally(body) }

    /// How many evaluations of active and of shadow rules had no value, since the shard was made.
    public var ruleErrorCounts: (active: UInt64, shadow: UInt64) { (rules.activeErrorCount, rules.shadowErrorCount) }

    /// What the active rules say of a request, asked in this shard's memory; nothing is counted.
    public mutating func ruleVerdict(
        _ request: AuthorizationRequest,
        at time: Instant,
        seen: Observation,
        policy: borrowing Policy,
        isIncrement: Bool = false
    ) -> RuleVerdict {
        guard rules.isOn else { return RuleVerdict() }
        var request = request
        var seen = seen
        return PaymentAttributes.with(&request, &seen, at: time, policy: policy, isIncrement: isIncrement) {
            rules.verdict(&$0)
        }
    }

    /// Decides a message of a payment's life, an increment by the rules too. Rules that match are counted unless the
    /// message is only decided `again`.
    public mutating func decide(
        _ request: LifecycleRequest,
        at time: Instant,
        seen: LifecycleObservation,
        policy: borrowing Policy,
        again: Bool = false
    ) -> LifecycleDecision {
        guard rules.isOn, request.kind == .increment else {
            return decideLifecycle(request, at: time, seen: seen, policy: policy)
        }
        var asked = AuthorizationRequest(increment: request, currency: seen.card.currency)
        var card = seen.card
        return PaymentAttributes.with(&asked, &card, at: time, policy: policy, isIncrement: true) { attributes in
            let verdict = rules.verdict(&attributes)
            let decision = decideLifecycle(request, at: time, seen: seen, policy: policy, rules: verdict)
            if !again {
                let isApproved = decision.outcome != .declined
                let approved = isApproved ? attributes.request.pointee.amount : 0
                rules.count(&attributes, verdict, isApproved: isApproved, approved: approved)
            }
            return decision
        }
    }
}

extension PaymentAttributes {
    /// Calls the body with the attributes of a request.
    @inline(__always)
    static func with<Value>(
        _ request: inout AuthorizationRequest,
        _ seen: inout Observation,
        at time: Instant,
        policy: borrowing Policy,
        isIncrement: Bool = false,
        lists: ListView = ListView(),
        _ body: (inout PaymentAttributes) -> Value
    ) -> Value {
        withUnsafePointer(to: &request) { request in
            withUnsafePointer(to: &seen) { seen in
                withUnsafePointer(to: policy) { policy in
                    var attributes = PaymentAttributes(
                        request: request,
                        seen: seen,
                        policy: policy,
                        time: time,
                        isIncrement: isIncrement,
                        lists: lists
                    )
                    return body(&attributes)
                }
            }
        }
    }
}

// MARK: - Asking apart from a shard

extension Policy {
    /// What the active rules say of a request, asked in memory made for it.
    public func ruleVerdict(
        _ request: AuthorizationRequest,
        at time: Instant,
        seen: Observation,
        isIncrement: Bool = false
    ) -> RuleVerdict {
        var matched: [RuleReference] = []
        return ruleVerdict(request, at: time, seen: seen, isIncrement: isIncrement, matched: &matched)
    }

    /// The same of a recorded request, with the lists as they were before its record.
    func ruleVerdict(
        _ event: borrowing AuthorizationEvent,
        lsn: LogSequenceNumber,
        matched: inout [RuleReference]
    ) -> RuleVerdict {
        ruleVerdict(
            event.request,
            at: event.time,
            seen: event.observation,
            isIncrement: false,
            lists: ListView(before: lsn.rawValue),
            matched: &matched
        )
    }

    /// The same, with all active rules that matched, in the order of their numbers.
    func ruleVerdict(
        _ request: AuthorizationRequest,
        at time: Instant,
        seen: Observation,
        isIncrement: Bool,
        lists: ListView = ListView(),
        matched: inout [RuleReference]
    ) -> RuleVerdict {
        guard let rules, rules.activeCount > 0 else { return RuleVerdict() }
        var request = request
        var seen = seen
        var workspace = rules.tables.pointee.set.makeWorkspace()
        let tables = rules.tables
        var places: [Int] = []
        let verdict = PaymentAttributes.with(
            &request,
            &seen,
            at: time,
            policy: self,
            isIncrement: isIncrement,
            lists: lists
        ) { attributes in
            workspace.begin(exponent: attributes.exponent)
            let findings = tables.pointee.set.evaluate(&workspace, &attributes)
            if findings.count > 0 { tables.pointee.set.forEachMatch(workspace) { places.append($0) } }
            return tables.pointee.verdict(findings)
        }
        matched = places.map { tables.pointee.reference($0) }
        return verdict
    }
}
