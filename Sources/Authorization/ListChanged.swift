public import Domain
import Rules

/// One value that is put on a list.
public struct ListItem: Sendable, Equatable {
    /// The value, in the form of its list's kind.
    public var value: String
    /// From when on it is there; `nil`: from its record on.
    public var from: Instant?
    /// When it is there no longer, on the microsecond; `nil`: until it is removed.
    public var until: Instant?
    /// Why; empty: for the reason of the whole change.
    public var reason: String

    /// Joins the fields; `ListBook.event` checks them.
    public init(value: String, from: Instant? = nil, until: Instant? = nil, reason: String = "") {
        self.value = value
        self.from = from
        self.until = until
        self.reason = reason
    }
}

/// A list as it is made.
public struct ListText: Sendable, Equatable {
    /// What it has.
    public var kind: ListKind
    /// How values are compared.
    public var match: ListMatch
    /// Who answers for it.
    public var owner: String
    /// What it is for.
    public var note: String

    /// Joins the fields; `ListBook.event` checks them.
    public init(kind: ListKind, match: ListMatch, owner: String, note: String) {
        self.kind = kind
        self.match = match
        self.owner = owner
        self.note = note
    }
}

/// What a change of entries came to.
public struct ListCounts: Sendable, Equatable {
    /// Values that came to the list.
    public internal(set) var added: UInt32 = 0
    /// Values that were there and have other times or another reason now.
    public internal(set) var replaced: UInt32 = 0
    /// Values that left it.
    public internal(set) var removed: UInt32 = 0
    /// Values for which nothing changed: they were there just so, or were not there.
    public internal(set) var unchanged: UInt32 = 0
    /// How many the list has afterwards.
    public internal(set) var entries: UInt32 = 0
}

/// A change of a list as it is journaled; it takes effect with its record.
public struct ListChanged: Sendable, Equatable {
    /// The request that asked for it.
    public var requestID: RequestID
    /// The Unix user who asked.
    public var actor: UInt32
    /// The engine's time.
    public var time: Instant
    /// When the client sent the request, by its clock.
    public var transmissionTime: Instant
    /// The list's number: lists are numbered from 1 in the order in which they were made.
    public var number: UInt32
    /// The list's name.
    public var name: String
    /// Why it was changed.
    public var reason: String
    /// What became of it.
    public var change: Change

    /// Joins the fields; `ListBook.apply` says whether it is one that may be.
    public init(
        requestID: RequestID,
        actor: UInt32,
        time: Instant,
        transmissionTime: Instant,
        number: UInt32,
        name: String,
        reason: String,
        change: Change
    ) {
        self.requestID = requestID
        self.actor = actor
        self.time = time
        self.transmissionTime = transmissionTime
        self.number = number
        self.name = name
        self.reason = reason
        self.change = change
    }

    /// What became of a list.
    public enum Change: Sendable, Equatable {
        /// It was made.
        case created(ListText)
        /// It was deleted, with so many entries.
        case deleted(entries: UInt32)
        /// Values were put on it.
        case added([ListItem], ListCounts)
        /// Values were taken from it.
        case removed([String], ListCounts)
    }

    /// The journal record's kind.
    public var kind: EventKind {
        switch change {
        case .created: .listCreated
        case .deleted: .listDeleted
        case .added: .listEntriesAdded
        case .removed: .listEntriesRemoved
        }
    }
}

extension ListChanged {
    private static let layoutVersion: UInt16 = 1
    private static let fixedByteCount = 2 + 16 + 4 + 8 + 8 + 4 + 4 + 4
    private static let countsByteCount = 5 * 4
    private static let none: Int64 = -1

    /// The most bytes that `encode` writes for any event.
    public static let encodedByteCountMax =
        fixedByteCount + AuthorizationLimits.listNameByteCountMax + AuthorizationLimits.listReasonByteCountMax + 4
        + countsByteCount + AuthorizationLimits.listEntriesPerRecordMax
        * (24 + AuthorizationLimits.listValueByteCountMax + AuthorizationLimits.listReasonByteCountMax)

    /// How many bytes `encode` writes for this one.
    public var encodedByteCount: Int {
        let rest =
            switch change {
            case .created(let text): 2 + 8 + text.owner.utf8.count + text.note.utf8.count
            case .deleted: 4
            case .added(let items, _):
                items.reduce(4 + Self.countsByteCount) { $0 + 24 + $1.value.utf8.count + $1.reason.utf8.count }
            case .removed(let values, _):
                values.reduce(4 + Self.countsByteCount) { $0 + 4 + $1.utf8.count }
            }
        return Self.fixedByteCount + name.utf8.count + reason.utf8.count + rest
    }

    /// Writes the event, little-endian and without padding, layout version 1: the version (u16), request id, actor,
    /// time, transmission time, the list's number (u32), its name and the reason. Of a new list follow kind and match
    /// (a byte each), owner and note; of a deleted one the number of its entries (u32); of a change of entries the
    /// counts added, replaced, removed, unchanged and of entries (u32 each), how many values there are (u32), and of
    /// each the value, and where it is added from and until (i64, -1 for none) and the reason. A text is a count (u32)
    /// and UTF-8.
    ///
    /// The buffer must have room for `encodedByteCount`.
    ///
    /// - Returns: How many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = EventWriter(buffer, byteCountMax: encodedByteCount)
        writer.putHead(Self.layoutVersion, requestID, actor, time, transmissionTime)
        writer.put(number)
        writer.put(name)
        writer.put(reason)
        switch change {
        case .created(let text):
            writer.put(text.kind.rawValue)
            writer.put(text.match.rawValue)
            writer.put(text.owner)
            writer.put(text.note)
        case .deleted(let entries): writer.put(entries)
        case .added(let items, let counts):
            writer.put(counts)
            writer.put(UInt32(items.count))
            for item in items {
                writer.put(item.value)
                writer.put(item.from?.microseconds ?? Self.none)
                writer.put(item.until?.microseconds ?? Self.none)
                writer.put(item.reason)
            }
        case .removed(let values, let counts):
            writer.put(counts)
            writer.put(UInt32(values.count))
            for value in values { writer.put(value) }
        }
        return writer.count
    }

    /// Reads what `encode` wrote in a record of the kind.
    ///
    /// - Throws: `EventError`, whatever the bytes are.
    public init(decoding buffer: UnsafeRawBufferPointer, kind: EventKind) throws(EventError) {
        var reader = EventReader(buffer)
        (requestID, actor, time, transmissionTime) = try reader.commandHead(Self.layoutVersion)
        number = try reader.integer()
        guard number > 0 else { throw .invalidField("list") }
        name = try reader.string("name", max: AuthorizationLimits.listNameByteCountMax)
        reason = try reader.string("reason", max: AuthorizationLimits.listReasonByteCountMax)
        switch kind {
        case .listCreated:
            let kind: ListKind = try reader.choice("kind")
            let match: ListMatch = try reader.choice("match")
            let owner = try reader.string("owner", max: RulesLimits.ownerByteCountMax)
            let note = try reader.string("note", max: RulesLimits.noteByteCountMax)
            change = .created(ListText(kind: kind, match: match, owner: owner, note: note))
        case .listDeleted: change = .deleted(entries: try reader.integer())
        case .listEntriesAdded:
            let counts = try reader.listCounts()
            change = .added(try reader.listItems(), counts)
        case .listEntriesRemoved:
            let counts = try reader.listCounts()
            change = .removed(try reader.listValues(), counts)
        case .authorization, .lifecycle, .cardCreated, .cardStatusChanged, .cardLimitsChanged, .cardReplaced,
            .configurationChanged, .ruleAdded, .ruleMoved, .principalChanged:
            throw .invalidField("kind")
        }
        try reader.finish()
    }
}

extension EventWriter {
    fileprivate mutating func put(_ counts: ListCounts) {
        for count in [counts.added, counts.replaced, counts.removed, counts.unchanged, counts.entries] { put(count) }
    }
}

extension EventReader {
    fileprivate mutating func listCounts() throws(EventError) -> ListCounts {
        var counts = ListCounts()
        counts.added = try integer()
        counts.replaced = try integer()
        counts.removed = try integer()
        counts.unchanged = try integer()
        counts.entries = try integer()
        return counts
    }

    fileprivate mutating func listItems() throws(EventError) -> [ListItem] {
        let count = try listValueCount()
        var items: [ListItem] = []
        items.reserveCapacity(count)
        for _ in 0..<count {
            let value = try listValue()
            let from = try listInstant()
            let until = try listInstant()
            let reason = try string("reason", max: AuthorizationLimits.listReasonByteCountMax)
            items.append(ListItem(value: value, from: from, until: until, reason: reason))
        }
        return items
    }

    fileprivate mutating func listValues() throws(EventError) -> [String] {
        let count = try listValueCount()
        var values: [String] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try listValue()) }
        return values
    }

    private mutating func listValueCount() throws(EventError) -> Int {
        let count = Int(try integer(UInt32.self))
        guard (1...AuthorizationLimits.listEntriesPerRecordMax).contains(count) else { throw .invalidField("entries") }
        return count
    }

    private mutating func listValue() throws(EventError) -> String {
        let value = try string("value", max: AuthorizationLimits.listValueByteCountMax)
        guard !value.isEmpty else { throw .invalidField("value") }
        return value
    }

    /// An instant that is not before the epoch, or -1 for none.
    private mutating func listInstant() throws(EventError) -> Instant? {
        let microseconds = try integer(Int64.self)
        guard microseconds >= -1, microseconds <= Instant.max.microseconds else { throw .invalidField("time") }
        return microseconds < 0 ? nil : Instant(microseconds: microseconds)
    }
}
