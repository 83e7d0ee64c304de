/// Memory of whole pages with one owner.
struct PageBuffer: ~Copyable, @unchecked Sendable {
    // SAFETY: the memory belongs to this value alone, and is freed only by `deinit`.
    let bytes: UnsafeMutableRawBufferPointer

    init(pageCount: Int) {
        bytes = .allocate(byteCount: pageCount * RunFormat.pageByteCount, alignment: RunFormat.pageByteCount)
    }

    deinit { bytes.deallocate() }
}

/// Words as they lie in a file: little-endian, eight bytes.
extension UnsafeRawBufferPointer {
    /// The word at an offset, which must lie within the bytes.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The half word at an offset, which must lie within the bytes.
    @inline(__always)
    func halfWord(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores a word at an offset, which must lie within the bytes.
    @inline(__always)
    func store(_ word: UInt64, at offset: Int) {
        storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Stores half a word at an offset, which must lie within the bytes.
    @inline(__always)
    func store(_ word: UInt32, at offset: Int) {
        storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt32.self)
    }
}
