import Authorization
import Domain
import Engine
import Platform
import Rules
import Transport
import Wire

// What operators ask about rules.

extension DecisionService {
    /// How many matches a trial lists.
    private static let listedPaymentCountMax = 20

    /// Handles a template of the rules that takes no second.
    func rule(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        actor: UInt32,
        _ replies: inout ReplySink
    ) throws(WireError) {
        let receivedAt = frame.receivedAt
        switch template {
        case .ruleAdd:
            let message = try RuleAdd(decoding: frame.body, header: frame.header)
            let command = RuleCommand(message, actor: actor)
            inBackground(frame, &replies) { $0.change(command, receivedAt, RuleAdd.templateID, $1, $2) }
        case .ruleMove:
            let message = try RuleMove(decoding: frame.body, header: frame.header)
            let command = RuleCommand(message, actor: actor)
            inBackground(frame, &replies) { $0.change(command, receivedAt, RuleMove.templateID, $1, $2) }
        case .ruleList:
            let message = try RuleList(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.list(message, $1, $2) }
        case .ruleHistory:
            let message = try RuleHistory(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.history(message, $1, $2) }
        case .paymentRules:
            let message = try PaymentRules(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.rules(message, $1, $2) }
        case .cardCreate, .cardSetStatus, .cardSetLimits, .cardGet, .cardList, .cardReplace, .paymentGet, .paymentList,
            .paymentAlternatives,
            .paymentHistory, .paymentSearch, .configGet, .configSet, .status, .digest, .ledgerBalances, .ledgerEntries,
            .ledgerCheck, .projectionStatus, .projectionRebuild, .snapshotMake, .snapshotList, .backupHold, .ruleTest,
            .principalCreate, .principalRotate, .principalChange, .principalRevoke, .principalList, .listCreate,
            .listDelete, .listAdd, .listRemove, .listShow, .listEntries, .listHistory:
            preconditionFailure("these are not about rules, or take long")
        }
    }

    // MARK: Commands

    private func change(
        _ command: RuleCommand,
        _ receivedAt: Instant,
        _ templateID: UInt16,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        do throws(Refusal) {
            let result = try engine.change(command, receivedAt: receivedAt)
            answer(result.value, at: result.lsn, correlationID, reply)
        } catch {
            guard case .repeated(let place) = error else {
                return refuse(Reject(error, templateID: templateID), correlationID, reply)
            }
            answerRepeat(at: place, templateID, correlationID, reply) { record in
                guard case .rule(let event, let lsn) = record, command.asked(for: event) else { return nil }
                return { self.answer(event, at: lsn, correlationID, reply) }
            }
        }
    }

    private func answer(
        _ event: RuleChanged,
        at lsn: LogSequenceNumber,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        let (number, version) = (event.reference.number, event.reference.version)
        switch event.change {
        case .added:
            reply.send(RuleAddReply(lsn: lsn, number: number, version: version), correlationID, whenDurable: lsn)
        case .moved(let from, let to):
            let moved = RuleMoveReply(
                lsn: lsn,
                number: number,
                version: version,
                from: RuleStage(from),
                stage: RuleStage(to)
            )
            reply.send(moved, correlationID, whenDurable: lsn)
        }
    }

    // MARK: Questions

    private func list(_ message: RuleList, _ correlationID: UInt64, _ reply: ReplyHandle) {
        let (book, configurationVersion) = engine.ruleBook
        let (tallies, activeErrors, shadowErrors) = engine.ruleTallies
        let first = RuleReference(number: message.afterNumber, version: message.afterVersion)
        var page = RuleListReply(
            nextNumber: 0,
            nextVersion: 0,
            configurationVersion: configurationVersion,
            countedSince: statistics.startedAt,
            activeCost: UInt64(engine.ruleCost),
            activeErrors: activeErrors,
            shadowErrors: shadowErrors,
            rules: [],
            sums: []
        )
        var byteCount = 0
        for (reference, entry, version) in book.versions(after: first) {
            guard message.name.isEmpty || entry.name == message.name,
                message.stage.map({ RuleStage(version.text.state) == $0 }) ?? true
            else { continue }
            let tally = tallies[reference] ?? RuleTally()
            byteCount += version.text.byteCount + 160 + tally.sums.count * 32
            guard page.rules.isEmpty || byteCount < WireLimits.frameByteCountMaxAdministration - 4_096,
                page.sums.count + tally.sums.count <= WireLimits.ruleSumsPerReplyMax,
                page.rules.count < Int(message.count)
            else {
                (page.nextNumber, page.nextVersion) = (page.rules.last?.number ?? 0, page.rules.last?.version ?? 0)
                break
            }
            page.rules.append(RuleListReply.RulesEntry(reference, entry, version, tally))
            page.sums += tally.sums.map { RuleListReply.SumsEntry(reference, $0) }
        }
        reply.send(page, correlationID, whenDurable: configurationVersion)
    }

    private func history(_ message: RuleHistory, _ correlationID: UInt64, _ reply: ReplyHandle) {
        let (book, configurationVersion) = engine.ruleBook
        let number = message.name.isEmpty ? nil : book.entry(named: message.name)?.number
        if !message.name.isEmpty, number == nil {
            let refusal = Refusal.rule(book.unknown(message.name))
            return refuse(Reject(refusal, templateID: RuleHistory.templateID), correlationID, reply)
        }
        var page = RuleHistoryReply(nextBeforeLSN: .zero, steps: [])
        for step in book.steps.reversed() {
            guard message.beforeLSN == .zero || step.lsn < message.beforeLSN,
                number == nil || step.reference.number == number
            else { continue }
            if page.steps.count >= Int(message.count), let last = page.steps.last, last.lsn != step.lsn {
                page.nextBeforeLSN = last.lsn
                break
            }
            page.steps.append(RuleHistoryReply.StepsEntry(step, book))
        }
        reply.send(page, correlationID, whenDurable: configurationVersion)
    }

    private func rules(_ message: PaymentRules, _ correlationID: UInt64, _ reply: ReplyHandle) {
        do throws(EngineError) {
            let fired: FiredRules
            let matched: [MatchedRule]
            switch try engine.storedRecord(message.lsn) {
            case .authorization(let event, _):
                (fired, matched) = (event.decision.rules, engine.explainRules(event, lsn: message.lsn))
            case .lifecycle(let event, _): (fired, matched) = (event.decision.rules, engine.explainRules(event))
            case .card, .configuration, .rule, .principal, .list, nil:
                return refuse(Reject(noPayment: PaymentRules.templateID), correlationID, reply)
            }
            let listed = Self.thatFit(matched)
            reply.send(
                PaymentRulesReply(
                    matched: UInt32(fired.count),
                    errors: UInt32(fired.errorCount),
                    rules: listed.map { PaymentRulesReply.RulesEntry($0) },
                    hits: Array(
                        listed.flatMap { rule in rule.listHits.map { PaymentRulesReply.HitsEntry(rule, $0) } }
                            .prefix(WireLimits.listHitsPerReplyMax)
                    )
                ),
                correlationID
            )
        } catch {
            refuse(Reject(internal: error, templateID: PaymentRules.templateID), correlationID, reply)
        }
    }

    /// As many as one frame takes, but always the one that decided: it may stand behind others.
    private static func thatFit(_ matched: [MatchedRule]) -> [MatchedRule] {
        var byteCount = 0
        let deciding = matched.filter(\.isDeciding)
        let others = matched.filter { !$0.isDeciding }
        let fit = (deciding + others).prefix(WireLimits.rulesPerReplyMax).prefix { entry in
            byteCount += entry.rule.condition.utf8.count + entry.rule.note.utf8.count + 256 + entry.listHits.count * 320
            return byteCount < WireLimits.frameByteCountMaxAdministration - 4_096
        }
        return fit.sorted { ($0.reference.number, $0.reference.version) < ($1.reference.number, $1.reference.version) }
    }

    /// Tries a condition; it may look at many records.
    func test(_ message: RuleTest, _ correlationID: UInt64, _ reply: ReplyHandle) {
        let templateID = RuleTest.templateID
        guard message.name.isEmpty != message.condition.isEmpty else {
            let reject = Reject(
                code: .invalidField,
                templateID: templateID,
                retryAfterMicroseconds: 0,
                detail: "either name or condition is given, not both and not neither"
            )
            return refuse(reject, correlationID, reply)
        }
        do throws(Refusal) {
            let outcome = try engine.tryRule(
                message.name.isEmpty ? .text(message.condition) : .rule(message.name),
                lsn: message.lsn == .zero ? nil : message.lsn,
                countMax: Int(message.count),
                listedMax: Self.listedPaymentCountMax,
                now: engine.time(receivedAt: Instant(microseconds: Clock.now()))
            )
            switch outcome {
            case .success(let report?): reply.send(RuleTestReply(report), correlationID)
            case .success(nil): refuse(Reject(noPayment: templateID), correlationID, reply)
            case .failure(let error): refuse(Reject(internal: error, templateID: templateID), correlationID, reply)
            }
        } catch {
            refuse(Reject(error, templateID: templateID), correlationID, reply)
        }
    }
}
