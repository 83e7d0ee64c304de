import Domain

extension LifecycleEvent {
    /// The most bytes that `encode` writes.
    public static let encodedByteCountMax =
        1_024 + CounterReadings.encodedByteCountMax + 2 * PaymentRecord.byteCount + AuthorizationLimits.nameBytesMax
        + AuthorizationLimits.cityBytesMax

    private static let layoutVersion: UInt16 = 1
    private static let beforeBit: UInt8 = 1 << 0
    private static let paymentBit: UInt8 = 1 << 1
    private static let rulesBit: UInt8 = 1 << 2

    /// Writes the event, little-endian and without padding, layout version 1: the version (u16); the request with a
    /// mask (u32) of the fields that say something; the time; what was observed of the account; outcome, reason and
    /// match; a byte that says which of the payment before and after follow, and these; the velocity's count (i64) and
    /// sum (i64), the three sets of checks, the time to try again, and the rules that matched, if the byte says so.
    /// What the amounts change by is not written: it follows.
    ///
    /// The buffer must have room for `encodedByteCountMax`; a shorter one is a broken contract and stops the process if
    /// it is not enough.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: Self.encodedByteCountMax)
        writer.put(Self.layoutVersion)
        request.encode(&writer)
        writer.put(time.microseconds)
        observation.encode(&writer)
        writer.put(decision.outcome.rawValue)
        writer.put(decision.reason.rawValue)
        writer.put(decision.match.rawValue)
        var content: UInt8 = 0
        if decision.before != nil { content |= Self.beforeBit }
        if decision.payment != nil { content |= Self.paymentBit }
        if !decision.rules.isEmpty { content |= Self.rulesBit }
        writer.put(content)
        if let before = decision.before { writer.put(before) }
        if let payment = decision.payment { writer.put(payment) }
        writer.put(decision.velocity.count)
        writer.put(decision.velocity.sum)
        writer.put(decision.checksRun.rawValue)
        writer.put(decision.checksFailed.rawValue)
        writer.put(decision.checksFlagged.rawValue)
        writer.put(decision.retryAt?.microseconds ?? 0)
        if !decision.rules.isEmpty { writer.put(decision.rules) }
        return writer.count
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer) throws(EventError) {
        var reader = EventReader(buffer)
        try reader.expect(version: Self.layoutVersion)
        request = try LifecycleRequest(&reader)
        time = try reader.instant("time")
        observation = try Observation(&reader, isExtended: true)
        guard observation.awaiting == nil else { throw .invalidField("observed") }
        decision = try Self.decodeDecision(&reader, observation, account: observation.account ?? request.cardToken)
        try reader.finish()
    }

    private static func decodeDecision(
        _ reader: inout EventReader,
        _ seen: Observation,
        account: CardToken
    ) throws(EventError) -> LifecycleDecision {
        let outcome: Outcome = try reader.choice("outcome")
        let reason: Reason = try reader.choice("reason")
        guard (outcome == .declined) != reason.isApproval else { throw .invalidField("reason") }
        let match: MatchRule = try reader.choice("match")
        let content = try reader.integer(UInt8.self)
        guard content & ~(beforeBit | paymentBit | rulesBit) == 0 else { throw .invalidField("payments") }
        let before = content & beforeBit == 0 ? nil : try reader.payment("before")
        let payment = content & paymentBit == 0 ? nil : try reader.payment("payment")
        guard before.map({ $0.id != 0 && $0.account == account }) ?? true, (before == nil) == (match == .none) else {
            throw .invalidField("before")
        }
        var balances = seen.found ? seen.balances : nil
        if let payment {
            guard seen.found, outcome != .declined, payment.account == account, payment.id == before?.id ?? 0,
                payment.lastLSN == 0
            else { throw .invalidField("payment") }
            balances?.move(from: before, to: payment)
        }
        let count = try reader.integer(Int64.self)
        let sum = try reader.integer(Int64.self)
        let most = AuthorizationLimits.accountTotalMax
        guard (0...1).contains(count), (-most...most).contains(sum), count == 0 || sum >= 0 else {
            throw .invalidField("velocity")
        }
        let run = CheckSet(rawValue: try reader.integer())
        let failed = CheckSet(rawValue: try reader.integer())
        let flagged = CheckSet(rawValue: try reader.integer())
        let retryAt = try reader.instant("retryAt")
        let rules = content & rulesBit == 0 ? FiredRules() : try reader.firedRules()
        return LifecycleDecision(
            outcome: outcome,
            reason: reason,
            match: match,
            before: before,
            payment: payment,
            heldChange: payment.map { $0.hold - (before?.hold ?? 0) } ?? 0,
            postedChange: payment.map { $0.posted - (before?.posted ?? 0) } ?? 0,
            velocity: VelocityChange(count: count, sum: sum),
            checksRun: run,
            checksFailed: failed,
            checksFlagged: flagged,
            retryAt: retryAt == .epoch ? nil : retryAt,
            balances: balances,
            rules: rules
        )
    }
}
