import Synchronization

/// A field without a meaning for large structs that cannot be copied: with an atomic inside, a struct is only ever
/// used where it lies. Without one the compiler moves hundreds of bytes to the stack and reads them there, for each
/// call of a function that does not change it.
package struct Pinned: ~Copyable, Sendable {
    private let place = Atomic<UInt8>(0)

    /// Marks the struct that it is a field of.
    @inlinable
    package init() {}
}
