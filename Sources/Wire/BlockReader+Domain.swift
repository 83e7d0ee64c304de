public import Domain

extension BlockReader {
    /// An identifier as it stands.
    @inlinable
    func storedIdentifier<Identifier: Identifier128>(at offset: Int) -> Identifier {
        Identifier(high: stored(at: offset), low: stored(at: offset + 8))
    }

    /// An identifier other than zero.
    @inlinable
    func identifier<Identifier: Identifier128>(
        at offset: Int,
        _ field: String
    ) throws(WireError) -> Identifier {
        let value: Identifier = storedIdentifier(at: offset)
        guard !value.isZero else { throw error(field, .zeroIdentifier) }
        return value
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
    func storedCurrency(at offset: Int) -> Currency? {
        let letters = UInt32(block[offset]) << 16 | UInt32(block[offset + 1]) << 8 | UInt32(block[offset + 2])
        return Currency(packed: letters)
    }

    /// Three letters.
    @inlinable
    func currency(at offset: Int, _ field: String) throws(WireError) -> Currency {
        guard let value = storedCurrency(at: offset) else {
            throw error(field, .malformedCharacters(expected: .currency))
        }
        return value
    }

    /// Three letters, or nil for three zero bytes.
    @inlinable
    func optionalCurrency(at offset: Int, _ field: String) throws(WireError) -> Currency? {
        guard !isAbsent(at: offset, count: 3) else { return nil }
        return try currency(at: offset, field)
    }

    /// Two letters; nil for anything else.
    @inlinable
    func storedCountry(at offset: Int) -> Country? {
        Country(packed: UInt16(block[offset]) << 8 | UInt16(block[offset + 1]))
    }

    /// Two letters.
    @inlinable
    func country(at offset: Int, _ field: String) throws(WireError) -> Country {
        guard let value = storedCountry(at: offset) else {
            throw error(field, .malformedCharacters(expected: .country))
        }
        return value
    }
}
