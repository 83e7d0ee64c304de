/// Up to 64 bytes of UTF-8, held in place: copying it allocates nothing.
@frozen
public struct Text64: Hashable, Sendable {
    /// The bytes; those from `count` on are zero.
    public var storage: SIMD64<UInt8>
    /// How many bytes are text, 0 to 64.
    public var count: Int

    /// No text.
    @inlinable
    public init() {
        storage = SIMD64(repeating: 0)
        count = 0
    }

    /// Copies the bytes; `nil` where there are more than 64. The caller has checked that they are UTF-8.
    @inlinable
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= 64 else { return nil }
        self.init()
        count = bytes.count
        withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: bytes) }
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
        withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
    }

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
