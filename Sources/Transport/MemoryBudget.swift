import Synchronization

/// The bytes that all connections together hold for their peers.
///
/// Connections charge whole chunks, so that the shared counter is touched when a connection's needs change in size and
/// not with every frame.
final class MemoryBudget: Sendable {
    /// What a connection's charge is rounded up to.
    static let chunkByteCount = 16_384

    private let charged = Atomic<Int>(0)
    private let byteCountMax: Int

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    /// Bytes charged now.
    var byteCount: Int { charged.load(ordering: .relaxed) }

    /// Whether more is charged than may be.
    var isExhausted: Bool { byteCount > byteCountMax }

    /// Replaces one connection's charge; returns the new one.
    func recharge(from old: Int, toHold byteCount: Int) -> Int {
        let new = (byteCount + Self.chunkByteCount - 1) / Self.chunkByteCount * Self.chunkByteCount
        if new != old { charged.add(new - old, ordering: .relaxed) }
        return new
    }
}
