import Domain
import Rules

extension ListBook {
    /// The event that carries out a command; `apply` takes it.
    ///
    /// Whether a rule reads a list that is to be deleted is for the caller to find out.
    ///
    /// - Throws: `ListCommandError`.
    public func event(for command: ListCommand) throws(ListCommandError) -> ListChanged {
        try Self.check(command.reason, "the reason", AuthorizationLimits.listReasonByteCountMax)
        if case .create(let text) = command.action { return try creation(of: text, command) }
        guard let list = list(named: command.name) else { throw unknown(command.name) }
        switch command.action {
        case .create: preconditionFailure("done above")
        case .delete: return event(command, list.number, .deleted(entries: UInt32(list.table.entryCount)))
        case .add(let items): return try addition(of: items, to: list, command)
        case .remove(let values): return try removal(of: values, from: list, command)
        }
    }

    private func creation(of text: ListText, _ command: ListCommand) throws(ListCommandError) -> ListChanged {
        let name = command.name
        let letters = name.utf8.allSatisfy {
            (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: ".")
        }
        guard letters, (1...AuthorizationLimits.listNameByteCountMax).contains(name.utf8.count) else {
            throw .invalid(
                "a list's name has 1 to \(AuthorizationLimits.listNameByteCountMax) lower-case letters, digits, '-', "
                    + "'_' and '.'"
            )
        }
        try Self.check(text.owner, "the owner", RulesLimits.ownerByteCountMax)
        try Self.check(text.note, "the note", RulesLimits.noteByteCountMax)
        guard text.match == .exact || text.kind.allowsPrefixes else {
            throw .invalid("a list of kind \(text.kind.name) has whole values, no prefixes")
        }
        guard list(named: name) == nil else { throw .exists(name: name) }
        guard listCount < AuthorizationLimits.listCountMax else {
            throw .limit("there are \(AuthorizationLimits.listCountMax) lists already")
        }
        return event(command, newestNumber + 1, .created(text))
    }

    private func addition(
        of items: [ListItem],
        to list: ListInfo,
        _ command: ListCommand
    ) throws(ListCommandError) -> ListChanged {
        try Self.check(count: items.count)
        var counts = ListCounts()
        var checked: [ListItem] = []
        checked.reserveCapacity(items.count)
        var seen: Set<String> = []
        for (place, item) in items.enumerated() {
            var item = item
            item.value = try Self.canonical(item.value, list.kind, place, &seen)
            do throws(ListCommandError) {
                try Self.check(item.reason, "the reason", AuthorizationLimits.listReasonByteCountMax)
                try Self.checkTimes(item)
            } catch {
                throw .invalidEntry(place + 1, "\(error)")
            }
            switch list.table.outcome(ofAdding: item, command.reason) {
            case .added: counts.added += 1
            case .replaced: counts.replaced += 1
            case .unchanged: counts.unchanged += 1
            }
            checked.append(item)
        }
        guard entryCount + Int(counts.added) <= AuthorizationLimits.listEntryCountMax else {
            throw .limit(
                "all lists together have \(entryCount) entries, and with these they would have more than "
                    + "\(AuthorizationLimits.listEntryCountMax); remove what has expired: assentctl list remove NAME "
                    + "--expired"
            )
        }
        counts.entries = UInt32(list.table.entryCount) + counts.added
        return event(command, list.number, .added(checked, counts))
    }

    private func removal(
        of values: [String],
        from list: ListInfo,
        _ command: ListCommand
    ) throws(ListCommandError) -> ListChanged {
        try Self.check(count: values.count)
        var counts = ListCounts()
        var checked: [String] = []
        var seen: Set<String> = []
        for (place, value) in values.enumerated() {
            let value = try Self.canonical(value, list.kind, place, &seen)
            if list.table.entry(of: value) == nil { counts.unchanged += 1 } else { counts.removed += 1 }
            checked.append(value)
        }
        counts.entries = UInt32(list.table.entryCount) - counts.removed
        return event(command, list.number, .removed(checked, counts))
    }

    private static func check(count: Int) throws(ListCommandError) {
        guard (1...AuthorizationLimits.listEntriesPerRecordMax).contains(count) else {
            throw .invalid("one request changes 1 to \(AuthorizationLimits.listEntriesPerRecordMax) entries")
        }
    }

    private static func canonical(
        _ value: String,
        _ kind: ListKind,
        _ place: Int,
        _ seen: inout Set<String>
    ) throws(ListCommandError) -> String {
        let form: String
        do throws(ListValueError) {
            form = try kind.canonical(value)
        } catch {
            throw .invalidEntry(place + 1, "the value is not \(error.expected)")
        }
        guard seen.insert(form).inserted else { throw .invalidEntry(place + 1, "the value is there twice") }
        return form
    }

    private static func check(_ text: String, _ what: String, _ most: Int) throws(ListCommandError) {
        guard text.utf8.count <= most, text.isOneLine else {
            throw .invalid("\(what) has at most \(most) bytes and no control characters")
        }
    }

    private static func checkTimes(_ item: ListItem) throws(ListCommandError) {
        for time in [item.from, item.until].compactMap({ $0 }) where time <= .epoch || time > .max {
            throw .invalid("a time is after 1970 and before 10000")
        }
        if let from = item.from, let until = item.until, from >= until {
            throw .invalid("it would end (\(until)) before it begins (\(from))")
        }
    }

    private func event(_ command: ListCommand, _ number: UInt32, _ change: ListChanged.Change) -> ListChanged {
        ListChanged(
            requestID: command.requestID,
            actor: command.actor,
            time: .epoch,
            transmissionTime: command.transmissionTime,
            number: number,
            name: command.name,
            reason: command.reason,
            change: change
        )
    }
}
