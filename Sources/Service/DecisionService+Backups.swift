public import Domain
import Engine
import Journal
public import Platform
import Transport
import Wire

/// Who keeps the journal's files while a backup is made, and remembers what is backed up.
public protocol BackupKeeper: Sendable {
    /// What is kept now.
    var state: BackupState { get }

    /// Keeps every file of the journal from now on for so long, at least.
    func hold(seconds: UInt32)

    /// Remembers, durably, up to which record a directory of backups has the journal; `nil` forgets the directory.
    ///
    /// - Returns: false when there are too many directories already.
    func remember(_ lsn: LogSequenceNumber?, repository: [UInt8]) throws(PlatformError) -> Bool
}

/// What is backed up.
public struct BackupState: Equatable, Sendable {
    /// Until when no file of the journal is removed; the epoch for no hold.
    public var heldUntil: Instant
    /// The newest record that all known directories have; zero when there is none.
    public var backedUpLSN: LogSequenceNumber
    /// When a backup was completed the last time; the epoch for never.
    public var backedUpAt: Instant
    /// Known directories.
    public var repositoryCount: Int

    /// Joins the fields.
    public init(
        heldUntil: Instant = .epoch,
        backedUpLSN: LogSequenceNumber = .zero,
        backedUpAt: Instant = .epoch,
        repositoryCount: Int = 0
    ) {
        self.heldUntil = heldUntil
        self.backedUpLSN = backedUpLSN
        self.backedUpAt = backedUpAt
        self.repositoryCount = repositoryCount
    }
}

extension DecisionService {
    private static var holdSecondsMax: UInt32 { 3_600 }

    /// Who keeps files for backups; set once, before the server starts. Without one no file is ever removed.
    public func keepBackups(with keeper: any BackupKeeper) { backupKeeper.withLock { $0 = keeper } }

    /// Keeps the journal's files for a backup, or remembers that one is complete.
    func hold(_ message: BackupHold, _ correlationID: UInt64, _ reply: ReplyHandle) {
        let hasRepository = message.repository.contains { $0 != 0 }
        let durable = LogSequenceNumber(rawValue: engine.journal.durableLSN)
        guard message.seconds <= Self.holdSecondsMax else {
            return refuse(.invalidField, "seconds: 0 to \(Self.holdSecondsMax)", correlationID, reply)
        }
        guard hasRepository || message.completedLSN == .zero && !message.forget else {
            return refuse(.invalidField, "repository: zero, and something is said of it", correlationID, reply)
        }
        guard message.completedLSN <= durable else {
            let detail = "completedLsn: \(message.completedLSN), and the last durable record is \(durable)"
            return refuse(.invalidField, detail, correlationID, reply)
        }
        let keeper = backupKeeper.withLock { $0 }
        do throws(PlatformError) {
            if message.seconds > 0 { keeper?.hold(seconds: message.seconds) }
            if message.forget || message.completedLSN > .zero {
                let lsn = message.forget ? nil : message.completedLSN
                guard try keeper?.remember(lsn, repository: message.repository) ?? true else {
                    let detail = "the journal is kept for as many directories of backups as it can be: forget one"
                    return refuse(.limitReached, detail, correlationID, reply)
                }
            }
        } catch {
            return refuse(.storageUnavailable, "\(error)", correlationID, reply)
        }
        let state = keeper?.state ?? BackupState()
        reply.send(
            BackupHoldReply(
                // Asked after the hold began: what is durable from here on stays.
                durableLSN: LogSequenceNumber(rawValue: engine.journal.durableLSN),
                oldestLSN: LogSequenceNumber(rawValue: engine.journal.firstLSN),
                journal: engine.journal.identity.bytes,
                heldUntil: state.heldUntil,
                backedUpLSN: state.backedUpLSN,
                backedUpAt: state.backedUpAt,
                repositories: UInt32(clamping: state.repositoryCount)
            ),
            correlationID
        )
    }

    private func refuse(_ code: RejectCode, _ detail: String, _ correlationID: UInt64, _ reply: ReplyHandle) {
        let reject = Reject(
            code: code,
            templateID: BackupHold.templateID,
            retryAfterMicroseconds: code == .storageUnavailable ? 1_000_000 : 0,
            detail: detail
        )
        refuse(reject, correlationID, reply)
    }
}
