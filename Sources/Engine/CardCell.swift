import Authorization
import Domain
import Journal
import Platform

/// One shard of the card table, with what belongs to it: the policy that it decides by, its last instant, its counts.
struct CardCell: ~Copyable {
    var shard: CardShard
    /// The policy in force; owned by the engine, replaced only while every shard is locked.
    var policy: UnsafePointer<Policy>
    /// The time of this shard's newest record. Time does not go backwards within a shard.
    var lastTime = Instant.epoch
    var counts = DecisionCounts()

    /// Decides, takes the number, changes the state: everything between lock and unlock.
    @inline(__always)
    mutating func decide(_ event: inout AuthorizationEvent, clock: Instant, journal: Journal) -> RecordPlace {
        lastTime = max(lastTime, clock)
        event.time = lastTime
        event.observation = shard.observe(event.request.cardToken, at: lastTime, policy: policy.pointee)
        event.decision = Authorization.decide(
            event.request, at: lastTime, seen: event.observation, policy: policy.pointee)
        // From here on nothing can fail.
        let place = event.withEncoded { payload in
            journal.append(kind: EventKind.authorization.rawValue, time: event.time, payload: payload)
        }
        shard.apply(event, policy: policy.pointee)
        counts.add(event.decision)
        return place
    }
}

extension AuthorizationEvent {
    /// Calls the body with the event's bytes, which lie on the stack.
    @inline(__always)
    func withEncoded(_ body: (UnsafeRawBufferPointer) -> RecordPlace) -> RecordPlace {
        withUnsafeTemporaryAllocation(byteCount: AuthorizationEvent.encodedByteCountMax, alignment: 16) { buffer in
            let byteCount = encode(into: buffer)
            return body(UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]))
        }
    }
}

extension Journal {
    /// Appends a record in the domain's terms.
    @inline(__always)
    func append(kind: UInt16, time: Instant, payload: UnsafeRawBufferPointer) -> RecordPlace {
        let appended = append(kind: kind, time: time.microseconds, payload: payload)
        return RecordPlace(lsn: LogSequenceNumber(rawValue: appended.lsn), position: appended.position)
    }
}
