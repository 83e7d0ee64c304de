internal import Synchronization

/// The bytes that all connections together hold for their peers.
///
/// Connections charge whole chunks, so that the shared counter is touched when a connection's needs change in size and
/// not with every frame. One half of what may be is for whoever comes; once it is used up, each that holds something
/// may have an even share of the other half, and the smallest charge in any case. So whoever lets much be held for him
/// waits, and the others do not, however many there are.
final class MemoryBudget: Sendable {
    /// What a connection's charge is rounded up to.
    static let chunkByteCount = 16_384

    /// The smallest charge: the first chunk is free, and whoever holds more is charged whole chunks.
    static let chargeMin = 2 * chunkByteCount

    private let charged = Atomic<Int>(0)
    private let holders = Atomic<Int>(0)
    private let byteCountMax: Int

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    /// Bytes charged now.
    var byteCount: Int { charged.load(ordering: .relaxed) }

    /// Whether so much is charged that not everybody gets more.
    var isScarce: Bool { byteCount > byteCountMax / 2 }

    /// Whether a connection gets no more for now, by what it is charged.
    func mustWait(charged byteCount: Int) -> Bool {
        guard byteCount > 0, isScarce else { return false }
        return byteCount > max(Self.chargeMin, byteCountMax / 2 / max(1, holders.load(ordering: .relaxed)))
    }

    /// Replaces one connection's charge; returns the new one.
    func recharge(from old: Int, toHold byteCount: Int) -> Int {
        let new = (byteCount + Self.chunkByteCount - 1) / Self.chunkByteCount * Self.chunkByteCount
        if new != old {
            charged.add(new - old, ordering: .relaxed)
            if old == 0 {
                holders.add(1, ordering: .relaxed)
            } else if new == 0 {
                holders.subtract(1, ordering: .relaxed)
            }
        }
        return new
    }
}
