public import Domain

/// One decided request as it is journaled: what was asked, when, what the decision read, and what it was.
public struct AuthorizationEvent: Sendable, Equatable {
    /// What was asked.
    public var request: AuthorizationRequest
    /// The engine's time of the decision.
    public var time: Instant
    /// What the decision read.
    public var observation: Observation
    /// The answer.
    public var decision: Decision

    /// Joins the four.
    public init(request: AuthorizationRequest, time: Instant, observation: Observation, decision: Decision) {
        self.request = request
        self.time = time
        self.observation = observation
        self.decision = decision
    }
}

extension AuthorizationEvent {
    /// What is asked, before anything is known or decided: observation, time and decision are still to be set.
    public init(asking request: consuming AuthorizationRequest) {
        self.init(
            request: request,
            time: .epoch,
            observation: Observation(unknownCardUnder: .zero),
            decision: Decision()
        )
    }

    /// A place for an event: a request that says nothing, and no decision.
    public static var blank: AuthorizationEvent {
        guard let country = Country(packed: 0x5858), let category = MerchantCategory(code: 0) else {
            preconditionFailure("XX is a country's form, and 0 a category's")
        }
        return AuthorizationEvent(
            asking: AuthorizationRequest(
                requestID: RequestID(high: 0, low: 0),
                cardToken: CardToken(high: 0, low: 0),
                kind: .authorization,
                amount: 0,
                merchantAmount: 0,
                transmissionTime: .epoch,
                currency: nil,
                merchantCurrency: nil,
                merchantCountry: country,
                merchantCategory: category,
                merchantID: Text16(),
                terminalID: Text16(),
                presence: .unknown,
                entryMode: .unknown,
                initiator: .cardholder,
                flags: [],
                merchantName: Text64(),
                merchantCity: Text64()
            )
        )
    }

    /// The account that pays: the card's token, or that of the card which it replaced.
    public var account: CardToken { observation.account ?? request.cardToken }

    /// The payment that the event made or joined, as it was left; `nil` where there is none: a decline, or a request
    /// without an amount.
    public func payment(lsn: LogSequenceNumber) -> PaymentRecord? {
        if decision.hasJoined, let joined = decision.joined { return joinedPayment(joined, lsn: lsn) }
        var event = self
        guard decision.approvedAmount > 0, let currency = observation.currency,
            let effect = AuthorizationEffect(&event, lsn: lsn)
        else { return nil }
        return effect.newPayment(lsn: lsn, currency: currency.packed, expiresAt: decision.expiresAt ?? .epoch)
    }

    /// The payment that the event joined, with the retrieval key that its approval code gives it.
    func joinedPayment(_ joined: PaymentRecord, lsn: LogSequenceNumber) -> PaymentRecord {
        var payment = joined.stamped(lsn: lsn)
        let retrieval = PaymentKeys.retrieval(request, account: account, lsn: lsn)
        if retrieval != 0 { payment.retrievalKey = retrieval }
        return payment
    }

    /// What is held more from now on, or less.
    public var heldChange: Int64 {
        if decision.hasJoined, let joined = decision.joined { return joined.hold - (observation.awaiting?.hold ?? 0) }
        return request.kind == .financial ? 0 : decision.approvedAmount
    }

    /// What is posted more from now on, or less.
    public var postedChange: Int64 {
        if decision.hasJoined, let joined = decision.joined {
            return joined.posted - (observation.awaiting?.posted ?? 0)
        }
        return request.kind == .financial ? decision.approvedAmount : 0
    }
}

extension AuthorizationEvent {
    /// The most bytes that `encode` writes.
    public static let encodedByteCountMax =
        fixedByteCount + AuthorizationLimits.velocityRuleCount * windowByteCount + AuthorizationLimits.nameBytesMax
        + AuthorizationLimits.cityBytesMax + extensionByteCountMax + CounterReadings.encodedByteCountMax
        + 2 * PaymentRecord.byteCount

    private static let layoutVersion: UInt16 = 2
    static let fixedByteCount = 196
    /// What layout 2 adds to layout 1, but for payments: a mask of 16 bits and all that it can announce; the account; a
    /// mask of 8 bits, the time at which the hold expires, and the rules that matched.
    static let extensionByteCountMax = 2 + 3 * 16 + 4 + 9 + 3 + 16 + 1 + 8 + FiredRules.encodedByteCountMax
    static let windowByteCount = 24

    /// Writes the event, little-endian and without padding, layout version 2: the version (u16); the request's fields
    /// in their order, its texts last, then a mask of 16 bits of those that later versions added and those of them that
    /// say something; the time; what was observed, with a bit for each velocity window, what counters held, the account
    /// and the waiting payment that follow; the decision, then a mask of 8 bits, the time at which the hold expires,
    /// the rules that matched, and the joined payment. What is `nil` is zero, or -1 for a transaction limit. The
    /// balances after are not written: they follow.
    ///
    /// The buffer must have room for `encodedByteCountMax`; a shorter one is a broken contract and stops the process if
    /// it is not enough.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var event = self
        return Self.encode(&event, into: buffer)
    }

    /// The same, of an event where it lies: a borrowed one of this size is moved for the call.
    public static func encode(_ event: inout AuthorizationEvent, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: encodedByteCountMax)
        writer.put(layoutVersion)
        event.encodeRequest(&writer)
        event.encodeExtension(&writer)
        writer.put(event.time.microseconds)
        event.observation.encode(&writer)
        event.encodeDecision(&writer)
        return writer.count
    }

    /// Reads what `encode` wrote, in this version or in layout version 1, which had no extensions.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer) throws(EventError) {
        self = Self.blank
        try decode(buffer)
    }

    /// The same in the place of another event, whatever that was: nothing of this size is moved. After an error it is
    /// no event.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public mutating func decode(_ buffer: UnsafeRawBufferPointer) throws(EventError) {
        var reader = EventReader(buffer)
        let version = try reader.integer(UInt16.self)
        guard (1...Self.layoutVersion).contains(version) else { throw .unknownVersion(version) }
        try Self.decodeRequest(&reader, &request)
        if version > 1 { try Self.decodeExtension(&reader, &request) }
        time = try reader.instant("time")
        try observation.decode(&reader, isExtended: version > 1)
        try decodeDecision(&reader, isExtended: version > 1)
        try reader.finish()
    }

    @inline(__always)
    private func encodeRequest(_ writer: inout EventWriter) {
        writer.put(request.requestID)
        writer.put(request.cardToken)
        writer.put(request.kind.rawValue)
        writer.put(request.amount)
        writer.put(request.merchantAmount)
        writer.put(request.transmissionTime.microseconds)
        writer.put(request.currency?.packed ?? 0)
        writer.put(request.merchantCurrency?.packed ?? 0)
        writer.put(request.merchantCountry.packed)
        writer.put(request.merchantCategory.code)
        writer.put(request.merchantID)
        writer.put(request.terminalID)
        writer.put(request.presence.rawValue)
        writer.put(request.entryMode.rawValue)
        writer.put(request.initiator.rawValue)
        writer.put(request.flags.rawValue)
        writer.put(request.merchantName)
        writer.put(request.merchantCity)
    }

    /// Sets every field; those of extensions to what they are without one.
    @inline(__always)
    private static func decodeRequest(
        _ reader: inout EventReader,
        _ request: inout AuthorizationRequest
    ) throws(EventError) {
        request.requestID = try reader.identifier()
        request.cardToken = try reader.identifier()
        request.kind = try reader.choice("kind")
        // What a client asked for is recorded as it was, even if it was declined for being out of range.
        request.amount = try reader.integer()
        request.merchantAmount = try reader.integer()
        request.transmissionTime = Instant(microseconds: try reader.integer())
        request.currency = try reader.optionalCurrency("currency")
        request.merchantCurrency = try reader.optionalCurrency("merchantCurrency")
        guard let country = Country(packed: try reader.integer()) else { throw .invalidField("merchantCountry") }
        request.merchantCountry = country
        guard let category = MerchantCategory(code: try reader.integer()) else {
            throw .invalidField("merchantCategory")
        }
        request.merchantCategory = category
        request.merchantID = try reader.text16()
        request.terminalID = try reader.text16()
        request.presence = try reader.choice("presence")
        request.entryMode = try reader.choice("entryMode")
        request.initiator = try reader.choice("initiator")
        request.flags = RequestFlags(rawValue: try reader.integer())
        guard request.flags.isSubset(of: .defined) else { throw .invalidField("flags") }
        try reader.text64("merchantName", max: AuthorizationLimits.nameBytesMax, into: &request.merchantName)
        try reader.text64("merchantCity", max: AuthorizationLimits.cityBytesMax, into: &request.merchantCity)
        request.lifecycleID = Text16()
        request.acquirerID = Text16()
        request.stan = 0
        request.retrievalReference = Text16()
        request.rate = nil
        request.rounding = .halfAwayFromZero
        request.network = 0
        request.authorizationKind = .unknown
    }
}
