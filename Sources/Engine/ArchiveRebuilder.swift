public import Archive
import Authorization
public import Domain
public import Journal
import Platform

/// Rebuilds an archive that is incomplete from the journal, while the engine serves: every image of a closed payment
/// that the records give, of which the newest counts.
struct ArchiveRebuilder: ~Copyable {
    /// Records read in one step.
    static let recordsPerStep = 4_096

    private let archive: PaymentArchive
    private let journal: Journal
    private var rebuild: ArchiveRebuild
    private var batch = ArchiveBatch(
        capacity: PaymentArchiver.Limits.batchCapacity,
        imageByteCount: PaymentRecord.byteCount
    )
    /// The newest record that has been read.
    private(set) var readThrough: UInt64
    /// The last record to read. What closes later leaves memory by way of the archiver.
    private let target: UInt64

    /// - Returns: `nil` when the archive is complete.
    init?(_ archive: PaymentArchive, journal: Journal) {
        guard let rebuild = archive.archive.rebuild else { return nil }
        self.archive = archive
        self.journal = journal
        self.rebuild = rebuild
        readThrough = rebuild.rebuiltThrough
        target = journal.durableLSN
    }

    /// Reads some records.
    ///
    /// - Parameter time: that of the newest record: what is closed by then may have left memory.
    /// - Returns: whether there is nothing left to do: the archive is complete, or damage was found meanwhile and
    ///   another rebuilding must begin.
    /// - Throws: `journalBegins` when the records that are needed are gone; else what failed, to be tried again.
    mutating func step(at time: Instant) throws(ArchiverError) -> Bool {
        guard journal.firstLSN <= readThrough + 1 || target == 0 else {
            throw .journalBegins(at: LogSequenceNumber(rawValue: journal.firstLSN))
        }
        var read = readThrough
        if read < target { read = try self.read(at: time) }
        do throws(ArchiveError) {
            if batch.count > 0, read >= target || batch.capacity - batch.count < Self.recordsPerStep {
                try archive.archive.append(batch)
                batch.removeAll()
                if read < target, try !archive.archive.note(&rebuild, through: read) { return true }
            }
            readThrough = read
            guard read >= target else { return false }
            if try archive.archive.complete(rebuild, through: target) {
                CoverageMark.reach("archive: it was rebuilt from the journal")
            }
            return true
        } catch {
            // What was read since the last run is read again.
            batch.removeAll()
            readThrough = rebuild.rebuiltThrough
            throw .archive(error)
        }
    }

    /// Adds the closed payments of the next records to the batch.
    ///
    /// - Returns: the newest record that was read.
    private mutating func read(at time: Instant) throws(ArchiverError) -> UInt64 {
        var read = readThrough
        var payments: [PaymentRecord] = []
        var failure: EngineError?
        let end = min(target, readThrough + UInt64(Self.recordsPerStep))
        do throws(JournalError) {
            try journal.scanForward(from: readThrough + 1) { record in
                do throws(EngineError) {
                    let lsn = LogSequenceNumber(rawValue: record.lsn)
                    let stored = try StoredRecord(kind: record.kind, payload: record.payload, lsn: lsn)
                    if let payment = stored.payment, payment.isClosed(at: time) { payments.append(payment) }
                } catch {
                    failure = error
                    return .stop
                }
                read = record.lsn
                return read < end ? .proceed : .stop
            }
        } catch {
            throw .journal(error)
        }
        if let failure { throw .record(failure) }
        for payment in payments { batch.add(payment) }
        return read
    }
}

/// Why a step of archiving did not do its work. Nothing has left memory that is not in the archive.
public enum ArchiverError: Error, Sendable, CustomStringConvertible {
    /// The archive could not be written or read.
    case archive(ArchiveError)
    /// The journal could not be read.
    case journal(JournalError)
    /// A record could not be read.
    case record(EngineError)
    /// The archive must be rebuilt and the records for that are gone: put the segments back that were removed.
    case journalBegins(at: LogSequenceNumber)

    /// One line, without a full stop.
    public var description: String {
        switch self {
        case .archive(let error): "\(error)"
        case .journal(let error): "archive: \(error)"
        case .record(let error): "archive: \(error)"
        case .journalBegins(let lsn):
            "archive: it must be rebuilt, and the journal begins with record \(lsn); put the older segments back"
        }
    }
}

extension StoredRecord {
    /// The payment that the record made or changed, as it left it.
    var payment: PaymentRecord? {
        switch self {
        case .authorization(let event, let lsn): event.payment(lsn: lsn)
        case .lifecycle(let event, let lsn): event.payment(lsn: lsn)
        case .card, .configuration, .rule, .principal, .list: nil
        }
    }

    /// The payment that the record was about, where it left it as it was.
    var paymentBefore: PaymentRecord? {
        switch self {
        case .authorization(let event, _): event.observation.awaiting
        case .lifecycle(let event, _): event.before
        case .card, .configuration, .rule, .principal, .list: nil
        }
    }
}
