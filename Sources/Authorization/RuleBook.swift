public import Domain
public import Rules

/// Every rule with all of its texts and where they are in their lives: what the changes of the rules add up to.
///
/// It changes only by `apply`, in the order of the journal; the same events make the same book.
public struct RuleBook: Sendable {
    /// A rule: its name for good, and its texts, the oldest first.
    public struct Entry: Sendable {
        /// The rule's number, from 1.
        public let number: UInt32
        /// Its name.
        public let name: String
        /// Its texts by version, version 1 first; never empty.
        public internal(set) var versions: [Version]
    }

    /// One text of a rule, and where it is in its life.
    public struct Version: Sendable {
        /// What was written, in its state of now.
        public internal(set) var text: RuleText
        /// The Unix user who wrote it.
        public let author: UInt32
        /// The record by which it was written.
        public let addedLSN: LogSequenceNumber
        /// When that was.
        public let addedAt: Instant
        /// The Unix user who changed its state last.
        public internal(set) var changedBy: UInt32
        /// The record by which that was done.
        public internal(set) var changedLSN: LogSequenceNumber
        /// When that was.
        public internal(set) var changedAt: Instant
    }

    /// One step in a version's life.
    public struct Step: Sendable, Equatable {
        /// The record.
        public let lsn: LogSequenceNumber
        /// When.
        public let time: Instant
        /// The Unix user.
        public let actor: UInt32
        /// Which version.
        public let reference: RuleReference
        /// The state before; `nil`: it was written.
        public let from: RuleState?
        /// The state from then on.
        public let to: RuleState
    }

    /// The rules by number, number 1 first.
    public private(set) var entries: [Entry] = []
    /// All that happened, oldest first.
    public private(set) var steps: [Step] = []
    /// The record of the newest change; zero where there was none.
    public private(set) var lsn = LogSequenceNumber.zero
    /// How many bytes all conditions have together.
    public private(set) var sourceByteCount = 0
    /// How many versions there are.
    public private(set) var versionCount = 0
    private var numbers: [String: UInt32] = [:]

    /// No rules.
    public init() {}

    /// The rule of a name; `nil`: there is none.
    public func entry(named name: String) -> Entry? { numbers[name].map { entries[Int($0) - 1] } }

    /// The version that a reference means; `nil`: there is none.
    public func version(_ reference: RuleReference) -> (entry: Entry, version: Version)? {
        guard reference.number >= 1, reference.number <= entries.count else { return nil }
        let entry = entries[Int(reference.number) - 1]
        guard reference.version >= 1, reference.version <= entry.versions.count else { return nil }
        return (entry, entry.versions[Int(reference.version) - 1])
    }

    /// The rules that are evaluated, in the order of their numbers and versions.
    public var evaluated: [(reference: RuleReference, rule: Rule)] {
        entries.flatMap { entry in
            entry.versions.enumerated().compactMap { place, version in
                guard version.text.state == .active || version.text.state == .shadow else { return nil }
                let reference = RuleReference(number: entry.number, version: UInt32(place + 1))
                return (reference, version.text.rule(named: entry.name, version: reference.version))
            }
        }
    }

    /// One of the versions that are evaluated. Its text never changes, so that this says all.
    struct EvaluatedPart: Equatable {
        let reference: RuleReference
        let state: RuleState
    }

    var evaluatedParts: [EvaluatedPart] {
        evaluated.map { EvaluatedPart(reference: $0.reference, state: $0.rule.state) }
    }

    /// A fingerprint of all rules and versions; that of an empty book is that of nothing.
    public var digest: Digest128 {
        var digest = Digest128()
        guard !entries.isEmpty else { return digest }
        for entry in entries {
            for (place, version) in entry.versions.enumerated() {
                digest.combine(UInt64(entry.number) << 32 | UInt64(place + 1), UInt64(version.text.state.rawValue))
                digest.combine(UInt64(version.author), version.addedLSN.rawValue)
                digest.combine(UInt64(version.changedBy), version.changedLSN.rawValue)
                for var text in [
                    entry.name, version.text.owner, version.text.note, version.text.condition,
                    "\(version.text.outcome)",
                ] {
                    text.withUTF8 { digest.combine(UnsafeRawBufferPointer($0)) }
                }
            }
        }
        return digest
    }

    /// How many versions are in a state.
    public func count(of state: RuleState) -> Int {
        entries.reduce(0) { $0 + $1.versions.count { $0.text.state == state } }
    }
}

extension RuleText {
    /// The text as the rules library takes it.
    public func rule(named name: String, version: UInt32) -> Rule {
        Rule(
            name: name,
            version: version,
            owner: owner,
            note: note,
            state: state,
            outcome: outcome,
            condition: condition
        )
    }
}

// MARK: - Changing

extension RuleBook {
    /// Takes over a change. `lsn` is its record's number.
    ///
    /// - Throws: `EventError.invalidField`, when it is not one that this book allows.
    public mutating func apply(_ event: RuleChanged, lsn: LogSequenceNumber) throws(EventError) {
        switch event.change {
        case .added(let text): try add(text, event, lsn)
        case .moved(let from, let to): try move(from, to, event, lsn)
        }
        self.lsn = lsn
    }

    private mutating func add(_ text: RuleText, _ event: RuleChanged, _ lsn: LogSequenceNumber) throws(EventError) {
        let number = numbers[event.name] ?? UInt32(entries.count + 1)
        let count = numbers[event.name] == nil ? 0 : entries[Int(number) - 1].versions.count
        guard event.reference == RuleReference(number: number, version: UInt32(count + 1)),
            text.state == .draft || text.state == .shadow
        else { throw .invalidField("rule") }
        if count == 0 {
            entries.append(Entry(number: number, name: event.name, versions: []))
            numbers[event.name] = number
        }
        entries[Int(number) - 1].versions.append(
            Version(
                text: text,
                author: event.actor,
                addedLSN: lsn,
                addedAt: event.time,
                changedBy: event.actor,
                changedLSN: lsn,
                changedAt: event.time
            )
        )
        sourceByteCount += text.condition.utf8.count
        versionCount += 1
        note(event.reference, nil, text.state, event, lsn)
    }

    private mutating func move(
        _ from: RuleState,
        _ to: RuleState,
        _ event: RuleChanged,
        _ lsn: LogSequenceNumber
    ) throws(EventError) {
        guard let (entry, version) = version(event.reference), entry.name == event.name, version.text.state == from,
            from.allows(to)
        else { throw .invalidField("rule") }
        if to == .active, let active = entry.versions.firstIndex(where: { $0.text.state == .active }) {
            let replaced = RuleReference(number: entry.number, version: UInt32(active + 1))
            set(.retired, of: replaced, event, lsn)
            note(replaced, .active, .retired, event, lsn)
        }
        set(to, of: event.reference, event, lsn)
        note(event.reference, from, to, event, lsn)
    }

    private mutating func set(
        _ state: RuleState,
        of reference: RuleReference,
        _ event: RuleChanged,
        _ lsn: LogSequenceNumber
    ) {
        var version = entries[Int(reference.number) - 1].versions[Int(reference.version) - 1]
        version.text.state = state
        version.changedBy = event.actor
        version.changedLSN = lsn
        version.changedAt = event.time
        entries[Int(reference.number) - 1].versions[Int(reference.version) - 1] = version
    }

    private mutating func note(
        _ reference: RuleReference,
        _ from: RuleState?,
        _ to: RuleState,
        _ event: RuleChanged,
        _ lsn: LogSequenceNumber
    ) {
        steps.append(
            Step(lsn: lsn, time: event.time, actor: event.actor, reference: reference, from: from, to: to)
        )
    }
}

// MARK: - Commands

extension RuleBook {
    /// The event that carries out a command; `apply` takes it. Whether all evaluated rules together are within their
    /// limits is found out by compiling them.
    ///
    /// - Parameters:
    ///   - schema: what conditions may name.
    ///   - needsSecondPerson: whether a version may not be promoted by who wrote it.
    /// - Throws: `RuleCommandError`.
    public func event(
        for command: RuleCommand,
        schema: AttributeSchema,
        needsSecondPerson: Bool
    ) throws(RuleCommandError) -> RuleChanged {
        switch command.action {
        case .add(let text, let after): return try addition(of: text, after: after, command, schema)
        case .setState(let state, let version, let from):
            let (reference, version) = try target(command.name, state, version, from)
            if needsSecondPerson, state == .active, command.actor == version.author {
                throw .secondPersonNeeded(name: command.name, version: reference.version)
            }
            return event(command, reference, .moved(from: version.text.state, to: state))
        }
    }

    private func addition(
        of text: RuleText,
        after: UInt32?,
        _ command: RuleCommand,
        _ schema: AttributeSchema
    ) throws(RuleCommandError) -> RuleChanged {
        let entry = entry(named: command.name)
        let newest = UInt32(entry?.versions.count ?? 0)
        if let after, after != newest { throw .versionChanged(name: command.name, newest: newest) }
        guard text.state == .draft || text.state == .shadow else {
            throw .rule(.invalid(rule: command.name, "a new version is draft or shadow, not \(text.state.name)"))
        }
        if case .addToScore = text.outcome {
            throw .rule(.invalid(rule: command.name, "nothing decides by a score; decline, flag or require approval"))
        }
        do throws(RuleSetError) {
            try text.rule(named: command.name, version: newest + 1).validate(schema: schema)
        } catch {
            throw .rule(error)
        }
        guard entry != nil || entries.count < AuthorizationLimits.ruleCountMax else {
            throw .limit("there are \(AuthorizationLimits.ruleCountMax) rules already")
        }
        guard versionCount < AuthorizationLimits.ruleVersionCountMax else {
            throw .limit("there are \(AuthorizationLimits.ruleVersionCountMax) versions of rules already")
        }
        guard sourceByteCount + text.condition.utf8.count <= AuthorizationLimits.ruleSourceByteCountMax else {
            throw .limit("all conditions together have more than \(AuthorizationLimits.ruleSourceByteCountMax) bytes")
        }
        let number = entry?.number ?? UInt32(entries.count + 1)
        return event(command, RuleReference(number: number, version: newest + 1), .added(text))
    }

    /// What to say where there is no rule of a name.
    public func unknown(_ name: String) -> RuleCommandError {
        .unknownRule(name: name, nearest: NearName.nearest(to: name, among: entries.map(\.name)))
    }

    /// The version that a command moves.
    private func target(
        _ name: String,
        _ state: RuleState,
        _ asked: UInt32?,
        _ from: RuleState?
    ) throws(RuleCommandError) -> (RuleReference, Version) {
        guard let entry = entry(named: name) else { throw unknown(name) }
        func reference(_ place: Int) -> RuleReference {
            RuleReference(number: entry.number, version: UInt32(place + 1))
        }
        if let asked {
            guard asked >= 1, asked <= entry.versions.count else {
                throw .unknownVersion(name: name, version: asked, newest: UInt32(entry.versions.count))
            }
            let version = entry.versions[Int(asked) - 1]
            guard version.text.state.allows(state), from == nil || from == version.text.state else {
                throw .transitionNotAllowed(name: name, version: asked, from: version.text.state, to: state)
            }
            return (reference(Int(asked) - 1), version)
        }
        let fit = entry.versions.indices.filter { place in
            let now = entry.versions[place].text.state
            return now.allows(state) && (from == nil || from == now)
        }
        guard let place = fit.last else {
            throw .nothingToMove(name: name, states: entry.versions.map(\.text.state), to: state)
        }
        guard fit.count == 1 else {
            throw .ambiguous(name: name, versions: fit.map { UInt32($0 + 1) }, to: state)
        }
        return (reference(place), entry.versions[place])
    }

    private func event(
        _ command: RuleCommand,
        _ reference: RuleReference,
        _ change: RuleChanged.Change
    ) -> RuleChanged {
        RuleChanged(
            requestID: command.requestID,
            actor: command.actor,
            time: .epoch,
            transmissionTime: command.transmissionTime,
            reference: reference,
            name: command.name,
            change: change
        )
    }
}
