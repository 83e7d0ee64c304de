import Domain
import Testing
import Wire

@testable import assentctl

@Suite struct CheckupTests {
    private func checkup(_ change: (inout Checkup) -> Void = { _ in }) -> Checkup {
        var status = StatusFixture.status
        status.daemonVersion = "1.2.3"
        status.now = Instant(microseconds: 1_000_000_000)
        var checkup = Checkup(
            status: status,
            isReady: true,
            settings: [:],
            hasTimeService: true,
            surroundings: MachineCheckup(
                now: Instant(microseconds: 1_001_000_000),
                disk: MachineCheckup.Disk(path: "/data", totalByteCount: 100 << 30, freeByteCount: 50 << 30)
            ),
            version: "1.2.3"
        )
        change(&checkup)
        return checkup
    }

    private func verdict(_ subject: String, _ change: (inout Checkup) -> Void) -> Finding.Verdict? {
        checkup(change).findings.first { $0.subject == subject }?.verdict
    }

    private static func principal(
        _ name: String,
        key: UInt8 = 0,
        userID: Int64? = nil,
        formerUntil: Instant = .epoch,
        isRevoked: Bool = false
    ) -> PrincipalView {
        let block = PrincipalBlock(
            principalID: LogSequenceNumber(rawValue: 1),
            createdAt: .epoch,
            changedLSN: LogSequenceNumber(rawValue: 1),
            changedAt: .epoch,
            revokedAt: isRevoked ? Instant(microseconds: 1) : .epoch,
            formerKeyUntil: formerUntil,
            formerCertificateNameUntil: .epoch,
            publicKey: [UInt8](repeating: key, count: 32),
            formerKey: [UInt8](repeating: 0, count: 32),
            userID: userID,
            scopes: .gateway,
            ratePerSecond: 0,
            burst: 0,
            creditMax: 0
        )
        return PrincipalView(block, name, "", "")
    }

    @Test func whoIsKnownIsToldWithWhatWasReplaced() {
        let checkup = checkup {
            $0.status.certificateEndsAt = Instant(microseconds: 1_001_000_000 + 90 * 86_400_000_000)
            $0.principals = [
                Self.principal("shop", key: 1, formerUntil: Instant(microseconds: 1_001_000_001)),
                Self.principal("other", key: 2, formerUntil: Instant(microseconds: 1_000_999_999)),
            ]
        }
        let finding = checkup.findings.first { $0.subject == "gateways" }
        #expect(finding?.verdict == .good)
        #expect(finding?.seen == "2 known; what was replaced is accepted still of shop")
        // Where there are none and no TLS, there is nothing to say.
        #expect(verdict("gateways") { $0.principals = [] } == nil)
    }

    private static func backups(hours: Int64, count: UInt32 = 1) -> BackupHoldReply {
        BackupHoldReply(
            durableLSN: .zero,
            oldestLSN: .zero,
            journal: [UInt8](repeating: 0, count: 16),
            heldUntil: .epoch,
            backedUpLSN: .zero,
            backedUpAt: Instant(microseconds: 1_001_000_000 - hours * 3_600_000_000),
            repositories: count
        )
    }

    @Test func aBackupOfLatelyIsInOrder() {
        #expect(verdict("backups") { $0.backups = Self.backups(hours: 2) } == .good)
        #expect(verdict("backups") { $0.backups = nil } == nil)
    }

    @Test func aHealthyDaemonHasNothingToDo() {
        for finding in checkup().findings {
            #expect(finding.verdict == .good && finding.advice.isEmpty, "\(finding)")
        }
    }

    @Test func eachTroubleIsNamedWithWhatToDo() {
        let day: Int64 = 86_400_000_000
        let troubles: [(String, Finding.Verdict, (inout Checkup) -> Void)] = [
            ("daemon", .warning, { $0.version = "1.2.4" }),
            ("daemon", .bad, { $0.isReady = false }),
            ("clock", .bad, { $0.status.simulatedClock = true }),
            ("clock", .bad, { $0.surroundings.now = Instant(microseconds: 1_004_000_000) }),
            ("clock", .warning, { $0.hasTimeService = false }),
            ("journal", .bad, { $0.status.lastLSN = LogSequenceNumber(rawValue: 1_000_000) }),
            ("latency", .warning, { $0.status.latencyP99 = 60_000 }),
            ("refusals", .warning, { $0.status.busy = 1_000_000 }),
            (
                "snapshots", .warning,
                {
                    $0.status.lastLSN = LogSequenceNumber(rawValue: 60_000_000)
                    $0.status.durableLSN = LogSequenceNumber(rawValue: 60_000_000)
                    $0.status.snapshotLSN = .zero
                }
            ),
            ("archive", .warning, { $0.status.archiveComplete = false }),
            ("backups", .warning, { $0.backups = Self.backups(hours: 30) }),
            ("backups", .warning, { $0.backups = Self.backups(hours: 1, count: 0) }),
            ("disk", .warning, { $0.surroundings.disk?.freeByteCount = 10 << 30 }),
            ("disk", .bad, { $0.surroundings.disk?.freeByteCount = 1 << 30 }),
            (
                "gateways", .warning,
                {
                    $0.status.certificateEndsAt = Instant(microseconds: 1_001_000_000 + day * 90)
                    $0.principals = [Self.principal("tool", userID: 7), Self.principal("old", key: 1, isRevoked: true)]
                }
            ),
            (
                "certificate", .warning,
                { $0.status.certificateEndsAt = Instant(microseconds: 1_001_000_000 + day * 13) }
            ),
            ("certificate", .bad, { $0.status.certificateEndsAt = Instant(microseconds: 1_001_000_000) }),
            (
                "authorities", .warning,
                { $0.status.authorityEndsAt = Instant(microseconds: 1_001_000_000 + day * 59) }
            ),
            ("authorities", .bad, { $0.status.authorityEndsAt = Instant(microseconds: 1) }),
            ("revocations", .warning, { $0.status.revocationListEndsAt = Instant(microseconds: 1_000_000_000 + day) }),
            ("revocations", .bad, { $0.status.revocationListEndsAt = Instant(microseconds: 1) }),
            ("policy", .warning, { $0.settings = ["velocity.1": "none"] }),
        ]
        for (subject, expected, change) in troubles {
            #expect(verdict(subject, change) == expected, "\(subject)")
            let finding = checkup(change).findings.first { $0.subject == subject }
            #expect(finding?.advice.isEmpty == false, "\(subject)")
        }
    }

    @Test func whatCannotBeSeenIsNotJudged() {
        #expect(verdict("disk") { $0.surroundings.disk = nil } == nil)
        #expect(verdict("certificate") { $0.status.certificateEndsAt = .epoch } == nil)
        #expect(verdict("authorities") { $0.status.authorityEndsAt = .epoch } == nil)
        #expect(verdict("revocations") { $0.status.revocationListEndsAt = .epoch } == nil)
        #expect(verdict("clock") { $0.hasTimeService = nil } == .good)
    }
}
