internal import Platform

/// Where opening a journal begins when the state up to a record is known from elsewhere, and what is known of the
/// journal before it.
public struct JournalResume: Equatable, Sendable {
    /// A part of the journal that lies before the place.
    public struct Part: Equatable, Sendable, BitwiseCopyable {
        /// The LSN of the first record in it.
        public var firstLSN: UInt64
        /// The LSN behind its last record.
        public var endLSN: UInt64
        /// The journal position of its first block.
        public var start: UInt64
        /// The journal position behind its last block.
        public var end: UInt64

        /// Joins the four.
        public init(firstLSN: UInt64, endLSN: UInt64, start: UInt64, end: UInt64) {
            self.firstLSN = firstLSN
            self.endLSN = endLSN
            self.start = start
            self.end = end
        }
    }

    /// The journal position of the block to begin with.
    public var position: UInt64
    /// A record in that block or behind it. Records before it may be replayed too.
    public var lsn: UInt64
    /// The newest record that was durable when this was written: a journal that ends before it has lost something.
    public var lastLSN: UInt64
    /// What lies before the position, in order: the way to older records.
    public var parts: [Part]

    /// Joins the four.
    public init(position: UInt64, lsn: UInt64, lastLSN: UInt64, parts: [Part]) {
        self.position = position
        self.lsn = lsn
        self.lastLSN = lastLSN
        self.parts = parts
    }
}

extension Journal {
    /// Where a later opening can begin to replay the records from one on.
    ///
    /// Does not give the parts before it; see `parts(from:before:countMax:)`.
    ///
    /// - Parameters:
    ///   - lsn: A durable record.
    ///   - lastLSN: The newest record that the journal must still have then; durable.
    /// - Throws: `.notFound` when it is not durable, or is gone.
    public func resume(at lsn: UInt64, lastLSN: UInt64) throws(JournalError) -> JournalResume {
        guard lastLSN <= durableLSN, let entry = index.withLock({ $0.entry(having: lsn) }) else {
            throw .notFound(lsn: lsn)
        }
        return JournalResume(position: entry.start, lsn: lsn, lastLSN: lastLSN, parts: [])
    }

    /// Some of the parts that lie before a position, oldest first.
    ///
    /// - Parameters:
    ///   - start: Where the part before ended; 0 begins.
    ///   - position: One that `resume` gave.
    ///   - countMax: How many to give at once; the lock that commits take is held meanwhile.
    public func parts(from start: UInt64, before position: UInt64, countMax: Int) -> [JournalResume.Part] {
        index.withLock { index in
            index.entries(from: start, before: position, countMax: countMax)
                .map { .init(firstLSN: $0.firstLSN, endLSN: $0.endLSN, start: $0.start, end: $0.end) }
        }
    }

    /// The oldest record that is still there, durable or not; 1 unless segments were removed.
    public var firstLSN: UInt64 { index.withLock { $0.entries.first?.firstLSN ?? 1 } }
}
