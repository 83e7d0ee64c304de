internal import Cryptography
internal import Journal
internal import Platform

/// What a repository has that another backup can use.
struct KnownObjects {
    private let repository: Repository
    /// The journal of the newest backup; nil while there is none.
    private(set) var journal: JournalIdentity?
    /// By the segment's number, those of the newest backup first.
    private var segments: [UInt64: [Manifest.Segment]] = [:]
    /// By what is in them, those of the newest backup first.
    private var slices: [SHA256Digest: [StoredObject]] = [:]
    /// Why manifests cannot be read; their backups are left out.
    let unreadable: [BackupError]
    private let check: ReuseCheck

    /// Reads all manifests that can be read, and what unfinished backups have noted.
    ///
    /// - Parameters:
    ///   - number: That of the backup to come.
    ///   - checkedByteCountMax: See `ReuseCheck`.
    init(_ repository: Repository, number: UInt64, checkedByteCountMax: UInt64) throws(BackupError) {
        self.repository = repository
        var seen: Set<Manifest.Segment> = []
        var seenSlices: Set<StoredObject> = []
        let manifests: [Manifest]
        (manifests, unreadable) = try repository.readableManifests()
        check = try ReuseCheck(
            repository,
            number: number,
            objects: manifests.first?.objects ?? [],
            byteCountMax: checkedByteCountMax
        )
        for manifest in manifests {
            if journal == nil { journal = manifest.identity }
            for segment in manifest.segments where seen.insert(segment).inserted {
                segments[segment.content.index, default: []].append(segment)
            }
            for slice in manifest.slices where seenSlices.insert(slice).inserted {
                slices[slice.plainDigest, default: []].append(slice)
            }
        }
        for segment in try repository.notes() where seen.insert(segment).inserted {
            segments[segment.content.index, default: []].append(segment)
        }
    }

    /// What is wrong with the repository, as far as it was looked at.
    var findings: [BackupError] { unreadable + check.findings }

    /// The first of the stored copies of a segment that go on from a place, fit, and may be used again.
    func segment(
        _ index: UInt64,
        at place: JournalPlace,
        where fits: (Manifest.Segment) -> Bool
    ) throws(BackupError) -> Manifest.Segment? {
        for segment in segments[index] ?? [] where segment.content.before == place && fits(segment) {
            if try check.allows(segment.object) { return segment }
        }
        return nil
    }

    /// The stored copy of a segment that is not on the disk any more.
    ///
    /// - Parameter first: Where the oldest segment on the disk goes on from, and its number.
    func segment(
        _ index: UInt64,
        at place: JournalPlace,
        before first: (index: UInt64, place: JournalPlace?)?
    ) throws(BackupError) -> Manifest.Segment {
        let next = first.flatMap { $0.index == index + 1 ? $0.place : nil }
        let isFitting = { (segment: Manifest.Segment) in
            segment.isSealed && (next == nil || segment.content.after == next)
        }
        if let found = try self.segment(index, at: place, where: isFitting) { return found }
        let name = SegmentFiles.name(index: index)
        if let stored = segments[index]?.first(where: { $0.content.before == place && isFitting($0) }) {
            throw .gap(
                "the journal's file \(name) is gone, and \(repository.objectPath(stored.object.digest)), the copy of "
                    + "it in this directory of backups, is damaged or missing: put it back from a copy of the directory"
            )
        }
        guard segments[index] == nil else {
            throw .gap(
                "the journal's file \(name) is gone, and what \(repository.path) has of it is not what the journal "
                    + "went on from: these are backups of another history"
            )
        }
        let others = unreadable.isEmpty ? "" : "; backups that cannot be read may have it: \(unreadable[0])"
        throw .gap(
            "the journal's file \(name) is gone, and no backup in \(repository.path) has it: records from "
                + "\(place.lsn) on are lost to this directory of backups\(others)"
        )
    }

    /// The stored part of small files with a digest.
    func slice(_ digest: SHA256Digest, byteCount: UInt64) throws(BackupError) -> StoredObject? {
        for slice in slices[digest] ?? [] where slice.plainByteCount == byteCount {
            if try check.allows(slice) { return slice }
        }
        return nil
    }
}

/// The segments of a data directory.
struct LocalSegments {
    private let directory: String
    /// Their numbers.
    let indexes: Set<UInt64>
    private let sorted: [UInt64]

    init(_ directory: String) throws(BackupError) {
        self.directory = directory
        guard FileSystem.isDirectory(directory) else { throw .refused("there is no journal in \(directory)") }
        let names = try kernel { () throws(PlatformError) in try FileSystem.names(inDirectory: directory) }
        sorted = names.compactMap { SegmentFiles.index(ofFile: $0) }.sorted()
        guard !sorted.isEmpty else { throw .refused("there is no journal in \(directory)") }
        indexes = Set(sorted)
    }

    /// What the segments behind one go on from; nil when nothing is in them.
    func next(after index: UInt64) throws(BackupError) -> JournalPlace? {
        for later in sorted where later > index {
            if let place = try place(later) { return place }
        }
        return nil
    }

    /// The oldest segment, and what it goes on from; nil for the place when nothing is in it.
    func first() throws(BackupError) -> (index: UInt64, place: JournalPlace?)? {
        guard let first = sorted.first else { return nil }
        return (first, try place(first))
    }

    private func place(_ index: UInt64) throws(BackupError) -> JournalPlace? {
        do throws(JournalError) {
            return try SegmentFiles.place(of: index, in: directory)
        } catch {
            throw .journal(error)
        }
    }

    /// Whose a segment is.
    static func identity(_ directory: String, _ index: UInt64) throws(BackupError) -> JournalIdentity {
        do throws(JournalError) {
            return try SegmentFiles.identity(of: index, in: directory)
        } catch {
            throw .journal(error)
        }
    }
}

extension Repository {
    /// Reads a stored segment from its first byte to its last, checking everything.
    ///
    /// - Parameters:
    ///   - lastLSN: The last record that is handed over; what follows is checked all the same.
    ///   - visit: Called with each block, and with the header.
    /// - Throws: `.damaged` with the place, `.missing`, `.storage`, and what `visit` throws.
    func scan(
        _ segment: Manifest.Segment,
        upTo lastLSN: UInt64 = .max,
        visit: (inout SegmentScanner) throws(BackupError) -> Void
    ) throws(BackupError) {
        let reader = try reader(segment.object, kind: .segment)
        var scanner = SegmentScanner(index: segment.content.index, before: segment.content.before, upTo: lastLSN)
        let path = objectPath(segment.object.digest)
        while true {
            let step: SegmentScanner.Step
            do throws(JournalError) {
                step = try scanner.step()
            } catch {
                throw .damaged(file: path, byte: 0, finding: "decrypted, it is no whole segment: \(error)")
            }
            switch step {
            case .needsBytes: scanner.took(try reader.read(into: scanner.room))
            case .header, .block: try visit(&scanner)
            case .end:
                try reader.finish(segment.object)
                guard scanner.content == segment.content || lastLSN < segment.content.after.lsn else {
                    throw .damaged(file: path, byte: 0, finding: "another segment than the manifest says")
                }
                return
            }
        }
    }
}
