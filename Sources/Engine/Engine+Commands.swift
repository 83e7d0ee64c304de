public import Authorization
public import Domain
import Journal
import Platform

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
    /// - Returns: the record and the card as it is now.
    /// - Throws: `Refusal`; nothing has changed then.
    public func perform(_ command: CardCommand, receivedAt: Instant) throws(Refusal) -> CommandResult<CardView> {
        guard journal.hasRoom(forAppenders: options.appenderCount) else { throw refusal(of: command.requestID) }
        let clock = options.simulatedClock ? command.transmissionTime : receivedAt
        return try state.administration.withLock { administration throws(Refusal) in
            if case .create = command.action, administration.cardPlaces.count >= options.cardCountMax {
                throw .cardLimitReached(options.cardCountMax)
            }
            return try state.requests.withLock(state.requestShard(command.requestID)) { ids throws(Refusal) in
                if let refusal = ids.refusal(
                    of: command.requestID,
                    transmissionTime: command.transmissionTime,
                    clock: clock
                ) {
                    throw refusal
                }
                let (result, place) = try perform(command, clock: clock, in: &administration)
                ids.insert(
                    RequestIDTable.Entry(
                        id: command.requestID,
                        transmissionTime: command.transmissionTime,
                        place: place
                    )
                )
                return result
            }
        }
    }

    private func perform(
        _ command: CardCommand,
        clock: Instant,
        in administration: inout Administration
    ) throws(Refusal) -> (CommandResult<CardView>, RecordPlace) {
        let shard = state.cardShard(command.token)
        return try state.cards.withLock(shard) { cell throws(Refusal) in
            let event: CardEvent
            do throws(CardCommandError) {
                event = try validate(
                    command,
                    seen: cell.shard.card(command.token),
                    at: cell.advance(to: clock),
                    policy: cell.policy.pointee
                )
            } catch {
                throw .card(error)
            }
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
            cell.apply(event, lsn: place.lsn)
            if case .created = event {
                administration.cardPlaces.append(
                    Administration.CardPlace(shard: UInt32(shard), slot: UInt32(cell.shard.cardCount - 1))
                )
            }
            guard let card = cell.shard.card(command.token) else {
                preconditionFailure("a card that was just changed is there")
            }
            return (CommandResult(lsn: place.lsn, value: card), place)
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
            try state.requests.withLock(state.requestShard(change.requestID)) { ids throws(Refusal) in
                if let refusal = ids.refusal(
                    of: change.requestID,
                    transmissionTime: change.transmissionTime,
                    clock: clock
                ) {
                    throw refusal
                }
                if let expectedVersion, expectedVersion != administration.current.lsn {
                    throw .versionChanged(current: administration.current.lsn)
                }
                var settings = administration.current.settings
                do throws(PolicyError) {
                    try settings.set(key: change.key, value: change.value)
                } catch {
                    throw .configuration(error)
                }
                let place = try append(change, clock: clock, settings: settings, in: &administration)
                ids.insert(
                    RequestIDTable.Entry(
                        id: change.requestID,
                        transmissionTime: change.transmissionTime,
                        place: place
                    )
                )
                return place.lsn
            }
        }
    }

    /// With every card shard locked nobody else appends, so that the room that was waited for stays.
    private func append(
        _ change: ConfigurationChanged,
        clock: Instant,
        settings: PolicySettings,
        in administration: inout Administration
    ) throws(Refusal) -> RecordPlace {
        state.lockCards()
        defer { state.unlockCards() }
        var change = change
        change.time = clock
        for index in 0..<state.cards.count { change.time = state.cards.state(index).pointee.advance(to: change.time) }
        do throws(JournalError) {
            try journal.waitForRoom(byteCount: change.encodedByteCount)
        } catch {
            throw error == .outOfSpace ? .storageUnavailable : .busy
        }
        var bytes = [UInt8](repeating: 0, count: change.encodedByteCount)
        let place = bytes.withUnsafeMutableBytes { buffer in
            let byteCount = change.encode(into: buffer)
            return journal.append(
                .configurationChanged,
                time: change.time,
                payload: UnsafeRawBufferPointer(rebasing: buffer[..<byteCount])
            )
        }
        state.activate(
            settings,
            by: Administration.Change(key: change.key, value: change.value),
            at: place.lsn,
            in: &administration
        )
        return place
    }
}
