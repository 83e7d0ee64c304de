public import Domain
import Rules

/// When and by whom something was done.
public struct ListMark: Sendable, Equatable {
    /// The record.
    public let lsn: LogSequenceNumber
    /// When.
    public let time: Instant
    /// The Unix user.
    public let actor: UInt32
}

/// A list, without what is on it.
public struct ListInfo: Sendable {
    /// Its number, from 1 in the order in which lists were made.
    public var number: UInt32 { table.number }
    /// Its name.
    public let name: String
    /// What it has.
    public var kind: ListKind { table.kind }
    /// How its values are compared.
    public var match: ListMatch { table.match }
    /// Who answers for it.
    public let owner: String
    /// What it is for.
    public let note: String
    /// When it was made.
    public let created: ListMark
    /// When it was deleted; `nil`: it is there.
    public internal(set) var deleted: ListMark?
    /// What is on it.
    public let table: ListTable
    /// What happened to it, oldest first, the newest `AuthorizationLimits.listStepCountMax`.
    public private(set) var steps: [ListStep]
    /// From a snapshot's head, until all entries are there.
    let restoredFloor: UInt64

    init(name: String, _ text: ListText, _ table: ListTable, _ created: ListMark, _ step: ListStep) {
        self.name = name
        owner = text.owner
        note = text.note
        self.table = table
        self.created = created
        steps = [step]
        restoredFloor = 0
    }

    /// How many entries are kept for the past alone.
    var keptForThePast: Int { table.pastCount + (deleted == nil ? 0 : table.entryCount) }

    /// Adds to the history: to its last step, where one change was made in several records.
    mutating func note(_ step: ListStep) {
        if let last = steps.last, let both = last.joined(with: step) {
            steps[steps.count - 1] = both
            return
        }
        if steps.count == AuthorizationLimits.listStepCountMax { steps.removeFirst() }
        steps.append(step)
    }
}

/// One step in a list's life.
public struct ListStep: Sendable, Equatable {
    /// How long after the one before a record still belongs to the same step, in microseconds.
    private static let joinedMicroseconds: Int64 = 60_000_000

    /// What was done.
    public let kind: ListChange
    /// The first record of it.
    public let firstLSN: LogSequenceNumber
    /// The last one.
    public let lastLSN: LogSequenceNumber
    /// When it began.
    public let firstTime: Instant
    /// When the last record was written.
    public let lastTime: Instant
    /// The Unix user.
    public let actor: UInt32
    /// Why.
    public let reason: String
    /// How many entries came, changed or went.
    public let changed: UInt64
    /// How many the list had afterwards.
    public let entries: UInt32

    init(
        kind: ListChange,
        records: (first: LogSequenceNumber, last: LogSequenceNumber),
        times: (first: Instant, last: Instant),
        actor: UInt32,
        reason: String,
        changed: UInt64,
        entries: UInt32
    ) {
        self.kind = kind
        (firstLSN, lastLSN) = records
        (firstTime, lastTime) = times
        self.actor = actor
        self.reason = reason
        self.changed = changed
        self.entries = entries
    }

    init(_ event: ListChanged, lsn: LogSequenceNumber) {
        let (kind, changed, entries): (ListChange, UInt32, UInt32) =
            switch event.change {
            case .created: (.created, 0, 0)
            case .deleted(let entries): (.deleted, entries, 0)
            case .added(_, let counts): (.added, counts.added + counts.replaced, counts.entries)
            case .removed(_, let counts): (.removed, counts.removed, counts.entries)
            }
        self.init(
            kind: kind,
            records: (lsn, lsn),
            times: (event.time, event.time),
            actor: event.actor,
            reason: event.reason,
            changed: UInt64(changed),
            entries: entries
        )
    }

    /// Both as one; `nil`: they are two.
    func joined(with next: ListStep) -> ListStep? {
        guard kind == next.kind, kind == .added || kind == .removed, actor == next.actor, reason == next.reason,
            next.lastTime.microseconds - lastTime.microseconds <= Self.joinedMicroseconds
        else { return nil }
        return ListStep(
            kind: kind,
            records: (firstLSN, next.lastLSN),
            times: (firstTime, next.lastTime),
            actor: actor,
            reason: reason,
            changed: changed + next.changed,
            entries: next.entries
        )
    }
}

// MARK: - Snapshots

extension ListInfo {
    /// The most bytes that `encodeHead` writes.
    public static let headByteCountMax =
        1_024 + RulesLimits.noteByteCountMax + AuthorizationLimits.listStepCountMax
        * (64 + AuthorizationLimits.listReasonByteCountMax)

    /// Writes all but the entries, as a snapshot keeps it.
    ///
    /// - Returns: how many bytes were written.
    public func encodeHead(into buffer: UnsafeMutableRawBufferPointer, floor: LogSequenceNumber) -> Int {
        var writer = EventWriter(buffer, byteCountMax: Self.headByteCountMax)
        writer.put(number)
        writer.put(kind.rawValue)
        writer.put(match.rawValue)
        writer.put(name)
        writer.put(owner)
        writer.put(note)
        writer.put(created)
        writer.put(UInt8(deleted == nil ? 0 : 1))
        if let deleted { writer.put(deleted) }
        writer.put(floor.rawValue)
        writer.put(UInt32(steps.count))
        for step in steps {
            writer.put(step.kind.rawValue)
            writer.put(step.firstLSN.rawValue)
            writer.put(step.lastLSN.rawValue)
            writer.put(step.firstTime.microseconds)
            writer.put(step.lastTime.microseconds)
            writer.put(step.actor)
            writer.put(step.reason)
            writer.put(step.changed)
            writer.put(step.entries)
        }
        return writer.count
    }

    init(_ reader: inout EventReader) throws(EventError) {
        let number = try reader.integer(UInt32.self)
        let kind: ListKind = try reader.choice("kind")
        table = ListTable(number: number, kind: kind, match: try reader.choice("match"))
        name = try reader.string("name", max: AuthorizationLimits.listNameByteCountMax)
        owner = try reader.string("owner", max: RulesLimits.ownerByteCountMax)
        note = try reader.string("note", max: RulesLimits.noteByteCountMax)
        created = try reader.listMark()
        deleted = try reader.integer(UInt8.self) == 0 ? nil : try reader.listMark()
        restoredFloor = try reader.integer()
        let count = Int(try reader.integer(UInt32.self))
        guard count <= AuthorizationLimits.listStepCountMax else { throw .invalidField("steps") }
        steps = []
        for _ in 0..<count {
            let kind: ListChange = try reader.choice("step")
            let first = LogSequenceNumber(rawValue: try reader.integer())
            let last = LogSequenceNumber(rawValue: try reader.integer())
            let begin = try reader.instant("time")
            let end = try reader.instant("time")
            let actor = try reader.integer(UInt32.self)
            let reason = try reader.string("reason", max: AuthorizationLimits.listReasonByteCountMax)
            let changed = try reader.integer(UInt64.self)
            steps.append(
                ListStep(
                    kind: kind,
                    records: (first, last),
                    times: (begin, end),
                    actor: actor,
                    reason: reason,
                    changed: changed,
                    entries: try reader.integer()
                )
            )
        }
    }
}

extension EventWriter {
    fileprivate mutating func put(_ mark: ListMark) {
        put(mark.lsn.rawValue)
        put(mark.time.microseconds)
        put(mark.actor)
    }
}

extension EventReader {
    fileprivate mutating func listMark() throws(EventError) -> ListMark {
        let lsn = LogSequenceNumber(rawValue: try integer())
        let time = try instant("time")
        return ListMark(lsn: lsn, time: time, actor: try integer())
    }
}
