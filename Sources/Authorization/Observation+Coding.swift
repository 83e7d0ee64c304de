import Domain

extension Observation {
    /// In the byte that says what follows: bits 0 to 3 stand for the velocity windows.
    private static let accountBit: UInt8 = 1 << 4
    private static let awaitingBit: UInt8 = 1 << 5
    private static let countersBit: UInt8 = 1 << 6
    private static let foundBit: UInt8 = 1 << 7

    @inline(__always)
    private static func hasVelocity(_ rule: Int, in content: UInt8) -> Bool {
        content &>> UInt8(truncatingIfNeeded: rule) & 1 == 1
    }

    @inline(__always)
    func encode(_ writer: inout EventWriter) {
        var content: UInt8 = found ? Self.foundBit : 0
        if account != nil { content |= Self.accountBit }
        if hasAwaiting { content |= Self.awaitingBit }
        if found, !counters.isEmpty { content |= Self.countersBit }
        for rule in 0..<AuthorizationLimits.velocityRuleCount
        where velocityTotals(rule) != VelocityTotals() {
            content |= 1 &<< UInt8(truncatingIfNeeded: rule)
        }
        writer.put(content)
        writer.put(policyVersion.rawValue)
        guard found else { return }
        writer.put(status.rawValue)
        writer.put(profileIndex)
        writer.put(expiry?.monthNumber ?? 0)
        writer.put(currency?.packed ?? 0)
        writer.put(balances.limit)
        writer.put(balances.posted)
        writer.put(balances.held)
        writer.put(transactionLimit ?? -1)
        for rule in 0..<AuthorizationLimits.velocityRuleCount where Self.hasVelocity(rule, in: content) {
            let totals = velocityTotals(rule)
            writer.put(totals.count)
            writer.put(totals.sum)
            writer.put(totals.freeAt?.microseconds ?? 0)
        }
        if content & Self.countersBit != 0 { counters.encode(&writer) }
        if let account { writer.put(account) }
        if hasAwaiting, let awaiting { writer.put(awaiting) }
    }

    /// Reads what `encode` wrote; before layout version 2 there was neither an account nor a waiting payment, and
    /// nothing was posted below zero.
    @inline(__always)
    init(_ reader: inout EventReader, isExtended: Bool) throws(EventError) {
        self.init(unknownCardUnder: .zero)
        try decode(&reader, isExtended: isExtended)
    }

    /// The same in the place of another observation; every field is set.
    @inline(__always)
    mutating func decode(_ reader: inout EventReader, isExtended: Bool) throws(EventError) {
        let content = try reader.integer(UInt8.self)
        let version = LogSequenceNumber(rawValue: try reader.integer(UInt64.self))
        guard content & Self.foundBit != 0 else {
            guard content == 0 else { throw .invalidField("observed") }
            self = Observation(unknownCardUnder: version)
            return
        }
        guard isExtended || content & 0x70 == 0 else { throw .invalidField("observed") }
        policyVersion = version
        found = true
        status = try reader.choice("status")
        profileIndex = try reader.integer()
        expiry = try reader.optionalExpiry("expiry")
        guard let said = try reader.optionalCurrency("card currency") else { throw .invalidField("card currency") }
        currency = said
        let limit = try reader.amount("limit")
        let posted = isExtended ? try reader.integer(Int64.self) : try reader.amount("posted")
        let held = isExtended ? try reader.integer(Int64.self) : try reader.amount("held")
        let most = AuthorizationLimits.accountTotalMax
        guard (-most...most).contains(posted), (0...most).contains(held) else { throw .invalidField("balances") }
        balances = Balances(limit: limit, posted: posted, held: held)
        transactionLimit = try reader.optionalAmount("transactionLimit")
        velocity = (VelocityTotals(), VelocityTotals(), VelocityTotals(), VelocityTotals())
        for rule in 0..<AuthorizationLimits.velocityRuleCount where Self.hasVelocity(rule, in: content) {
            let count = try reader.integer(UInt64.self)
            let sum = try reader.integer(Int64.self)
            guard sum >= 0 else { throw .invalidField("velocity sum") }
            let freeAt = try reader.instant("velocity time")
            setVelocityTotals(
                rule,
                VelocityTotals(count: count, sum: sum, freeAt: freeAt == .epoch ? nil : freeAt)
            )
        }
        counters.clear()
        if content & Self.countersBit != 0 { try counters.decode(&reader) }
        account = content & Self.accountBit == 0 ? nil : try reader.identifier()
        if hasAwaiting { awaiting = nil }
        guard content & Self.awaitingBit != 0 else { return }
        let payment = try reader.payment("awaiting")
        guard payment.id != 0 else { throw .invalidField("awaiting") }
        awaiting = payment
    }
}
