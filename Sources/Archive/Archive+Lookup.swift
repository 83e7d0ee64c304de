internal import Platform

extension Archive {
    /// Reads the newest image of an id.
    ///
    /// - Parameters:
    ///   - image: `imageByteCount` bytes; changed only when something is found.
    ///   - evenIfIncomplete: Looks although something may be missing; only for those who know what that means.
    /// - Returns: the version; nil when the archive does not have the id.
    /// - Throws: `incomplete`, or `storage` when a file cannot be read.
    /// - Complexity: a filter's line for each run, and two pages of the run that has it; a few microseconds when the
    ///   kernel has them in memory. It reads from disk: not for a thread that decides.
    public func find(
        _ id: UInt64,
        into image: UnsafeMutableRawBufferPointer,
        evenIfIncomplete: Bool = false
    ) throws(ArchiveError) -> UInt64? {
        precondition(image.count == options.imageByteCount, "an image has the size of all images")
        let page = PageBuffer(pageCount: 1)
        var best: UInt64?
        for run in try runs(evenIfIncomplete: evenIfIncomplete) {
            do throws(RunProblem) {
                if let version = try run.find(id, above: best, page: page, into: image) { best = version }
            } catch {
                throw archiveError(error, run: run.number)
            }
        }
        return best
    }

    /// The ids that a fingerprint stands for, newest (highest) first, `ArchiveOptions.matchCountMax` at most.
    ///
    /// A fingerprint that an older image had and the newest does not is still found; look at the image.
    ///
    /// - Throws: `incomplete`, or `storage` when a file cannot be read.
    public func ids(
        ofFingerprint fingerprint: UInt64,
        evenIfIncomplete: Bool = false
    ) throws(ArchiveError) -> [UInt64] {
        guard fingerprint != 0 else { return [] }
        let page = PageBuffer(pageCount: 1)
        var found: [UInt64] = []
        for run in try runs(evenIfIncomplete: evenIfIncomplete) {
            do throws(RunProblem) {
                try run.appendIDs(fingerprint, page: page, to: &found)
            } catch {
                throw archiveError(error, run: run.number)
            }
        }
        found.sort(by: >)
        var ids: [UInt64] = []
        for id in found where ids.last != id && ids.count < ArchiveOptions.matchCountMax { ids.append(id) }
        return ids
    }

    /// Whether nothing is missing, so that what is not found was never archived.
    public var isComplete: Bool { shared.withLock { $0.rebuiltThrough == nil } }

    /// How many batches have been appended since it was opened. While it stays the same, so does every answer.
    public var appendCount: UInt64 { shared.withLock { $0.appendCount } }

    /// The damage found since it was opened; the first hundred.
    public var findings: [ArchiveFinding] { shared.withLock { $0.findings } }

    /// How often damage has been found since it was opened, what `open` found not counted.
    public var damageCount: UInt64 { shared.withLock { $0.damageCount } }

    /// Which archive it is, and how far it has come: whatever lookups found before this was asked is durable in it.
    public var state: ArchiveState {
        ArchiveState(identity: identity, sequence: shared.withLock { $0.sequence })
    }

    /// The highest version in it; 0 while it is empty.
    public var versionMax: UInt64 { shared.withLock { $0.runs.reduce(0) { max($0, $1.header.versionMax) } } }

    /// How large it is.
    public var statistics: ArchiveStatistics {
        let merged = writer.withLock { $0.mergedEntryCount }
        return shared.withLock { shared in
            var statistics = ArchiveStatistics(runCount: shared.runs.count, mergedEntryCount: merged)
            for run in shared.runs {
                statistics.entryCount += UInt64(run.header.entryCount)
                statistics.byteCount += run.layout.byteCount
                statistics.filterByteCount += UInt64(run.filterByteCount)
            }
            return statistics
        }
    }

    /// Reads every page of every run and verifies it; what is damaged is noted as if a lookup had come upon it.
    ///
    /// - Parameter keepGoing: Asked every few thousand entries; false ends it.
    /// - Throws: `storage` when a file cannot be read.
    public func verify(keepGoing: () -> Bool = { true }) throws(ArchiveError) {
        for run in shared.withLock({ $0.runs }) {
            do throws(RunProblem) {
                for cursor in [run.entryCursor(), run.pairCursor()] {
                    var count = 0
                    repeat {
                        try cursor.advance()
                        count += 1
                        if count & 4_095 == 0, !keepGoing() { return }
                    } while cursor.isAtItem
                }
                try run.verifyIndexesAndFilters()
            } catch {
                if case .storage(let error) = error { throw .storage(error) }
                _ = archiveError(error, run: run.number)
            }
        }
    }

    private func runs(evenIfIncomplete: Bool) throws(ArchiveError) -> [Run] {
        let (runs, isComplete) = shared.withLock { ($0.runs, $0.rebuiltThrough == nil) }
        guard isComplete || evenIfIncomplete else { throw .incomplete }
        return runs
    }
}

/// How large an archive is.
public struct ArchiveStatistics: Equatable, Sendable {
    /// Files.
    public var runCount = 0
    /// Entries in all of them; an id that is in several counts for each.
    public var entryCount: UInt64 = 0
    /// Bytes of the files.
    public var byteCount: UInt64 = 0
    /// Bytes that filters take in memory.
    public var filterByteCount: UInt64 = 0
    /// Entries that merging has written since it was opened.
    public var mergedEntryCount: UInt64 = 0
}
