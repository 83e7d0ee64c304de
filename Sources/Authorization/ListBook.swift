public import Domain
import Rules

/// All lists: what the changes of lists add up to.
///
/// It changes only by `apply`, in the order of the journal; the same events make the same book.
public struct ListBook: ~Copyable, Sendable {
    /// The lists by number, with those that were deleted and are still kept.
    public private(set) var lists: [ListInfo] = []
    /// How many lists were ever made.
    private var numberOfNewest: UInt32 = 0
    private var names: [String: Int] = [:]
    /// How many snapshots are reading the entries: nothing is forgotten meanwhile.
    private var pinCount = 0
    /// Tables that nobody needs any more, for the caller to free without a lock.
    private var garbage: [ListTable] = []

    /// No lists.
    public init() {}

    /// The list of a name; `nil`: there is none.
    public func list(named name: String) -> ListInfo? { names[name].map { lists[$0] } }

    /// How many entries all lists have.
    public var entryCount: Int { names.values.reduce(0) { $0 + lists[$1].table.entryCount } }
    /// How many lists there are.
    public var listCount: Int { names.count }
    /// How many entries are kept for the past, and how many bytes all of it takes.
    public var memory: (past: Int, bytes: Int) {
        lists.reduce((0, 0)) { ($0.0 + $1.keptForThePast, $0.1 + $1.table.byteCount) }
    }

    /// What to say where there is no list of a name.
    public func unknown(_ name: String) -> ListCommandError {
        .unknownList(name: name, nearest: NearName.nearest(to: name, among: names.keys.sorted()))
    }

    /// The lists for rules that are written now: others are refused.
    public var directory: ListDirectory { ListDirectory(names.mapValues { lists[$0].table }, isOpen: false) }

    /// The lists for rules of a decision that was made by the configuration of this record. A list that is not known
    /// any more is empty.
    public func directory(asOf lsn: LogSequenceNumber) -> ListDirectory {
        var tables: [String: ListTable] = [:]
        for list in lists where list.created.lsn < lsn && (list.deleted.map { $0.lsn > lsn } ?? true) {
            tables[list.name] = list.table
        }
        return ListDirectory(tables, isOpen: true)
    }

    /// A fingerprint of all lists; that of an empty book is that of nothing.
    public var digest: Digest128 {
        var digest = Digest128()
        for list in lists where list.deleted == nil {
            var own = list.table.storage.pointee.digest
            own.combine(UInt64(list.number), UInt64(list.kind.rawValue) << 8 | UInt64(list.match.rawValue))
            own.combine(list.created.lsn.rawValue, UInt64(list.created.actor))
            for var text in [list.name, list.owner, list.note] {
                text.withUTF8 { own.combine(UnsafeRawBufferPointer($0)) }
            }
            digest.add(own)
        }
        if numberOfNewest > 0 { digest.combine(UInt64(numberOfNewest), 0) }
        return digest
    }
}

// MARK: - Changing

extension ListBook {
    /// Takes over a change. `lsn` is its record's number.
    ///
    /// - Throws: `EventError.invalidField`, when it is not one that this book allows.
    /// - Complexity: O(values) lookups. Tables that are needed no longer are to be had from `takeGarbage`.
    public mutating func apply(_ event: ListChanged, lsn: LogSequenceNumber) throws(EventError) {
        let step = ListStep(event, lsn: lsn)
        switch event.change {
        case .created(let text):
            guard names[event.name] == nil, event.number == numberOfNewest + 1 else { throw .invalidField("list") }
            let table = ListTable(number: event.number, kind: text.kind, match: text.match)
            let made = ListMark(lsn: lsn, time: event.time, actor: event.actor)
            names[event.name] = lists.count
            numberOfNewest = event.number
            lists.append(ListInfo(name: event.name, text, table, made, step))
            return
        case .deleted:
            let place = try place(event)
            lists[place].deleted = ListMark(lsn: lsn, time: event.time, actor: event.actor)
            names[event.name] = nil
            lists[place].note(step)
        case .added(let items, _):
            let place = try place(event)
            let table = lists[place].table
            table.begin()
            for item in items { table.add(item, event.reason, actor: event.actor, lsn: lsn) }
            lists[place].note(step)
        case .removed(let values, _):
            let place = try place(event)
            let table = lists[place].table
            for value in values { table.remove(value, lsn: lsn) }
            lists[place].note(step)
        }
        forget()
    }

    private func place(_ event: ListChanged) throws(EventError) -> Int {
        guard let place = names[event.name], lists[place].number == event.number else { throw .invalidField("list") }
        return place
    }

    /// Makes room for the values of an event, so that applying it takes no longer than its values do.
    public func prepare(for event: ListChanged) {
        guard case .added(let items, _) = event.change, let list = list(named: event.name) else { return }
        list.table.prepare(adding: items.count)
    }

    /// Keeps no more of the past than the limits say: what went first is forgotten first.
    private mutating func forget() {
        guard pinCount == 0 else { return }
        while lists.count - names.count > AuthorizationLimits.deletedListCountMax, let place = oldestDeleted {
            drop(place)
        }
        var past = lists.indices.reduce(0) { $0 + lists[$1].keptForThePast }
        guard past > AuthorizationLimits.listPastCountMax else { return }
        var removals = lists.indices.map { oldestRemoval(of: $0) }
        while past > AuthorizationLimits.listPastCountMax {
            guard let place = removals.indices.min(by: { removals[$0] < removals[$1] }), removals[place] != .max else {
                return
            }
            if lists[place].deleted != nil {
                past -= lists[place].keptForThePast
                drop(place)
                removals.remove(at: place)
            } else {
                lists[place].table.storage.pointee.forgetOldest()
                past -= 1
                removals[place] = oldestRemoval(of: place)
            }
        }
    }

    /// The record that took away what has been gone for longest; `UInt64.max`: nothing is.
    private func oldestRemoval(of place: Int) -> UInt64 {
        lists[place].deleted?.lsn.rawValue ?? lists[place].table.storage.pointee.oldestRemoval ?? .max
    }

    private var oldestDeleted: Int? {
        lists.indices.filter { lists[$0].deleted != nil }
            .min { (lists[$0].deleted?.lsn ?? .zero) < (lists[$1].deleted?.lsn ?? .zero) }
    }

    private mutating func drop(_ place: Int) {
        garbage.append(lists.remove(at: place).table)
        names = names.mapValues { $0 > place ? $0 - 1 : $0 }
    }

    /// Hands over the tables that nobody needs any more. Letting go of a large one takes milliseconds.
    public mutating func takeGarbage() -> [ListTable] {
        defer { garbage = [] }
        return garbage
    }

    /// Forgets nothing until `unpin`, so that the entries as of now can be read piece by piece.
    public mutating func pin() { pinCount += 1 }

    /// Ends `pin`.
    public mutating func unpin() { pinCount -= 1 }

    // MARK: - Restoring

    /// Takes over a list's head from a snapshot; `restore(entries:)` and `finishRestore` follow.
    public mutating func restore(head: UnsafeRawBufferPointer) throws(EventError) {
        var reader = EventReader(head)
        let list = try ListInfo(&reader)
        try reader.finish()
        guard list.number > lists.last?.number ?? 0, list.deleted != nil || names[list.name] == nil else {
            throw .invalidField("list")
        }
        if list.deleted == nil { names[list.name] = lists.count }
        lists.append(list)
        numberOfNewest = max(numberOfNewest, list.number)
    }

    /// Takes over entries of the list whose head came last.
    public mutating func restore(entries: UnsafeRawBufferPointer, count: Int) throws(EventError) {
        guard let list = lists.last else { throw .invalidField("list") }
        var reader = EventReader(entries)
        for _ in 0..<count { list.table.restore(try ListEntry(&reader)) }
        try reader.finish()
    }

    /// Says that all entries of all lists are there, and how many lists were ever made.
    public mutating func finishRestore(numberOfNewest: UInt32) throws(EventError) {
        guard numberOfNewest >= self.numberOfNewest else { throw .invalidField("list") }
        self.numberOfNewest = numberOfNewest
        for list in lists { list.table.storage.pointee.finishRestore(floor: list.restoredFloor) }
    }

    /// How many lists were ever made, for a snapshot.
    public var newestNumber: UInt32 { numberOfNewest }
}
