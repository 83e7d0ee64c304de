internal import Synchronization
public import Wire

/// How often each code was refused with. Refusals are rare or, in a flood, bounded by how fast they are written, so all
/// loops share one counter a code.
public final class RejectCounts: Sendable {
    private static let codeCount = 600
    // SAFETY: one cell for each code below the count, freed only by `deinit`; every access is atomic.
    private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>

    /// Nothing counted.
    public init() {
        cells = .allocate(capacity: Self.codeCount)
        for index in 0..<Self.codeCount { (cells + index).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: Self.codeCount)
        cells.deallocate()
    }

    /// Counts a refusal.
    public func note(_ code: RejectCode) {
        precondition(Int(code.rawValue) < Self.codeCount, "codes are below 600")
        (cells + Int(code.rawValue)).pointee.add(1, ordering: .relaxed)
    }

    /// Refusals with this code.
    public func count(of code: RejectCode) -> UInt64 { (cells + Int(code.rawValue)).pointee.load(ordering: .relaxed) }
}
