import Domain

extension AuthorizationEvent {
    private static let expiresBit: UInt8 = 1 << 0
    private static let joinedBit: UInt8 = 1 << 1

    @inline(__always)
    func encodeDecision(_ writer: inout EventWriter) {
        writer.put(decision.outcome.rawValue)
        writer.put(decision.reason.rawValue)
        writer.put(decision.approvedAmount)
        writer.put(decision.checksRun.rawValue)
        writer.put(decision.checksFailed.rawValue)
        writer.put(decision.checksFlagged.rawValue)
        writer.put(decision.retryAt?.microseconds ?? 0)
        var content: UInt8 = 0
        if decision.expiresAt != nil { content |= Self.expiresBit }
        if decision.hasJoined { content |= Self.joinedBit }
        writer.put(content)
        if let expiresAt = decision.expiresAt { writer.put(expiresAt.microseconds) }
        if decision.hasJoined, let joined = decision.joined { writer.put(joined) }
    }

    static func decodeDecision(
        _ reader: inout EventReader,
        _ request: borrowing AuthorizationRequest,
        _ seen: Observation,
        isExtended: Bool
    ) throws(EventError) -> Decision {
        let outcome: Outcome = try reader.choice("outcome")
        let reason: Reason = try reader.choice("reason")
        guard (outcome == .declined) != reason.isApproval else { throw .invalidField("reason") }
        let approvedAmount = try reader.amount("approvedAmount")
        guard outcome == .declined || seen.found else { throw .invalidField("outcome") }
        var decision = Decision(
            outcome: outcome,
            reason: reason,
            approvedAmount: approvedAmount,
            checksRun: CheckSet(rawValue: try reader.integer()),
            checksFailed: CheckSet(rawValue: try reader.integer()),
            checksFlagged: CheckSet(rawValue: try reader.integer()),
            retryAt: nil,
            balances: seen.found ? seen.balances : nil
        )
        let retryAt = try reader.instant("retryAt")
        decision.retryAt = retryAt == .epoch ? nil : retryAt
        let content = isExtended ? try reader.integer(UInt8.self) : 0
        guard content & ~(expiresBit | joinedBit) == 0 else { throw .invalidField("decided") }
        if content & expiresBit != 0 { decision.expiresAt = try reader.instant("expiresAt") }
        if content & joinedBit != 0 {
            let joined = try reader.payment("joined")
            guard let awaiting = seen.awaiting, awaiting.id == joined.id, seen.found,
                outcome != .declined || (approvedAmount == 0 && reason == .originalReversed)
            else { throw .invalidField("joined") }
            decision.joined = joined
            decision.balances?.move(from: awaiting, to: joined)
            return decision
        }
        guard approvedAmount == 0 || (outcome != .declined && approvedAmount <= seen.balances.available) else {
            throw .invalidField("approvedAmount")
        }
        if request.kind == .financial {
            decision.balances?.posted += approvedAmount
        } else {
            decision.balances?.held += approvedAmount
        }
        return decision
    }
}
