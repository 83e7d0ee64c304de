public import Domain

extension BlockReader {
    /// An identifier as it stands.
    @inlinable
    func storedIdentifier<Identifier: Identifier128>(at offset: Int) -> Identifier {
        Identifier(high: stored(at: offset), low: stored(at: offset + 8))
    }

    /// Whether there is an identifier other than zero.
    @inlinable
    @inline(__always)
    func hasIdentifier(at offset: Int) -> Bool {
        stored(UInt64.self, at: offset) | stored(UInt64.self, at: offset + 8) != 0
    }

    /// An identifier other than zero.
    @inlinable
    func identifier<Identifier: Identifier128>(
        at offset: Int,
        _ field: String
    ) throws(WireError) -> Identifier {
        guard hasIdentifier(at: offset) else { throw error(field, .zeroIdentifier) }
        return storedIdentifier(at: offset)
    }

    /// An identifier, or nil for zero.
    @inlinable
    func optionalIdentifier<Identifier: Identifier128>(at offset: Int) -> Identifier? {
        let value: Identifier = storedIdentifier(at: offset)
        return value.isZero ? nil : value
    }

    /// An instant as it stands.
    @inlinable
    func storedInstant(at offset: Int) -> Instant { Instant(microseconds: stored(at: offset)) }

    /// Whether there is an instant from the epoch to `Instant.max`.
    @inlinable
    @inline(__always)
    func hasInstant(at offset: Int) -> Bool { hasInteger(at: offset, in: 0...Instant.max.microseconds) }

    /// An instant from the epoch to `Instant.max`.
    @inlinable
    func instant(at offset: Int, _ field: String) throws(WireError) -> Instant {
        Instant(microseconds: try integer(at: offset, field, in: 0...Instant.max.microseconds))
    }

    /// An instant from the epoch to `Instant.max`, or nil for the null value.
    func optionalInstant(at offset: Int, _ field: String) throws(WireError) -> Instant? {
        try optionalInteger(at: offset, field, in: 0...Instant.max.microseconds).map(Instant.init(microseconds:))
    }

    /// A record's number; 0 for none.
    @inlinable
    func lsn(at offset: Int) -> LogSequenceNumber { LogSequenceNumber(rawValue: stored(at: offset)) }

    /// A merchant category judged before.
    @inlinable
    func storedCategory(at offset: Int) -> MerchantCategory { judged(MerchantCategory(code: stored(at: offset))) }

    /// Whether there is a merchant category, at most 9999.
    @inlinable
    @inline(__always)
    func hasCategory(at offset: Int) -> Bool { hasInteger(at: offset, in: UInt16(0)...9_999) }

    /// A merchant category, at most 9999.
    @inlinable
    func category(at offset: Int, _ field: String) throws(WireError) -> MerchantCategory {
        judged(MerchantCategory(code: try integer(at: offset, field, in: 0...9_999)))
    }

    /// A month, or nil for 0.
    func expiryMonth(at offset: Int, _ field: String) throws(WireError) -> ExpiryMonth? {
        let raw: UInt16 = stored(at: offset)
        guard raw != 0 else { return nil }
        guard let month = ExpiryMonth(monthNumber: raw) else {
            throw error(field, .outOfRange(Int64(raw), minimum: 24_000, maximum: 25_199))
        }
        return month
    }

    /// Three letters; nil for anything else.
    @inlinable
    @inline(__always)
    func storedCurrency(at offset: Int) -> Currency? {
        let last: UInt16 = stored(at: offset + 1)
        let letters = UInt32(stored(UInt8.self, at: offset)) << 16 | UInt32(last.byteSwapped)
        return Currency(packed: letters)
    }

    /// Whether there are three letters.
    @inlinable
    @inline(__always)
    func hasCurrency(at offset: Int) -> Bool { storedCurrency(at: offset) != nil }

    /// Three letters.
    @inlinable
    func currency(at offset: Int, _ field: String) throws(WireError) -> Currency {
        guard let value = storedCurrency(at: offset) else {
            throw error(field, .malformedCharacters(expected: .currency))
        }
        return value
    }

    /// Whether there are three letters or three zero bytes.
    @inlinable
    @inline(__always)
    func hasOptionalCurrency(at offset: Int) -> Bool { isAbsent(at: offset, count: 3) || hasCurrency(at: offset) }

    /// Three letters, or nil for three zero bytes.
    @inlinable
    func optionalCurrency(at offset: Int, _ field: String) throws(WireError) -> Currency? {
        guard !isAbsent(at: offset, count: 3) else { return nil }
        return try currency(at: offset, field)
    }

    /// Two letters; nil for anything else.
    @inlinable
    @inline(__always)
    func storedCountry(at offset: Int) -> Country? {
        Country(packed: stored(UInt16.self, at: offset).byteSwapped)
    }

    /// Whether there are two letters.
    @inlinable
    @inline(__always)
    func hasCountry(at offset: Int) -> Bool { storedCountry(at: offset) != nil }

    /// Two letters.
    @inlinable
    func country(at offset: Int, _ field: String) throws(WireError) -> Country {
        guard let value = storedCountry(at: offset) else {
            throw error(field, .malformedCharacters(expected: .country))
        }
        return value
    }
}
