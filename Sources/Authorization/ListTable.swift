public import Domain
import Rules

/// The entries of one list.
///
/// Decisions read it under their card's lock, and it changes with every card locked; whoever else reads it holds the
/// lock of the book that it belongs to, under which alone it changes.
public final class ListTable: @unchecked Sendable {
    // SAFETY (@unchecked Sendable): the locks above. The storage is made in `init` and freed in `deinit`.
    let storage: UnsafeMutablePointer<ListStorage>
    /// An index for what comes next, made before anybody has to wait for it.
    private var readyIndex: UnsafeMutableBufferPointer<UInt64>?
    /// The list's number.
    public let number: UInt32
    /// What the list has.
    public let kind: ListKind
    /// How its values are compared.
    public let match: ListMatch

    init(number: UInt32, kind: ListKind, match: ListMatch) {
        self.number = number
        self.kind = kind
        self.match = match
        storage = .allocate(capacity: 1)
        storage.initialize(to: ListStorage(matchesPrefixes: match == .prefix))
    }

    deinit {
        readyIndex?.deallocate()
        storage.deinitialize(count: 1)
        storage.deallocate()
    }

    /// Makes room for so many values, while cards are decided; `begin` follows before anything else changes the list.
    func prepare(adding count: Int) {
        readyIndex?.deallocate()
        readyIndex = storage.pointee.largerIndex(adding: count)
    }

    /// Takes the room into use.
    func begin() {
        guard let ready = readyIndex else { return }
        readyIndex = nil
        storage.pointee.adopt(ready)
    }

    /// How many entries are on the list, in force or not.
    public var entryCount: Int { storage.pointee.entryCount }
    /// How many are kept that are not on it any more.
    public var pastCount: Int { storage.pointee.pastCount }
    /// How many bytes of memory it has taken.
    public var byteCount: Int { storage.pointee.byteCount }
    /// The numbers of all entries are below this.
    public var slotCount: Int { storage.pointee.slotCount }
    /// How the list was before this record is no longer known.
    public var knownSince: LogSequenceNumber { LogSequenceNumber(rawValue: storage.pointee.floor) }

    /// The entry of a number, on the list or not any more; `nil`: the number is free.
    public func entry(at number: Int) -> ListEntry? {
        storage.pointee.version(number).map { ListEntry($0, storage.pointee.text(of: $0)) }
    }

    /// The entry that a value hits; `nil`: none.
    ///
    /// - Parameters:
    ///   - value: in the form of the list's kind.
    ///   - before: as the list was when this record was written; `nil`: as it is.
    public func hit(_ value: String, at time: Instant, before: LogSequenceNumber? = nil) -> ListEntry? {
        var value = value
        let number = value.withUTF8 {
            storage.pointee.find(
                UnsafeRawBufferPointer($0),
                at: time.microseconds,
                before: before?.rawValue ?? .max
            )
        }
        return number.flatMap { entry(at: Int($0)) }
    }

    /// The entry of exactly this value, in force or not; `nil`: it is not on the list.
    public func entry(of value: String) -> ListEntry? {
        var value = value
        return value.withUTF8 { storage.pointee.present(UnsafeRawBufferPointer($0)) }
            .map { ListEntry($0, storage.pointee.text(of: $0)) }
    }

    func outcome(ofAdding item: ListItem, _ reason: String) -> ListStorage.Outcome {
        var value = item.value
        var reason = item.reason.isEmpty ? reason : item.reason
        return value.withUTF8 { value in
            reason.withUTF8 { reason in
                storage.pointee.outcome(
                    ofAdding: UnsafeRawBufferPointer(value),
                    UnsafeRawBufferPointer(reason),
                    from: item.fromMicroseconds,
                    until: item.untilMicroseconds
                )
            }
        }
    }

    func add(_ item: ListItem, _ reason: String, actor: UInt32, lsn: LogSequenceNumber) {
        var value = item.value
        var reason = item.reason.isEmpty ? reason : item.reason
        value.withUTF8 { value in
            reason.withUTF8 { reason in
                storage.pointee.add(
                    UnsafeRawBufferPointer(value),
                    UnsafeRawBufferPointer(reason),
                    from: item.fromMicroseconds,
                    until: item.untilMicroseconds,
                    actor: actor,
                    lsn: lsn.rawValue
                )
            }
        }
    }

    func remove(_ value: String, lsn: LogSequenceNumber) {
        var value = value
        value.withUTF8 { storage.pointee.remove(UnsafeRawBufferPointer($0), lsn: lsn.rawValue) }
    }

    func restore(_ entry: ListEntry) {
        var value = entry.value
        var reason = entry.reason
        value.withUTF8 { value in
            reason.withUTF8 { reason in
                let slot = ListSlot(
                    added: entry.addedLSN.rawValue,
                    removed: entry.removedLSN?.rawValue ?? 0,
                    from: entry.from?.microseconds ?? 0,
                    until: entry.until?.microseconds ?? .max,
                    actor: entry.actor,
                    hash: 0,
                    valueByteCount: UInt8(value.count),
                    reasonByteCount: UInt8(reason.count)
                )
                storage.pointee.restore(slot, UnsafeRawBufferPointer(value), UnsafeRawBufferPointer(reason))
            }
        }
    }
}

extension ListItem {
    fileprivate var fromMicroseconds: Int64 { from?.microseconds ?? 0 }
    fileprivate var untilMicroseconds: Int64 { until?.microseconds ?? .max }
}

/// An entry of a list as it is shown.
public struct ListEntry: Sendable, Equatable {
    /// The value, in the form of its list's kind.
    public let value: String
    /// Why it is there.
    public let reason: String
    /// From when on it is in force; `nil`: from its record on.
    public let from: Instant?
    /// From when on it is not any more; `nil`: until it is removed.
    public let until: Instant?
    /// The Unix user who put it there.
    public let actor: UInt32
    /// The record by which that was done.
    public let addedLSN: LogSequenceNumber
    /// The record by which it was removed or changed; `nil`: it is on the list.
    public let removedLSN: LogSequenceNumber?

    init(_ slot: ListSlot, _ text: (value: String, reason: String)) {
        (value, reason) = text
        from = slot.from == 0 ? nil : Instant(microseconds: slot.from)
        until = slot.until == .max ? nil : Instant(microseconds: slot.until)
        actor = slot.actor
        addedLSN = LogSequenceNumber(rawValue: slot.added)
        removedLSN = slot.removed == 0 ? nil : LogSequenceNumber(rawValue: slot.removed)
    }
}

extension ListEntry {
    /// How many bytes `encode` writes at most.
    public static let imageByteCountMax =
        8 * 4 + 4 + 2 * 4 + AuthorizationLimits.listValueByteCountMax + AuthorizationLimits.listReasonByteCountMax

    /// Writes the entry as a snapshot keeps it, as of a record: what removed it after that has not happened.
    ///
    /// - Returns: how many bytes were written.
    public func encode(into buffer: UnsafeMutableRawBufferPointer, asOf lsn: LogSequenceNumber) -> Int {
        var writer = EventWriter(buffer, byteCountMax: Self.imageByteCountMax)
        writer.put(addedLSN.rawValue)
        writer.put(removedLSN.flatMap { $0 > lsn ? nil : $0.rawValue } ?? 0)
        writer.put(from?.microseconds ?? 0)
        writer.put(until?.microseconds ?? .max)
        writer.put(actor)
        writer.put(value)
        writer.put(reason)
        return writer.count
    }

    init(_ reader: inout EventReader) throws(EventError) {
        addedLSN = LogSequenceNumber(rawValue: try reader.integer())
        let removed = try reader.integer(UInt64.self)
        removedLSN = removed == 0 ? nil : LogSequenceNumber(rawValue: removed)
        let from = try reader.integer(Int64.self)
        self.from = from == 0 ? nil : Instant(microseconds: from)
        let until = try reader.integer(Int64.self)
        self.until = until == .max ? nil : Instant(microseconds: until)
        actor = try reader.integer()
        value = try reader.string("value", max: AuthorizationLimits.listValueByteCountMax)
        guard !value.isEmpty else { throw .invalidField("value") }
        reason = try reader.string("reason", max: AuthorizationLimits.listReasonByteCountMax)
    }
}
