import Domain

extension AuthorizationEvent {
    private static let expiresBit: UInt8 = 1 << 0
    private static let joinedBit: UInt8 = 1 << 1
    private static let rulesBit: UInt8 = 1 << 2

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
        if !decision.rules.isEmpty { content |= Self.rulesBit }
        writer.put(content)
        if let expiresAt = decision.expiresAt { writer.put(expiresAt.microseconds) }
        if !decision.rules.isEmpty { writer.put(decision.rules) }
        if decision.hasJoined, let joined = decision.joined { writer.put(joined) }
    }

    /// Reads the decision on the request that was asked and what was observed; every field is set.
    @inline(__always)
    mutating func decodeDecision(_ reader: inout EventReader, isExtended: Bool) throws(EventError) {
        decision.outcome = try reader.choice("outcome")
        decision.reason = try reader.choice("reason")
        let isDecline = decision.outcome == .declined
        guard isDecline != decision.reason.isApproval else { throw .invalidField("reason") }
        let approvedAmount = try reader.amount("approvedAmount")
        decision.approvedAmount = approvedAmount
        guard isDecline || observation.found else { throw .invalidField("outcome") }
        decision.checksRun = CheckSet(rawValue: try reader.integer())
        decision.checksFailed = CheckSet(rawValue: try reader.integer())
        decision.checksFlagged = CheckSet(rawValue: try reader.integer())
        decision.balances = observation.found ? observation.balances : nil
        let retryAt = try reader.instant("retryAt")
        decision.retryAt = retryAt == .epoch ? nil : retryAt
        let content = isExtended ? try reader.integer(UInt8.self) : 0
        guard content & ~(Self.expiresBit | Self.joinedBit | Self.rulesBit) == 0 else { throw .invalidField("decided") }
        decision.expiresAt = content & Self.expiresBit == 0 ? nil : try reader.instant("expiresAt")
        decision.rules = content & Self.rulesBit == 0 ? FiredRules() : try reader.firedRules()
        if decision.hasJoined { decision.joined = nil }
        if content & Self.joinedBit != 0 {
            let joined = try reader.payment("joined")
            guard let awaiting = observation.awaiting, awaiting.id == joined.id, observation.found,
                !isDecline || (approvedAmount == 0 && decision.reason == .originalReversed)
            else { throw .invalidField("joined") }
            decision.joined = joined
            decision.balances?.move(from: awaiting, to: joined)
            return
        }
        guard approvedAmount == 0 || (!isDecline && approvedAmount <= observation.balances.available) else {
            throw .invalidField("approvedAmount")
        }
        if request.kind == .financial {
            decision.balances?.posted += approvedAmount
        } else {
            decision.balances?.held += approvedAmount
        }
    }
}
