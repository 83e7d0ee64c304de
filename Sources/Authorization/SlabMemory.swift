/// Where the tables of a shard get their memory from, tens of KiB at a time.
///
/// The core calls no operating system. Whoever owns a shard may know memory that is better than the heap's: pages that
/// are there before they are written.
public struct SlabMemory: Sendable {
    /// Gives so many bytes, aligned to 64. It cannot fail: a decision that is made cannot be taken back.
    public let allocate: @Sendable (_ byteCount: Int) -> UnsafeMutableRawPointer
    /// Takes back what `allocate` gave for as many bytes.
    public let release: @Sendable (_ memory: UnsafeMutableRawPointer, _ byteCount: Int) -> Void

    /// Joins the two.
    public init(
        allocate: @escaping @Sendable (_ byteCount: Int) -> UnsafeMutableRawPointer,
        release: @escaping @Sendable (_ memory: UnsafeMutableRawPointer, _ byteCount: Int) -> Void
    ) {
        self.allocate = allocate
        self.release = release
    }

    /// The heap.
    public static let heap = SlabMemory(
        allocate: { .allocate(byteCount: $0, alignment: 64) },
        release: { memory, _ in memory.deallocate() }
    )
}
