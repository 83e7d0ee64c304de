/// Reads the fixed fields of one block: the root block of a body, or one entry of a group.
///
/// Functions that throw judge what they read, by those named `has…`, and say what is wrong. Those named `stored…` trust
/// that judgement and are for views, which ask the `has…` alone unless something is wrong. Offsets are generated from
/// the schema and lie within the block whose length `init` has checked.
@usableFromInline
struct BlockReader {
    @usableFromInline
    let block: UnsafeRawBufferPointer
    @usableFromInline
    let templateID: UInt16
    /// The schema version of the frame: fields that came later are not in the block.
    @usableFromInline
    let version: UInt16

    /// The root block of a body.
    ///
    /// - Parameters:
    ///   - blockLength: The least that the frame's version has.
    ///   - since: The version that the message came with.
    /// - Throws: `WireError`, when the header announces another schema or template, or too short a block.
    @inlinable
    init(
        body: UnsafeRawBufferPointer,
        header: FrameHeader,
        templateID: UInt16,
        blockLength: UInt16,
        since: UInt16 = 1
    ) throws(WireError) {
        self.init(block: body, templateID: header.templateID, version: header.version)
        guard header.schemaID == FrameHeader.schemaID, header.version >= 1 else {
            throw error("", .unknownSchema(id: header.schemaID, version: header.version))
        }
        guard header.templateID == templateID else { throw error("", .unexpectedTemplate(expected: templateID)) }
        guard header.version >= since else { throw error("", .unknownTemplate) }
        guard header.blockLength >= blockLength else {
            throw error("", .blockTooShort(byteCount: Int(header.blockLength), minimum: Int(blockLength)))
        }
        guard body.count >= Int(header.blockLength) else {
            throw error("", .truncated(byteCount: body.count, needed: Int(header.blockLength)))
        }
    }

    /// A block whose length the caller has checked.
    @inlinable
    init(block: UnsafeRawBufferPointer, templateID: UInt16, version: UInt16) {
        self.block = block
        self.templateID = templateID
        self.version = version
    }

    @inlinable
    func error(_ field: String, _ problem: WireError.Problem) -> WireError {
        WireError(templateID: templateID, field: field, problem: problem)
    }

    /// A little-endian number as it stands.
    @inlinable
    @inline(__always)
    func stored<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self, at offset: Int) -> Integer {
        // SAFETY: the offset is generated and within the block; loads need no alignment.
        Integer(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    /// Whether there is a number within its range.
    @inlinable
    @inline(__always)
    func hasInteger<Integer: FixedWidthInteger>(at offset: Int, in range: ClosedRange<Integer>) -> Bool {
        range.contains(stored(at: offset))
    }

    /// Whether there is a signed number within its range, or the null value.
    @inlinable
    @inline(__always)
    func hasOptionalInteger(at offset: Int, in range: ClosedRange<Int64>) -> Bool {
        stored(at: offset) == Int64.min || hasInteger(at: offset, in: range)
    }

    /// A number within its range.
    @inlinable
    func integer<Integer: FixedWidthInteger>(
        at offset: Int,
        _ field: String,
        in range: ClosedRange<Integer>
    ) throws(WireError) -> Integer {
        let value: Integer = stored(at: offset)
        guard range.contains(value) else {
            let problem = WireError.Problem.outOfRange(
                Int64(clamping: value),
                minimum: Int64(clamping: range.lowerBound),
                maximum: Int64(clamping: range.upperBound)
            )
            throw error(field, problem)
        }
        return value
    }

    /// A signed number, or nil for the null value, as it stands.
    @inlinable
    func storedOptional(at offset: Int) -> Int64? {
        let value: Int64 = stored(at: offset)
        return value == .min ? nil : value
    }

    /// A signed number within its range, or nil for the null value.
    @inlinable
    func optionalInteger(
        at offset: Int,
        _ field: String,
        in range: ClosedRange<Int64> = .min ... .max
    ) throws(WireError) -> Int64? {
        guard storedOptional(at: offset) != nil else { return nil }
        return try integer(at: offset, field, in: range)
    }

    /// Zero bytes.
    @inlinable
    func zeros(at offset: Int, count: Int, _ field: String) throws(WireError) {
        guard isAbsent(at: offset, count: count) else { throw error(field, .reservedNotZero) }
    }

    /// Bytes as they stand.
    func bytes(at offset: Int, count: Int) -> [UInt8] {
        Array(block[offset..<offset + count])
    }

    /// Whether all bytes are zero: of an optional composite this stands for its absence.
    @inlinable
    @inline(__always)
    func isAbsent(at offset: Int, count: Int) -> Bool {
        for index in offset..<offset + count where stored(UInt8.self, at: index) != 0 { return false }
        return true
    }
}

extension BlockReader {
    /// Whether there is a number with a name.
    @inlinable
    @inline(__always)
    func hasEnumeration<Enumeration: RawRepresentable>(
        _ type: Enumeration.Type,
        at offset: Int
    ) -> Bool where Enumeration.RawValue: FixedWidthInteger {
        Enumeration(rawValue: stored(at: offset)) != nil
    }

    /// Whether no bits are set but those that have names.
    @inlinable
    @inline(__always)
    func hasOptions<Bits: FixedWidthInteger>(at offset: Int, known: Bits) -> Bool {
        stored(Bits.self, at: offset) & ~known == 0
    }

    /// A number with a name.
    @inlinable
    func enumeration<Enumeration: RawRepresentable>(
        at offset: Int,
        _ field: String
    ) throws(WireError) -> Enumeration where Enumeration.RawValue: FixedWidthInteger {
        let raw: Enumeration.RawValue = stored(at: offset)
        guard let value = Enumeration(rawValue: raw) else { throw error(field, .unknownValue(UInt64(clamping: raw))) }
        return value
    }

    /// A number with a name, or nil for the null value (all bits set).
    @inlinable
    func optionalEnumeration<Enumeration: RawRepresentable>(
        at offset: Int,
        _ field: String
    ) throws(WireError) -> Enumeration? where Enumeration.RawValue: FixedWidthInteger {
        let raw: Enumeration.RawValue = stored(at: offset)
        guard raw != .max else { return nil }
        return try enumeration(at: offset, field)
    }

    /// A number with a name that was judged before.
    @inlinable
    func storedEnumeration<Enumeration: RawRepresentable>(
        at offset: Int
    ) -> Enumeration where Enumeration.RawValue: FixedWidthInteger {
        judged(Enumeration(rawValue: stored(at: offset)))
    }

    /// Bits with names, of which only those of `known` may be set.
    @inlinable
    func optionSet<Options: OptionSet>(
        at offset: Int,
        _ field: String,
        known: Options.RawValue
    ) throws(WireError) -> Options where Options.RawValue: FixedWidthInteger {
        guard hasOptions(at: offset, known: known) else { throw error(field, .reservedNotZero) }
        return Options(rawValue: stored(at: offset))
    }

    /// No or yes.
    func bool(at offset: Int, _ field: String) throws(WireError) -> Bool {
        let raw: UInt8 = stored(at: offset)
        guard raw <= 1 else { throw error(field, .unknownValue(UInt64(raw))) }
        return raw == 1
    }

    /// A value whose judgement is behind us.
    @inlinable
    func judged<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a view's fields are judged when it is made") }
        return value
    }
}
