/// Sixteen words side by side, in a plain value: for what there is one of for each of so many things.
@frozen public struct SixteenWords: BitwiseCopyable, Sendable {
    @usableFromInline typealias Four = (UInt64, UInt64, UInt64, UInt64)

    @usableFromInline var words: (Four, Four, Four, Four)

    /// All are zero.
    @inlinable public init() {
        let four: Four = (0, 0, 0, 0)
        words = (four, four, four, four)
    }

    /// One of them, by index 0 to 15.
    @inlinable public subscript(index: Int) -> UInt64 {
        @inline(__always) get {
            precondition(index >= 0 && index < 16, "one of sixteen")
            // SAFETY: the words lie one behind the other, and the index is checked.
            return withUnsafeBytes(of: words) { $0.load(fromByteOffset: index * 8, as: UInt64.self) }
        }
        @inline(__always) set {
            precondition(index >= 0 && index < 16, "one of sixteen")
            // SAFETY: as above.
            withUnsafeMutableBytes(of: &words) {
                $0.storeBytes(of: newValue, toByteOffset: index * 8, as: UInt64.self)
            }
        }
    }
}
