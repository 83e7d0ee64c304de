internal import Domain
internal import Wire

/// What the principal's grant stands against.
extension ConnectionCore {
    /// Refuses a frame that the principal may not ask.
    mutating func refuseScope(_ header: FrameHeader, _ wanted: Scopes) {
        let who = principal.map { "the principal \"\($0.name)\"" } ?? "who has not said who it is"
        reject(
            header,
            isKnown ? .scopeMissing : .unauthenticated,
            detail: wanted.isEmpty
                ? "\(who) lacks a scope: this takes all of \(Scopes.administration)"
                : "\(who) lacks the scope \(wanted.description.split(separator: ",").joined(separator: " or "))"
        )
    }

    /// Refuses a frame that comes too early.
    mutating func refuseRate(_ header: FrameHeader, _ microseconds: Int64) {
        reject(
            header,
            .rateExceeded,
            retryAfterMicroseconds: UInt32(clamping: microseconds),
            detail: ConnectionStateMachine.Refusal.rateExceeded.detail(limits: shared.limits)
        )
    }

    /// The connection is one more than its principal may have: says so, and ends it.
    ///
    /// - Parameter header: Of the frame that said whose it is; `nil` where a certificate did.
    mutating func end(
        _ refusal: ConnectionRefusal,
        of principal: PrincipalState,
        answering header: FrameHeader? = nil,
        now: MonotonicInstant
    ) {
        tally.rejected += 1
        shared.rejects.note(refusal.code)
        shared.refused(refusal, of: principal)
        sink.push(
            refusal.reject(answering: header?.templateID ?? 0),
            correlationID: header?.correlationID ?? FrameHeader.pushBit
        )
        machine.refusalCloses(now: now)
    }
}
