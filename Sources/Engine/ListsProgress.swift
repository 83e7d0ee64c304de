import Authorization
import Domain

/// How far a snapshot is with the lists, as they were at one record.
struct ListsProgress {
    /// One of them.
    struct List {
        let info: ListInfo
        let floor: LogSequenceNumber
        /// Entries that came later have higher numbers, or are known by their records.
        let slotCount: Int
    }

    /// The record.
    let lsn: UInt64
    /// How many lists were ever made.
    let newestNumber: UInt32
    private let lists: [List]
    private var place = 0
    /// The first entry of the present list that is not copied.
    var nextSlot = 0

    init(_ book: borrowing ListBook, lsn: UInt64) {
        self.lsn = lsn
        newestNumber = book.newestNumber
        lists = book.lists.map { List(info: $0, floor: $0.table.knownSince, slotCount: $0.table.slotCount) }
    }

    /// The present list; `nil`: all are copied.
    var list: List? { place < lists.count ? lists[place] : nil }

    /// Goes on to the next list.
    mutating func goOn() {
        place += 1
        nextSlot = 0
    }
}
