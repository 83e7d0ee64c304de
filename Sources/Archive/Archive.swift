internal import Platform

/// Records that have left memory: images of one size by id, and ids by fingerprint, in immutable sorted files.
///
/// The archive is derived from a journal and can be deleted: it comes back from there. Whatever happens while it is
/// written, the next `open` finds what was there before or after. It never answers from a file that is not what was
/// written: such a run is set aside under another name, and until it has been rebuilt every lookup throws `incomplete`,
/// because what is not found might only be missing.
///
/// Any thread looks up. Writing (`append`, `mergeStep`, `setAside`, the rebuilding) is for one background thread;
/// others that try wait for it. Of entries with one id, the highest version counts.
public final class Archive: Sendable {
    /// What it was opened with.
    public let options: ArchiveOptions
    /// Whose records these are.
    public let owner: ArchiveOwner
    /// Drawn when the archive was made: another one means that this is not the archive that was here before.
    public let identity: ArchiveIdentity
    /// Whether `open` made it, because there was nothing.
    public let isNew: Bool

    let storage: any ArchiveStorage
    let shared: Locked<Shared>
    let writer: Locked<Writer>

    /// What lookups read. Only ever replaced, never waited for.
    struct Shared {
        /// Newest first.
        var runs: [Run]
        var rebuiltThrough: UInt64?
        var findings: [ArchiveFinding] = []
        /// Runs found damaged that the writer has yet to set aside.
        var damaged: [UInt64] = []
        /// How many batches lookups have been shown.
        var appendCount: UInt64 = 0
        /// Counts damages, so that a rebuilding notices one that came meanwhile.
        var damageCount: UInt64 = 0
        /// The sequence of the manifest that is durable.
        var sequence: UInt64 = 0
    }

    /// What the writing thread keeps.
    struct Writer {
        var manifest: Manifest
        var merge: Merge?
        /// Names of no use any more, to be removed when the manifest no longer has them.
        var removable: [String] = []
        var mergedEntryCount: UInt64 = 0
    }

    init(
        options: ArchiveOptions,
        storage: any ArchiveStorage,
        manifest: Manifest,
        isNew: Bool,
        runs: [Run],
        findings: [ArchiveFinding]
    ) {
        self.options = options
        self.storage = storage
        self.isNew = isNew
        owner = manifest.owner
        identity = manifest.identity
        shared = Locked(
            Shared(
                runs: runs,
                rebuiltThrough: manifest.rebuiltThrough,
                findings: findings,
                sequence: manifest.sequence
            )
        )
        writer = Locked(Writer(manifest: manifest))
    }

    /// How many findings are kept at most; the first ones say most.
    static let findingCountMax = 100

    /// Notes that a run is not what was written; lookups throw from now on.
    func noteDamage(run: UInt64, offset: UInt64, finding: String) {
        shared.withLock { shared in
            guard shared.runs.contains(where: { $0.number == run }) else { return }
            shared.runs.removeAll { $0.number == run }
            shared.damaged.append(run)
            shared.damageCount += 1
            shared.rebuiltThrough = 0
            if shared.findings.count < Self.findingCountMax {
                shared.findings.append(
                    ArchiveFinding(file: RunFormat.fileName(run), offset: offset, finding: finding)
                )
            }
        }
    }

    /// Translates what reading a run came to, and notes damage.
    func archiveError(_ problem: RunProblem, run: UInt64) -> ArchiveError {
        switch problem {
        case .storage(let error): return .storage(error)
        case .damaged(let offset, let finding):
            noteDamage(run: run, offset: offset, finding: finding)
            return .incomplete
        }
    }
}
