import Domain

extension CardEvent {
    /// The most bytes that `encode` writes.
    public static let encodedByteCountMax = 128

    private static let layoutVersion: UInt16 = 1

    /// Writes the event, little-endian and without padding, layout version 1: the version (u16), request id, actor,
    /// time, transmission time and token, then the fields of the kind in their order. What is `nil` is zero, or -1
    /// for a transaction limit. The kind is not written: it is the journal record's.
    ///
    /// The buffer must have room for `encodedByteCountMax`.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: Self.encodedByteCountMax)
        writer.putHead(Self.layoutVersion, requestID, actor, time, transmissionTime)
        writer.put(token)
        switch self {
        case .created(let event):
            writer.put(event.status.rawValue)
            writer.put(event.currency.packed)
            writer.put(event.lastFour.packed)
            Self.encodeLimits(
                &writer,
                event.limit,
                event.transactionLimit,
                event.expiry,
                event.profile,
                event.profileIndex
            )
        case .statusChanged(let event):
            writer.put(event.previous.rawValue)
            writer.put(event.status.rawValue)
        case .limitsChanged(let event):
            Self.encodeLimits(
                &writer,
                event.limit,
                event.transactionLimit,
                event.expiry,
                event.profile,
                event.profileIndex
            )
        case .replaced(let event):
            writer.put(event.account)
            writer.put(event.newToken)
            writer.put(event.reason.rawValue)
            writer.put(event.previous.rawValue)
            writer.put(event.status.rawValue)
            writer.put(event.currency.packed)
            writer.put(event.expiry?.monthNumber ?? 0)
            writer.put(event.lastFour.packed)
        }
        return writer.count
    }

    private static func encodeLimits(
        _ writer: inout EventWriter,
        _ limit: Int64,
        _ transactionLimit: Int64?,
        _ expiry: ExpiryMonth?,
        _ profile: Text16,
        _ profileIndex: UInt8
    ) {
        writer.put(limit)
        writer.put(transactionLimit ?? -1)
        writer.put(expiry?.monthNumber ?? 0)
        writer.put(profile)
        writer.put(profileIndex)
    }

    /// Reads what `encode` wrote for an event of this kind.
    ///
    /// - Throws: `EventError`, whatever the bytes are; a kind that is no card's is an invalid field.
    public init(decoding buffer: UnsafeRawBufferPointer, kind: EventKind) throws(EventError) {
        var reader = EventReader(buffer)
        let (requestID, actor, time, transmissionTime) = try reader.commandHead(Self.layoutVersion)
        let token = try reader.identifier(CardToken.self)
        switch kind {
        case .cardCreated:
            let status: CardStatus = try reader.choice("status")
            guard let currency = try reader.optionalCurrency("currency") else { throw .invalidField("currency") }
            guard let lastFour = LastFour(packed: try reader.integer()) else { throw .invalidField("lastFour") }
            self = .created(
                Created(
                    requestID: requestID,
                    actor: actor,
                    time: time,
                    transmissionTime: transmissionTime,
                    token: token,
                    status: status,
                    currency: currency,
                    limit: try reader.amount("limit"),
                    transactionLimit: try reader.optionalAmount("transactionLimit"),
                    expiry: try reader.optionalExpiry("expiry"),
                    lastFour: lastFour,
                    profile: try reader.text16(),
                    profileIndex: try reader.integer()
                )
            )
        case .cardStatusChanged:
            self = .statusChanged(
                StatusChanged(
                    requestID: requestID,
                    actor: actor,
                    time: time,
                    transmissionTime: transmissionTime,
                    token: token,
                    previous: try reader.choice("previous"),
                    status: try reader.choice("status")
                )
            )
        case .cardLimitsChanged:
            self = .limitsChanged(
                LimitsChanged(
                    requestID: requestID,
                    actor: actor,
                    time: time,
                    transmissionTime: transmissionTime,
                    token: token,
                    limit: try reader.amount("limit"),
                    transactionLimit: try reader.optionalAmount("transactionLimit"),
                    expiry: try reader.optionalExpiry("expiry"),
                    profile: try reader.text16(),
                    profileIndex: try reader.integer()
                )
            )
        case .cardReplaced:
            self = .replaced(
                try Self.decodeReplacement(
                    &reader,
                    requestID: requestID,
                    actor: actor,
                    time: time,
                    transmissionTime: transmissionTime,
                    token: token
                )
            )
        case .authorization, .lifecycle, .configurationChanged, .ruleAdded, .ruleMoved, .principalChanged, .listCreated,
            .listDeleted, .listEntriesAdded, .listEntriesRemoved:
            throw .invalidField("kind")
        }
        try reader.finish()
    }

    private static func decodeReplacement(
        _ reader: inout EventReader,
        requestID: RequestID,
        actor: UInt32,
        time: Instant,
        transmissionTime: Instant,
        token: CardToken
    ) throws(EventError) -> Replaced {
        let account = try reader.identifier(CardToken.self)
        let newToken = try reader.identifier(CardToken.self)
        let reason: ReplacementReason = try reader.choice("reason")
        let previous: CardStatus = try reader.choice("previous")
        let status: CardStatus = try reader.choice("status")
        guard let currency = try reader.optionalCurrency("currency") else { throw .invalidField("currency") }
        let expiry = try reader.optionalExpiry("expiry")
        guard let lastFour = LastFour(packed: try reader.integer()) else { throw .invalidField("lastFour") }
        return Replaced(
            requestID: requestID,
            actor: actor,
            time: time,
            transmissionTime: transmissionTime,
            token: token,
            account: account,
            newToken: newToken,
            reason: reason,
            previous: previous,
            status: status,
            currency: currency,
            expiry: expiry,
            lastFour: lastFour
        )
    }
}
