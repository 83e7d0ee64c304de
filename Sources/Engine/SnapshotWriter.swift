import Archive
import Authorization
import Domain
import Journal
import Platform

/// Makes one snapshot in steps, each of which holds at most one lock, and that for a bounded amount of work.
///
/// A shard is copied piece by piece while it is used: whatever is touched meanwhile is noted and copied again, and the
/// last few pieces are copied under one lock, together with the number of the newest record. So the shard's section is
/// the shard at that record, and nobody waited for the whole. Each shard has a record of its own; the administration
/// comes last. Under one configuration only: velocity histories mean nothing without its windows, so if it is changed
/// meanwhile everything begins again.
final class SnapshotWriter {
    /// What one step came to.
    enum Step: Equatable {
        /// More steps are needed.
        case working
        /// More steps are needed once this record is durable.
        case waiting(UInt64)
        /// The snapshot is durable.
        case done
    }

    enum Phase {
        case begin
        case lists(ListsProgress)
        case requestIDs(shard: Int, next: UInt64)
        case cards(shard: Int, next: Int)
        case rest(shard: Int, ShardProgress)
        case counterHeads
        case counters(shard: Int, next: Int)
        case origins(shard: Int, next: UInt64)
        case cardPlaces(next: Int)
        case journalParts(from: UInt64, JournalResume)
        case finish(JournalResume)
        case finished
    }

    /// How much one lock is held for: work of a tenth of a millisecond, so that a cold cache makes no 5 of it, and a
    /// thread that loses its processor seldom loses it there.
    enum Piece {
        static let requestIDs = 2_048
        static let listEntries = 512
        static let cards = 128
        static let bytes = 256 << 10
        /// Pieces that are written together.
        static let perBlock = 8
        static let payments = 128
        /// Of what is copied again, each of which has to be looked for.
        static let touchedCards = 64
        static let touchedPayments = 128
        static let counterKeys = 128
        static let counterBytes = 128 << 10
        static let origins = 1_024
        static let cardPlaces = 16_384
        static let journalParts = 16_384
    }

    private static let restartCountMax = 3

    let state: EngineState
    private let journal: Journal
    private let archive: PaymentArchive?
    private let storage: any JournalStorage
    private(set) var file: SnapshotFileWriter
    var phase = Phase.begin
    private var policyVersion = LogSequenceNumber.zero
    var included: IncludedRecords
    var listsArePinned = false
    private let options: EngineOptions
    private let madeAt: Instant
    private let began = Clock.monotonicNanoseconds()
    private let longWaitsBefore = LockWaits.counts.count(above: SnapshotReport.longWaitMicroseconds)
    private(set) var report = SnapshotReport()

    /// - Parameter madeAt: What it says about its time.
    init(engine: Engine, storage: any JournalStorage, madeAt: Instant) throws(SnapshotError) {
        self.madeAt = madeAt
        state = engine.state
        journal = engine.journal
        archive = engine.archive
        options = engine.options
        self.storage = storage
        included = IncludedRecords(options: engine.options)
        file = try Self.makeFile(storage, journal)
    }

    private static func makeFile(
        _ storage: any JournalStorage,
        _ journal: Journal
    ) throws(SnapshotError) -> SnapshotFileWriter {
        do throws(PlatformError) {
            return try SnapshotFileWriter(storage: storage, number: journal.lastLSN, identity: journal.identity)
        } catch {
            throw .storage(error)
        }
    }

    /// Bytes written by now.
    var byteCount: UInt64 { file.byteCount }

    /// The newest record that was made by now.
    var currentLSN: UInt64 { journal.lastLSN }

    /// Ends without a snapshot.
    func abandon() {
        for shard in 0..<state.cards.count { state.cards.withLock(shard) { $0.endTracking() } }
        unpinLists()
        file.abandon()
        phase = .finished
    }

    /// Goes one step on.
    func step() throws(SnapshotError) -> Step {
        switch phase {
        case .begin: try begin()
        case .lists(let progress): try copyLists(progress)
        case .requestIDs(let shard, let next): try copyRequestIDs(shard, from: next)
        case .cards(let shard, let next): try copyCards(shard, from: next)
        case .rest(let shard, let progress): try copyRest(shard, progress)
        case .counterHeads: try beginCounters()
        case .counters(let shard, let next): try copyCounters(shard, from: next)
        case .origins(let shard, let next): try copyOrigins(shard, from: next)
        case .cardPlaces(let next): try copyCardPlaces(from: next)
        case .journalParts(let start, let resume):
            if journal.durableLSN < resume.lastLSN { return .waiting(resume.lastLSN) }
            try copyJournalParts(from: start, resume)
        case .finish(let resume): try finish(resume)
        case .finished: return .done
        }
        if case .finished = phase { return .done }
        return .working
    }

    // MARK: Parts

    private func begin() throws(SnapshotError) {
        let (versions, lists) = state.administration.withLock { administration in
            administration.lists.pin()
            return (administration.versions, ListsProgress(administration.lists, lsn: journal.lastLSN))
        }
        listsArePinned = true
        policyVersion = versions[versions.count - 1].lsn
        report.madeAt = madeAt
        file.payload.storeBytes(of: report.madeAt.microseconds.littleEndian, as: Int64.self)
        try write(
            .head,
            part: SnapshotKind.layoutVersion,
            first: UInt64(state.cards.count),
            lsn: UInt64(state.requests.count),
            byteCount: 8
        )
        for version in versions {
            switch version.change {
            case nil: continue
            case .setting(let key, let value): try write(key, value, at: version.lsn)
            case .rule(let event):
                let byteCount = event.encode(into: file.payload)
                try write(.rule, part: UInt32(event.kind.rawValue), lsn: version.lsn.rawValue, byteCount: byteCount)
            }
        }
        phase = .lists(lists)
    }

    private func write(_ key: String, _ value: String, at lsn: LogSequenceNumber) throws(SnapshotError) {
        var byteCount = 0
        var key = key
        var value = value
        key.withUTF8 { byteCount = put($0, at: byteCount) }
        let keyByteCount = byteCount
        value.withUTF8 { byteCount = put($0, at: byteCount) }
        try write(.configuration, first: UInt64(keyByteCount), lsn: lsn.rawValue, byteCount: byteCount)
    }

    private func copyRequestIDs(_ shard: Int, from next: UInt64) throws(SnapshotError) {
        let stride = MemoryLayout<RequestIDTable.Entry>.stride
        let buffer = file.payload.withMemoryRebound(to: RequestIDTable.Entry.self) { $0 }
        let room = UnsafeMutableBufferPointer(rebasing: buffer[..<(Piece.requestIDs * Piece.perBlock)])
        var end: (lsn: UInt64, oldest: UInt64, horizon: Instant, count: Int)?
        var copied = (first: next, count: 0)
        for _ in 0..<Piece.perBlock where end == nil {
            let piece = UnsafeMutableBufferPointer(rebasing: room[copied.count..<copied.count + Piece.requestIDs])
            let isNext = hold(state.requests, shard, .requestIDs) { ids in
                let wanted = copied.first + UInt64(copied.count)
                // A gap goes between two blocks: some left before they were copied.
                guard copied.count == 0 || wanted >= ids.removedCount else { return false }
                let added = ids.copy(from: wanted, into: piece)
                copied = (copied.count == 0 ? added.first : copied.first, copied.count + added.count)
                if copied.first + UInt64(copied.count) == ids.removedCount + UInt64(ids.count) {
                    end = (journal.lastLSN, ids.removedCount, ids.horizon, ids.count)
                }
                return true
            }
            if !isNext { break }
        }
        if copied.count > 0 {
            try write(
                .requestIDs,
                part: UInt32(shard),
                items: copied.count,
                first: copied.first,
                byteCount: copied.count * stride
            )
        }
        guard let (lsn, oldest, horizon, count) = end else {
            phase = .requestIDs(shard: shard, next: copied.first + UInt64(copied.count))
            return
        }
        included.requests[shard] = lsn
        report.rememberedRequestCount += count
        file.payload.storeBytes(of: horizon.microseconds, as: Int64.self)
        try write(.requestIDsEnd, part: UInt32(shard), first: oldest, lsn: lsn, byteCount: 8)
        phase = shard + 1 < state.requests.count ? .requestIDs(shard: shard + 1, next: 0) : .cards(shard: 0, next: 0)
    }

    private func copyCards(_ shard: Int, from next: Int) throws(SnapshotError) {
        let room = UnsafeMutableRawBufferPointer(rebasing: file.payload[..<(Piece.bytes + CardShard.imageByteCountMax)])
        var slot = next
        var byteCount = 0
        var isComplete = false
        for _ in 0..<Piece.perBlock where !isComplete && byteCount < Piece.bytes {
            let rest = UnsafeMutableRawBufferPointer(rebasing: room[byteCount...])
            hold(state.cards, shard, .cards) { cell in
                if slot == 0 { cell.beginTracking() }
                let copied = cell.shard.encodeImages(from: slot, countMax: Piece.cards, into: rest)
                slot = copied.next
                byteCount += copied.byteCount
                isComplete = slot == cell.shard.cardCount
            }
        }
        if slot > next { try write(.cards, part: UInt32(shard), items: slot - next, byteCount: byteCount) }
        phase = isComplete ? .rest(shard: shard, ShardProgress(nextSlot: slot)) : .cards(shard: shard, next: slot)
    }

    /// Copies payments, what was made since, and at last what was touched since it was copied.
    ///
    /// Copying is some hundred times faster than deciding, so the rest soon fits under one lock.
    private func copyRest(_ shard: Int, _ progress: ShardProgress) throws(SnapshotError) {
        var progress = progress
        // Else what was touched would be copied when it changes, under the lock.
        phase = .begin
        var cards = (count: 0, byteCount: 0)
        var payments = (count: 0, byteCount: 0)
        let payload = file.payload
        let cardRoom = UnsafeMutableRawBufferPointer(rebasing: payload[..<Self.paymentsOffset])
        let paymentRoom = UnsafeMutableRawBufferPointer(rebasing: payload[Self.paymentsOffset...])
        var end: ShardEnd?
        // Several pieces make a block, each under a lock of its own.
        for _ in 0..<Piece.perBlock where end == nil && cards.byteCount < Piece.bytes {
            end = hold(state.cards, shard, .rest) { cell in
                progress.copyNew(cell.shard, into: cardRoom, &cards, paymentRoom, &payments)
                guard progress.isAtEnd else { return nil }
                if progress.touched.isEmpty {
                    progress.touched = cell.takeTouched()
                    progress.isSorted = progress.touched.count <= Piece.touchedCards
                }
                guard progress.isSorted else { return nil }
                progress.copyTouched(cell.shard, into: cardRoom, &cards, paymentRoom, &payments)
                guard progress.touched.isEmpty, cell.isUntouched else { return nil }
                cell.endTracking()
                return ShardEnd(cell, lsn: journal.lastLSN)
            }
            if !progress.isSorted { break }
        }
        if cards.count > 0 { try write(.cards, part: UInt32(shard), items: cards.count, byteCount: cards.byteCount) }
        if payments.count > 0 {
            payload.copyMemory(from: UnsafeRawBufferPointer(rebasing: paymentRoom[..<payments.byteCount]))
            try write(.payments, part: UInt32(shard), items: payments.count, byteCount: payments.byteCount)
        }
        guard let end else {
            progress.sort()
            phase = .rest(shard: shard, progress)
            return
        }
        included.cards[shard] = end.lsn
        report.cardCount += end.cardCount
        report.paymentCount += end.paymentCount
        let byteCount = end.encode(into: file.payload)
        try write(.cardsEnd, part: UInt32(shard), first: UInt64(end.cardCount), lsn: end.lsn, byteCount: byteCount)
        phase = shard + 1 < state.cards.count ? .cards(shard: shard + 1, next: 0) : .counterHeads
    }

    /// In a block's payload cards come first; what is behind this is for payments.
    private static var paymentsOffset: Int { Piece.bytes + CardShard.imageByteCountMax }

    private func copyCardPlaces(from next: Int) throws(SnapshotError) {
        let stride = MemoryLayout<Administration.CardPlace>.stride
        let payload = file.payload
        var isChanged = false
        let began = Hold.begin()
        var principals: [Principal] = []
        let (count, end) = state.administration.withLock { administration -> (Int, UInt64?) in
            isChanged = administration.current.lsn != policyVersion
            let places = administration.cardPlaces[next...].prefix(Piece.cardPlaces)
            for (index, place) in places.enumerated() {
                payload.storeBytes(of: place, toByteOffset: index * stride, as: Administration.CardPlace.self)
            }
            let isComplete = next + places.count == administration.cardPlaces.count
            if isComplete { principals = administration.principals.all }
            return (places.count, isComplete ? journal.lastLSN : nil)
        }
        note(began, .cardPlaces)
        if isChanged { return try restart() }
        if count > 0 {
            try write(.cardPlaces, items: count, first: UInt64(next), byteCount: count * stride)
        }
        guard let end else {
            phase = .cardPlaces(next: next + count)
            return
        }
        for principal in principals {
            let byteCount = principal.encode(into: file.payload)
            try write(.principal, items: 1, first: principal.id.rawValue, byteCount: byteCount)
        }
        included.administration = end
        try write(.administrationEnd, first: UInt64(next + count), lsn: end, byteCount: 0)
        phase = .journalParts(from: 0, JournalResume(position: 0, lsn: 0, lastLSN: end, parts: []))
    }

    /// The configuration was changed: what was copied by now cannot be put together.
    private func restart() throws(SnapshotError) {
        CoverageMark.reach("snapshot: the configuration was changed meanwhile")
        guard report.restartCount < Self.restartCountMax else { throw .configurationChanging }
        unpinLists()
        let restarts = report.restartCount + 1
        var again = SnapshotReport()
        again.restartCount = restarts
        again.longestPauseNanoseconds = report.longestPauseNanoseconds
        again.longestWorkNanoseconds = report.longestWorkNanoseconds
        again.longestWorkPart = report.longestWorkPart
        report = again
        included = IncludedRecords(options: options)
        file.abandon()
        file = try Self.makeFile(storage, journal)
        phase = .begin
    }

    // MARK: The journal's part

    private func copyJournalParts(from start: UInt64, _ resume: JournalResume) throws(SnapshotError) {
        var resume = resume
        if resume.position == 0 {
            do throws(JournalError) {
                resume = try journal.resume(at: max(1, included.everywhere), lastLSN: resume.lastLSN)
            } catch {
                throw .journal(error)
            }
        }
        let parts = journal.parts(from: start, before: resume.position, countMax: Piece.journalParts)
        guard let last = parts.last else {
            phase = .finish(resume)
            return
        }
        let byteCount = parts.withUnsafeBytes { put($0, at: 0) }
        try write(.journalParts, items: parts.count, byteCount: byteCount)
        phase = .journalParts(from: last.end, resume)
    }

    private func finish(_ resume: JournalResume) throws(SnapshotError) {
        if let archive {
            // What left memory before its shard was copied had been appended before that.
            let state = archive.archive.state
            let words = [state.identity.high, state.identity.low, state.sequence]
            let byteCount = words.withUnsafeBytes { put($0, at: 0) }
            try write(.archive, items: words.count, byteCount: byteCount)
        }
        let words = [resume.position, resume.lsn, resume.lastLSN]
        let byteCount = words.withUnsafeBytes { put($0, at: 0) }
        try write(.resume, items: words.count, lsn: resume.lastLSN, byteCount: byteCount)
        do throws(PlatformError) {
            try file.finish(lsn: resume.lastLSN)
        } catch {
            throw .storage(error)
        }
        report.lsn = LogSequenceNumber(rawValue: resume.lastLSN)
        report.resumeLSN = LogSequenceNumber(rawValue: included.everywhere)
        report.byteCount = file.byteCount
        report.microseconds = UInt64(Clock.monotonicNanoseconds() - began) / 1_000
        report.longWaitCount = LockWaits.counts.count(above: SnapshotReport.longWaitMicroseconds) - longWaitsBefore
        phase = .finished
    }

    // MARK: Common

    /// Runs the body under one shard's lock, and notes how long it was held.
    func hold<State: ~Copyable, Value>(
        _ table: borrowing LockedTable<State>,
        _ shard: Int,
        _ part: SnapshotReport.Part,
        _ body: (inout State) -> Value
    ) -> Value {
        var pause = Hold()
        // Whoever loses its processor while it has a lock makes others wait for long: so rather now.
        Pause.yield()
        let value = table.withLock(shard) { state in
            pause = Hold.begin()
            return body(&state)
        }
        note(pause, part)
        return value
    }

    /// A lock that is held, by the clock and by the processor's time.
    struct Hold {
        var clock: Int64 = 0
        var processor: Int64 = 0

        static func begin() -> Hold {
            Hold(clock: Clock.monotonicNanoseconds(), processor: Clock.threadNanoseconds())
        }
    }

    func note(_ pause: Hold, _ part: SnapshotReport.Part) {
        let processor = Clock.threadNanoseconds() - pause.processor
        let clock = Clock.monotonicNanoseconds() - pause.clock
        report.longestPauseNanoseconds = max(report.longestPauseNanoseconds, UInt64(max(0, clock)))
        guard processor > Int64(report.longestWorkNanoseconds) else { return }
        report.longestWorkNanoseconds = UInt64(processor)
        report.longestWorkPart = part
    }

    private func put(_ bytes: some Collection<UInt8>, at offset: Int) -> Int {
        UnsafeMutableRawBufferPointer(rebasing: file.payload[offset...]).copyBytes(from: bytes)
        return offset + bytes.count
    }

    func write(
        _ kind: SnapshotKind,
        part: UInt32 = 0,
        items: Int = 0,
        first: UInt64 = 0,
        lsn: UInt64 = 0,
        byteCount: Int
    ) throws(SnapshotError) {
        let block = SnapshotBlock(
            kind: kind.rawValue,
            part: part,
            itemCount: UInt32(items),
            first: first,
            lsn: lsn
        )
        do throws(PlatformError) {
            try file.write(block, payloadByteCount: byteCount)
        } catch {
            throw .storage(error)
        }
    }
}
