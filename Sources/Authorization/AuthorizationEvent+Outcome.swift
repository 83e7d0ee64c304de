import Domain

extension AuthorizationEvent {
    /// In the byte that says what follows: bits 0 to 3 stand for the velocity windows.
    private static let foundBit: UInt8 = 1 << 7

    func encodeObservation(_ writer: inout EventWriter) {
        var content: UInt8 = observation.found ? Self.foundBit : 0
        for rule in 0..<AuthorizationLimits.velocityRuleCount
        where observation.velocityTotals(rule) != VelocityTotals() {
            content |= 1 << rule
        }
        writer.put(content)
        writer.put(observation.policyVersion.rawValue)
        guard observation.found else { return }
        writer.put(observation.status.rawValue)
        writer.put(observation.profileIndex)
        writer.put(observation.expiry?.monthNumber ?? 0)
        writer.put(observation.currency?.packed ?? 0)
        writer.put(observation.balances.limit)
        writer.put(observation.balances.posted)
        writer.put(observation.balances.held)
        writer.put(observation.transactionLimit ?? -1)
        for rule in 0..<AuthorizationLimits.velocityRuleCount where content >> rule & 1 == 1 {
            let totals = observation.velocityTotals(rule)
            writer.put(totals.count)
            writer.put(totals.sum)
            writer.put(totals.freeAt?.microseconds ?? 0)
        }
    }

    static func decodeObservation(_ reader: inout EventReader) throws(EventError) -> Observation {
        let content = try reader.integer(UInt8.self)
        let version = LogSequenceNumber(rawValue: try reader.integer(UInt64.self))
        var seen = Observation(unknownCardUnder: version)
        guard content & foundBit != 0 else {
            guard content == 0 else { throw .invalidField("observed") }
            return seen
        }
        guard content & 0x70 == 0 else { throw .invalidField("observed") }
        seen.found = true
        seen.status = try reader.choice("status")
        seen.profileIndex = try reader.integer()
        seen.expiry = try reader.optionalExpiry("expiry")
        guard let currency = try reader.optionalCurrency("card currency") else { throw .invalidField("card currency") }
        seen.currency = currency
        let limit = try reader.amount("limit")
        let posted = try reader.amount("posted")
        seen.balances = Balances(limit: limit, posted: posted, held: try reader.amount("held"))
        seen.transactionLimit = try reader.optionalAmount("transactionLimit")
        for rule in 0..<AuthorizationLimits.velocityRuleCount where content >> rule & 1 == 1 {
            let count = try reader.integer(UInt64.self)
            let sum = try reader.integer(Int64.self)
            guard sum >= 0 else { throw .invalidField("velocity sum") }
            let freeAt = try reader.instant("velocity time")
            seen.setVelocityTotals(
                rule,
                VelocityTotals(count: count, sum: sum, freeAt: freeAt == .epoch ? nil : freeAt)
            )
        }
        return seen
    }

    func encodeDecision(_ writer: inout EventWriter) {
        writer.put(decision.outcome.rawValue)
        writer.put(decision.reason.rawValue)
        writer.put(decision.approvedAmount)
        writer.put(decision.checksRun.rawValue)
        writer.put(decision.checksFailed.rawValue)
        writer.put(decision.checksFlagged.rawValue)
        writer.put(decision.retryAt?.microseconds ?? 0)
    }

    static func decodeDecision(
        _ reader: inout EventReader,
        _ seen: Observation
    ) throws(EventError) -> Decision {
        let outcome: Outcome = try reader.choice("outcome")
        let reason: Reason = try reader.choice("reason")
        guard (outcome == .declined) != reason.isApproval else { throw .invalidField("reason") }
        let approvedAmount = try reader.amount("approvedAmount")
        guard approvedAmount == 0 || (outcome != .declined && seen.found && approvedAmount <= seen.balances.available)
        else { throw .invalidField("approvedAmount") }
        guard outcome == .declined || seen.found else { throw .invalidField("outcome") }
        let run = CheckSet(rawValue: try reader.integer())
        let failed = CheckSet(rawValue: try reader.integer())
        let flagged = CheckSet(rawValue: try reader.integer())
        let retryAt = try reader.instant("retryAt")
        var balances = seen.balances
        balances.held += approvedAmount
        return Decision(
            outcome: outcome,
            reason: reason,
            approvedAmount: approvedAmount,
            checksRun: run,
            checksFailed: failed,
            checksFlagged: flagged,
            retryAt: retryAt == .epoch ? nil : retryAt,
            balances: seen.found ? balances : nil
        )
    }
}
