import Domain

/// The request's fields that layout version 2 added: a mask, and those that say something.
extension AuthorizationEvent {
    private enum Bit {
        static let lifecycle: UInt16 = 1 << 0
        static let acquirer: UInt16 = 1 << 1
        static let stan: UInt16 = 1 << 2
        static let retrieval: UInt16 = 1 << 3
        static let rate: UInt16 = 1 << 4
        static let rounding: UInt16 = 1 << 5
        static let network: UInt16 = 1 << 6
        static let kind: UInt16 = 1 << 7
        static let defined: UInt16 = 0xFF
    }

    @inline(__always)
    func encodeExtension(_ writer: inout EventWriter) {
        var mask: UInt16 = 0
        if request.lifecycleID != Text16() { mask |= Bit.lifecycle }
        if request.acquirerID != Text16() { mask |= Bit.acquirer }
        if request.stan != 0 { mask |= Bit.stan }
        if request.retrievalReference != Text16() { mask |= Bit.retrieval }
        if request.rate != nil { mask |= Bit.rate }
        if request.rounding != .halfAwayFromZero { mask |= Bit.rounding }
        if request.network != 0 { mask |= Bit.network }
        if request.authorizationKind != .unknown { mask |= Bit.kind }
        writer.put(mask)
        guard mask != 0 else { return }
        if mask & Bit.lifecycle != 0 { writer.put(request.lifecycleID) }
        if mask & Bit.acquirer != 0 { writer.put(request.acquirerID) }
        if mask & Bit.stan != 0 { writer.put(request.stan) }
        if mask & Bit.retrieval != 0 { writer.put(request.retrievalReference) }
        if let rate = request.rate { writer.put(rate) }
        if mask & Bit.rounding != 0 { writer.put(request.rounding.rawValue) }
        if mask & Bit.network != 0 { writer.put(request.network) }
        if mask & Bit.kind != 0 { writer.put(request.authorizationKind.rawValue) }
    }

    static func decodeExtension(
        _ reader: inout EventReader,
        _ request: inout AuthorizationRequest
    ) throws(EventError) {
        let mask = try reader.integer(UInt16.self)
        guard mask & ~Bit.defined == 0 else { throw .invalidField("extension") }
        if mask & Bit.lifecycle != 0 { request.lifecycleID = try reader.saidText("lifecycleID") }
        if mask & Bit.acquirer != 0 { request.acquirerID = try reader.saidText("acquirerID") }
        if mask & Bit.stan != 0 {
            request.stan = try reader.integer()
            guard request.stan != 0 else { throw .invalidField("stan") }
        }
        if mask & Bit.retrieval != 0 { request.retrievalReference = try reader.saidText("retrievalReference") }
        if mask & Bit.rate != 0 { request.rate = try reader.rate("rate") }
        if mask & Bit.rounding != 0 {
            request.rounding = try reader.choice("rounding")
            guard request.rounding != .halfAwayFromZero else { throw .invalidField("rounding") }
        }
        if mask & Bit.network != 0 {
            request.network = try reader.integer()
            guard request.network != 0 else { throw .invalidField("network") }
        }
        if mask & Bit.kind != 0 {
            request.authorizationKind = try reader.choice("authorizationKind")
            guard request.authorizationKind != .unknown else { throw .invalidField("authorizationKind") }
        }
    }
}

extension EventWriter {
    /// A rate's value and scale.
    mutating func put(_ rate: ConversionRate) {
        put(rate.value)
        put(rate.scale)
    }
}

extension EventReader {
    /// A text that was written because it says something.
    mutating func saidText(_ field: String) throws(EventError) -> Text16 {
        let text = try text16()
        guard text != Text16() else { throw .invalidField(field) }
        return text
    }

    /// A rate of exchange.
    mutating func rate(_ field: String) throws(EventError) -> ConversionRate {
        let value = try integer(Int64.self)
        guard let rate = ConversionRate(value: value, scale: try integer()) else { throw .invalidField(field) }
        return rate
    }
}
