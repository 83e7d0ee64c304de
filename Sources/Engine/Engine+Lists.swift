public import Authorization
public import Domain
import Journal
import Platform
import Rules

// Lists: changing them, and what is on them.

extension Engine {
    /// Carries out a command on a list, once for its request id. In force from the next decision on.
    ///
    /// Decisions wait while the entries that the record changes are put into their places, up to 1,024 of them. All
    /// else is done before.
    ///
    /// - Returns: the record, and what it did.
    /// - Throws: `Refusal`; nothing has changed then.
    public func change(_ command: ListCommand, receivedAt: Instant) throws(Refusal) -> CommandResult<ListChanged> {
        let clock = options.simulatedClock ? command.transmissionTime : receivedAt
        guard case .delete = command.action else { return try carryOut(command, clock: clock) }
        // No rule that asks the list may come meanwhile.
        return try ruleChange.withLock { _ throws(Refusal) in try carryOut(command, clock: clock) }
    }

    private func carryOut(_ command: ListCommand, clock: Instant) throws(Refusal) -> CommandResult<ListChanged> {
        var garbage: [ListTable] = []
        let result = try state.administration.withLock { administration throws(Refusal) in
            try refuseRepeat(of: command.requestID, command.transmissionTime, clock: clock)
            let event = try event(for: command, in: administration)
            administration.lists.prepare(for: event)
            let result = try executeOnce(
                command.requestID,
                transmissionTime: command.transmissionTime,
                clock: clock
            ) { () throws(Refusal) in
                try append(event, clock: clock, in: &administration)
            }
            garbage = administration.lists.takeGarbage()
            return result
        }
        // Large tables go without a lock.
        garbage.removeAll()
        return result
    }

    private func event(
        for command: ListCommand,
        in administration: borrowing Administration
    ) throws(Refusal) -> ListChanged {
        let event: ListChanged
        do throws(ListCommandError) {
            event = try administration.lists.event(for: command)
        } catch {
            throw .list(error)
        }
        guard case .deleted = event.change, let table = administration.lists.list(named: command.name)?.table,
            let rules = administration.policy.pointee.rules, rules.asks(table)
        else { return event }
        let reader = administration.book.evaluated.first { $0.rule.askedLists.contains(command.name) }
        throw .list(.readByRule(name: command.name, rule: reader?.rule.name ?? ""))
    }

    private func append(
        _ event: ListChanged,
        clock: Instant,
        in administration: inout Administration
    ) throws(Refusal) -> (CommandResult<ListChanged>, RecordPlace) {
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
            try administration.lists.apply(event, lsn: place.lsn)
        } catch {
            preconditionFailure("an event of this book")
        }
        return (CommandResult(lsn: place.lsn, value: event), place)
    }

    // MARK: Queries

    /// Calls the body with all lists, which do not change meanwhile. Commands wait, decisions do not: look at some
    /// thousand entries at most.
    public func withLists<Value, Failure: Error>(
        _ body: (borrowing ListBook) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try state.administration.withLock { administration throws(Failure) in try body(administration.lists) }
    }
}
