import Archive
import Authorization
import Domain
import Foundation
import Journal
import Platform
import Testing

@testable import Engine

@Suite(.timeLimit(.minutes(20))) struct EngineArchiveTests {
    @Test func memoryDoesNotGrowWithHistory() throws {
        let machine = try ArchiveMachine()
        for card in UInt64(1)...50 { try machine.makeCard(card) }
        var made: [(UInt64, LogSequenceNumber)] = []
        for round in 0..<10 {
            for card in UInt64(1)...50 {
                made += try machine.pay(card, count: 40).map { (card, $0) }
            }
            #expect(machine.paymentsInMemory == 2_000)
            let before = machine.engine.digest()
            try machine.archive()
            #expect(machine.paymentsInMemory == 0, "round \(round)")
            #expect(machine.engine.digest().digest == before.digest, "round \(round): archiving shows in the digest")
        }
        for (card, lsn) in made.enumerated().filter({ $0.offset % 97 == 0 }).map(\.element) {
            let payment = try machine.engine.newestPayment(lsn, of: EngineHarness.token(card))
            #expect(payment?.cleared == 1_000)
        }
    }

    @Test func aDeletedArchiveComesBackFromTheJournalWhileTheEngineServes() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 3_000)
        try machine.archive()
        let digest = machine.engine.digest().digest
        let identity = try #require(machine.engine.archive).archive.identity
        try machine.restart { try FileManager.default.removeItem(atPath: $0 + "/archive") }
        let archive = try #require(machine.engine.archive)
        #expect(archive.archive.isNew && archive.archive.identity != identity && !archive.archive.isComplete)
        #expect(machine.engine.digest().digest == digest)
        // Every record was replayed, so memory has what the archive lacks.
        #expect(archive.isUsable)
        let steps = try #require(machine.engine.makeArchiver())
        while !archive.archive.isComplete { _ = try steps.step(clock: machine.time) }
        #expect(machine.paymentsInMemory == 3_000, "rebuilt from the records alone")
        for lsn in made { #expect(try archive.payment(lsn.rawValue)?.lastLSN == lsn.rawValue) }
        let written = archive.archive.statistics.entryCount
        try machine.archive()
        #expect(machine.paymentsInMemory == 0)
        #expect(archive.archive.statistics.entryCount == written, "what is there is not written again")
        #expect(machine.engine.digest().digest == digest)
    }

    @Test func aDamagedArchiveIsNamedAndRebuilt() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 2_000)
        try machine.archive()
        var damaged = ""
        try machine.restart { directory in
            let runs = try FileSystem.names(inDirectory: directory + "/archive").filter { $0.hasSuffix(".run") }
            damaged = try #require(runs.first)
            let file = try FileDescriptor.open(directory + "/archive/" + damaged, .readWrite)
            try [UInt8](repeating: 0xA5, count: 8).withUnsafeBytes { try file.write($0, at: 64) }
        }
        let archive = try #require(machine.engine.archive)
        #expect(archive.archive.findings.map(\.file) == [damaged])
        try machine.archive()
        #expect(archive.archive.isComplete && machine.paymentsInMemory == 0)
        #expect(try archive.payment(made[1_234].rawValue)?.cleared == 1_000)
    }

    @Test func anArchiveOfALaterHistoryIsNotRead() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        _ = try machine.pay(1, count: 10)
        try machine.restart { directory in
            try FileManager.default.copyItem(atPath: directory + "/journal", toPath: directory + "/copy")
        }
        _ = try machine.pay(1, count: 2_000)
        try machine.archive()
        // The journal of a backup beside the archive of today.
        try machine.restart { directory in
            try FileManager.default.removeItem(atPath: directory + "/journal")
            try FileManager.default.moveItem(atPath: directory + "/copy", toPath: directory + "/journal")
        }
        let archive = try #require(machine.engine.archive)
        #expect(archive.archive.findings.count == 1 && archive.archive.statistics.runCount == 0)
        try machine.archive()
        #expect(archive.archive.isComplete && archive.archive.statistics.entryCount == 10)
    }

    private func settle(
        _ machine: ArchiveMachine,
        _ kind: LifecycleKind,
        id: UInt64,
        amount: Int64,
        of reference: PaymentReference
    ) throws -> LifecycleEvent {
        let message = LifecycleRequest(
            requestID: RequestID(high: 9, low: id),
            cardToken: EngineHarness.token(1),
            kind: kind,
            reference: reference,
            amount: amount,
            currency: nil,
            transmissionTime: machine.time,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411))
        )
        var settled: LifecycleEvent?
        let refusal = machine.engine.settle(message, receivedAt: machine.time) { event, _ in settled = event }
        #expect(refusal == nil)
        return try #require(settled)
    }

    @Test func aLateClearingFindsItsPaymentInTheArchive() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 2_000)
        try machine.archive()
        let byRequest = PaymentReference(originalRequestID: RequestID(high: 2, low: 700))
        let late = try settle(machine, .clearing, id: 1, amount: 50, of: byRequest)
        #expect(late.match == .identifier && late.before?.id == made[699].rawValue)
        #expect(late.decision.payment?.overCleared == 50 && late.postedChange == 50)
        #expect(machine.paymentsInMemory == 1)
        let digest = machine.engine.digest().digest
        // Archived again, it is found as it is now.
        try machine.archive()
        #expect(machine.paymentsInMemory == 0)
        #expect(machine.engine.digest().digest == digest)
        let byID = PaymentReference(paymentID: made[699])
        let refund = try settle(machine, .refundClearing, id: 2, amount: 30, of: byID)
        #expect(refund.before?.overCleared == 50 && refund.decision.payment?.refunded == 30)
        #expect(try machine.engine.payment(made[699])?.history.count == 3)
    }

    @Test func aLateClearingFindsItsPaymentAfterAStartFromASnapshot() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 2_000)
        try machine.archive()
        #expect(try machine.engine.makeSnapshot() != nil)
        let digest = machine.engine.digest().digest
        try machine.restart()
        #expect(machine.engine.recoverySource.snapshotLSN != nil && machine.paymentsInMemory == 0)
        #expect(machine.engine.digest().digest == digest)
        let late = try settle(
            machine,
            .clearing,
            id: 1,
            amount: 50,
            of: PaymentReference(originalRequestID: RequestID(high: 2, low: 700))
        )
        #expect(late.before?.id == made[699].rawValue)
        let after = machine.engine.digest().digest
        try machine.restart()
        #expect(machine.engine.digest().digest == after)
    }

    @Test func withoutItsArchiveASnapshotServesAllButMessagesThatMayNeedIt() throws {
        let machine = try ArchiveMachine()
        try machine.makeCard(1)
        let made = try machine.pay(1, count: 2_000)
        try machine.archive()
        _ = try machine.engine.makeSnapshot()
        let digest = machine.engine.digest().digest
        try machine.restart { try FileManager.default.removeItem(atPath: $0 + "/archive") }
        let archive = try #require(machine.engine.archive)
        #expect(machine.engine.recoverySource.snapshotLSN != nil && !archive.isUsable)
        #expect(machine.engine.digest().digest == digest)
        let message = LifecycleRequest(
            requestID: RequestID(high: 9, low: 1),
            cardToken: EngineHarness.token(1),
            kind: .clearing,
            reference: PaymentReference(paymentID: made[9]),
            amount: 50,
            currency: nil,
            transmissionTime: machine.time,
            merchantCountry: try #require(Country("DE")),
            merchantCategory: try #require(MerchantCategory(code: 5_411))
        )
        let refusal = machine.engine.settle(message, receivedAt: machine.time) { _, _ in
            Issue.record("a message was settled without its payment")
        }
        #expect(refusal.map(EngineHarness.name) == "archiveUnavailable")
        _ = try machine.pay(1)
        // Rebuilt, it is settled.
        try machine.archive()
        #expect(archive.isUsable && archive.archive.isComplete)
        var settled: LifecycleEvent?
        #expect(machine.engine.settle(message, receivedAt: machine.time) { event, _ in settled = event } == nil)
        #expect(settled?.before?.id == made[9].rawValue)
    }
}
