import Authorization
import Domain
import Engine
import Rules
import Wire

// Rules in the wire's terms.

extension RuleStage {
    init(_ state: RuleState) {
        switch state {
        case .draft: self = .draft
        case .shadow: self = .shadow
        case .active: self = .active
        case .retired: self = .retired
        }
    }

    /// The state that it stands for.
    var state: RuleState {
        switch self {
        case .draft: .draft
        case .shadow: .shadow
        case .active: .active
        case .retired: .retired
        }
    }
}

extension RuleOutcome {
    init(_ action: RuleAction, _ reason: Reason) {
        switch action {
        case .decline: self = .decline(reason)
        case .flag: self = .flag
        case .requireApproval: self = .requireApproval
        }
    }

    /// What is done, and for a decline why.
    var told: (action: RuleAction, reason: Reason) {
        switch self {
        case .decline(let reason): (.decline, reason)
        case .flag: (.flag, .approved)
        case .requireApproval: (.requireApproval, .approved)
        case .addToScore: preconditionFailure("no rule adds to a score: it is refused")
        }
    }
}

extension RuleCommand {
    init(_ message: RuleAdd, actor: UInt32) {
        let text = RuleText(
            state: message.stage.state,
            outcome: RuleOutcome(message.action, message.reason),
            owner: message.owner,
            note: message.note,
            condition: message.condition
        )
        let after: UInt32?
        switch message.expectedVersion {
        case 0: after = nil
        case .max: after = 0
        default: after = message.expectedVersion
        }
        self.init(
            requestID: message.requestID,
            actor: actor,
            transmissionTime: message.transmissionTime,
            name: message.name,
            action: .add(text, after: after)
        )
    }

    init(_ message: RuleMove, actor: UInt32) {
        self.init(
            requestID: message.requestID,
            actor: actor,
            transmissionTime: message.transmissionTime,
            name: message.name,
            action: .setState(
                message.stage.state,
                version: message.version == 0 ? nil : message.version,
                from: message.from?.state
            )
        )
    }

    /// Whether a recorded event is what this command asked for.
    func asked(for event: RuleChanged) -> Bool {
        guard name == event.name, transmissionTime == event.transmissionTime else { return false }
        switch (action, event.change) {
        case (.add(let text, let after), .added(let added)):
            return text == added && (after.map { $0 + 1 == event.reference.version } ?? true)
        case (.setState(let state, let version, let from), .moved(let before, let now)):
            return state == now && (version ?? event.reference.version) == event.reference.version
                && (from ?? before) == before
        case (.add, .moved), (.setState, .added): return false
        }
    }
}

extension RuleBook {
    /// All versions behind one, in the order of numbers and versions.
    func versions(
        after first: RuleReference
    ) -> [(reference: RuleReference, entry: Entry, version: Version)] {
        entries.dropFirst(max(0, Int(first.number) - 1)).flatMap { entry in
            entry.versions.indices.compactMap { place in
                let reference = RuleReference(number: entry.number, version: UInt32(place + 1))
                let isBehind =
                    reference.number > first.number
                    || (reference.number == first.number && reference.version > first.version)
                return isBehind ? (reference, entry, entry.versions[place]) : nil
            }
        }
    }
}

extension RuleText {
    /// How many bytes its texts have.
    var byteCount: Int { owner.utf8.count + note.utf8.count + condition.utf8.count }
}

extension RuleListReply.RulesEntry {
    init(_ reference: RuleReference, _ entry: RuleBook.Entry, _ version: RuleBook.Version, _ tally: RuleTally) {
        let (action, reason) = version.text.outcome.told
        self.init(
            number: reference.number,
            version: reference.version,
            matched: tally.matchCount,
            approved: tally.approvedCount,
            addedLSN: version.addedLSN,
            addedAt: version.addedAt,
            changedLSN: version.changedLSN,
            changedAt: version.changedAt,
            author: version.author,
            changedBy: version.changedBy,
            action: action,
            reason: reason,
            stage: RuleStage(version.text.state),
            name: entry.name,
            owner: version.text.owner,
            note: version.text.note,
            condition: version.text.condition
        )
    }
}

extension RuleListReply.SumsEntry {
    init(_ reference: RuleReference, _ sum: RuleTally.Sum) {
        self.init(
            number: reference.number,
            version: reference.version,
            asked: sum.asked,
            approvedAmount: sum.approved,
            currency: sum.currency
        )
    }
}

extension RuleHistoryReply.StepsEntry {
    init(_ step: RuleBook.Step, _ book: RuleBook) {
        self.init(
            lsn: step.lsn,
            at: step.time,
            actor: step.actor,
            number: step.reference.number,
            version: step.reference.version,
            from: step.from.map { RuleStage($0) },
            stage: RuleStage(step.to),
            name: book.version(step.reference)?.entry.name ?? ""
        )
    }
}

extension RuleTestReply {
    init(_ report: RuleTrialReport) {
        self.init(
            looked: report.lookedCount,
            matched: report.matchCount,
            approved: report.approvedCount,
            errors: report.errorCount,
            firstLSN: report.records.first,
            lastLSN: report.records.last,
            cost: UInt32(clamping: report.cost),
            sums: report.sums.map { sum in
                SumsEntry(
                    matched: sum.matchCount,
                    asked: sum.asked,
                    approvedAmount: sum.approved,
                    currency: sum.currency
                )
            },
            payments: report.payments.map { PaymentsEntry($0.event, lsn: $0.lsn) }
        )
    }
}

extension RuleTestReply.PaymentsEntry {
    init(_ event: AuthorizationEvent, lsn: LogSequenceNumber) {
        self.init(
            lsn: lsn,
            decidedAt: event.time,
            amount: event.request.kind.hasAmount ? event.request.amount : nil,
            currency: event.request.currency,
            outcome: event.decision.outcome,
            reason: event.decision.reason,
            merchantCategory: event.request.merchantCategory,
            merchantName: event.request.merchantName
        )
    }
}

extension PaymentRulesReply.RulesEntry {
    init(_ matched: MatchedRule) {
        let (action, reason) = matched.rule.outcome.told
        self.init(
            number: matched.reference.number,
            version: matched.reference.version,
            action: action,
            reason: reason,
            isDeciding: matched.isDeciding,
            name: matched.rule.name,
            owner: matched.rule.owner,
            note: matched.rule.note,
            condition: matched.rule.condition
        )
    }
}
