public import Platform

/// A journal that no process serves: read whole and checked as a start does it, and nothing changed.
public final class OfflineJournal {
    /// One segment's file.
    public struct Segment: Equatable, Sendable {
        /// The file's name.
        public let name: String
        /// Its place in the order, from 0.
        public let index: UInt64
        /// The journal position of its first byte.
        public let base: UInt64
        /// Bytes in the file.
        public let byteCount: UInt64
        /// Records in it that were read and found good.
        public var records: UInt64 = 0
        /// Blocks in it that were read and found good.
        public var blocks: UInt64 = 0
        /// The first of these records; 0 when there is none.
        public var firstLSN: UInt64 = 0
        /// The last of these records; 0 when there is none.
        public var lastLSN: UInt64 = 0
    }

    /// What reading everything came to.
    public struct Verification: Sendable {
        /// The identity that its segments carry; nil when none could be read.
        public var identity: JournalIdentity?
        /// The owner's mark.
        public var variant: UInt32 = 0
        /// The segments up to the first that is not good.
        public var segments: [Segment] = []
        /// What was read and is good.
        public var report = RecoveryReport()
        /// The last good record; 0 when there is none.
        public var lastLSN: UInt64 = 0
        /// What is wrong at the first place where something is; nil when nothing is.
        public var problem: JournalError?
        /// What should have been at that place.
        public var expected: String?

        var tail: Recovery.Tail?
    }

    let directory: String
    let storage: OverlayStorage

    /// Whether the oldest segments may have been removed.
    private let mayBeginLater: Bool

    /// - Parameters:
    ///   - directory: The directory with the segments.
    ///   - mayBeginLater: Whether the oldest segments may have been removed, because what they held is known from
    ///     elsewhere. What is there is then read from its first block on.
    public init(directory: String, mayBeginLater: Bool = false) {
        self.directory = directory
        self.mayBeginLater = mayBeginLater
        storage = OverlayStorage(directory: directory)
    }

    /// The names of the segments' files, sorted.
    public func segmentNames() throws(PlatformError) -> [String] {
        try storage.names().filter { SegmentHeader.index(ofFile: $0) != nil }
    }

    /// Reads every block and hands over every good record in order, up to the first place that is not good.
    ///
    /// A torn last write is no damage: the next start drops it, and `report.tornTailByteCount` says so.
    ///
    /// - Parameter visit: May refuse a record; that is a problem like any other.
    public func verify(_ visit: (JournalRecordView) -> ReplayVerdict = { _ in .applied }) -> Verification {
        var found = Verification()
        let segments = Segments(storage: storage, openCountMax: 64)
        do throws(JournalError) {
            var options = JournalOptions()
            guard let first = try firstHeader() else {
                throw .missingSegment(name: SegmentHeader.fileName(0))
            }
            found.variant = first.variant
            found.identity = first.identity
            options.variant = first.variant
            let resume = try resume(at: first)
            _ = try Opening.openSegments(segments, options: options, storage: storage, resume: resume)
            fill(&found, from: segments)
            try read(segments, resume, &found, visit)
        } catch {
            found.problem = error
            if found.segments.isEmpty { fill(&found, from: segments) }
            if case .corrupt(let corruption) = error, found.expected == nil {
                found.expected = Self.expectation(ofHeader: corruption.segment, found)
            }
        }
        return found
    }

    private func read(
        _ segments: Segments,
        _ resume: JournalResume?,
        _ found: inout Verification,
        _ visit: (JournalRecordView) -> ReplayVerdict
    ) throws(JournalError) {
        guard let identity = found.identity, let first = segments.extent(at: 0) else { return }
        var counted = found.segments
        var place = 0
        var recovery = Recovery(segments: segments, identity: identity, first: first, resume: resume)
        defer {
            found.segments = counted
            found.report = recovery.report
            found.tail = recovery.tail
            found.lastLSN = recovery.tail.nextLSN - 1
            for index in found.segments.indices {
                found.segments[index].blocks = recovery.blockCounts[found.segments[index].index, default: 0]
            }
        }
        do throws(JournalError) {
            try recovery.run { view in
                while place < counted.count, view.position >= counted[place].base + counted[place].byteCount {
                    place += 1
                }
                if place < counted.count {
                    if counted[place].records == 0 { counted[place].firstLSN = view.lsn }
                    counted[place].records += 1
                    counted[place].lastLSN = view.lsn
                }
                return visit(view)
            }
        } catch {
            let tail = recovery.tail
            found.expected =
                "block \(tail.nextSequence), starting with record \(tail.nextLSN), behind the block whose header has "
                + "the checksum \(String(tail.chain, radix: 16)); or zeros, and nothing but zeros from there on"
            throw error
        }
    }

    /// Where reading begins when the first segments are gone; nil when they are there.
    private func resume(at first: SegmentHeader) throws(JournalError) -> JournalResume? {
        guard mayBeginLater, first.index > 0 else { return nil }
        let name = SegmentHeader.fileName(first.index)
        let sector = try contents(of: name, at: UInt64(SegmentHeader.byteCount), count: BlockHeader.sectorByteCount)
        let lsn =
            sector.count < BlockHeader.byteCount
            ? nil : sector.withUnsafeBytes { BlockHeader.read($0)?.header.firstLSN }
        // Without a block there the reading says so.
        return JournalResume(
            position: first.base + UInt64(SegmentHeader.byteCount),
            lsn: lsn ?? 1,
            lastLSN: 0,
            parts: []
        )
    }

    private func fill(_ found: inout Verification, from segments: Segments) {
        found.segments = (0..<segments.count).compactMap { segments.extent(at: $0) }.map {
            Segment(name: $0.name, index: $0.index, base: $0.base, byteCount: $0.byteCount)
        }
    }

    private static func expectation(ofHeader name: String, _ found: Verification) -> String {
        let index = SegmentHeader.index(ofFile: name).map { "\($0)" } ?? "?"
        let base = found.segments.last.map { $0.base + $0.byteCount } ?? 0
        return "a segment header with the index \(index), starting at journal position \(base), the length of its file "
            + "and the identity of the other segments"
    }

    /// The first segment header that can be read: what the others are held to.
    func firstHeader() throws(JournalError) -> SegmentHeader? {
        for name in try storageNames() {
            if let header = try header(of: name) { return header }
        }
        guard let name = try storageNames().first else { return nil }
        throw .corrupt(
            JournalCorruption(segment: name, offset: 0, lsn: 0, finding: "a segment header with a wrong checksum")
        )
    }

    func storageNames() throws(JournalError) -> [String] {
        do throws(PlatformError) { return try segmentNames() } catch { throw .storage(error) }
    }

    /// A segment's header, if it is good.
    func header(of name: String) throws(JournalError) -> SegmentHeader? {
        let bytes = try contents(of: name, at: 0, count: SegmentHeader.byteCount)
        return bytes.withUnsafeBytes { try? SegmentHeader.read($0) }
    }

    /// Bytes of a file, fewer at its end.
    func contents(of name: String, at offset: UInt64, count: Int) throws(JournalError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: BlockHeader.alignment)
        defer { buffer.deallocate() }
        do throws(PlatformError) {
            let file = try storage.open(name)
            return Array(buffer[..<(try file.read(into: buffer, at: offset))])
        } catch {
            throw .storage(error)
        }
    }
}
