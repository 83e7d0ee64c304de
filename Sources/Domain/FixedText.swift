/// Up to 64 bytes of UTF-8, held in place: copying it allocates nothing.
@frozen
public struct Text64: Hashable, Sendable {
    /// The bytes; those from `count` on are zero. As words, so that 72 bytes hold the whole value: a vector of 64 bytes
    /// would be aligned to as many, and take 128 with the count.
    @usableFromInline
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    @usableFromInline
    var byteCount: UInt8

    /// How many bytes are text, 0 to 64.
    @inlinable
    public var count: Int { Int(byteCount) }

    /// No text.
    @inlinable
    public init() {
        words = (0, 0, 0, 0, 0, 0, 0, 0)
        byteCount = 0
    }

    /// Copies the bytes; `nil` where there are more than 64. The caller has checked that they are UTF-8.
    @inlinable
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= 64 else { return nil }
        self.init()
        byteCount = UInt8(bytes.count)
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    }

    /// Becomes the first bytes of a buffer, where those are no more than 64 and the buffer has 64 or more: they are
    /// read and written as words, because a processor that has copied bytes waits before it can read them as words.
    /// The caller has checked that they are UTF-8.
    ///
    /// - Returns: false: it is what it was.
    @inlinable
    public mutating func take(_ count: Int, of buffer: UnsafeRawBufferPointer) -> Bool {
        guard count >= 0, count <= 64, buffer.count >= 64 else { return false }
        // SAFETY: eight words lie within the 64 bytes just counted.
        @inline(__always)
        func word(_ number: Int) -> UInt64 {
            let word = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: number &* 8, as: UInt64.self))
            let bits = min(64, max(0, (count &- number &* 8) &* 8))
            return (bits == 64 ? word : word & ((1 &<< UInt64(truncatingIfNeeded: bits)) &- 1)).littleEndian
        }
        byteCount = UInt8(truncatingIfNeeded: count)
        words.0 = word(0)
        words.1 = word(1)
        words.2 = word(2)
        words.3 = word(3)
        let isLong = count > 32
        words.4 = isLong ? word(4) : 0
        words.5 = isLong ? word(5) : 0
        words.6 = isLong ? word(6) : 0
        words.7 = isLong ? word(7) : 0
        return true
    }

    /// The text's bytes as UTF-8; `nil` where there are more than 64.
    public init?(_ text: some StringProtocol) {
        var copy = String(text)
        guard let made = copy.withUTF8({ Text64(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = made
    }

    /// Calls the body with the bytes of the text.
    @inlinable
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: words) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }

    /// Whether the bytes are the same.
    @inlinable
    public static func == (left: Self, right: Self) -> Bool {
        let (one, other) = (left.words, right.words)
        return left.byteCount == right.byteCount && (one.0, one.1, one.2, one.3) == (other.0, other.1, other.2, other.3)
            && (one.4, one.5, one.6, one.7) == (other.4, other.5, other.6, other.7)
    }

    /// Takes the text in.
    @inlinable
    public func hash(into hasher: inout Hasher) { withBytes { hasher.combine(bytes: $0) } }

    /// The text.
    public var string: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

/// A fixed-width field of up to 16 printable ASCII characters, padded with zero bytes, as ISO 8583's `ans` fields are.
@frozen
public struct Text16: Hashable, Sendable, CustomStringConvertible {
    /// Bytes 0 to 7, the first in the lowest byte.
    public var low: UInt64
    /// Bytes 8 to 15.
    public var high: UInt64

    /// Takes the bytes as two words; both zero: no text.
    @inlinable
    public init(low: UInt64 = 0, high: UInt64 = 0) {
        self.low = low
        self.high = high
    }

    /// The text's bytes; `nil` for more than 16 or anything but printable ASCII.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 16, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        self.init()
        for (index, byte) in text.utf8.enumerated() {
            if index < 8 {
                low |= UInt64(byte) << UInt64(8 * index)
            } else {
                high |= UInt64(byte) << UInt64(8 * (index - 8))
            }
        }
    }

    /// The characters before the padding.
    public var description: String {
        var text = ""
        for index in 0..<16 {
            let byte = UInt8(truncatingIfNeeded: (index < 8 ? low : high) >> UInt64(8 * (index % 8)))
            guard byte != 0 else { break }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text
    }
}
