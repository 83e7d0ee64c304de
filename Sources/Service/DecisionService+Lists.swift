import Authorization
import Domain
import Engine
import Journal
import Platform
import Transport
import Wire

// What operators ask about lists.

extension DecisionService {
    /// How many entries one question looks at for those that it asks for: more are on the next page.
    private static let lookedEntryCountMax = 8_192

    /// Handles a template of the lists.
    func list(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        actor: UInt32,
        _ replies: inout ReplySink
    ) throws(WireError) {
        let receivedAt = frame.receivedAt
        let templateID = template.rawValue
        switch template {
        case .listCreate, .listDelete, .listAdd, .listRemove:
            let command = try ListCommand(template, frame, actor: actor)
            inBackground(frame, &replies) { $0.change(command, receivedAt, templateID, $1, $2) }
        case .listShow:
            let message = try ListShow(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.show(message, $1, $2) }
        case .listEntries:
            let message = try ListEntries(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.entries(message, receivedAt, $1, $2) }
        case .listHistory:
            let message = try ListHistory(decoding: frame.body, header: frame.header)
            inBackground(frame, &replies) { $0.history(message, $1, $2) }
        case .cardCreate, .cardSetStatus, .cardSetLimits, .cardGet, .cardList, .cardReplace, .paymentGet, .paymentList,
            .paymentAlternatives,
            .paymentHistory, .paymentSearch, .configGet, .configSet, .status, .digest, .ledgerBalances, .ledgerEntries,
            .ledgerCheck, .projectionStatus, .projectionRebuild, .snapshotMake, .snapshotList, .backupHold, .ruleAdd,
            .ruleMove,
            .ruleList, .ruleHistory, .ruleTest, .paymentRules, .principalCreate, .principalRotate, .principalChange,
            .principalRevoke, .principalList:
            preconditionFailure("these are not about lists")
        }
    }

    // MARK: Commands

    private func change(
        _ command: ListCommand,
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
            // A list that was deleted since has its kind no longer: then the values must be in its form already.
            let kind = engine.withLists { $0.list(named: command.name)?.kind }
            answerRepeat(at: place, templateID, correlationID, reply) { record in
                guard case .list(let event, let lsn) = record, command.asked(for: event, kind: kind) else { return nil }
                return { self.answer(event, at: lsn, correlationID, reply) }
            }
        }
    }

    private func answer(
        _ event: ListChanged,
        at lsn: LogSequenceNumber,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        switch event.change {
        case .created:
            reply.send(ListCreateReply(lsn: lsn, number: event.number), correlationID, whenDurable: lsn)
        case .deleted(let entries):
            reply.send(ListDeleteReply(lsn: lsn, entries: entries), correlationID, whenDurable: lsn)
        case .added(_, let counts):
            let added = ListAddReply(
                lsn: lsn,
                added: counts.added,
                replaced: counts.replaced,
                unchanged: counts.unchanged,
                entries: counts.entries
            )
            reply.send(added, correlationID, whenDurable: lsn)
        case .removed(_, let counts):
            let removed = ListRemoveReply(
                lsn: lsn,
                removed: counts.removed,
                unchanged: counts.unchanged,
                entries: counts.entries
            )
            reply.send(removed, correlationID, whenDurable: lsn)
        }
    }

    // MARK: Questions

    /// Nothing is shown that a crash could take back.
    private var newestRecord: LogSequenceNumber { LogSequenceNumber(rawValue: engine.journal.lastLSN) }

    private func show(_ message: ListShow, _ correlationID: UInt64, _ reply: ReplyHandle) {
        do throws(ListCommandError) {
            let page = try engine.withLists { (book) throws(ListCommandError) -> ListShowReply in
                guard message.name.isEmpty || book.list(named: message.name) != nil else {
                    throw book.unknown(message.name)
                }
                let shown = book.lists.filter {
                    $0.deleted == nil && (message.name.isEmpty || $0.name == message.name)
                }
                let memory = book.memory
                return ListShowReply(
                    entries: UInt64(book.entryCount),
                    past: UInt64(memory.past),
                    bytes: UInt64(memory.bytes),
                    lists: shown.map { ListShowReply.ListsEntry($0) }
                )
            }
            reply.send(page, correlationID, whenDurable: newestRecord)
        } catch {
            refuse(Reject(.list(error), templateID: ListShow.templateID), correlationID, reply)
        }
    }

    private func entries(
        _ message: ListEntries,
        _ receivedAt: Instant,
        _ correlationID: UInt64,
        _ reply: ReplyHandle
    ) {
        let now = engine.time(receivedAt: receivedAt)
        do throws(ListCommandError) {
            let page = try engine.withLists { (book) throws(ListCommandError) -> ListEntriesReply in
                guard let list = book.list(named: message.name) else { throw book.unknown(message.name) }
                return message.value.isEmpty
                    ? Self.page(of: list.table, message, now) : try Self.hit(message.value, list.table, now)
            }
            reply.send(page, correlationID, whenDurable: newestRecord)
        } catch {
            refuse(Reject(.list(error), templateID: ListEntries.templateID), correlationID, reply)
        }
    }

    private static func hit(
        _ value: String,
        _ table: ListTable,
        _ now: Instant
    ) throws(ListCommandError) -> ListEntriesReply {
        let form: String
        do throws(ListValueError) {
            form = try table.kind.canonical(value)
        } catch {
            throw .invalid("the value is not \(error.expected)")
        }
        // What is not in force is shown too, where it is exactly this value.
        let entry = table.hit(form, at: now) ?? table.entry(of: form)
        return ListEntriesReply(
            next: 0,
            now: now,
            entries: entry.map { [ListEntriesReply.EntriesEntry($0)] } ?? []
        )
    }

    private static func page(of table: ListTable, _ message: ListEntries, _ now: Instant) -> ListEntriesReply {
        var page = ListEntriesReply(next: 0, now: now, entries: [])
        var slot = Int(clamping: message.after)
        let end = min(table.slotCount, slot + lookedEntryCountMax)
        while slot < end, page.entries.count < Int(message.count) {
            defer { slot += 1 }
            guard let entry = table.entry(at: slot), entry.removedLSN == nil,
                !message.expiredOnly || entry.until.map({ $0 <= now }) ?? false
            else { continue }
            page.entries.append(ListEntriesReply.EntriesEntry(entry))
        }
        page.next = slot < table.slotCount ? UInt64(slot) : 0
        return page
    }

    private func history(_ message: ListHistory, _ correlationID: UInt64, _ reply: ReplyHandle) {
        do throws(ListCommandError) {
            let steps = try engine.withLists { (book) throws(ListCommandError) -> [ListStep] in
                guard let list = book.list(named: message.name) else { throw book.unknown(message.name) }
                return list.steps
            }
            let before = message.beforeLSN
            let older = steps.reversed().filter { before == .zero || $0.firstLSN < before }
            let shown = older.prefix(Int(message.count))
            let page = ListHistoryReply(
                nextBeforeLSN: older.count > shown.count ? shown.last?.firstLSN ?? .zero : .zero,
                steps: shown.map { ListHistoryReply.StepsEntry($0) }
            )
            reply.send(page, correlationID, whenDurable: newestRecord)
        } catch {
            refuse(Reject(.list(error), templateID: ListHistory.templateID), correlationID, reply)
        }
    }
}
