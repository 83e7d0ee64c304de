import Domain
import Wire

/// A status with nothing in it.
enum StatusFixture {
    static var status: StatusReply {
        StatusReply(
            instanceID: InstanceID(high: 1, low: 2),
            startedAt: Instant(microseconds: 0),
            now: Instant(microseconds: 0),
            lastLSN: .zero,
            durableLSN: .zero,
            cards: 0,
            rememberedIDs: 0,
            approved: 0,
            declined: 0,
            flagged: 0,
            repeated: 0,
            rejected: 0,
            busy: 0,
            commits: 0,
            journalBytes: 0,
            residentBytes: 0,
            recoveredRecords: 0,
            recoveryMicroseconds: 0,
            tornTailBytes: 0,
            lastSecondDecisions: 0,
            connections: 0,
            inFlight: 0,
            latencyP50: 0,
            latencyP90: 0,
            latencyP99: 0,
            latencyP999: 0,
            latencyMax: 0,
            simulatedClock: false,
            snapshotLSN: .zero,
            snapshotAt: Instant(microseconds: 0),
            snapshotBytes: 0,
            snapshotMicroseconds: 0,
            snapshotPauseMicroseconds: 0,
            paymentsInMemory: 0,
            archivedPayments: 0,
            archiveBytes: 0,
            archiveLSN: .zero,
            archiveRuns: 0,
            snapshotsKept: 0,
            archiveComplete: true,
            reasons: [],
            daemonVersion: ""
        )
    }
}
