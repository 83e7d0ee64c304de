import Authorization
import Domain
import Engine
import Foundation
import Journal
import Platform
import Testing

/// Principals live by the journal and by snapshots, as everything else does.
@Suite struct EnginePrincipalTests {
    private static func change(_ id: UInt64, _ name: String, _ action: PrincipalAction) -> PrincipalChanged {
        PrincipalChanged(
            requestID: RequestID(high: 5, low: id),
            actor: 1_001,
            time: .epoch,
            transmissionTime: EngineHarness.now,
            name: name,
            action: action
        )
    }

    private static let created = PrincipalAction.create(
        PrincipalGrant(scopes: .gateway, ratePerSecond: 100, burst: 10),
        PrincipalCredentials(publicKey: [UInt8](1...32), certificateName: "uri:spiffe://a/7", userID: 7)
    )

    /// Makes three, rotates one, revokes one.
    private static func fill(_ engine: Engine) throws {
        let changes = [
            change(1, "shop", created),
            change(2, "tool", .create(PrincipalGrant(scopes: .reports), PrincipalCredentials(userID: 8))),
            change(3, "old", .create(PrincipalGrant(scopes: .all), PrincipalCredentials(userID: 9))),
            change(4, "shop", .rotate(PrincipalCredentials(publicKey: [UInt8](33...64)), graceSeconds: 60)),
            change(5, "tool", .change(PrincipalGrant(scopes: [.reports, .cards]))), change(6, "old", .revoke),
        ]
        for change in changes { _ = try engine.perform(change, receivedAt: EngineHarness.now) }
    }

    @Test func theyComeBackByReplay() throws {
        let harness = try EngineHarness()
        try Self.fill(harness.engine)
        let before = harness.engine.principals
        let digest = harness.engine.digest().digest
        #expect(before.map(\.name) == ["shop", "tool", "old"])
        #expect(before.map(\.revokedAt) == [nil, nil, EngineHarness.now])
        #expect(before[0].formerKey?.value == [UInt8](1...32))
        try harness.restart()
        #expect(harness.engine.principals == before)
        #expect(harness.engine.digest().digest == digest)
    }

    @Test func theyComeBackFromASnapshot() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func open() throws -> Engine {
            try FileSystem.createDirectory(directory)
            var journalOptions = JournalOptions()
            journalOptions.segmentByteCount = 16 << 20
            journalOptions.bufferByteCount = 2 << 20
            let engine = try Engine.open(
                options: EngineHarness.smallOptions,
                journalOptions: journalOptions,
                storage: FileJournalStorage(directory: directory + "/journal"),
                snapshotStorage: FileJournalStorage(directory: directory + "/snapshots")
            )
            try engine.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
            return engine
        }
        let first = try open()
        try Self.fill(first)
        #expect(try first.makeSnapshot() != nil)
        // What comes behind the snapshot is replayed over it.
        _ = try first.perform(Self.change(7, "tool", .revoke), receivedAt: EngineHarness.now)
        let (before, digest) = (first.principals, first.digest().digest)
        first.journal.close()
        let second = try open()
        defer { second.journal.close() }
        #expect(second.recoverySource.snapshotLSN != nil)
        #expect(second.principals == before)
        #expect(second.digest().digest == digest)
    }

    @Test func aRequestIsDoneOnce() throws {
        let harness = try EngineHarness()
        let change = Self.change(1, "shop", Self.created)
        let made = try harness.engine.perform(change, receivedAt: EngineHarness.now)
        for attempt in 0..<2 {
            if attempt == 1 { try harness.restart() }
            #expect {
                _ = try harness.engine.perform(change, receivedAt: EngineHarness.now)
            } throws: {
                guard case Refusal.repeated(let place) = $0 else { return false }
                return place.lsn == made.lsn
            }
        }
        #expect(harness.engine.principals.count == 1)
        // What is refused leaves no record and no id behind.
        let last = harness.engine.journal.lastLSN
        #expect {
            _ = try harness.engine.perform(Self.change(2, "shop", Self.created), receivedAt: EngineHarness.now)
        } throws: {
            if case Refusal.principal(.exists("shop")) = $0 { true } else { false }
        }
        #expect(harness.engine.journal.lastLSN == last)
        _ = try harness.engine.perform(Self.change(2, "shop", .revoke), receivedAt: EngineHarness.now)
    }
}
