import Authorization
import Domain
import Journal
import Platform

/// Some hundred records that concern cards, as they are in the journal and in its order.
final class ReplayBatch: @unchecked Sendable {
    // SAFETY (@unchecked Sendable): one thread has it at a time; it is handed over through a monitor. Both pointers are
    // freed in `deinit`; `recordCount` records are initialised, and their payloads lie within `byteCount` bytes.

    /// One record.
    struct Record: BitwiseCopyable {
        let place: RecordPlace
        let kind: UInt16
        fileprivate let offset: Int
        fileprivate let byteCount: Int
    }

    private struct Contents {
        var recordCount = 0
        var byteCount = 0
    }

    private static let recordCapacity = 256
    private static let byteCapacity = 256 << 10
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
    func add(_ record: JournalRecordView, at place: RecordPlace) -> Bool {
        let contents = contents.pointee
        guard contents.recordCount < Self.recordCapacity,
            record.payload.count <= Self.byteCapacity - contents.byteCount
        else { return false }
        if let source = record.payload.baseAddress {
            (bytes + contents.byteCount).copyMemory(from: source, byteCount: record.payload.count)
        }
        (records + contents.recordCount).initialize(
            to: Record(
                place: place,
                kind: record.kind,
                offset: contents.byteCount,
                byteCount: record.payload.count
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

    /// A record's bytes, good until `clear`.
    func payload(_ record: Record) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + record.offset, count: record.byteCount)
    }

    /// Empties it.
    func clear() { contents.pointee = Contents() }
}
