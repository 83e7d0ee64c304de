import Authorization
import Domain
import Journal
import Platform

/// Up to a thousand records that concern cards, in the order of the journal: as they are there, or of a decision what
/// it did, which is a quarter of the bytes.
final class ReplayBatch: @unchecked Sendable {
    // SAFETY (@unchecked Sendable): one thread has it at a time; it is handed over through a monitor. Both pointers are
    // freed in `deinit`; `recordCount` records are initialised, and their payloads lie within `byteCount` bytes.

    /// One record.
    struct Record: BitwiseCopyable {
        let lsn: LogSequenceNumber
        /// Of the token of the card that the record is about.
        let hash: UInt64
        /// What it is as it is in the journal; `nil`: what a decision did.
        let kind: EventKind?
        /// Whether it makes a payment that is closed at once.
        let isClosed: Bool
        fileprivate let offset: UInt32
        fileprivate let byteCount: UInt32
    }

    private struct Contents {
        var recordCount = 0
        var byteCount = 0
    }

    private static let recordCapacity = 1_024
    private static let byteCapacity = 512 << 10
    /// How many bytes ahead of what is written memory is fetched; any address is allowed.
    private static let fetchedAhead = 2_048
    // Behind pointers, because the compiler checks each access to a variable of an object while it runs.
    private let contents: UnsafeMutablePointer<Contents>
    private let records: UnsafeMutablePointer<Record>
    private let bytes: UnsafeMutableRawPointer

    init() {
        contents = .allocate(capacity: 1)
        contents.initialize(to: Contents())
        records = .allocate(capacity: Self.recordCapacity)
        bytes = .allocate(byteCount: Self.byteCapacity, alignment: 64)
    }

    deinit {
        contents.deallocate()
        records.deallocate()
        bytes.deallocate()
    }

    /// How many records are in it.
    var count: Int { contents.pointee.recordCount }

    /// Copies a record in, as it is in the journal.
    ///
    /// - Returns: false: there is no room for it.
    func add(
        _ payload: UnsafeRawBufferPointer,
        _ kind: EventKind,
        lsn: LogSequenceNumber,
        about token: CardToken
    ) -> Bool {
        guard let target = room(payload.count) else { return false }
        if let source = payload.baseAddress { target.copyMemory(from: source, byteCount: payload.count) }
        note(lsn, CardShard.hash(token), kind, isClosed: false, payload.count)
        return true
    }

    /// Puts in what a decision did.
    ///
    /// - Returns: false: there is no room for it.
    @inline(__always)
    func add(_ effect: AuthorizationEffect, lsn: LogSequenceNumber) -> Bool {
        guard let target = room(MemoryLayout<AuthorizationEffect>.size) else { return false }
        target.storeBytes(of: effect, as: AuthorizationEffect.self)
        let hash = CardShard.hash(effect.account)
        note(lsn, hash, nil, isClosed: effect.isFinancial, MemoryLayout<AuthorizationEffect>.size)
        return true
    }

    /// Where the bytes of one more record go; `nil`: there is no room for it.
    @inline(__always)
    private func room(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let contents = contents.pointee
        guard contents.recordCount < Self.recordCapacity, byteCount <= Self.byteCapacity - contents.byteCount else {
            return nil
        }
        // What the other processor had in its cache takes a while to come; all of it is written soon.
        Memory.prefetchToWrite(records + (contents.recordCount + 4))
        let target = bytes + contents.byteCount
        for line in Swift.stride(from: 0, to: byteCount, by: 64) {
            Memory.prefetchToWrite(target + (Self.fetchedAhead + line))
        }
        return target
    }

    @inline(__always)
    private func note(
        _ lsn: LogSequenceNumber,
        _ hash: UInt64,
        _ kind: EventKind?,
        isClosed: Bool,
        _ byteCount: Int
    ) {
        let contents = contents.pointee
        (records + contents.recordCount).initialize(
            to: Record(
                lsn: lsn,
                hash: hash,
                kind: kind,
                isClosed: isClosed,
                offset: UInt32(truncatingIfNeeded: contents.byteCount),
                byteCount: UInt32(truncatingIfNeeded: byteCount)
            )
        )
        // Effects lie at multiples of 8.
        self.contents.pointee = Contents(
            recordCount: contents.recordCount + 1,
            byteCount: contents.byteCount + (byteCount + 7) & ~7
        )
    }

    /// A record, below `count`.
    subscript(index: Int) -> Record {
        precondition(index >= 0 && index < count, "no such record")
        return records[index]
    }

    /// Fetches the bytes of a record, below `count`: another processor wrote them.
    func prefetch(_ index: Int) {
        let record = self[index]
        for line in Swift.stride(from: 0, to: Int(record.byteCount), by: 64) {
            Memory.prefetch(bytes + Int(record.offset) + line)
        }
    }

    /// What a decision did, of a record without a kind.
    @inline(__always)
    func effect(_ record: Record) -> AuthorizationEffect {
        precondition(record.kind == nil, "a record as it is in the journal")
        return (bytes + Int(record.offset)).load(as: AuthorizationEffect.self)
    }

    /// A record's bytes, good until `clear`.
    func payload(_ record: Record) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + Int(record.offset), count: Int(record.byteCount))
    }

    /// Empties it.
    func clear() { contents.pointee = Contents() }
}
