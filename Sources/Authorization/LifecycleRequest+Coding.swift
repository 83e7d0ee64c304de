import Domain

/// The request as it is journaled: what every message has, a mask of 32 bits, and those of the other fields that say
/// something, in the order of the bits.
extension LifecycleRequest {
    private enum Field: UInt32, CaseIterable {
        case paymentID, originalRequestID, lifecycleID, acquirerID, stan, originalTransmissionTime, originalTerminalID
        case retrievalReference, approvalCode, amount, currency, merchantAmount, merchantCurrency, rate, merchantID
        case terminalID

        var bit: UInt32 { 1 << rawValue }
    }

    private func says(_ field: Field) -> Bool {
        switch field {
        case .paymentID: reference.paymentID != nil
        case .originalRequestID: reference.originalRequestID != nil
        case .lifecycleID: reference.lifecycleID != Text16()
        case .acquirerID: reference.acquirerID != Text16()
        case .stan: reference.stan != 0
        case .originalTransmissionTime: reference.originalTransmissionTime != nil
        case .originalTerminalID: reference.terminalID != Text16()
        case .retrievalReference: reference.retrievalReference != Text16()
        case .approvalCode: reference.approvalCode != Text16()
        case .amount: amount != nil
        case .currency: currency != nil
        case .merchantAmount: merchantAmount != nil
        case .merchantCurrency: merchantCurrency != nil
        case .rate: rate != nil
        case .merchantID: merchantID != Text16()
        case .terminalID: terminalID != Text16()
        }
    }

    func encode(_ writer: inout EventWriter) {
        writer.put(requestID)
        writer.put(cardToken)
        writer.put(kind.rawValue)
        writer.put(rounding.rawValue)
        writer.put(UInt8(isFinal ? 1 : 0))
        writer.put(sequenceNumber)
        writer.put(sequenceCount)
        writer.put(transmissionTime.microseconds)
        writer.put(merchantCountry.packed)
        writer.put(merchantCategory.code)
        writer.put(presence.rawValue)
        writer.put(entryMode.rawValue)
        writer.put(initiator.rawValue)
        writer.put(network)
        writer.put(authorizationKind.rawValue)
        writer.put(merchantName)
        writer.put(merchantCity)
        let said = Field.allCases.filter(says)
        writer.put(said.reduce(0) { $0 | $1.bit })
        for field in said { encode(field, &writer) }
    }

    private func encode(_ field: Field, _ writer: inout EventWriter) {
        switch field {
        case .paymentID: writer.put(reference.paymentID?.rawValue ?? 0)
        case .originalRequestID: writer.put(reference.originalRequestID ?? RequestID(high: 0, low: 0))
        case .lifecycleID: writer.put(reference.lifecycleID)
        case .acquirerID: writer.put(reference.acquirerID)
        case .stan: writer.put(reference.stan)
        case .originalTransmissionTime: writer.put(reference.originalTransmissionTime?.microseconds ?? 0)
        case .originalTerminalID: writer.put(reference.terminalID)
        case .retrievalReference: writer.put(reference.retrievalReference)
        case .approvalCode: writer.put(reference.approvalCode)
        case .amount: writer.put(amount ?? 0)
        case .currency: writer.put(currency?.packed ?? 0)
        case .merchantAmount: writer.put(merchantAmount ?? 0)
        case .merchantCurrency: writer.put(merchantCurrency?.packed ?? 0)
        case .rate: if let rate { writer.put(rate) }
        case .merchantID: writer.put(merchantID)
        case .terminalID: writer.put(terminalID)
        }
    }

    init(_ reader: inout EventReader) throws(EventError) {
        let requestID = try reader.identifier(RequestID.self)
        let cardToken = try reader.identifier(CardToken.self)
        let kind: LifecycleKind = try reader.choice("kind")
        let rounding: RoundingRule = try reader.choice("rounding")
        let final = try reader.integer(UInt8.self)
        guard final <= 1 else { throw .invalidField("isFinal") }
        let sequenceNumber = try reader.integer(UInt8.self)
        let sequenceCount = try reader.integer(UInt8.self)
        let transmissionTime = Instant(microseconds: try reader.integer(Int64.self))
        guard let country = Country(packed: try reader.integer()) else { throw .invalidField("merchantCountry") }
        guard let category = MerchantCategory(code: try reader.integer()) else {
            throw .invalidField("merchantCategory")
        }
        self.init(
            requestID: requestID,
            cardToken: cardToken,
            kind: kind,
            reference: PaymentReference(),
            amount: nil,
            currency: nil,
            rounding: rounding,
            isFinal: final == 1,
            sequenceNumber: sequenceNumber,
            sequenceCount: sequenceCount,
            transmissionTime: transmissionTime,
            merchantCountry: country,
            merchantCategory: category,
            presence: try reader.choice("presence"),
            entryMode: try reader.choice("entryMode"),
            initiator: try reader.choice("initiator"),
            network: try reader.integer(),
            authorizationKind: try reader.choice("authorizationKind"),
            merchantName: try reader.text64("merchantName", max: AuthorizationLimits.nameBytesMax),
            merchantCity: try reader.text64("merchantCity", max: AuthorizationLimits.cityBytesMax)
        )
        let mask = try reader.integer(UInt32.self)
        guard mask >> UInt32(Field.allCases.count) == 0 else { throw .invalidField("mask") }
        for field in Field.allCases where mask & field.bit != 0 {
            try decode(field, &reader)
            guard says(field) else { throw .invalidField("\(field)") }
        }
    }

    private mutating func decode(_ field: Field, _ reader: inout EventReader) throws(EventError) {
        switch field {
        case .paymentID: reference.paymentID = LogSequenceNumber(rawValue: try reader.integer())
        case .originalRequestID: reference.originalRequestID = try reader.identifier()
        case .lifecycleID: reference.lifecycleID = try reader.text16()
        case .acquirerID: reference.acquirerID = try reader.text16()
        case .stan: reference.stan = try reader.integer()
        case .originalTransmissionTime:
            reference.originalTransmissionTime = Instant(microseconds: try reader.integer())
        case .originalTerminalID: reference.terminalID = try reader.text16()
        case .retrievalReference: reference.retrievalReference = try reader.text16()
        case .approvalCode: reference.approvalCode = try reader.text16()
        case .amount: amount = try reader.integer(Int64.self)
        case .currency: currency = try reader.optionalCurrency("currency")
        case .merchantAmount: merchantAmount = try reader.integer(Int64.self)
        case .merchantCurrency: merchantCurrency = try reader.optionalCurrency("merchantCurrency")
        case .rate: rate = try reader.rate("rate")
        case .merchantID: merchantID = try reader.text16()
        case .terminalID: terminalID = try reader.text16()
        }
    }
}
