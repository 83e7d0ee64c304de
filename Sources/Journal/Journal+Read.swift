internal import Platform

extension Journal {
    /// Bytes read at once for a record; most have fewer.
    private static var firstReadByteCount: Int { 1_024 }

    /// Reads one durable record again by the place it was given.
    ///
    /// - Throws: `.notFound` when it is not durable yet or does not lie there, `.corrupt` when it is damaged,
    ///   `.storage`.
    /// - Complexity: One read of the file, two for a record of more than about 1,000 bytes.
    public func read(at position: UInt64, lsn: UInt64) throws(JournalError) -> JournalRecord {
        guard lsn <= durableLSN, let (file, extent) = try segments.file(containing: position) else {
            throw .notFound(lsn: lsn)
        }
        let offset = position - extent.base
        let most = Int(min(extent.end - position, UInt64(BlockHeader.blockByteCountMax)))
        var bytes = try Self.bytes(of: file, at: offset, count: min(Self.firstReadByteCount, most))
        defer { bytes.deallocate() }
        if bytes.count >= RecordFormat.headerByteCount {
            // SAFETY: the header's bytes are there.
            let payload = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            let needed = RecordFormat.byteCount(payload: Int(payload))
            if needed > bytes.count, needed <= most {
                let more = try Self.bytes(of: file, at: offset, count: needed)
                bytes.deallocate()
                bytes = more
            }
        }
        guard let view = RecordFormat.read(UnsafeRawBufferPointer(bytes), at: 0, position: position), view.lsn == lsn
        else {
            // Where it is damaged, that says so, with the place.
            if let entry = index.withLock({ $0.entry(having: lsn) }) {
                _ = try JournalPart(entry, segments: segments, journal: identity.folded)
            }
            throw .notFound(lsn: lsn)
        }
        return JournalRecord(view)
    }

    /// Finds one durable record by its LSN; nil when there is none, or no more.
    ///
    /// - Throws: `.corrupt` when the block that has it is damaged; other blocks may be.
    /// - Complexity: Reads a part of the journal of 256 KiB or somewhat more.
    public func find(_ lsn: UInt64) throws(JournalError) -> JournalRecord? {
        guard lsn >= firstLSN, let entry = index.withLock({ $0.entry(having: lsn) }) else { return nil }
        return try JournalPart.record(lsn, in: entry, segments: segments, journal: identity.folded)
    }

    /// Hands over the durable records from an LSN on, or from the oldest that is left, oldest first, until `visit`
    /// stops or there are no more.
    ///
    /// - Throws: `.corrupt` when the file is no longer what was written.
    public func scanForward(
        from lsn: UInt64,
        visit: (JournalRecordView) -> ScanStep
    ) throws(JournalError) {
        var next = max(lsn, firstLSN)
        while let entry = index.withLock({ $0.entry(having: next) }) {
            let part = try JournalPart(entry, segments: segments, journal: identity.folded)
            for place in part.places.dropFirst(Int(next - entry.firstLSN)) {
                if visit(try part.record(at: place)) == .stop { return }
            }
            next = entry.endLSN
        }
    }

    /// Hands over the durable records before an LSN, newest first, until `visit` stops or there are no more.
    ///
    /// - Parameter lsn: Not visited itself; `UInt64.max` starts at the newest.
    /// - Throws: `.corrupt` when the file is no longer what was written.
    public func scanBackward(
        before lsn: UInt64,
        visit: (JournalRecordView) -> ScanStep
    ) throws(JournalError) {
        var next = min(lsn, durableLSN + 1)
        while next > 1, let entry = index.withLock({ $0.entry(having: next - 1) }) {
            let part = try JournalPart(entry, segments: segments, journal: identity.folded)
            for place in part.places.prefix(Int(next - entry.firstLSN)).reversed() {
                if visit(try part.record(at: place)) == .stop { return }
            }
            next = entry.firstLSN
        }
    }

    private static func bytes(
        of file: any JournalFile,
        at offset: UInt64,
        count: Int
    ) throws(JournalError) -> UnsafeMutableRawBufferPointer {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        do throws(PlatformError) {
            guard try file.read(into: buffer, at: offset) == count else {
                buffer.deallocate()
                throw PlatformError.ended(operation: "read", subject: "journal segment")
            }
            return buffer
        } catch {
            buffer.deallocate()
            throw .storage(error)
        }
    }
}
