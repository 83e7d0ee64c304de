import Authorization
import Domain
import Engine
import Transport
import Wire

// Lists in the wire's terms.

extension ListCommand {
    /// What a message asks for.
    init(
        _ template: AdministrationTemplate,
        _ frame: borrowing RequestFrame,
        actor: UInt32
    ) throws(WireError) {
        switch template {
        case .listCreate:
            let message = try ListCreate(decoding: frame.body, header: frame.header)
            let text = ListText(kind: message.kind, match: message.match, owner: message.owner, note: message.note)
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                name: message.name,
                reason: message.reason,
                action: .create(text)
            )
        case .listDelete:
            let message = try ListDelete(decoding: frame.body, header: frame.header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                name: message.name,
                reason: message.reason,
                action: .delete
            )
        case .listAdd:
            let message = try ListAdd(decoding: frame.body, header: frame.header)
            let items = message.entries.map {
                ListItem(value: $0.value, from: $0.from, until: $0.until, reason: $0.reason)
            }
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                name: message.name,
                reason: message.reason,
                action: .add(items)
            )
        case .listRemove:
            let message = try ListRemove(decoding: frame.body, header: frame.header)
            self.init(
                requestID: message.requestID,
                actor: actor,
                transmissionTime: message.transmissionTime,
                name: message.name,
                reason: message.reason,
                action: .remove(message.values.map(\.value))
            )
        default: preconditionFailure("\(template) changes no list")
        }
    }

    /// Whether a recorded event is what this command asked for; values are recorded in the form of the list's kind.
    func asked(for event: ListChanged, kind: ListKind?) -> Bool {
        guard name == event.name, reason == event.reason, transmissionTime == event.transmissionTime else {
            return false
        }
        func form(_ value: String) -> String {
            do throws(ListValueError) { return try kind?.canonical(value) ?? value } catch { return value }
        }
        switch (action, event.change) {
        case (.create(let text), .created(let made)): return text == made
        case (.delete, .deleted): return true
        case (.add(let items), .added(let added, _)):
            return items.count == added.count
                && zip(items, added).allSatisfy { item, entry in
                    form(item.value) == entry.value && item.from == entry.from && item.until == entry.until
                        && item.reason == entry.reason
                }
        case (.remove(let values), .removed(let removed, _)): return values.map(form) == removed
        case (.create, _), (.delete, _), (.add, _), (.remove, _): return false
        }
    }
}

extension ListShowReply.ListsEntry {
    init(_ list: ListInfo) {
        let last = list.steps.last
        self.init(
            number: list.number,
            entries: UInt32(list.table.entryCount),
            createdLSN: list.created.lsn,
            createdAt: list.created.time,
            changedLSN: last?.lastLSN ?? list.created.lsn,
            changedAt: last?.lastTime ?? list.created.time,
            knownSince: list.table.knownSince,
            bytes: UInt64(list.table.byteCount),
            createdBy: list.created.actor,
            changedBy: last?.actor ?? list.created.actor,
            kind: list.kind,
            match: list.match,
            name: list.name,
            owner: list.owner,
            note: list.note
        )
    }
}

extension ListEntriesReply.EntriesEntry {
    init(_ entry: ListEntry) {
        self.init(
            addedLSN: entry.addedLSN,
            from: entry.from,
            until: entry.until,
            actor: entry.actor,
            value: entry.value,
            reason: entry.reason
        )
    }
}

extension ListHistoryReply.StepsEntry {
    init(_ step: ListStep) {
        self.init(
            lsn: step.firstLSN,
            lastLSN: step.lastLSN,
            at: step.firstTime,
            changed: step.changed,
            entries: step.entries,
            actor: step.actor,
            change: step.kind,
            reason: step.reason
        )
    }
}

extension PaymentRulesReply.HitsEntry {
    init(_ rule: MatchedRule, _ hit: ListHit) {
        self.init(
            number: rule.reference.number,
            version: rule.reference.version,
            addedLSN: hit.entry.addedLSN,
            from: hit.entry.from,
            until: hit.entry.until,
            actor: hit.entry.actor,
            list: hit.list,
            value: hit.entry.value,
            reason: hit.entry.reason
        )
    }
}
