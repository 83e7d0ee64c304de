import Synchronization

/// How far opening an engine has come, for whoever waits for it on another thread.
public final class StartProgress: Sendable {
    private let steps = Atomic<UInt64>(0)
    private let lsn = Atomic<UInt64>(0)

    /// Nothing done yet.
    public init() {}

    /// Grows with every record and every block of a snapshot that was taken over.
    public var stepCount: UInt64 { steps.load(ordering: .relaxed) }

    /// The record of the journal that was applied last; 0 while a snapshot is read.
    public var newestLSN: UInt64 { lsn.load(ordering: .relaxed) }

    /// A block of a snapshot was taken over. Called by one thread only.
    func noteBlock() { add(1) }

    /// Records were applied, up to this one. Called by one thread only.
    func noteRecords(_ count: UInt64, through lsn: UInt64) {
        add(count)
        self.lsn.store(lsn, ordering: .relaxed)
    }

    private func add(_ count: UInt64) { steps.store(steps.load(ordering: .relaxed) &+ count, ordering: .relaxed) }
}
