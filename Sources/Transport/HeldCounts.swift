internal import Platform

/// How many of something each one has, of those who may have some; of whoever has none nothing is kept.
final class HeldCounts<Holder: Hashable & Sendable>: Sendable {
    private let counts = Locked<[Holder: Int]>([:])

    /// Counts one more; false where the holder has as many as it may.
    func take(for holder: Holder, max countMax: Int) -> Bool {
        counts.withLock { counts in
            guard counts[holder, default: 0] < countMax else { return false }
            counts[holder, default: 0] += 1
            return true
        }
    }

    /// One that was counted is over.
    func giveBack(of holder: Holder) {
        counts.withLock { counts in
            let left = counts[holder, default: 0] - 1
            counts[holder] = left > 0 ? left : nil
        }
    }

    /// How many have some.
    var holderCount: Int { counts.withLock { $0.count } }
}
