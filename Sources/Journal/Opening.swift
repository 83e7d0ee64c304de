internal import Platform

/// Finds the segments of a journal and checks that they belong together; makes the first of a new journal.
enum Opening {
    static func openSegments(
        _ segments: Segments,
        options: JournalOptions,
        storage: any JournalStorage,
        resume: JournalResume?
    ) throws(JournalError) -> (identity: JournalIdentity, isNew: Bool) {
        do throws(PlatformError) {
            try SegmentPreparer.removePassing(in: storage)
        } catch {
            throw .storage(error)
        }
        let indices = try indices(in: storage)
        guard let firstIndex = indices.first else {
            if let resume { throw .notFound(lsn: resume.lsn) }
            return (try create(segments, options: options, storage: storage), true)
        }
        // The oldest segments may have been removed, if what they held is known from elsewhere.
        guard firstIndex == 0 || resume != nil else { throw .missingSegment(name: SegmentHeader.fileName(0)) }
        guard try firstIndex <= oldestAllowed(in: storage) else {
            throw .missingSegment(name: SegmentHeader.fileName(firstIndex - 1))
        }
        var identity: JournalIdentity?
        for (place, index) in indices.enumerated() {
            let expected = firstIndex + UInt64(place)
            guard index == expected else { throw .missingSegment(name: SegmentHeader.fileName(expected)) }
            let (header, file) = try open(index, storage: storage)
            let base = segments.last?.end ?? (index == 0 ? 0 : header.base)
            let problem = mismatch(header, index: index, identity: identity, base: base)
            if let problem {
                throw corruption(index, problem)
            }
            guard header.variant == options.variant else {
                throw .otherVariant(found: header.variant, expected: options.variant)
            }
            identity = header.identity
            segments.add(header, file)
        }
        guard let identity else { preconditionFailure("there is a first segment") }
        // A process that ended between naming a segment and synchronizing the name has left it to this one.
        do throws(PlatformError) {
            try storage.synchronizeNames()
        } catch {
            throw .storage(error)
        }
        return (identity, false)
    }

    /// The identity of the journal in a storage; nil when there is none yet.
    static func identity(in storage: any JournalStorage) throws(JournalError) -> JournalIdentity? {
        guard let index = try indices(in: storage).first else { return nil }
        return try open(index, storage: storage).0.identity
    }

    private static func indices(in storage: any JournalStorage) throws(JournalError) -> [UInt64] {
        do throws(PlatformError) {
            return try storage.names().compactMap { SegmentHeader.index(ofFile: $0) }.sorted()
        } catch {
            throw .storage(error)
        }
    }

    /// The oldest segment that may be there, because those before it were removed on purpose.
    private static func oldestAllowed(in storage: any JournalStorage) throws(JournalError) -> UInt64 {
        do throws(PlatformError) {
            return RemovalMark.index(in: try storage.names())
        } catch {
            throw .storage(error)
        }
    }

    private static func create(
        _ segments: Segments,
        options: JournalOptions,
        storage: any JournalStorage
    ) throws(JournalError) -> JournalIdentity {
        let header = SegmentHeader(
            identity: options.newIdentity ?? JournalIdentity(high: RandomBytes.word(), low: RandomBytes.word()),
            variant: options.variant,
            index: 0,
            base: 0,
            segmentByteCount: options.segmentByteCount
        )
        let prepared: SegmentPreparer.Prepared?
        do throws(SegmentPreparer.Failure) {
            prepared = try SegmentPreparer.prepare(header, in: storage, keepGoing: { true })
        } catch {
            throw error.cause
        }
        guard let prepared else { throw .stopped }
        segments.add(header, prepared.file)
        return header.identity
    }

    private static func open(
        _ index: UInt64,
        storage: any JournalStorage
    ) throws(JournalError) -> (SegmentHeader, any JournalFile) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: SegmentHeader.byteCount, alignment: 4_096)
        defer { bytes.deallocate() }
        let file: any JournalFile
        let size: UInt64
        let count: Int
        do throws(PlatformError) {
            file = try storage.open(SegmentHeader.fileName(index))
            size = try file.byteCount()
            count = try file.read(into: bytes, at: 0)
        } catch {
            throw .storage(error)
        }
        let header: SegmentHeader
        do throws(SegmentHeader.Problem) {
            header = try SegmentHeader.read(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        } catch {
            switch error {
            case .damaged: throw corruption(index, "a segment header with a wrong checksum")
            case .version(let version):
                throw .unknownFormat(segment: SegmentHeader.fileName(index), version: version)
            }
        }
        guard header.segmentByteCount == size, size >= UInt64(SegmentHeader.byteCount),
            size % UInt64(BlockHeader.alignment) == 0
        else { throw corruption(index, "a file of \(size) bytes where there were \(header.segmentByteCount)") }
        return (header, file)
    }

    private static func mismatch(
        _ header: SegmentHeader,
        index: UInt64,
        identity: JournalIdentity?,
        base: UInt64
    ) -> String? {
        if let identity, header.identity != identity { return "a segment of another journal" }
        if header.index != index { return "the segment with index \(header.index)" }
        if header.base != base { return "a segment that starts at position \(header.base)" }
        if header.base.addingReportingOverflow(header.segmentByteCount).overflow { return "a segment without an end" }
        return nil
    }

    private static func corruption(_ index: UInt64, _ finding: String) -> JournalError {
        .corrupt(JournalCorruption(segment: SegmentHeader.fileName(index), offset: 0, lsn: 0, finding: finding))
    }
}
