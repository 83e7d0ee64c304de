import Authorization
import Domain
import Journal
import Platform

/// Up to a thousand records that concern cards, as they are in the journal and in its order.
final class ReplayBatch: @unchecked Sendable {
    // SAFETY (@unchecked Sendable): one thread has it at a time; it is handed over through a monitor. Both pointers are
    // freed in `deinit`; `recordCount` records are initialised, and their payloads lie within `byteCount` bytes.

    /// One record.
    struct Record: BitwiseCopyable {
        let place: RecordPlace
        /// The card that the record is about.
        let token: CardToken
        let kind: UInt16
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

    /// Copies a record in.
    ///
    /// - Returns: false: there is no room for it.
    func add(_ record: JournalRecordView, at place: RecordPlace, about token: CardToken) -> Bool {
        let contents = contents.pointee
        guard contents.recordCount < Self.recordCapacity,
            record.payload.count <= Self.byteCapacity - contents.byteCount
        else { return false }
        // What the other processor had in its cache takes a while to come; all of it is written soon.
        Memory.prefetchToWrite(records + (contents.recordCount + 4))
        for line in Swift.stride(from: 0, to: record.payload.count, by: 64) {
            Memory.prefetchToWrite(bytes + (contents.byteCount + Self.fetchedAhead + line))
        }
        if let source = record.payload.baseAddress {
            (bytes + contents.byteCount).copyMemory(from: source, byteCount: record.payload.count)
        }
        (records + contents.recordCount).initialize(
            to: Record(
                place: place,
                token: token,
                kind: record.kind,
                offset: UInt32(contents.byteCount),
                byteCount: UInt32(record.payload.count)
            )
        )
        self.contents.pointee = Contents(
            recordCount: contents.recordCount + 1,
            byteCount: contents.byteCount + record.payload.count
        )
        return true
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

    /// A record's bytes, good until `clear`.
    func payload(_ record: Record) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + Int(record.offset), count: Int(record.byteCount))
    }

    /// Empties it.
    func clear() { contents.pointee = Contents() }
}
