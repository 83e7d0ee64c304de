import Archive
import Authorization
import Domain
import Journal
import Platform
import Rules

/// Brings back an empty state from one snapshot. After an error half of it is there, and is to be discarded.
struct SnapshotRestore: ~Copyable {
    let state: EngineState
    private let options: EngineOptions
    var included: IncludedRecords
    private(set) var resume: JournalResume?
    /// The archive as it was when the snapshot was made; `nil` where it does not say.
    private(set) var archive: ArchiveState?
    /// Whether payments had left memory.
    private(set) var hasAbsentPayments = false
    private var parts: [JournalResume.Part] = []
    private var policyIsInForce = false
    /// Of the request id shard that is being read, the number of the first entry.
    private var firstNumber: UInt64?
    private var nextNumber: UInt64 = 0

    init(state: EngineState, options: EngineOptions) {
        self.state = state
        self.options = options
        included = IncludedRecords(options: options)
    }

    /// Reads and takes over everything.
    ///
    /// - Throws: what makes the snapshot unusable, with the place.
    mutating func run(
        _ reader: SnapshotFileReader,
        progress: StartProgress = StartProgress()
    ) throws(JournalError) {
        guard let head = try reader.next(), SnapshotKind(rawValue: head.content.kind) == .head else {
            throw reader.refusal("something else than a snapshot's head")
        }
        guard head.content.part == SnapshotKind.layoutVersion else {
            throw reader.refusal("a snapshot of layout version \(head.content.part)")
        }
        guard head.content.first == UInt64(state.cards.count), head.content.lsn == UInt64(state.requests.count) else {
            throw reader.refusal(
                "a snapshot with \(head.content.first) shards of cards and \(head.content.lsn) of request ids "
                    + "where \(state.cards.count) and \(state.requests.count) are configured"
            )
        }
        while let block = try reader.next() {
            progress.noteBlock()
            if let finding = try take(block) { throw reader.refusal(finding) }
        }
        guard resume != nil, included.everywhere > 0 else { throw reader.refusal("a snapshot without an end") }
    }

    /// - Returns: what is wrong with the block; `nil` when it was taken over.
    private mutating func take(_ block: SnapshotFileReader.Block) throws(JournalError) -> String? {
        guard let kind = SnapshotKind(rawValue: block.content.kind) else {
            return "a block of unknown kind \(block.content.kind)"
        }
        guard resume == nil else { return "a block behind the last" }
        switch kind {
        case .head: return "a second head"
        case .configuration: return takeConfiguration(block)
        case .rule: return takeRule(block)
        case .list, .listEntries, .listsEnd: return takeLists(block, kind)
        case .requestIDs: return takeRequestIDs(block)
        case .requestIDsEnd: return takeRequestIDsEnd(block)
        case .cards: return takeCards(block)
        case .payments: return takePayments(block)
        case .cardsEnd: return takeCardsEnd(block)
        case .counterHeads, .counterKeys, .origins: return takeCounters(block, kind)
        case .cardPlaces: return takeCardPlaces(block)
        case .principal: return takePrincipal(block)
        case .administrationEnd:
            let count = state.administration.withLock { $0.cardPlaces.count }
            guard UInt64(count) == block.content.first else { return "another number of cards" }
            included.administration = block.content.lsn
            return nil
        case .journalParts:
            var added: [JournalResume.Part] = []
            if let finding = takeArray(block, of: JournalResume.Part.self, { added.append(contentsOf: $0) }) {
                return finding
            }
            parts.append(contentsOf: added)
            return nil
        case .archive:
            var words: [UInt64] = []
            if let finding = takeArray(block, of: UInt64.self, { words.append(contentsOf: $0) }) { return finding }
            guard words.count == 3 else { return "a state of the archive of \(words.count) words" }
            archive = ArchiveState(identity: ArchiveIdentity(high: words[0], low: words[1]), sequence: words[2])
            return nil
        case .resume:
            var words: [UInt64] = []
            if let finding = takeArray(block, of: UInt64.self, { words.append(contentsOf: $0) }) { return finding }
            guard words.count == 3 else { return "a resume of \(words.count) words" }
            resume = JournalResume(position: words[0], lsn: words[1], lastLSN: words[2], parts: parts)
            included.anywhere = words[2]
            return nil
        }
    }

    private func takeConfiguration(_ block: SnapshotFileReader.Block) -> String? {
        let keyByteCount = Int(clamping: block.content.first)
        guard keyByteCount <= block.payload.count,
            let key = String(validating: block.payload[..<keyByteCount], as: UTF8.self),
            let value = String(validating: block.payload[keyByteCount...], as: UTF8.self)
        else { return "a setting that is no text" }
        var settings = state.administration.withLock { $0.current.settings }
        do throws(PolicyError) {
            try settings.set(key: key, value: value)
        } catch {
            return "the setting \(key), which cannot be set: \(error)"
        }
        let lsn = LogSequenceNumber(rawValue: block.content.lsn)
        state.administration.withLock { $0.append(settings, setting: key, to: value, at: lsn) }
        return nil
    }

    private func takeRule(_ block: SnapshotFileReader.Block) -> String? {
        guard let kind = EventKind(rawValue: UInt16(truncatingIfNeeded: block.content.part)) else {
            return "a change of the rules of unknown kind \(block.content.part)"
        }
        do throws(EventError) {
            let event = try RuleChanged(decoding: block.payload, kind: kind)
            let lsn = LogSequenceNumber(rawValue: block.content.lsn)
            try state.administration.withLock { administration throws(EventError) in
                try administration.append(event, at: lsn)
            }
            return nil
        } catch {
            return "a change of the rules that cannot be made: \(error)"
        }
    }

    private mutating func takeLists(_ block: SnapshotFileReader.Block, _ kind: SnapshotKind) -> String? {
        if kind == .listsEnd { included.listsAlone = block.content.lsn }
        do throws(EventError) {
            try state.administration.withLock { administration throws(EventError) in
                switch kind {
                case .list: try administration.lists.restore(head: block.payload)
                case .listEntries:
                    try administration.lists.restore(entries: block.payload, count: Int(block.content.itemCount))
                default: try administration.lists.finishRestore(numberOfNewest: UInt32(clamping: block.content.first))
                }
            }
            return nil
        } catch {
            return "lists that cannot be read: \(error)"
        }
    }

    /// Histories are restored under the windows that they were recorded under.
    ///
    /// - Returns: why the configuration cannot be in force.
    mutating func putPolicyInForce() -> String? {
        guard !policyIsInForce else { return nil }
        policyIsInForce = true
        do throws(RuleSetError) {
            try state.administration.withLock { administration throws(RuleSetError) in
                state.activate(try administration.compiled(), in: &administration)
            }
            return nil
        } catch {
            return "rules that cannot be compiled: \(error.message)"
        }
    }

    private mutating func takeRequestIDs(_ block: SnapshotFileReader.Block) -> String? {
        let shard = Int(block.content.part)
        guard shard < state.requests.count else { return "a request id shard that there is not" }
        if firstNumber == nil || block.content.first != nextNumber {
            // Those in between had left before they were copied, and so have those before them by now.
            state.requests.state(shard).pointee.forgetAll()
            firstNumber = block.content.first
        }
        nextNumber = block.content.first + UInt64(block.content.itemCount)
        return takeArray(block, of: RequestIDTable.Entry.self) { entries in
            let table = state.places.requests.state(shard)
            for entry in entries { table.pointee.bringBack(entry) }
        }
    }

    private mutating func takeRequestIDsEnd(_ block: SnapshotFileReader.Block) -> String? {
        let shard = Int(block.content.part)
        guard shard < state.requests.count, block.payload.count == 8 else { return "an unusable end" }
        let horizon = Instant(microseconds: block.payload.loadUnaligned(as: Int64.self))
        state.requests.state(shard).pointee.restore(
            firstNumber: firstNumber ?? block.content.first,
            oldestNumber: block.content.first,
            horizon: horizon
        )
        firstNumber = nil
        included.requests[shard] = block.content.lsn
        return nil
    }

    private mutating func takeCards(_ block: SnapshotFileReader.Block) -> String? {
        if let finding = putPolicyInForce() { return finding }
        let shard = Int(block.content.part)
        guard shard < state.cards.count else { return "a card shard that there is not" }
        do throws(EventError) {
            try state.cards.state(shard).pointee.restore(images: block.payload, count: Int(block.content.itemCount))
        } catch {
            return "cards that cannot be read: \(error)"
        }
        return nil
    }

    private func takePayments(_ block: SnapshotFileReader.Block) -> String? {
        let shard = Int(block.content.part)
        guard shard < state.cards.count else { return "a card shard that there is not" }
        var areKnown = true
        return takeArray(block, of: PaymentRecord.self) { payments in
            areKnown = state.cards.state(shard).pointee.restore(payments: payments)
        } ?? (areKnown ? nil : "a payment of a card that there is not")
    }

    private mutating func takeCardsEnd(_ block: SnapshotFileReader.Block) -> String? {
        if let finding = putPolicyInForce() { return finding }
        let shard = Int(block.content.part)
        guard shard < state.cards.count, block.payload.count == 32 else { return "an unusable end" }
        let cell = state.cards.state(shard)
        guard cell.pointee.shard.cardCount == Int(clamping: block.content.first) else {
            return "another number of cards in shard \(shard)"
        }
        let absent = Digest128(
            high: block.payload.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            low: block.payload.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
        if absent != Digest128() { hasAbsentPayments = true }
        cell.pointee.restore(
            lastTime: Instant(microseconds: block.payload.loadUnaligned(as: Int64.self)),
            latestEventTime: Instant(microseconds: block.payload.loadUnaligned(fromByteOffset: 8, as: Int64.self)),
            absentPayments: absent
        )
        included.cards[shard] = block.content.lsn
        return nil
    }

    private func takeCardPlaces(_ block: SnapshotFileReader.Block) -> String? {
        takeArray(block, of: Administration.CardPlace.self) { places in
            state.administration.withLock { $0.cardPlaces.append(contentsOf: places) }
        }
    }

    private func takePrincipal(_ block: SnapshotFileReader.Block) -> String? {
        do throws(EventError) {
            let principal = try Principal(decoding: block.payload)
            state.administration.withLock { $0.principals.restore(principal) }
        } catch {
            return "a principal that cannot be read: \(error)"
        }
        return nil
    }

    /// Hands over a payload of plain values.
    func takeArray<Element: BitwiseCopyable>(
        _ block: SnapshotFileReader.Block,
        of type: Element.Type,
        _ body: (UnsafeBufferPointer<Element>) -> Void
    ) -> String? {
        guard block.payload.count == Int(block.content.itemCount) * MemoryLayout<Element>.stride else {
            return "a block of \(block.payload.count) bytes for \(block.content.itemCount) items"
        }
        // SAFETY: any bit pattern is a value of the plain types used here; payloads start at a multiple of 64.
        block.payload.withMemoryRebound(to: type, body)
        return nil
    }
}
