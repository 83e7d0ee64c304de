internal import Platform

/// When the journal made a group of records durable, in microseconds of the monotonic clock.
public struct CommitMoments: Sendable, Equatable {
    /// The last record of the group.
    public var lastLSN: UInt64
    /// When the journal took the group over.
    public var takenAt: Int64
    /// When it was written.
    public var writtenAt: Int64
    /// When it was durable.
    public var durableAt: Int64

    /// All of it.
    public init(lastLSN: UInt64, takenAt: Int64, writtenAt: Int64, durableAt: Int64) {
        self.lastLSN = lastLSN
        self.takenAt = takenAt
        self.writtenAt = writtenAt
        self.durableAt = durableAt
    }
}

extension CommitMoments {
    /// Of a group so long ago that nothing is known of it but this.
    static let longAgo = CommitMoments(lastLSN: 0, takenAt: .min, writtenAt: .min, durableAt: .min)
}

/// The latest groups, and of those before them one in ten milliseconds: who asks may ask late, since an event loop that
/// has been slow is when it is asked. Written by the journal's thread, read where a request was slow.
final class CommitHistory: Sendable {
    /// Latest groups that are known.
    static let countMax = 256
    /// Groups of those before that are known.
    static let sparseCountMax = 1_024
    /// What is between these at least, in microseconds.
    static let sparseMicroseconds: Int64 = 10_000

    private struct State {
        var latest = Ring(countMax: CommitHistory.countMax)
        var sparse = Ring(countMax: CommitHistory.sparseCountMax)
    }

    private struct Ring {
        let countMax: Int
        private var commits: [CommitMoments] = []
        private var next = 0

        init(countMax: Int) { self.countMax = countMax }

        var newest: CommitMoments? { commits.isEmpty ? nil : commits[(next + commits.count - 1) % commits.count] }

        mutating func append(_ commit: CommitMoments) {
            if commits.count < countMax {
                commits.append(commit)
            } else {
                commits[next] = commit
            }
            next = (next + 1) % countMax
        }

        /// The first group that is known of those that have the record behind them.
        func first(with lsn: UInt64) -> CommitMoments? {
            commits.lazy.filter { $0.lastLSN >= lsn }.min { $0.lastLSN < $1.lastLSN }
        }

        /// Whether groups have left that the record may have come with.
        func mayHaveLost(_ lsn: UInt64) -> Bool { commits.count == countMax && commits[next].lastLSN > lsn }
    }

    private let state = Locked(State())

    func note(_ commit: CommitMoments) {
        state.withLock { state in
            state.latest.append(commit)
            if let last = state.sparse.newest, commit.durableAt - last.durableAt < Self.sparseMicroseconds { return }
            state.sparse.append(commit)
        }
    }

    /// The group that a record came with, or one at most `sparseMicroseconds` later; `longAgo` where even that has
    /// left; nil where there is none yet.
    func commit(of lsn: UInt64) -> CommitMoments? {
        state.withLock { state in
            let latest = state.latest.first(with: lsn)
            guard state.latest.mayHaveLost(lsn) else { return latest }
            if state.sparse.mayHaveLost(lsn) { return .longAgo }
            guard let latest, let sparse = state.sparse.first(with: lsn) else { return latest }
            return sparse.lastLSN < latest.lastLSN ? sparse : latest
        }
    }
}
