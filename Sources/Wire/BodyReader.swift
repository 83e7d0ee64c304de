/// Reads what follows the root block: groups, then variable-length data, in the order of the schema.
@usableFromInline
struct BodyReader {
    private let body: UnsafeRawBufferPointer
    private let templateID: UInt16
    private let version: UInt16
    private var position: Int

    /// Begins after the root block, whose length the caller has checked against the body's.
    @usableFromInline
    init(_ body: UnsafeRawBufferPointer, header: FrameHeader) {
        self.body = body
        templateID = header.templateID
        version = header.version
        position = Int(header.blockLength)
    }

    /// Reads a group's head: how long its entries' blocks are, and how many there are.
    ///
    /// - Throws: `WireError`, when blocks are too short, entries too many, or the body too short for their blocks.
    mutating func group(
        _ field: String,
        blockLength: Int,
        maximum: Int
    ) throws(WireError) -> (blockLength: Int, count: Int) {
        try need(4, field)
        let actual = Int(load(UInt16.self, at: position))
        let count = Int(load(UInt16.self, at: position + 2))
        guard actual >= blockLength else {
            throw error(field, .blockTooShort(byteCount: actual, minimum: blockLength))
        }
        guard count <= maximum else { throw error(field, .tooManyEntries(count, maximum: maximum)) }
        position += 4
        try need(actual * count, field)
        return (actual, count)
    }

    /// The next entry's block.
    mutating func entry(_ field: String, blockLength: Int) throws(WireError) -> BlockReader {
        try need(blockLength, field)
        defer { position += blockLength }
        let block = UnsafeRawBufferPointer(rebasing: body[position..<position + blockLength])
        return BlockReader(block: block, templateID: templateID, version: version)
    }

    /// The next text, judged, in place.
    @usableFromInline
    mutating func text(_ field: String, maximum: Int) throws(WireError) -> UnsafeRawBufferPointer {
        try need(2, field)
        let count = Int(load(UInt16.self, at: position))
        return try text(field, from: position + 2, count: count, maximum: maximum, multiline: false)
    }

    /// The next text with a four-byte length, judged, in place. Line feeds and tabs are fine in it.
    mutating func longText(_ field: String, maximum: Int) throws(WireError) -> UnsafeRawBufferPointer {
        try need(4, field)
        let count = Int(load(UInt32.self, at: position))
        return try text(field, from: position + 4, count: count, maximum: maximum, multiline: true)
    }

    /// Checks that nothing is left; what a newer schema version appended is skipped.
    @usableFromInline
    func end() throws(WireError) {
        guard position == body.count || version > FrameHeader.schemaVersion else {
            throw error("", .trailingBytes(body.count - position))
        }
    }

    @inline(__always)
    private mutating func text(
        _ field: String,
        from start: Int,
        count: Int,
        maximum: Int,
        multiline: Bool
    ) throws(WireError) -> UnsafeRawBufferPointer {
        guard count <= maximum else { throw error(field, .textTooLong(byteCount: count, maximum: maximum)) }
        try need(start - position + count, field)
        let bytes = UnsafeRawBufferPointer(rebasing: body[start..<start + count])
        guard TextRules.isText(bytes, multiline: multiline) else { throw error(field, .malformedText) }
        position = start + count
        return bytes
    }

    @inline(__always)
    private func need(_ count: Int, _ field: String) throws(WireError) {
        guard body.count - position >= count else {
            throw error(field, .truncated(byteCount: body.count, needed: position + count))
        }
    }

    @inline(__always)
    private func load<Integer: FixedWidthInteger>(_ type: Integer.Type, at offset: Int) -> Integer {
        // SAFETY: the caller has checked that the body reaches so far; loads need no alignment.
        Integer(littleEndian: body.loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    private func error(_ field: String, _ problem: WireError.Problem) -> WireError {
        WireError(templateID: templateID, field: field, problem: problem)
    }
}
