/// The 32 bytes of a SHA-256 digest (FIPS 180-4), or of anything else that has 32 bytes.
public struct SHA256Digest: Hashable, Sendable, BitwiseCopyable {
    /// How many bytes it has.
    public static let byteCount = 32

    // As they lie in memory, so that copying and comparing are four words.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// All bytes zero.
    public static let zero = SHA256Digest()

    init() {}

    /// From exactly 32 bytes; nil for any other count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        withMutableBytes { $0.copyBytes(from: bytes) }
    }

    /// From the 32 bytes at an offset, which must lie inside the buffer.
    public init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        precondition(offset >= 0 && bytes.count - offset >= Self.byteCount, "a digest lies inside its buffer")
        withMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 32])) }
    }

    /// Lends the bytes.
    @inline(__always)
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        // SAFETY: four words without padding are 32 bytes.
        withUnsafeBytes(of: words, body)
    }

    @inline(__always)
    mutating func withMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        // SAFETY: as above.
        withUnsafeMutableBytes(of: &words, body)
    }

    /// The bytes, copied.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// Whether the bytes are the same.
    public static func == (left: SHA256Digest, right: SHA256Digest) -> Bool { left.words == right.words }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { withBytes { hasher.combine(bytes: $0) } }
}

extension SHA256Digest: CustomStringConvertible {
    /// In lower-case hexadecimal.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = withBytes { $0.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } }
        return String(decoding: text, as: UTF8.self)
    }
}
