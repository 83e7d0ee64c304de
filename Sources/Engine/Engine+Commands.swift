public import Authorization
public import Domain
import Journal
import Platform
import Rules

/// What carrying out a command came to.
public struct CommandResult<Value: Sendable>: Sendable {
    /// The record; the answer must be held back until it is durable.
    public let lsn: LogSequenceNumber
    /// What there is now.
    public let value: Value
}

extension Engine {
    /// Carries out a command on a card, once for its request id.
    ///
    /// - Returns: the record and the card as it is now; of a replacement the new card.
    /// - Throws: `Refusal`; nothing has changed then.
    public func perform(_ command: CardCommand, receivedAt: Instant) throws(Refusal) -> CommandResult<CardView> {
        guard journal.hasRoom(forAppenders: options.appenderCount) else {
            throw refusal(of: command.requestID, transmissionTime: command.transmissionTime)
        }
        let clock = options.simulatedClock ? command.transmissionTime : receivedAt
        return try state.administration.withLock { administration throws(Refusal) in
            try executeOnce(
                command.requestID,
                transmissionTime: command.transmissionTime,
                clock: clock
            ) { () throws(Refusal) in
                if command.action.makesCard, administration.cardPlaces.count >= options.cardCountMax {
                    throw .cardLimitReached(options.cardCountMax)
                }
                let asked = try addressed(command, administration.presentCards)
                var (result, place) = try perform(asked, clock: clock, in: &administration)
                if asked.token != command.token, let card = card(command.token) {
                    result = CommandResult(lsn: result.lsn, value: card)
                }
                return (result, place)
            }
        }
    }

    /// Carries out what changes something once for its request id: what was carried out before, is too old or comes
    /// from the future is refused, and the id is remembered with the record that the body made.
    ///
    /// - Throws: `Refusal`; the id is not remembered then.
    func executeOnce<Value>(
        _ id: RequestID,
        transmissionTime: Instant,
        clock: Instant,
        _ body: () throws(Refusal) -> (Value, RecordPlace)
    ) throws(Refusal) -> Value {
        try state.requests.withLock(state.requestShard(id)) { ids throws(Refusal) in
            if let refusal = ids.refusal(of: id, transmissionTime: transmissionTime, clock: clock) { throw refusal }
            let (value, place) = try body()
            ids.insert(RequestIDTable.Entry(id: id, transmissionTime: transmissionTime, place: place))
            return value
        }
    }

    /// The command with the account's own token, where it is about the account's limits and names the card that stands
    /// for it now.
    private func addressed(
        _ command: CardCommand,
        _ presentCards: [CardToken: CardToken]
    ) throws(Refusal) -> CardCommand {
        guard case .setLimits(let changes) = command.action else { return command }
        let account = account(of: command.token)
        guard account != command.token else { return command }
        if let present = presentCards[account], present != command.token { throw .card(.replacedAlready(by: present)) }
        guard changes.expiry == nil else {
            throw .card(
                .invalidField(
                    name: "expiry",
                    problem: "a card that replaced another keeps the last month that it was made with"
                )
            )
        }
        var command = command
        command.token = account
        return command
    }

    private func perform(
        _ command: CardCommand,
        clock: Instant,
        in administration: inout Administration
    ) throws(Refusal) -> (CommandResult<CardView>, RecordPlace) {
        let shard = state.cardShard(command.token)
        var other = shard
        if case .replace(let replacement) = command.action { other = state.cardShard(replacement.newToken) }
        return try state.withCards(shard, other) { () throws(Refusal) in
            let cell = state.cards.state(shard)
            // A replacement is dated by both shards.
            let time = state.cards.state(other).pointee.advance(to: cell.pointee.advance(to: clock))
            let event = try validated(
                command,
                at: cell.pointee.advance(to: time),
                cell: cell,
                administration.presentCards
            )
            let place = withUnsafeTemporaryAllocation(
                byteCount: CardEvent.encodedByteCountMax,
                alignment: 16
            ) { buffer in
                let byteCount = event.encode(into: buffer)
                return journal.append(
                    event.kind,
                    time: event.time,
                    payload: UnsafeRawBufferPointer(rebasing: buffer[..<byteCount])
                )
            }
            cell.pointee.apply(event, lsn: place.lsn)
            var made: Int?
            var token = command.token
            switch event {
            case .created: made = shard
            case .replaced(let replaced):
                state.cards.state(other).pointee.applyAlias(replaced, lsn: place.lsn)
                administration.presentCards[replaced.account] = replaced.newToken
                made = other
                token = replaced.newToken
            case .statusChanged, .limitsChanged: break
            }
            if let made {
                let slot = UInt32(state.cards.state(made).pointee.shard.cardCount - 1)
                administration.cardPlaces.append(Administration.CardPlace(shard: UInt32(made), slot: slot))
            }
            guard let card = state.cards.state(other).pointee.shard.card(token) else {
                preconditionFailure("a card that was just changed is there")
            }
            return (CommandResult(lsn: place.lsn, value: card), place)
        }
    }

    private func validated(
        _ command: CardCommand,
        at time: Instant,
        cell: UnsafeMutablePointer<CardCell>,
        _ presentCards: [CardToken: CardToken]
    ) throws(Refusal) -> CardEvent {
        let card = cell.pointee.shard.card(command.token)
        var replacement: CardView?
        if case .replace(let asked) = command.action {
            replacement = state.cards.state(state.cardShard(asked.newToken)).pointee.shard.card(asked.newToken)
        }
        do throws(CardCommandError) {
            return try validate(
                command,
                seen: card,
                replacement: replacement,
                present: presentCards[card?.account ?? command.token],
                at: time,
                policy: cell.pointee.policy.pointee
            )
        } catch {
            throw .card(error)
        }
    }

    /// Sets one key of the configuration, once for the request id. In force from the next decision on.
    ///
    /// - Parameters:
    ///   - change: the key and value; its time is set here.
    ///   - expectedVersion: the record that the caller believes to be in force; `nil` when any will do.
    /// - Throws: `Refusal`; nothing has changed then.
    public func configure(
        _ change: ConfigurationChanged,
        expectedVersion: LogSequenceNumber?,
        receivedAt: Instant
    ) throws(Refusal) -> LogSequenceNumber {
        let clock = options.simulatedClock ? change.transmissionTime : receivedAt
        return try state.administration.withLock { administration throws(Refusal) in
            try executeOnce(
                change.requestID,
                transmissionTime: change.transmissionTime,
                clock: clock
            ) { () throws(Refusal) in
                if let expectedVersion, expectedVersion != administration.current.lsn {
                    throw .versionChanged(current: administration.current.lsn)
                }
                var settings = administration.current.settings
                do throws(PolicyError) {
                    try settings.set(key: change.key, value: change.value)
                    try settings.checkCurrencies(after: administration.current.settings)
                } catch {
                    throw .configuration(error)
                }
                let policy = try policy(under: settings, setting: change.key, in: administration)
                let place = try append(change, clock: clock, settings: settings, policy, in: &administration)
                return (place.lsn, place)
            }
        }
    }

    /// The policy that settings would make with the rules that there are; its version is still to be stamped.
    private func policy(
        under settings: PolicySettings,
        setting key: String,
        in administration: borrowing Administration
    ) throws(Refusal) -> Policy {
        do throws(RuleSetError) {
            let rules = try Administration.compile(
                administration.book,
                under: settings,
                lists: administration.lists.directory,
                inForce: administration.policy.pointee.rules
            )
            return Policy(settings, rules: rules, version: .zero)
        } catch {
            throw .configuration(
                .invalidValue(
                    key: key,
                    problem: "a rule reads what would no longer be kept: \(RuleCommandError.rule(error))",
                    expected: "windows that active and shadow rules read; disable the rule first"
                )
            )
        }
    }

    private func append(
        _ change: ConfigurationChanged,
        clock: Instant,
        settings: PolicySettings,
        _ policy: consuming Policy,
        in administration: inout Administration
    ) throws(Refusal) -> RecordPlace {
        state.lockCards()
        defer { state.unlockCards() }
        var change = change
        change.time = timeOfAllShards(clock)
        let place = try appendUnderAllLocks(
            .configurationChanged,
            time: change.time,
            byteCount: change.encodedByteCount
        ) { change.encode(into: $0) }
        administration.append(settings, setting: change.key, to: change.value, at: place.lsn)
        policy.stamp(place.lsn)
        state.activate(policy, in: &administration)
        return place
    }

    /// The time for a record that concerns every shard; the caller has locked them.
    func timeOfAllShards(_ clock: Instant) -> Instant {
        var time = clock
        for index in 0..<state.cards.count { time = state.cards.state(index).pointee.advance(to: time) }
        return time
    }

    /// Appends a record of any length. With every card shard locked nobody else appends, so that the room that was
    /// waited for stays.
    func appendUnderAllLocks(
        _ kind: EventKind,
        time: Instant,
        byteCount: Int,
        _ encode: (UnsafeMutableRawBufferPointer) -> Int
    ) throws(Refusal) -> RecordPlace {
        do throws(JournalError) {
            try journal.waitForRoom(byteCount: byteCount)
        } catch {
            throw error == .outOfSpace ? .storageUnavailable : .busy
        }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        return bytes.withUnsafeMutableBytes { buffer in
            let written = encode(buffer)
            return journal.append(kind, time: time, payload: UnsafeRawBufferPointer(rebasing: buffer[..<written]))
        }
    }
}

extension CardCommand.Action {
    /// Whether there is one card more afterwards.
    fileprivate var makesCard: Bool {
        switch self {
        case .create, .replace: true
        case .setStatus, .setLimits: false
        }
    }
}
