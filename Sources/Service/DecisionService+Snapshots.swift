import Domain
public import Engine
import Platform
import Transport
import Wire

// Snapshots that operators ask for. They are made on a thread that is not the service's: one may take minutes.

/// Has a snapshot made, and calls back with what it came to: `nil` when there was nothing to add to the newest one.
///
/// - Returns: false when too many wait for one already; nothing is called then.
public typealias SnapshotMaker =
    @Sendable (@escaping @Sendable (Result<SnapshotReport?, SnapshotError>) -> Void) -> Bool

extension DecisionService {
    /// Who makes snapshots; set once, before the server starts. Without one none can be asked for.
    public func makeSnapshots(with maker: @escaping SnapshotMaker) { snapshotMaker.withLock { $0 = Callback(maker) } }

    /// Has a snapshot made.
    func makeSnapshot(_ frame: borrowing RequestFrame, _ replies: inout ReplySink) {
        let correlationID = frame.header.correlationID
        guard let maker = snapshotMaker.withLock({ $0 }) else {
            reject(Reject(snapshot: .noStorage), frame, &replies)
            return
        }
        let reply = replies.later()
        let isTaken = maker.call { [self] result in
            switch result {
            case .success(.some(let report)): reply.send(SnapshotMakeReply(report), correlationID)
            case .success(.none): reply.send(newestSnapshot(), correlationID)
            case .failure(let error): refuse(Reject(snapshot: error), correlationID, reply)
            }
        }
        guard !isTaken else { return }
        let busy = Reject(
            code: .busy,
            templateID: SnapshotMake.templateID,
            retryAfterMicroseconds: 1_000_000,
            detail: "too many wait for a snapshot already; ask again when one is made"
        )
        refuse(busy, correlationID, reply)
    }

    /// The newest snapshot, where there was nothing to add to it.
    private func newestSnapshot() -> SnapshotMakeReply {
        if let latest = engine.snapshotStatistics.latest {
            var reply = SnapshotMakeReply(latest)
            reply.made = false
            return reply
        }
        let newest = engine.newestSnapshot
        return SnapshotMakeReply(
            lsn: newest?.lsn ?? .zero,
            resumeLSN: .zero,
            madeAt: newest?.madeAt ?? .epoch,
            fileBytes: newest?.byteCount ?? 0,
            microseconds: 0,
            longestPauseMicroseconds: 0,
            cards: 0,
            payments: 0,
            rememberedIDs: 0,
            made: false
        )
    }

    /// Lists the snapshots on disk.
    func listSnapshots(_ correlationID: UInt64, _ reply: ReplyHandle) {
        let files: [SnapshotFile]
        do throws(SnapshotError) {
            files = try engine.snapshotFiles()
        } catch {
            refuse(Reject(snapshot: error, templateID: SnapshotList.templateID), correlationID, reply)
            return
        }
        let statistics = engine.snapshotStatistics
        reply.send(
            SnapshotListReply(
                made: statistics.madeCount,
                failed: statistics.failedCount,
                longestPauseMicroseconds: statistics.longestPauseNanoseconds / 1_000,
                keptMax: UInt32(engine.options.snapshotKeptCount),
                running: engine.isMakingSnapshot,
                snapshots: files.prefix(WireLimits.snapshotsPerListMax).map { file in
                    SnapshotListReply.SnapshotsEntry(
                        lsn: file.lsn,
                        madeAt: file.madeAt ?? .epoch,
                        fileBytes: file.byteCount
                    )
                }
            ),
            correlationID
        )
    }
}

extension SnapshotMakeReply {
    fileprivate init(_ report: SnapshotReport) {
        self.init(
            lsn: report.lsn,
            resumeLSN: report.resumeLSN,
            madeAt: report.madeAt,
            fileBytes: report.byteCount,
            microseconds: report.microseconds,
            longestPauseMicroseconds: report.longestPauseNanoseconds / 1_000,
            cards: UInt64(report.cardCount),
            payments: UInt64(report.paymentCount),
            rememberedIDs: UInt64(report.rememberedRequestCount),
            made: true
        )
    }
}

extension Reject {
    /// Why no snapshot was made or listed.
    fileprivate init(snapshot error: SnapshotError, templateID: UInt16 = SnapshotMake.templateID) {
        let (code, advice): (RejectCode, String) =
            switch error {
            case .noStorage: (.notReady, "")
            case .running, .configurationChanging: (.busy, "; ask again")
            case .storage: (.storageUnavailable, "; what is served and what is durable is as it was")
            case .journal: (.internalError, "")
            }
        self.init(
            code: code,
            templateID: templateID,
            retryAfterMicroseconds: code == .busy ? 1_000_000 : 0,
            detail: "\(error)\(advice)"
        )
    }
}
