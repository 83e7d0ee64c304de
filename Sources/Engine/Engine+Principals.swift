public import Authorization
public import Domain
import Journal
import Platform

extension Engine {
    /// Does something to a principal, once for its request id.
    ///
    /// - Parameter change: what; its time is set here.
    /// - Returns: the record, and the principal as it is then.
    /// - Throws: `Refusal`; nothing has changed then.
    public func perform(
        _ change: PrincipalChanged,
        receivedAt: Instant
    ) throws(Refusal) -> CommandResult<Principal> {
        let clock = options.simulatedClock ? change.transmissionTime : receivedAt
        return try state.administration.withLock { administration throws(Refusal) in
            try executeOnce(
                change.requestID,
                transmissionTime: change.transmissionTime,
                clock: clock
            ) { () throws(Refusal) in
                do throws(PrincipalError) {
                    try administration.principals.check(change)
                } catch {
                    throw .principal(error)
                }
                var change = change
                let place = try append(&change, clock: clock)
                guard let principal = administration.principals.apply(change, lsn: place.lsn) else {
                    preconditionFailure("a principal that was just looked at is there")
                }
                return (CommandResult(lsn: place.lsn, value: principal), place)
            }
        }
    }

    /// All principals that ever were, in the order of their making.
    public var principals: [Principal] { state.administration.withLock { $0.principals.all } }

    private func append(_ change: inout PrincipalChanged, clock: Instant) throws(Refusal) -> RecordPlace {
        state.lockCards()
        defer { state.unlockCards() }
        change.time = timeOfAllShards(clock)
        let encoded = change
        return try appendUnderAllLocks(
            .principalChanged,
            time: change.time,
            byteCount: PrincipalChanged.encodedByteCountMax
        ) { encoded.encode(into: $0) }
    }
}
