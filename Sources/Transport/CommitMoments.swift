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

/// The latest groups, for whoever asks soon after. Written by the journal's thread, read where a request was slow.
final class CommitHistory: Sendable {
    /// Groups that are known.
    static let countMax = 256

    private struct State {
        var commits: [CommitMoments] = []
        var next = 0
    }

    private let state = Locked(State())

    func note(_ commit: CommitMoments) {
        state.withLock { state in
            if state.commits.count < Self.countMax {
                state.commits.append(commit)
            } else {
                state.commits[state.next] = commit
            }
            state.next = (state.next + 1) % Self.countMax
        }
    }

    /// The group that a record came with; nil where it is too long ago.
    func commit(of lsn: UInt64) -> CommitMoments? {
        state.withLock { state in
            // Others have left then, and it may have come with one of them.
            if state.commits.count == Self.countMax, state.commits[state.next].lastLSN > lsn { return nil }
            return state.commits.lazy.filter { $0.lastLSN >= lsn }.min { $0.lastLSN < $1.lastLSN }
        }
    }
}
