internal import Domain

/// Writes a body into memory of exactly its size: blocks at their offsets, then groups and data one after the other.
struct BodyWriter {
    private let target: UnsafeMutableRawBufferPointer
    /// Where the current block begins.
    private var origin = 0
    /// Where the next group or data begins.
    private var position: Int

    /// Zeroes the target, whose size is the body's, and begins with the root block.
    init(_ target: UnsafeMutableRawBufferPointer, blockLength: UInt16) {
        precondition(target.count >= Int(blockLength), "the target has the size of the body")
        target.initializeMemory(as: UInt8.self, repeating: 0)
        self.target = target
        position = Int(blockLength)
    }

    /// Writes a group's head.
    mutating func group(blockLength: Int, count: Int, maximum: Int) {
        precondition(count <= maximum, "a group has at most as many entries as the schema says")
        store(UInt16(blockLength), at: position)
        store(UInt16(count), at: position + 2)
        position += 4
    }

    /// Begins a group's next entry.
    mutating func entry(blockLength: Int) {
        precondition(position + blockLength <= target.count, "the target has the size of the body")
        origin = position
        position += blockLength
    }

    /// Writes a text after its two-byte length.
    mutating func text(_ text: String, maximum: Int) {
        let count = text.utf8.count
        precondition(count <= maximum, "a text is at most as long as the schema says")
        store(UInt16(count), at: position)
        append(text, at: position + 2)
    }

    /// Writes a text after its four-byte length.
    mutating func longText(_ text: String, maximum: Int) {
        let count = text.utf8.count
        precondition(count <= maximum, "a text is at most as long as the schema says")
        store(UInt32(count), at: position)
        append(text, at: position + 4)
    }

    /// Checks that the body was filled exactly.
    func end() {
        precondition(position == target.count, "the target has the size of the body")
    }

    private mutating func append(_ text: String, at start: Int) {
        let count = text.utf8.count
        precondition(start + count <= target.count, "the target has the size of the body")
        target[start..<start + count].copyBytes(from: text.utf8)
        position = start + count
    }

    @inline(__always)
    private func store<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
        precondition(offset + MemoryLayout<Integer>.size <= target.count, "the target has the size of the body")
        // SAFETY: the line above; stores need no alignment.
        target.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
    }
}

/// One function per kind of field; offsets count from the current block's beginning. They are generated from the schema
/// and lie within the block, for which `init` and `entry` have checked that there is room.
extension BodyWriter {
    @inline(__always)
    func put<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
        assert(origin + offset + MemoryLayout<Integer>.size <= target.count, "a field is within its block")
        // SAFETY: as said above; stores need no alignment.
        target.storeBytes(of: value.littleEndian, toByteOffset: origin + offset, as: Integer.self)
    }

    @inline(__always)
    func put(_ value: Int64?, at offset: Int) { put(value ?? .min, at: offset) }

    @inline(__always)
    func put(_ value: Bool, at offset: Int) { put(UInt8(value ? 1 : 0), at: offset) }

    @inline(__always)
    func put<Value: RawRepresentable>(_ value: Value, at offset: Int) where Value.RawValue: FixedWidthInteger {
        put(value.rawValue, at: offset)
    }

    @inline(__always)
    func put<Value: RawRepresentable>(_ value: Value?, at offset: Int) where Value.RawValue: FixedWidthInteger {
        put(value?.rawValue ?? .max, at: offset)
    }

    @inline(__always)
    func put<Identifier: Identifier128>(_ value: Identifier, at offset: Int) {
        put(value.high, at: offset)
        put(value.low, at: offset + 8)
    }

    @inline(__always)
    func put<Identifier: Identifier128>(_ value: Identifier?, at offset: Int) {
        put(value?.high ?? 0, at: offset)
        put(value?.low ?? 0, at: offset + 8)
    }

    @inline(__always)
    func put(_ value: Instant, at offset: Int) { put(value.microseconds, at: offset) }

    @inline(__always)
    func put(_ value: Instant?, at offset: Int) { put(value?.microseconds, at: offset) }

    @inline(__always)
    func put(_ value: MerchantCategory, at offset: Int) { put(value.code, at: offset) }

    @inline(__always)
    func put(_ value: ExpiryMonth?, at offset: Int) { put(value?.monthNumber ?? 0, at: offset) }

    @inline(__always)
    func put(_ value: Currency?, at offset: Int) {
        let packed = value?.packed ?? 0
        put(UInt8(truncatingIfNeeded: packed >> 16), at: offset)
        put(UInt16(truncatingIfNeeded: packed).byteSwapped, at: offset + 1)
    }

    @inline(__always)
    func put(_ value: Country, at offset: Int) { put(value.packed.byteSwapped, at: offset) }

    @inline(__always)
    func put(_ value: Text16, at offset: Int, count: Int) {
        guard count >= 8 else { return putWord(value.low, at: offset, count: count) }
        put(value.low, at: offset)
        putWord(value.high, at: offset + 8, count: count - 8)
    }

    /// The lowest bytes of a word, in as few stores as their number has bits.
    @inline(__always)
    private func putWord(_ word: UInt64, at offset: Int, count: Int) {
        var (word, offset) = (word, offset)
        if count & 8 != 0 { return put(word, at: offset) }
        if count & 4 != 0 {
            put(UInt32(truncatingIfNeeded: word), at: offset)
            (word, offset) = (word >> 32, offset + 4)
        }
        if count & 2 != 0 {
            put(UInt16(truncatingIfNeeded: word), at: offset)
            (word, offset) = (word >> 16, offset + 2)
        }
        if count & 1 != 0 { put(UInt8(truncatingIfNeeded: word), at: offset) }
    }

    @inline(__always)
    func put(_ value: Text64, at offset: Int) {
        value.withBytes { bytes in
            for (index, byte) in bytes.enumerated() { put(byte, at: offset + index) }
        }
    }

    @inline(__always)
    func put(_ value: [UInt8], at offset: Int, count: Int) {
        precondition(value.count == count, "a byte field has the width that the schema says")
        for (index, byte) in value.enumerated() { put(byte, at: offset + index) }
    }
}
