import Authorization
import Domain
import Engine
import Journal
import Platform
import Projection
import Transport
import Wire

// Questions that a worker thread answers.

extension DecisionService {
    func list(_ message: CardList) -> CardListReply {
        let profiles = engine.configuration.settings.profiles.map(\.name)
        let lastFour = UInt32(truncatingIfNeeded: message.lastFour.low)
        let page = engine.cards(
            after: Int(clamping: message.afterOrdinal),
            countMax: Int(message.count)
        ) { card in
            (message.status == nil || message.status == card.status)
                && (message.currency == nil || message.currency == card.currency)
                && (lastFour == 0 || lastFour == card.lastFour.packed)
                && (message.profile == Text16() || message.profile == profiles[Int(card.profileIndex)])
        }
        return CardListReply(
            nextOrdinal: UInt64(page.next),
            cards: page.cards.map { ordinal, card in
                CardListReply.CardsEntry(
                    ordinal: UInt64(ordinal),
                    card: block(card)
                )
            }
        )
    }

    func get(_ message: PaymentGet, _ version: UInt16, _ correlationID: UInt64, _ reply: ReplyHandle) {
        do throws(EngineError) {
            guard let found = try found(message) else {
                reply.send(Reject(noPayment: PaymentGet.templateID), correlationID)
                return
            }
            reply.send(found.told(in: version), correlationID)
        } catch {
            reply.send(Reject(internal: error, templateID: PaymentGet.templateID), correlationID)
        }
    }

    /// The event that is asked for, with the payment as it stands.
    private func found(_ message: PaymentGet) throws(EngineError) -> PaymentGetReply? {
        var record: StoredRecord?
        if message.lsn != .zero {
            record = try engine.storedRecord(message.lsn)
        } else if let id = message.requestID, case .remembered(let place) = engine.fate(of: id, transmissionTime: .max)
        {
            record = try engine.storedRecord(at: place)
        }
        var reply: PaymentGetReply
        let number: UInt64?
        switch record {
        case .authorization(let event, let lsn):
            let detail = detail(event.decision.reason, event.decision.checksFailed, event.decision.rules)
            reply = PaymentGetReply(event, lsn: lsn, checks: engine.explain(event, lsn: lsn), detail: detail)
            number = event.payment(lsn: lsn)?.id
        case .lifecycle(let event, let lsn) where !event.request.requestID.isZero:
            let detail = detail(event.reason, event.decision.checksFailed, event.decision.rules)
            reply = PaymentGetReply(event, lsn: lsn, detail: detail)
            number = (event.payment(lsn: lsn) ?? event.before)?.id
        case .lifecycle, .card, .configuration, .rule, .principal, .list, nil: return nil
        }
        guard let number, let (payment, _) = try engine.payment(LogSequenceNumber(rawValue: number), countMax: 0)
        else { return reply }
        reply.payment = PaymentBlock(payment, match: .none, heldChange: 0, postedChange: 0)
        reply.lastLSN = LogSequenceNumber(rawValue: payment.lastLSN)
        reply.lastAt = Instant(microseconds: payment.lastAt)
        return reply
    }

    func alternatives(_ message: PaymentAlternatives, _ correlationID: UInt64, _ reply: ReplyHandle) {
        do throws(EngineError) {
            guard case .authorization(let event, let lsn) = try engine.storedRecord(message.lsn) else {
                return reply.send(Reject(noPayment: PaymentAlternatives.templateID), correlationID)
            }
            reply.send(
                PaymentAlternativesReply(
                    alternatives: engine.alternatives(to: event, lsn: lsn).map {
                        PaymentAlternativesReply.AlternativesEntry($0)
                    }
                ),
                correlationID
            )
        } catch {
            reply.send(Reject(internal: error, templateID: PaymentAlternatives.templateID), correlationID)
        }
    }

    /// The reason in words, with the rule where one declined.
    private func detail(_ reason: Reason, _ failed: CheckSet, _ fired: FiredRules) -> String {
        guard failed.contains(.rules), let reference = fired.listed.first,
            let (entry, version) = engine.ruleBook.book.version(reference)
        else { return reason.text }
        let note = version.text.note.isEmpty ? "" : ": \(version.text.note)"
        return "\(reason.text), by rule \(entry.name) version \(reference.version)\(note)"
    }

    func list(_ message: PaymentList, _ version: UInt16, _ correlationID: UInt64, _ reply: ReplyHandle) {
        var filter = PaymentFilter()
        filter.cardToken = message.cardToken
        filter.outcome = message.outcome
        filter.kind = message.kind
        filter.reason = message.reason
        filter.from = message.from ?? .epoch
        filter.to = message.to ?? .max
        filter.merchantContains = message.merchantContains
        do throws(EngineError) {
            let page = try engine.payments(
                filter,
                before: message.beforeLSN == .zero ? nil : message.beforeLSN,
                countMax: Int(message.count)
            )
            reply.send(
                PaymentListReply(
                    nextBeforeLSN: page.next ?? .zero,
                    scanned: UInt64(page.scannedCount),
                    payments: page.payments.map { PaymentListReply.PaymentsEntry($0.event, lsn: $0.lsn) }
                ).told(in: version),
                correlationID
            )
        } catch {
            reply.send(Reject(internal: error, templateID: PaymentList.templateID), correlationID)
        }
    }

    /// Settings in the order of their keys, as many as one frame takes; the client asks on after the last key.
    func get(_ message: ConfigGet) -> ConfigGetReply {
        let (version, settings) = engine.configuration
        let entries = settings.entries.filter { $0.key.hasPrefix(message.prefix) }.sorted { $0.key < $1.key }
            .filter { message.afterKey.isEmpty || $0.key > message.afterKey }
        var taken: [ConfigGetReply.SettingsEntry] = []
        var byteCount = 0
        for entry in entries {
            byteCount += entry.key.utf8.count + entry.value.utf8.count + entry.help.utf8.count + 16
            guard
                taken.isEmpty
                    || (byteCount < WireLimits.frameByteCountMaxAdministration - 4_096
                        && taken.count < WireLimits.settingsPerReplyMax)
            else { break }
            taken.append(ConfigGetReply.SettingsEntry(key: entry.key, value: entry.value, help: entry.help))
        }
        return ConfigGetReply(configurationVersion: version, more: taken.count < entries.count, settings: taken)
    }

    func status() -> StatusReply {
        let counts = engine.counts
        let journal = engine.journal.statistics
        let transport = statistics.transportCounters
        let recovery = engine.journal.recovery
        let lastSecond = statistics.lastSecond { counts.total }
        let snapshots = engine.snapshotStatistics
        let newestSnapshot = engine.newestSnapshot
        let archive = engine.archive?.figures
        let projected = projection?.progressFigures
        return StatusReply(
            instanceID: engine.instanceID,
            startedAt: statistics.startedAt,
            now: Instant(microseconds: Clock.now()),
            lastLSN: LogSequenceNumber(rawValue: engine.journal.lastLSN),
            durableLSN: LogSequenceNumber(rawValue: engine.journal.durableLSN),
            cards: UInt64(engine.cardCount),
            rememberedIDs: UInt64(engine.rememberedRequestCount),
            approved: counts.approved,
            declined: counts.declined,
            flagged: counts.flagged,
            repeated: statistics.repeatedTotal,
            rejected: statistics.rejectedTotal,
            busy: statistics.busyTotal,
            commits: journal.commits,
            journalBytes: journal.bytes,
            residentBytes: CurrentProcess.residentByteCount(),
            recoveredRecords: recovery.records,
            recoveryMicroseconds: engine.recoverySource.journalMicroseconds,
            tornTailBytes: recovery.tornTailByteCount,
            lastSecondDecisions: lastSecond.decisions,
            connections: transport.connections,
            inFlight: transport.inFlight,
            latencyP50: lastSecond.p50,
            latencyP90: lastSecond.p90,
            latencyP99: lastSecond.p99,
            latencyP999: lastSecond.p999,
            latencyMax: lastSecond.max,
            simulatedClock: engine.options.simulatedClock,
            snapshotLSN: newestSnapshot?.lsn ?? .zero,
            snapshotAt: newestSnapshot?.madeAt ?? .epoch,
            snapshotBytes: newestSnapshot?.byteCount ?? 0,
            snapshotMicroseconds: snapshots.latest?.microseconds ?? 0,
            snapshotPauseMicroseconds: snapshots.longestPauseNanoseconds / 1_000,
            paymentsInMemory: UInt64(engine.paymentCount),
            archivedPayments: archive?.paymentCount ?? 0,
            archiveBytes: archive?.byteCount ?? 0,
            archiveLSN: archive?.newestLSN ?? .zero,
            archiveRuns: UInt32(clamping: archive?.runCount ?? 0),
            snapshotsKept: UInt32(clamping: (try? engine.snapshotList().count) ?? 0),
            archiveComplete: archive?.isComplete ?? true,
            projectedLSN: LogSequenceNumber(rawValue: projected?.lsn ?? 0),
            projectionLagMicroseconds: UInt64(projected?.lagMicroseconds ?? 0),
            projectionState: ProjectionState(projected?.state),
            inFlightMax: transport.inFlightMax,
            certificateEndsAt: Instant(microseconds: transport.certificateEndSecond * 1_000_000),
            revocationListEndsAt: Instant(microseconds: transport.revocationListEndSecond * 1_000_000),
            authorityEndsAt: Instant(microseconds: transport.clientAuthorityEndSecond * 1_000_000),
            reasons: Reason.allCases.map { reason in
                StatusReply.ReasonsEntry(reason: reason, total: counts.count(of: reason))
            },
            daemonVersion: daemonVersion
        )
    }
}

extension DigestReply {
    init(_ state: StateDigest) {
        var bytes: [UInt8] = []
        for half in [state.digest.high, state.digest.low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(shift)))
            }
        }
        self.init(
            lsn: state.lsn,
            digest: bytes,
            cards: UInt64(state.cardCount),
            rememberedIDs: UInt64(state.rememberedRequestCount),
            policyVersion: state.policyVersion
        )
    }
}
