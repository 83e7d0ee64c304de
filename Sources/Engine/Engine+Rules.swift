public import Authorization
public import Domain
import Journal
import Platform
public import Rules

// Rules: changing them, and what they did.

extension Engine {
    /// Carries out a command on the rules, once for its request id. In force from the next decision on.
    ///
    /// Compiling the rules takes a while; decisions go on meanwhile, and so do other commands.
    ///
    /// - Returns: the record, and what it did.
    /// - Throws: `Refusal`; nothing has changed then.
    public func change(_ command: RuleCommand, receivedAt: Instant) throws(Refusal) -> CommandResult<RuleChanged> {
        let clock = options.simulatedClock ? command.transmissionTime : receivedAt
        return try ruleChange.withLock { _ throws(Refusal) in
            try refuseRepeat(of: command.requestID, command.transmissionTime, clock: clock)
            let (settings, book, inForce, lists) = state.administration.withLock {
                ($0.current.settings, $0.book, $0.policy.pointee.rules, $0.lists.directory)
            }
            let event = try event(for: command, settings, lists, book)
            let next = try book.with(event)
            let compiled = try compile(next, settings, lists, inForce)
            return try state.administration.withLock { administration throws(Refusal) in
                var compiled = compiled
                let now = administration.current.settings
                if now.velocityRules != settings.velocityRules || now.counters != settings.counters {
                    // Set meanwhile: other windows may be kept now.
                    compiled = try compile(next, now, lists, compiled)
                }
                return try executeOnce(
                    command.requestID,
                    transmissionTime: command.transmissionTime,
                    clock: clock
                ) { () throws(Refusal) in
                    try append(event, clock: clock, compiled, in: &administration)
                }
            }
        }
    }

    /// What was carried out before is answered from its record, whatever the rules and lists are by now.
    func refuseRepeat(of id: RequestID, _ transmissionTime: Instant, clock: Instant) throws(Refusal) {
        let refusal = state.requests.withLock(state.requestShard(id)) { ids in
            ids.refusal(of: id, transmissionTime: transmissionTime, clock: clock)
        }
        if let refusal { throw refusal }
    }

    private func event(
        for command: RuleCommand,
        _ settings: PolicySettings,
        _ lists: ListDirectory,
        _ book: RuleBook
    ) throws(Refusal) -> RuleChanged {
        do throws(RuleCommandError) {
            return try book.event(
                for: command,
                schema: .payments(under: settings, lists: lists),
                needsSecondPerson: settings.promotionNeedsSecondPerson
            )
        } catch {
            throw .rule(error)
        }
    }

    private func compile(
        _ book: RuleBook,
        _ settings: PolicySettings,
        _ lists: ListDirectory,
        _ inForce: CompiledRules?
    ) throws(Refusal) -> CompiledRules? {
        do throws(RuleSetError) {
            return try Administration.compile(book, under: settings, lists: lists, inForce: inForce)
        } catch {
            throw .rule(.rule(error))
        }
    }

    private func append(
        _ event: RuleChanged,
        clock: Instant,
        _ rules: CompiledRules?,
        in administration: inout Administration
    ) throws(Refusal) -> (CommandResult<RuleChanged>, RecordPlace) {
        var policy = Policy(administration.current.settings, rules: rules, version: .zero)
        state.lockCards()
        defer { state.unlockCards() }
        var event = event
        event.time = timeOfAllShards(clock)
        let place = try appendUnderAllLocks(
            event.kind,
            time: event.time,
            byteCount: event.encodedByteCount
        ) { event.encode(into: $0) }
        do throws(EventError) {
            try administration.append(event, at: place.lsn)
        } catch {
            preconditionFailure("a change that was tried on the same book")
        }
        policy.stamp(place.lsn)
        state.activate(policy, in: &administration)
        return (CommandResult(lsn: place.lsn, value: event), place)
    }

    // MARK: Queries

    /// All rules, and the record that changed the configuration last.
    public var ruleBook: (book: RuleBook, version: LogSequenceNumber) {
        state.administration.withLock { ($0.book, $0.current.lsn) }
    }

    /// What each version matched since the process started, and how many evaluations of active and of shadow rules had
    /// no value.
    ///
    /// - Complexity: O(shards times evaluated rules); takes each shard's lock for a moment.
    public var ruleTallies: (tallies: [RuleReference: RuleTally], activeErrors: UInt64, shadowErrors: UInt64) {
        state.administration.withLock { administration in
            var tallies = administration.ruleTallies
            var errors: (active: UInt64, shadow: UInt64) = (0, 0)
            for index in 0..<state.cards.count {
                state.cards.withLock(index) { cell in
                    cell.shard.forEachRuleTally { tallies[$0, default: RuleTally()].add($1) }
                    errors.active &+= cell.shard.ruleErrorCounts.active
                    errors.shadow &+= cell.shard.ruleErrorCounts.shadow
                }
            }
            return (tallies, errors.active, errors.shadow)
        }
    }

    /// What the active rules cost together at most, in the units of `Program.cost`.
    public var ruleCost: Int { state.administration.withLock { $0.policy.pointee.rules?.cost ?? 0 } }

    /// What conditions may name under the settings in force.
    public var ruleSchema: AttributeSchema {
        state.administration.withLock { .payments(under: $0.current.settings, lists: $0.lists.directory) }
    }

    /// The active rules that matched a recorded request, all of them, with their texts of then and what they found on
    /// lists. What is no longer known of lists is taken from the record.
    ///
    /// - Parameter lsn: the request's record.
    public func explainRules(_ event: AuthorizationEvent, lsn: LogSequenceNumber) -> [MatchedRule] {
        let version = event.observation.policyVersion
        guard !event.decision.rules.listed.isEmpty, let policy = policy(of: version, asks: event.decision.checksRun)
        else { return [] }
        let deciding = event.decision.checksFailed.contains(.rules) ? event.decision.rules.listed.first : nil
        return state.administration.withLock { administration in
            var references = Authorization.explainRules(event, lsn: lsn, policy: policy)
            for listed in event.decision.rules.listed where !references.contains(listed) { references.append(listed) }
            references.sort { ($0.number, $0.version) < ($1.number, $1.version) }
            let lists = administration.lists.directory(asOf: version)
            return Self.matched(references, deciding, in: administration.book) { rule in
                rule.listHits(event, lsn: lsn, lists: lists, policy: policy)
            }
        }
    }

    /// The active rules that matched a recorded increment, as many as are listed in it.
    public func explainRules(_ event: LifecycleEvent) -> [MatchedRule] {
        let listed = event.decision.rules.listed
        let deciding = event.decision.checksFailed.contains(.rules) ? listed.first : nil
        return Self.matched(listed, deciding, in: ruleBook.book) { _ in [] }
    }

    private static func matched(
        _ references: [RuleReference],
        _ deciding: RuleReference?,
        in book: RuleBook,
        _ hits: (Rule) -> [ListHit]
    ) -> [MatchedRule] {
        references.compactMap { reference in
            book.version(reference).map { entry, version in
                let rule = version.text.rule(named: entry.name, version: reference.version)
                return MatchedRule(
                    reference: reference,
                    rule: rule,
                    isDeciding: reference == deciding,
                    listHits: hits(rule)
                )
            }
        }
    }

    /// The policy that a decision was made by; `nil` where the version is none.
    func policy(of version: LogSequenceNumber, asks checks: CheckSet) -> Policy? {
        let (versions, lists) = state.administration.withLock { ($0.versions, $0.lists.directory(asOf: version)) }
        guard let settings = versions.last(where: { $0.lsn == version })?.settings else { return nil }
        guard checks.contains(.rules) else { return Policy(settings, version: version) }
        let book = Administration.book(as: version, versions)
        do throws(RuleSetError) {
            return Policy(settings, rules: try CompiledRules(book, settings: settings, lists: lists), version: version)
        } catch {
            preconditionFailure("rules that were compiled before")
        }
    }
}

/// A rule that matched a request.
public struct MatchedRule: Sendable {
    /// Which version of which rule.
    public let reference: RuleReference
    /// Its text.
    public let rule: Rule
    /// Whether it declined the request.
    public let isDeciding: Bool
    /// The entries of lists that it asked for and found.
    public let listHits: [ListHit]
}

extension RuleBook {
    /// The book after a change that it has made the event of.
    fileprivate func with(_ event: RuleChanged) throws(Refusal) -> RuleBook {
        var next = self
        do throws(EventError) {
            try next.apply(event, lsn: lsn)
        } catch {
            preconditionFailure("an event of this book")
        }
        return next
    }
}
