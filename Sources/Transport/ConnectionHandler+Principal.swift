internal import Platform

/// The connection as one of its principal's.
extension ConnectionHandler {
    /// Brings what the principal has in flight up to date, as far as it is this connection's.
    func countForPrincipal(inFlight: Int) {
        guard let principal = core.principal else { return }
        principal.change(inFlight: inFlight - principalInFlight)
        principalInFlight = inFlight
    }

    /// Ends the connection of a principal that was revoked, or whose credentials were replaced at once.
    func principalsChanged(closing: Set<UInt64>) {
        guard let principal = core.principal, principal.isRevoked || closing.contains(principal.id), let context,
            core.machine.takesInput
        else { return }
        CoverageMark.reach("transport: a principal was revoked while it was connected")
        core.refuseConnection(.principalRevoked)
        core.machine.refusalCloses(now: shared.clock.monotonic())
        flushOutput(context)
        settle(context)
    }

    /// Ends the connection, since its principal has as many as it may.
    func refuse(_ refusal: ConnectionRefusal, of principal: PrincipalState) {
        CoverageMark.reach("transport: a principal had as many connections as it may")
        core.end(refusal, of: principal, now: shared.clock.monotonic())
        flushOutput(context)
        settle(context)
    }
}
