import Domain

/// Writes fields one after the other, little-endian, without padding.
struct EventWriter {
    // SAFETY: the buffer outlives the writer and has room for all fields: `init` checks it once for those whose size is
    // bounded, each string for itself.
    private let buffer: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    /// Writes at the front of a buffer.
    ///
    /// - Parameter byteCountMax: the most that all puts together write, but for strings.
    @inline(__always)
    init(_ buffer: UnsafeMutableRawBufferPointer, byteCountMax: Int) {
        precondition(buffer.count >= byteCountMax, "the buffer is smaller than the event")
        self.buffer = buffer
    }

    @inline(__always)
    mutating func put<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
        let size = MemoryLayout<Value>.size
        assert(buffer.count - count >= size, "the buffer is smaller than the event")
        buffer.storeBytes(of: value.littleEndian, toByteOffset: count, as: Value.self)
        count += size
    }

    @inline(__always)
    mutating func put(_ id: some Identifier128) {
        put(id.high)
        put(id.low)
    }

    @inline(__always)
    mutating func put(_ text: Text16) {
        put(text.low)
        put(text.high)
    }

    /// A count byte and the text's bytes.
    @inline(__always)
    mutating func put(_ text: Text64) {
        put(UInt8(text.count))
        text.withBytes { append($0) }
    }

    /// A count of 32 bits and the text as UTF-8.
    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            precondition(buffer.count - count >= 4 + bytes.count, "the buffer is smaller than the event")
            put(UInt32(bytes.count))
            append(UnsafeRawBufferPointer(bytes))
        }
    }

    /// The 160 bytes of a payment, field by field.
    mutating func put(_ payment: PaymentRecord) {
        for word in [payment.id, payment.tokenHigh, payment.tokenLow] { put(word) }
        for amount in [
            payment.approved, payment.reversed, payment.expired, payment.cleared, payment.overCleared, payment.refunded,
            payment.disputed, payment.base, payment.expiresAt,
        ] { put(amount) }
        put(payment.lastLSN)
        put(payment.lastAt)
        for key in [payment.requestKey, payment.lifecycleKey, payment.traceKey, payment.retrievalKey] { put(key) }
        put(payment.flags.rawValue)
        put(payment.currency)
        put(payment.merchantCategory)
        put(payment.kind.rawValue)
        put(payment.network)
        put(payment.completionRaise)
    }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        assert(buffer.count - count >= bytes.count, "the buffer is smaller than the event")
        guard let target = buffer.baseAddress, let source = bytes.baseAddress else { return }
        (target + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }
}

/// Reads what `EventWriter` wrote; believes nothing.
struct EventReader {
    // SAFETY: every read checks that it stays inside of the buffer, which outlives the reader.
    private let buffer: UnsafeRawBufferPointer
    private var offset = 0

    init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

    @inline(__always)
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(EventError) -> Value {
        guard buffer.count - offset >= MemoryLayout<Value>.size else { throw .truncated }
        defer { offset += MemoryLayout<Value>.size }
        return Value(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    @inline(__always)
    mutating func identifier<ID: Identifier128>(_ type: ID.Type = ID.self) throws(EventError) -> ID {
        let high = try integer(UInt64.self)
        return ID(high: high, low: try integer(UInt64.self))
    }

    @inline(__always)
    mutating func text16() throws(EventError) -> Text16 {
        let low = try integer(UInt64.self)
        return Text16(low: low, high: try integer(UInt64.self))
    }

    @inline(__always)
    mutating func text64(_ field: String, max: Int) throws(EventError) -> Text64 {
        var text = Text64()
        try text64(field, max: max, into: &text)
        return text
    }

    /// The same in the place of another text: nothing of this size is moved.
    @inline(__always)
    mutating func text64(_ field: String, max: Int, into text: inout Text64) throws(EventError) {
        let count = Int(try integer(UInt8.self))
        guard count <= max else { throw .invalidField(field) }
        let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
        let bytes = try bytes(count)
        guard !text.take(count, of: rest) else { return }
        guard let copy = Text64(bytes) else { throw .invalidField(field) }
        text = copy
    }

    mutating func string(_ field: String, max: Int) throws(EventError) -> String {
        let count = Int(try integer(UInt32.self))
        guard count <= max else { throw .invalidField(field) }
        guard let text = String(validating: try bytes(count), as: UTF8.self) else { throw .invalidField(field) }
        return text
    }

    /// A raw value of one of our enums.
    @inline(__always)
    mutating func choice<Choice: RawRepresentable>(
        _ field: String
    ) throws(EventError) -> Choice where Choice.RawValue == UInt8 {
        guard let choice = Choice(rawValue: try integer(UInt8.self)) else { throw .invalidField(field) }
        return choice
    }

    /// An amount from 0 to the largest.
    @inline(__always)
    mutating func amount(_ field: String) throws(EventError) -> Int64 {
        let amount = try integer(Int64.self)
        guard (0...AuthorizationLimits.amountMax).contains(amount) else { throw .invalidField(field) }
        return amount
    }

    /// An amount, or -1 for none.
    @inline(__always)
    mutating func optionalAmount(_ field: String) throws(EventError) -> Int64? {
        let amount = try integer(Int64.self)
        guard (-1...AuthorizationLimits.amountMax).contains(amount) else { throw .invalidField(field) }
        return amount < 0 ? nil : amount
    }

    /// An instant that is not before the epoch.
    @inline(__always)
    mutating func instant(_ field: String) throws(EventError) -> Instant {
        let instant = Instant(microseconds: try integer(Int64.self))
        guard instant >= .epoch, instant <= .max else { throw .invalidField(field) }
        return instant
    }

    /// A packed code, or zero for none.
    @inline(__always)
    mutating func optionalCurrency(_ field: String) throws(EventError) -> Currency? {
        let packed = try integer(UInt32.self)
        let currency = Currency(packed: packed)
        guard packed == 0 || currency != nil else { throw .invalidField(field) }
        return currency
    }

    /// A month's number, or zero for none.
    @inline(__always)
    mutating func optionalExpiry(_ field: String) throws(EventError) -> ExpiryMonth? {
        let number = try integer(UInt16.self)
        let expiry = ExpiryMonth(monthNumber: number)
        guard number == 0 || expiry != nil else { throw .invalidField(field) }
        return expiry
    }

    /// A payment whose amounts keep what all events keep.
    mutating func payment(_ field: String) throws(EventError) -> PaymentRecord {
        let id = try integer(UInt64.self)
        let account = try identifier(CardToken.self)
        var amounts: (Int64, Int64, Int64, Int64, Int64, Int64, Int64) = (0, 0, 0, 0, 0, 0, 0)
        amounts.0 = try integer()
        amounts.1 = try integer()
        amounts.2 = try integer()
        amounts.3 = try integer()
        amounts.4 = try integer()
        amounts.5 = try integer()
        amounts.6 = try integer()
        let base = try integer(Int64.self)
        let expiresAt = try instant(field)
        let lastLSN = try integer(UInt64.self)
        let lastAt = try instant(field)
        let keys = PaymentKeys(
            request: try integer(),
            lifecycle: try integer(),
            trace: try integer(),
            retrieval: try integer()
        )
        let flags = PaymentFlags(rawValue: try integer())
        guard let currency = try optionalCurrency(field) else { throw .invalidField(field) }
        guard let category = MerchantCategory(code: try integer()) else { throw .invalidField(field) }
        let kind: PaymentRecord.Kind = try choice(field)
        let network = try integer(UInt8.self)
        let completionRaise = try integer(UInt32.self)
        guard flags.isSubset(of: .defined) else { throw .invalidField(field) }
        var payment = PaymentRecord(
            account: account,
            currency: currency,
            kind: kind,
            category: category,
            network: network
        )
        payment.id = id
        (payment.approved, payment.reversed, payment.expired, payment.cleared) = (
            amounts.0, amounts.1, amounts.2, amounts.3
        )
        (payment.overCleared, payment.refunded, payment.disputed) = (amounts.4, amounts.5, amounts.6)
        payment.base = base
        payment.expiresAt = expiresAt.microseconds
        payment.lastLSN = lastLSN
        payment.lastAt = lastAt.microseconds
        payment.keys = keys
        payment.flags = flags
        payment.completionRaise = completionRaise
        guard payment.isSound else { throw .invalidField(field) }
        return payment
    }

    /// Demands the layout's version.
    @inline(__always)
    mutating func expect(version: UInt16) throws(EventError) {
        let found = try integer(UInt16.self)
        guard found == version else { throw .unknownVersion(found) }
    }

    /// Demands that nothing follows.
    func finish() throws(EventError) {
        guard offset == buffer.count else { throw .trailingBytes(count: buffer.count - offset) }
    }

    @inline(__always)
    private mutating func bytes(_ count: Int) throws(EventError) -> UnsafeRawBufferPointer {
        guard buffer.count - offset >= count else { throw .truncated }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + count)])
    }
}

// What the event of every command begins with.

extension EventWriter {
    /// Writes the layout's version, the request id, the actor and the two times.
    mutating func putHead(
        _ version: UInt16,
        _ requestID: RequestID,
        _ actor: UInt32,
        _ time: Instant,
        _ transmissionTime: Instant
    ) {
        put(version)
        put(requestID)
        put(actor)
        put(time.microseconds)
        put(transmissionTime.microseconds)
    }
}

extension EventReader {
    /// Reads what `putHead` wrote, in a layout of this version.
    mutating func commandHead(
        _ version: UInt16
    ) throws(EventError) -> (requestID: RequestID, actor: UInt32, time: Instant, transmissionTime: Instant) {
        try expect(version: version)
        let requestID = try identifier(RequestID.self)
        let actor = try integer(UInt32.self)
        let time = try instant("time")
        return (requestID, actor, time, Instant(microseconds: try integer(Int64.self)))
    }
}
