internal import Platform

extension Archive {
    /// Opens the archive in a directory, or makes a new one, which is incomplete until its owner says otherwise.
    ///
    /// Runs that are missing or damaged are set aside and named in `findings`; the archive is incomplete then. What a
    /// crash left half done is removed.
    ///
    /// - Parameters:
    ///   - versionLimit: The highest version that its owner knows of. An archive with a higher one is of another
    ///     history, in which the owner went further: it is never read.
    ///   - requirement: Which archive its owner's snapshot was made with. Any other is set aside, unless it was rebuilt
    ///     since.
    ///   - isReplaceable: Whether it can be rebuilt. If not, one that is lacking in anything is left as it is.
    /// - Throws: `options`, `irreplaceable`, or `storage` when the directory cannot be read or written.
    public static func open(
        options: ArchiveOptions,
        owner: ArchiveOwner,
        versionLimit: UInt64 = .max,
        requirement: ArchiveRequirement? = nil,
        isReplaceable: Bool = true,
        storage: any ArchiveStorage
    ) throws(ArchiveError) -> Archive {
        if let complaint = options.complaint { throw .options(complaint) }
        let irreplaceable: ArchiveFinding?
        do throws(PlatformError) {
            var opening = Opening(
                options: options,
                owner: owner,
                versionLimit: versionLimit,
                requirement: requirement,
                isReplaceable: isReplaceable,
                storage: storage,
                names: try storage.names()
            )
            if let archive = try opening.open() { return archive }
            irreplaceable = opening.findings.first
        } catch {
            throw .storage(error)
        }
        throw .irreplaceable(
            irreplaceable ?? ArchiveFinding(file: Manifest.fileNames[0], offset: 0, finding: "the archive is missing")
        )
    }
}

/// The steps of opening an archive.
private struct Opening {
    let options: ArchiveOptions
    let owner: ArchiveOwner
    let versionLimit: UInt64
    let requirement: ArchiveRequirement?
    let isReplaceable: Bool
    let storage: any ArchiveStorage
    let names: [String]
    var findings: [ArchiveFinding] = []
    var runs: [Run] = []
    var filterRoom: Int

    init(
        options: ArchiveOptions,
        owner: ArchiveOwner,
        versionLimit: UInt64,
        requirement: ArchiveRequirement?,
        isReplaceable: Bool,
        storage: any ArchiveStorage,
        names: [String]
    ) {
        self.options = options
        self.owner = owner
        self.versionLimit = versionLimit
        self.requirement = requirement
        self.isReplaceable = isReplaceable
        self.storage = storage
        self.names = names
        filterRoom = options.filterByteCountMax
    }

    /// - Returns: nil when something is lacking that cannot be replaced; nothing was changed then.
    mutating func open() throws(PlatformError) -> Archive? {
        let (found, copiesAgree) = try readManifests()
        let isNew = found == nil && findings.isEmpty
        var manifest =
            found
            ?? Manifest(
                imageByteCount: options.imageByteCount,
                owner: owner,
                identity: options.newIdentity ?? ArchiveIdentity(high: RandomBytes.word(), low: RandomBytes.word()),
                rebuiltThrough: 0
            )
        let listed = manifest.runs
        manifest.runs = []
        // The newest are looked at most, and have the first claim on memory.
        for entry in listed.reversed() {
            if try openRun(entry) { manifest.runs.insert(entry, at: 0) }
        }
        let isWhole = found != nil && findings.isEmpty && manifest.rebuiltThrough == nil
        guard isWhole || isReplaceable else { return nil }
        if found == nil {
            // Nothing says which of the files belong together.
            for name in names where RunFormat.number(ofFile: name) != nil { try setAside(name) }
        } else {
            let kept = manifest.runs
            for name in names {
                guard let number = RunFormat.number(ofFile: name) else { continue }
                if kept.contains(where: { $0.number == number }) { continue }
                if listed.contains(where: { $0.number == number }) {
                    try setAside(name)
                } else {
                    // Written and not yet listed, or merged into another and not yet removed.
                    try storage.remove(name)
                }
            }
        }
        for name in names where name.hasSuffix(RunFormat.unfinishedSuffix) { try storage.remove(name) }
        manifest.nextRun = max(manifest.nextRun, nextFreeNumber())
        if !findings.isEmpty { manifest.rebuiltThrough = 0 }
        if found != manifest || !copiesAgree {
            manifest.sequence += 1
            try manifest.write(to: storage)
        }
        return Archive(
            options: options,
            storage: storage,
            manifest: manifest,
            isNew: isNew,
            runs: runs,
            findings: findings
        )
    }

    /// The newer of the two copies, and whether both are the same.
    private mutating func readManifests() throws(PlatformError) -> (newest: Manifest?, copiesAgree: Bool) {
        var copies: [Manifest] = []
        var failure: PlatformError?
        for name in Manifest.fileNames where names.contains(name) {
            do throws(PlatformError) {
                if let copy = try Manifest.read(name, from: storage) { copies.append(copy) }
            } catch {
                failure = error
            }
        }
        guard let newest = copies.max(by: { $0.sequence < $1.sequence }) else {
            if let failure { throw failure }
            if names.contains(where: { Manifest.fileNames.contains($0) || RunFormat.number(ofFile: $0) != nil }) {
                note(Manifest.fileNames[0], "neither copy of the manifest is whole")
            }
            return (nil, false)
        }
        guard newest.owner == owner, newest.imageByteCount == options.imageByteCount else {
            note(
                Manifest.fileNames[0],
                newest.owner == owner
                    ? "records of \(newest.imageByteCount) bytes in place of \(options.imageByteCount)"
                    : "it belongs to another journal"
            )
            return (nil, false)
        }
        let versionMax = newest.runs.reduce(0) { max($0, $1.versionMax) }
        guard versionMax <= versionLimit else {
            note(Manifest.fileNames[0], "it has version \(versionMax), and the newest there can be is \(versionLimit)")
            return (nil, false)
        }
        if let finding = requirement?.finding(newest) {
            note(Manifest.fileNames[0], finding)
            return (nil, false)
        }
        return (newest, copies.count == 2 && copies[0] == copies[1])
    }

    /// Opens a listed run; false when it cannot be used, which is noted then.
    private mutating func openRun(_ entry: Manifest.Entry) throws(PlatformError) -> Bool {
        let name = RunFormat.fileName(entry.number)
        guard names.contains(name) else {
            note(name, "the file is missing")
            return false
        }
        do throws(RunProblem) {
            let file: any ArchiveFile
            do throws(PlatformError) { file = try storage.open(name) } catch { throw .storage(error) }
            let run = try Run(file: file, filterByteCountMax: filterRoom)
            guard run.manifestEntry == entry, run.header.owner == owner,
                run.header.imageByteCount == options.imageByteCount
            else { throw .damaged(offset: 0, finding: "this is not the run that the manifest lists") }
            filterRoom -= run.filterByteCount
            runs.append(run)
            return true
        } catch {
            switch error {
            case .storage(let error): throw error
            case .damaged(let offset, let finding):
                note(name, finding, offset: offset)
                return false
            }
        }
    }

    private func setAside(_ name: String) throws(PlatformError) {
        try storage.rename(name, to: name + RunFormat.damagedSuffix)
    }

    private mutating func note(_ file: String, _ finding: String, offset: UInt64 = 0) {
        guard findings.count < Archive.findingCountMax else { return }
        findings.append(ArchiveFinding(file: file, offset: offset, finding: finding))
    }

    /// A number that no file has, whatever became of it.
    private func nextFreeNumber() -> UInt64 {
        var next: UInt64 = 1
        for name in names {
            if let number = RunFormat.number(ofFile: String(name.prefix(20))), number < .max {
                next = max(next, number + 1)
            }
        }
        return next
    }
}
