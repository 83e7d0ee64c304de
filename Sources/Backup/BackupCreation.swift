internal import Cryptography
internal import Journal
internal import Merkle
internal import Platform

/// Up to where a backup goes.
public struct BackupCut: Equatable, Sendable {
    /// A durable record: the newest of the backup.
    public var lsn: UInt64
    /// The state's digest at this record, in hexadecimal digits; nil when it is not known.
    public var stateDigest: String?
    /// How many request ids were remembered then.
    public var rememberedIDs: UInt64
    /// How many cards there were then.
    public var cards: UInt64

    /// Joins the fields.
    public init(lsn: UInt64, stateDigest: String? = nil, rememberedIDs: UInt64 = 0, cards: UInt64 = 0) {
        self.lsn = lsn
        self.stateDigest = stateDigest
        self.rememberedIDs = rememberedIDs
        self.cards = cards
    }
}

/// What making a backup came to.
public struct BackupReport: Equatable, Sendable {
    /// The backup.
    public let summary: BackupSummary
    /// Segments that were encrypted now.
    public let copiedCount: Int
    /// Segments that the repository had.
    public let reusedCount: Int
    /// Bytes that were written to the repository.
    public let writtenByteCount: UInt64
    /// What is wrong with earlier backups, as far as they were looked at; this one uses nothing of it.
    public let findings: [BackupError]
}

/// Makes a backup of a data directory beside the daemon that serves it, or without one.
///
/// Nothing of the journal behind the cut is looked at, so the daemon goes on meanwhile. What the repository has is not
/// copied again: segments to which the journal has not come back since, by their place in the chain of checksums, and
/// parts of small files by their digest. Before it is used again it is looked at, see `ReuseCheck`; what is damaged is
/// stored anew. The manifest comes last; whatever ends the work before, the next backup goes on with the segments that
/// are stored.
public struct BackupCreation {
    private let repository: Repository
    private let dataDirectory: String
    private let rereads: Bool
    private let checkedByteCountMax: UInt64
    private var lsn: UInt64 = 0
    private var copiedCount = 0
    private var reusedCount = 0
    private var writtenByteCount: UInt64 = 0
    /// The time of the newest record, once it is known.
    private var recordTime: Int64?

    /// - Parameters:
    ///   - dataDirectory: Where `journal` is.
    ///   - rereads: Whether segments that the repository has are read and compared all the same.
    ///   - checkedByteCountMax: How much of what is used again is compared with its digest; 0: nothing.
    public init(
        _ repository: Repository,
        dataDirectory: String,
        rereads: Bool = false,
        checkedByteCountMax: UInt64 = Self.checkedByteCountMaxByDefault
    ) {
        self.repository = repository
        self.dataDirectory = dataDirectory
        self.rereads = rereads
        self.checkedByteCountMax = checkedByteCountMax
    }

    /// 16 GiB: what SHA-256 takes about ten seconds of a processor for.
    public static let checkedByteCountMaxByDefault: UInt64 = 16 << 30

    /// Makes it.
    ///
    /// - Parameters:
    ///   - time: Now, microseconds since 1970.
    ///   - cut: Asked once, after what is signed was looked at: how far the journal is durable.
    ///   - watch: See `BackupWatcher`.
    public mutating func run(
        time: Int64,
        cut: () throws(BackupError) -> BackupCut,
        watch: BackupWatcher
    ) throws(BackupError) -> BackupReport {
        try run(time: time, cut: cut, watch: watch, holding: try repository.lock())
    }

    private mutating func run(
        time: Int64,
        cut: () throws(BackupError) -> BackupCut,
        watch: BackupWatcher,
        holding lock: borrowing DirectoryLock
    ) throws(BackupError) -> BackupReport {
        try repository.removePassing()
        let small = try SmallFiles(dataDirectory)
        let cut = try cut()
        guard cut.lsn > 0 else { throw .refused("the journal has no record yet: there is nothing to back up") }
        lsn = cut.lsn
        let number = (try repository.numbers().first ?? 0) + 1
        let known = try KnownObjects(repository, number: number, checkedByteCountMax: checkedByteCountMax)
        let segments = try copySegments(known, watch)
        var manifest = Manifest(
            repository: repository.id,
            number: number,
            time: time,
            lsn: cut.lsn,
            recordTime: recordTime ?? 0
        )
        manifest.segments = segments
        manifest.slices = try copySmallFiles(small, known)
        manifest.checkpoint = try Self.head(small)
        manifest.state = cut.stateDigest.map {
            Manifest.State(digest: $0, rememberedIDs: cut.rememberedIDs, cards: cut.cards)
        }
        if let contradiction = manifest.contradiction { throw .refused("the backup makes no whole: \(contradiction)") }
        if let checkpoint = manifest.checkpoint, checkpoint.size > cut.lsn {
            throw .refused(
                "a checkpoint over \(checkpoint.size) records was signed, and the journal ends with record \(cut.lsn)"
            )
        }
        try repository.add(manifest)
        try repository.removeNotes()
        return BackupReport(
            summary: try BackupSummary(manifest, repository),
            copiedCount: copiedCount,
            reusedCount: reusedCount,
            writtenByteCount: writtenByteCount,
            findings: known.findings
        )
    }

    private static func head(_ small: SmallFiles) throws(BackupError) -> Manifest.SignedHead? {
        guard let bytes = small.checkpoint else { return nil }
        do throws(MerkleError) {
            let checkpoint = try Checkpoint(parsing: try SignedNote(parsing: bytes).text)
            return Manifest.SignedHead(origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root)
        } catch {
            throw .refused("audit/checkpoint cannot be read: \(error)")
        }
    }

    // MARK: Segments

    private var journalDirectory: String { dataDirectory + "/journal" }

    private mutating func copySegments(
        _ known: KnownObjects,
        _ watch: BackupWatcher
    ) throws(BackupError) -> [Manifest.Segment] {
        let local = try LocalSegments(journalDirectory)
        var segments: [Manifest.Segment] = []
        var place = JournalPlace.start
        while place.lsn <= lsn {
            let index = UInt64(segments.count)
            let segment: Manifest.Segment
            if local.indexes.contains(index) {
                segment = try take(index, at: place, next: try local.next(after: index), known, watch)
            } else {
                segment = try known.segment(index, at: place, before: try local.first())
                reusedCount += 1
            }
            guard segment.isSealed || segment.content.after.lsn > lsn else {
                throw .journal(.notFound(lsn: segment.content.after.lsn))
            }
            segments.append(segment)
            place = segment.content.after
            try watch(progress(place))
        }
        guard place.lsn == lsn + 1 else {
            throw .gap("the journal in \(dataDirectory) has no block that ends with record \(lsn)")
        }
        if recordTime == nil, let last = segments.last { recordTime = try timeOfLastRecord(last) }
        return segments
    }

    private func progress(_ place: JournalPlace) -> BackupProgress {
        BackupProgress(phase: .copying, lsn: place.lsn - 1, lastLSN: lsn, byteCount: writtenByteCount)
    }

    /// One segment that is on the disk: what the repository has of it, else a copy.
    private mutating func take(
        _ index: UInt64,
        at place: JournalPlace,
        next: JournalPlace?,
        _ known: KnownObjects,
        _ watch: BackupWatcher
    ) throws(BackupError) -> Manifest.Segment {
        let identity = try LocalSegments.identity(journalDirectory, index)
        // Backups of two journals in one directory would pass for one history: the newest is what a restore takes.
        if let journal = known.journal, journal != identity {
            throw .refused(
                "\(dataDirectory) has the journal \(Hexadecimal.text(identity.bytes)), and \(repository.path) has "
                    + "backups of \(Hexadecimal.text(journal.bytes)): each journal needs a directory of its own, see "
                    + "`assentctl backup init`"
            )
        }
        // The last one is read, for the time of its last record.
        if !rereads, let next, next.lsn <= lsn,
            let same = try known.segment(
                index,
                at: place,
                where: { $0.isSealed && $0.content.after == next && $0.content.identity == identity }
            )
        {
            reusedCount += 1
            return same
        }
        // Whether it is the same shows when it was read.
        if try known.segment(index, at: place, where: { rereads || $0.content.after.lsn == lsn + 1 }) != nil {
            let (content, _) = try scan(index, place, into: nil, watch)
            if let same = try known.segment(index, at: place, where: { $0.content == content }) {
                reusedCount += 1
                return Manifest.Segment(content: content, isSealed: content.after == next, object: same.object)
            }
        }
        let (content, object) = try scan(index, place, into: try repository.writer(.segment), watch)
        guard let object else { preconditionFailure("what is written has a place") }
        let segment = Manifest.Segment(content: content, isSealed: content.after == next, object: object)
        try repository.note(segment)
        copiedCount += 1
        writtenByteCount += object.byteCount
        return segment
    }

    /// Reads a segment up to the cut, checking all of it.
    private mutating func scan(
        _ index: UInt64,
        _ place: JournalPlace,
        into writer: ObjectWriter?,
        _ watch: BackupWatcher
    ) throws(BackupError) -> (SegmentContent, StoredObject?) {
        let name = SegmentFiles.name(index: index)
        let path = journalDirectory + "/" + name
        guard FileSystem.exists(path) else {
            throw .gap("\(path) was removed meanwhile: keep more files (--keep-segments), or back up more often")
        }
        let file = try kernel { () throws(PlatformError) in try FileDescriptor.open(name, beneath: journalDirectory) }
        var scanner = SegmentScanner(index: index, before: place, upTo: lsn)
        var offset: UInt64 = 0
        while true {
            let step: SegmentScanner.Step
            do throws(JournalError) { step = try scanner.step() } catch { throw .journal(error) }
            switch step {
            case .needsBytes:
                let count: Int
                do throws(PlatformError) {
                    count = try file.read(into: scanner.room, at: offset)
                } catch {
                    throw .storage(error)
                }
                scanner.took(count)
                offset += UInt64(count)
                var progress = progress(scanner.content.after)
                progress.byteCount += offset
                try watch(progress)
            case .header: try writer?.write(scanner.bytes)
            case .block:
                try writer?.write(scanner.bytes)
                if scanner.content.after.lsn == lsn + 1 { recordTime = Self.timeOfLastRecord(scanner) ?? recordTime }
            case .end:
                guard let writer else { return (scanner.content, nil) }
                return (scanner.content, try repository.finish(writer))
            }
        }
    }

    /// The time of a stored segment's last record.
    private func timeOfLastRecord(_ last: Manifest.Segment) throws(BackupError) -> Int64? {
        var time: Int64?
        try repository.scan(last) { scanner in time = Self.timeOfLastRecord(scanner) ?? time }
        return time
    }

    /// The time of the last record of the block that a scanner came to.
    private static func timeOfLastRecord(_ scanner: borrowing SegmentScanner) -> Int64? {
        var time: Int64?
        scanner.visitRecords { record in
            time = record.time
            return .proceed
        }
        return time
    }

    // MARK: Small files

    private mutating func copySmallFiles(
        _ small: SmallFiles,
        _ known: KnownObjects
    ) throws(BackupError) -> [StoredObject] {
        var slicer = Slicer(repository, known)
        try small.stream { (bytes) throws(BackupError) in try slicer.write(bytes) }
        try slicer.flush()
        writtenByteCount += slicer.writtenByteCount
        return slicer.slices
    }
}

/// Cuts a stream into parts, and stores those that the repository does not have.
private struct Slicer: ~Copyable {
    static let byteCount = 4 << 20

    private let repository: Repository
    private let known: KnownObjects
    private var held: [UInt8] = []
    private(set) var slices: [StoredObject] = []
    private(set) var writtenByteCount: UInt64 = 0

    init(_ repository: Repository, _ known: KnownObjects) {
        self.repository = repository
        self.known = known
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(BackupError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(Self.byteCount - held.count, rest.count)
            held += rest.prefix(count)
            rest = rest.dropFirst(count)
            if held.count == Self.byteCount { try flush() }
        }
    }

    mutating func flush() throws(BackupError) {
        guard !held.isEmpty else { return }
        let digest: SHA256Digest
        do throws(CryptographyError) { digest = try SHA256().digest(held) } catch { throw .cryptography(error) }
        if let same = try known.slice(digest, byteCount: UInt64(held.count)) {
            slices.append(same)
        } else {
            let writer = try repository.writer(.files)
            try writer.write(held)
            let object = try repository.finish(writer)
            writtenByteCount += object.byteCount
            slices.append(object)
        }
        held.removeAll(keepingCapacity: true)
    }
}
