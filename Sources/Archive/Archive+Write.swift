internal import Platform

/// What a step of merging came to.
public enum MergeProgress: Equatable, Sendable {
    /// There is nothing to merge.
    case idle
    /// A merge is under way.
    case working
    /// One has just been finished.
    case merged
}

extension Archive {
    /// Writes a batch as a new run. When it returns the entries are durable and every lookup finds them.
    ///
    /// - Throws: `storage` or `full`; the archive is as it was before then, and the batch may be appended again.
    public func append(_ batch: borrowing ArchiveBatch) throws(ArchiveError) {
        precondition(batch.imageByteCount == options.imageByteCount, "images are of the archive's size")
        guard batch.count > 0 else { return }
        try setAsideDamaged()
        let (number, file) = try createRun()
        do throws(PlatformError) {
            var run = RunWriter(
                file: file,
                number: number,
                owner: owner,
                imageByteCount: options.imageByteCount,
                entryCountMax: batch.count,
                pairCountMax: batch.pairCount
            )
            for index in batch.order() { try run.add(entry: batch.entry(index)) }
            try run.endEntries()
            var last: WordPair?
            for pair in batch.sortedPairs() where pair != last {
                try run.add(fingerprint: pair.first, id: pair.second)
                last = pair
            }
            _ = try run.finish()
        } catch {
            forget(unfinished: number)
            throw .storage(error)
        }
        try publish(number, file: file, replacing: [])
    }

    /// Merges runs of like size, a bounded number of items at a time.
    ///
    /// - Parameter itemCountMax: Entries and pairs to handle; some microseconds for ten.
    /// - Throws: `storage`: the merge begins anew at the next step. `incomplete` when a run turned out to be damaged.
    public func mergeStep(itemCountMax: Int) throws(ArchiveError) -> MergeProgress {
        try setAsideDamaged()
        guard let merge = try currentMerge() else { return .idle }
        do throws(Merge.Failure) {
            guard try merge.step(itemCountMax: itemCountMax) else { return .working }
        } catch {
            throw abandon(merge, error)
        }
        writer.withLock { writer in
            writer.merge = nil
            writer.mergedEntryCount += UInt64(merge.header?.entryCount ?? 0)
        }
        try publish(merge.number, file: merge.file, replacing: merge.inputs)
        CoverageMark.reach("archive: files were merged")
        return .merged
    }

    /// Gives runs that were found damaged another name, and writes down that the archive is incomplete.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public func setAsideDamaged() throws(ArchiveError) -> Bool {
        let damaged = shared.withLock { $0.damaged }
        guard !damaged.isEmpty else { return false }
        CoverageMark.reach("archive: a damaged file was set aside")
        if let merge = writer.withLock({ $0.merge }), merge.inputs.contains(where: { damaged.contains($0.number) }) {
            writer.withLock { $0.merge = nil }
            forget(unfinished: merge.number)
        }
        do throws(PlatformError) {
            let names = try storage.names()
            for number in damaged {
                let name = RunFormat.fileName(number)
                if names.contains(name) { try storage.rename(name, to: name + RunFormat.damagedSuffix) }
            }
            try storage.synchronizeNames()
            try changeManifest { manifest in
                manifest.runs.removeAll { damaged.contains($0.number) }
                manifest.rebuiltThrough = 0
            }
        } catch {
            throw .storage(error)
        }
        shared.withLock { $0.damaged.removeAll { damaged.contains($0) } }
        return true
    }

    // MARK: Files

    private func createRun(replacing oldCount: Int = 0) throws(ArchiveError) -> (number: UInt64, file: any ArchiveFile)
    {
        let (number, runCount) = writer.withLock { writer -> (UInt64, Int) in
            defer { writer.manifest.nextRun += 1 }
            return (writer.manifest.nextRun, writer.manifest.runs.count)
        }
        guard runCount - oldCount < options.runCountMax else { throw .full(runCount: runCount) }
        let name = RunFormat.fileName(number) + RunFormat.unfinishedSuffix
        do throws(PlatformError) {
            return (number, try storage.create(name))
        } catch {
            // It may have been created all the same.
            forget(unfinished: number)
            throw .storage(error)
        }
    }

    /// Removes a run that no manifest has ever named.
    private func forget(unfinished number: UInt64) {
        let name = RunFormat.fileName(number) + RunFormat.unfinishedSuffix
        do throws(PlatformError) {
            try storage.remove(name)
        } catch {
            // The next `open` does it.
        }
    }

    /// Gives a run its name, lists it in place of others, and lets lookups see it.
    private func publish(_ number: UInt64, file: any ArchiveFile, replacing old: [Run]) throws(ArchiveError) {
        let name = RunFormat.fileName(number)
        let run: Run
        do throws(RunProblem) {
            let kept = shared.withLock { $0.runs.reduce(0) { $0 + $1.filterByteCount } }
            let freed = old.reduce(0) { $0 + $1.filterByteCount }
            // Read back before anything else goes: what was written is what is there.
            run = try Run(file: file, filterByteCountMax: max(0, options.filterByteCountMax - kept + freed))
        } catch {
            forget(unfinished: number)
            switch error {
            case .storage(let error): throw .storage(error)
            case .damaged(let offset, let finding):
                throw .storage(.ended(operation: "read back", subject: "\(name), byte \(offset): \(finding)"))
            }
        }
        do throws(PlatformError) {
            try storage.rename(name + RunFormat.unfinishedSuffix, to: name)
            try storage.synchronizeNames()
        } catch {
            forget(unfinished: number)
            writer.withLock { $0.removable.append(name) }
            throw .storage(error)
        }
        do throws(PlatformError) {
            try changeManifest { manifest in
                manifest.runs.removeAll { entry in old.contains { $0.number == entry.number } }
                manifest.runs.append(run.manifestEntry)
            }
        } catch {
            // One copy may name it: the file stays until both are written without it.
            writer.withLock { $0.removable.append(name) }
            throw .storage(error)
        }
        shared.withLock { shared in
            shared.runs.removeAll { run in old.contains { $0 === run } }
            shared.runs.insert(run, at: 0)
            if old.isEmpty { shared.appendCount += 1 }
        }
        writer.withLock { $0.removable += old.map(\.name) }
        removeRemovable()
    }

    /// Writes another manifest; the old one stays in force when that fails.
    func changeManifest(_ change: (inout Manifest) -> Void) throws(PlatformError) {
        let manifest = writer.withLock { writer in
            // Even a failed attempt may have left one copy, which the next must outrank.
            writer.manifest.sequence += 1
            var manifest = writer.manifest
            change(&manifest)
            return manifest
        }
        try manifest.write(to: storage)
        writer.withLock { $0.manifest = manifest }
        shared.withLock { $0.sequence = manifest.sequence }
    }

    /// Both copies of the manifest are without these files.
    private func removeRemovable() {
        let names = writer.withLock { writer in
            defer { writer.removable = [] }
            return writer.removable
        }
        for name in names {
            do throws(PlatformError) {
                try storage.remove(name)
            } catch {
                // It may be gone already; otherwise the next `open` removes it.
            }
        }
    }

    // MARK: Merging

    private func currentMerge() throws(ArchiveError) -> Merge? {
        if let merge = writer.withLock({ $0.merge }) { return merge }
        let inputs = chooseInputs()
        guard !inputs.isEmpty else { return nil }
        let (number, file) = try createRun(replacing: inputs.count)
        do throws(Merge.Failure) {
            let merge = try Merge(inputs, into: file, number: number)
            writer.withLock { $0.merge = merge }
            return merge
        } catch {
            forget(unfinished: number)
            throw translate(error)
        }
    }

    /// Runs of one order of magnitude, the smallest of them first, when there are enough; none otherwise.
    private func chooseInputs() -> [Run] {
        var tiers: [[Run]] = Array(repeating: [], count: 32)
        for run in shared.withLock({ $0.runs }) where run.header.entryCount <= options.runEntryCountMax / 2 {
            var tier = 0
            var count = run.header.entryCount
            while count >= options.mergeFanIn {
                count /= options.mergeFanIn
                tier += 1
            }
            tiers[tier].append(run)
        }
        for tier in tiers where tier.count >= options.mergeFanIn {
            var inputs: [Run] = []
            var entryCount = 0
            for run in tier.sorted(by: { ($0.header.entryCount, $0.number) < ($1.header.entryCount, $1.number) }) {
                guard inputs.count < options.mergeFanIn, entryCount + run.header.entryCount <= options.runEntryCountMax
                else { break }
                inputs.append(run)
                entryCount += run.header.entryCount
            }
            if inputs.count >= 2 { return inputs }
        }
        return []
    }

    private func abandon(_ merge: Merge, _ failure: Merge.Failure) -> ArchiveError {
        writer.withLock { $0.merge = nil }
        forget(unfinished: merge.number)
        return translate(failure)
    }

    private func translate(_ failure: Merge.Failure) -> ArchiveError {
        switch failure {
        case .storage(let error): .storage(error)
        case .damaged(let run, let problem): archiveError(problem, run: run)
        }
    }
}
