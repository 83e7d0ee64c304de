public import Archive
import Authorization
public import Domain
public import Journal
import Platform

extension Engine {
    /// Opens a data directory's journal, or makes a new one, and brings the state back: from the newest usable snapshot
    /// and the records after it, or by applying every record.
    ///
    /// Nothing new is written to the journal until `start`. The directory must be locked against other processes by the
    /// caller.
    ///
    /// - Parameters:
    ///   - storage: where the journal is.
    ///   - snapshotStorage: where snapshots are; `nil` for none. It may be the journal's.
    ///   - archiveStorage: where closed payments go; `nil`: all stay in memory.
    ///   - progress: says meanwhile how far it has come.
    /// - Throws: `EngineError` when it cannot be served: damaged, of another clock, too large.
    public static func open(
        options: EngineOptions,
        journalOptions: JournalOptions,
        storage: any JournalStorage,
        snapshotStorage: (any JournalStorage)? = nil,
        archiveStorage: (any ArchiveStorage)? = nil,
        progress: StartProgress = StartProgress()
    ) throws(EngineError) -> Engine {
        if let complaint = options.complaint { throw .options(complaint) }
        var journalOptions = journalOptions
        journalOptions.payloadByteCountMax = max(
            AuthorizationEvent.encodedByteCountMax,
            LifecycleEvent.encodedByteCountMax,
            CardEvent.encodedByteCountMax
        )
        journalOptions.appenderCount = options.appenderCount
        journalOptions.variant = options.simulatedClock ? Variant.simulatedClock : Variant.wallClock
        var start = try Start(
            options: options,
            storage: storage,
            snapshotStorage: snapshotStorage,
            progress: progress
        )
        let began = Clock.monotonicNanoseconds()
        var replay: Replay
        do throws(PlatformError) {
            replay = try Replay(state: start.state, options: options, included: start.included, progress: progress)
        } catch {
            throw .memory(error)
        }
        let journal: Journal
        do throws(JournalError) {
            journal = try Journal.open(
                options: journalOptions,
                storage: storage,
                from: start.resume,
                replay: { replay.apply($0) }
            )
        } catch {
            if let failure = replay.failure { throw failure }
            if case .otherVariant(let found, _) = error {
                throw .clockMismatch(directoryIsSimulated: found == Variant.simulatedClock)
            }
            if case .missingSegment = error, start.resume == nil, !start.source.problems.isEmpty {
                throw .noUsableSnapshot(problems: start.source.problems)
            }
            throw .journal(error)
        }
        try replay.finish()
        start.source.journalMicroseconds = UInt64(Clock.monotonicNanoseconds() - began) / 1_000
        start.state.findPresentCards()
        return Engine(
            options: options,
            journal: journal,
            state: start.state,
            recoverySource: start.source,
            snapshotStorage: snapshotStorage,
            archive: try openArchive(
                archiveStorage,
                options.archive,
                journal: journal,
                source: start.source
            )
        )
    }

    /// Opens the archive that belongs to a journal and to the snapshot which the state came from; any other is set
    /// aside and rebuilt from the journal, or refused where that is not possible.
    private static func openArchive(
        _ storage: (any ArchiveStorage)?,
        _ options: ArchiveOptions,
        journal: Journal,
        source: RecoverySource
    ) throws(EngineError) -> PaymentArchive? {
        guard let storage else {
            guard !source.hasAbsentPayments else { throw .archiveNeeded(snapshot: source.snapshotLSN ?? .zero) }
            return nil
        }
        // Then all payments that there are came back into memory, and an archive lacks nothing.
        let isEmptyEnough = journal.lastLSN == 0 || source.snapshotLSN != nil && !source.hasAbsentPayments
        do throws(ArchiveError) {
            let archive = try Archive.open(
                options: options,
                owner: ArchiveOwner(high: journal.identity.high, low: journal.identity.low),
                versionLimit: journal.lastLSN,
                requirement: source.archive,
                isReplaceable: isEmptyEnough || journal.firstLSN <= 1,
                storage: storage
            )
            if isEmptyEnough, let rebuild = archive.rebuild { _ = try archive.complete(rebuild) }
            let isWholeJournalApplied = source.snapshotLSN == nil && journal.firstLSN <= 1
            return PaymentArchive(archive, isCoveredByMemory: isWholeJournalApplied)
        } catch {
            throw .archive(error)
        }
    }

    /// Starts to make decisions durable.
    ///
    /// - Parameters:
    ///   - onDurable: called on the journal's thread after each group commit with the newest durable record.
    ///   - onFailure: called once when a write or a synchronisation failed. Nothing becomes durable any more; the
    ///     process must end without answering anybody.
    public func start(
        onDurable: @escaping @Sendable (LogSequenceNumber) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) throws(EngineError) {
        do throws(JournalError) {
            try journal.start(
                onDurable: { onDurable(LogSequenceNumber(rawValue: $0)) },
                onFailure: onFailure
            )
        } catch {
            throw .journal(error)
        }
    }

    /// What a journal is marked with, so that real and simulated time never mix.
    private enum Variant {
        static let wallClock: UInt32 = 0
        static let simulatedClock: UInt32 = 1
    }

    /// The state that records are applied to, and which records those are.
    private struct Start {
        var state: EngineState
        var included: IncludedRecords
        var resume: JournalResume?
        var source = RecoverySource()

        /// Tries the snapshots from the newest on; with none that can be used the state is empty.
        init(
            options: EngineOptions,
            storage: any JournalStorage,
            snapshotStorage: (any JournalStorage)?,
            progress: StartProgress
        ) throws(EngineError) {
            state = try Self.empty(options)
            included = IncludedRecords(options: options)
            guard let snapshotStorage else { return }
            let began = Clock.monotonicNanoseconds()
            let candidates: [UInt64]
            let identity: JournalIdentity
            do throws(JournalError) {
                guard let found = try Journal.identity(in: storage) else { return }
                identity = found
                // Whoever wants every decision made again wants all records, if they are there.
                if options.verifiesDecisions, try Journal.isWhole(in: storage) { return }
                candidates = try Self.snapshots(in: snapshotStorage)
            } catch {
                throw .journal(error)
            }
            for lsn in candidates {
                var restore = SnapshotRestore(state: state, options: options)
                do throws(JournalError) {
                    let reader = try SnapshotFileReader(storage: snapshotStorage, lsn: lsn, identity: identity)
                    try restore.run(reader, progress: progress)
                    included = restore.included
                    resume = restore.resume
                    source.archive = restore.archive.map { ArchiveRequirement(state: $0, version: lsn) }
                    source.hasAbsentPayments = restore.hasAbsentPayments
                    source.snapshotLSN = LogSequenceNumber(rawValue: lsn)
                    source.snapshotMicroseconds = UInt64(Clock.monotonicNanoseconds() - began) / 1_000
                    return
                } catch {
                    CoverageMark.reach("snapshot: one could not be used")
                    source.problems.append("\(error)")
                    state = try Self.empty(options)
                }
            }
        }

        private static func empty(_ options: EngineOptions) throws(EngineError) -> EngineState {
            do throws(PlatformError) { return try EngineState(options: options) } catch { throw .memory(error) }
        }

        private static func snapshots(in storage: any JournalStorage) throws(JournalError) -> [UInt64] {
            do throws(PlatformError) { return try SnapshotFiles.list(in: storage) } catch { throw .storage(error) }
        }
    }
}
