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
    /// The most bytes that `encode` writes.
    public static let encodedByteCountMax =
        fixedByteCount + AuthorizationLimits.velocityRuleCount * windowByteCount + AuthorizationLimits.nameBytesMax
        + AuthorizationLimits.cityBytesMax

    private static let layoutVersion: UInt16 = 1
    static let fixedByteCount = 196
    static let windowByteCount = 24

    /// Writes the event, little-endian and without padding, layout version 1: the version (u16); the request's fields
    /// in their order, its texts last; the time; what was observed, with a bit for each velocity window that follows;
    /// the decision. What is `nil` is zero, or -1 for a transaction limit. The balances after are not written: they
    /// follow.
    ///
    /// The buffer must have room for `encodedByteCountMax`; a shorter one is a broken contract and stops the process if
    /// it is not enough.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer)
        writer.put(Self.layoutVersion)
        encodeRequest(&writer)
        writer.put(time.microseconds)
        encodeObservation(&writer)
        encodeDecision(&writer)
        return writer.count
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer) throws(EventError) {
        var reader = EventReader(buffer)
        try reader.expect(version: Self.layoutVersion)
        request = try Self.decodeRequest(&reader)
        time = try reader.instant("time")
        observation = try Self.decodeObservation(&reader)
        decision = try Self.decodeDecision(&reader, observation)
        try reader.finish()
    }

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

    private static func decodeRequest(_ reader: inout EventReader) throws(EventError) -> AuthorizationRequest {
        let requestID = try reader.identifier(RequestID.self)
        let cardToken = try reader.identifier(CardToken.self)
        let kind: RequestKind = try reader.choice("kind")
        // What a client asked for is recorded as it was, even if it was declined for being out of range.
        let amount = try reader.integer(Int64.self)
        let merchantAmount = try reader.integer(Int64.self)
        let transmissionTime = Instant(microseconds: try reader.integer(Int64.self))
        let currency = try reader.optionalCurrency("currency")
        let merchantCurrency = try reader.optionalCurrency("merchantCurrency")
        guard let country = Country(packed: try reader.integer()) else { throw .invalidField("merchantCountry") }
        guard let category = MerchantCategory(code: try reader.integer()) else {
            throw .invalidField("merchantCategory")
        }
        let merchantID = try reader.text16()
        let terminalID = try reader.text16()
        let presence: Presence = try reader.choice("presence")
        let entryMode: EntryMode = try reader.choice("entryMode")
        let initiator: Initiator = try reader.choice("initiator")
        let flags = RequestFlags(rawValue: try reader.integer())
        guard flags.isSubset(of: .defined) else { throw .invalidField("flags") }
        return AuthorizationRequest(
            requestID: requestID,
            cardToken: cardToken,
            kind: kind,
            amount: amount,
            merchantAmount: merchantAmount,
            transmissionTime: transmissionTime,
            currency: currency,
            merchantCurrency: merchantCurrency,
            merchantCountry: country,
            merchantCategory: category,
            merchantID: merchantID,
            terminalID: terminalID,
            presence: presence,
            entryMode: entryMode,
            initiator: initiator,
            flags: flags,
            merchantName: try reader.text64("merchantName", max: AuthorizationLimits.nameBytesMax),
            merchantCity: try reader.text64("merchantCity", max: AuthorizationLimits.cityBytesMax)
        )
    }
}
