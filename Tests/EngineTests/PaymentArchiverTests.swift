import Archive
import Authorization
import Domain
import Platform
import Testing

@testable import Engine

@Suite struct PaymentArchiverTests {
    /// Shards of payments without an engine around them.
    private final class Shards: PaymentShards {
        let stores: LockedTable<PaymentStore>
        let copied = Locked<Set<Int>>([])

        init(count: Int) { stores = LockedTable(count: count) { _ in PaymentStore() } }

        var paymentShardCount: Int { stores.count }

        func walkClosedPayments(
            _ shard: Int,
            after id: UInt64,
            quietSince quiet: Instant,
            through lsn: LogSequenceNumber,
            _ body: (PaymentRecord) -> Void
        ) -> UInt64? {
            withPayments(shard) { payments in
                payments.forEachClosed(
                    after: id,
                    lookMax: PaymentArchiver.Limits.looksPerStep,
                    at: Instant(microseconds: 1_000),
                    quietSince: quiet,
                    through: lsn,
                    body
                )
            }
        }

        func removePayments(_ shard: Int, _ leaving: ArraySlice<LeavingPayment>) -> Int {
            guard copied.withLock({ !$0.contains(shard) }) else { return 0 }
            return withPayments(shard) { payments in
                leaving.filter { payments.remove(id: $0.id.rawValue, lastLSN: $0.lastLSN.rawValue) }.count
            }
        }

        func withPayments<Result>(_ shard: Int, _ body: (inout PaymentStore) -> Result) -> Result {
            stores.withLock(shard) { body(&$0) }
        }

        var count: Int { (0..<stores.count).reduce(0) { sum, shard in sum + stores.withLock(shard) { $0.count } } }

        var digest: Digest128 {
            var sum = Digest128()
            for shard in 0..<stores.count { sum.add(stores.withLock(shard) { $0.digest }) }
            return sum
        }

        var byteCount: Int {
            (0..<stores.count).reduce(0) { sum, shard in sum + stores.withLock(shard) { $0.byteCount } }
        }
    }

    /// A directory that is gone with the test.
    private final class Directory {
        let path = "/tmp/assent-payments-\(RandomBytes.word())"

        func open(versionLimit: UInt64 = .max) throws -> PaymentArchive {
            let archive = try Archive.open(
                options: PaymentArchive.options,
                owner: ArchiveOwner(high: 1, low: 2),
                versionLimit: versionLimit,
                storage: FileArchiveStorage(directory: path)
            )
            if archive.isNew, let rebuild = archive.rebuild { #expect(try archive.complete(rebuild)) }
            return PaymentArchive(archive, isCoveredByMemory: false)
        }

        deinit {
            do {
                for name in try FileSystem.names(inDirectory: path) { try FileSystem.remove(path + "/" + name) }
                try FileSystem.removeDirectory(path)
            } catch {
                Issue.record(error)
            }
        }
    }

    private static let account = CardToken(high: 7, low: 9)

    /// A payment that took its money and is over.
    private func closed(_ id: UInt64, version: UInt64? = nil, at time: Int64 = 0) throws -> PaymentRecord {
        var payment = PaymentRecord(
            account: Self.account,
            currency: try #require(Currency("EUR")),
            kind: .authorization,
            category: try #require(MerchantCategory(code: 5_411)),
            network: 1
        )
        payment.id = id
        payment.approved = 1_000
        payment.cleared = 1_000
        payment.lastLSN = version ?? id
        payment.lastAt = time
        payment.keys = PaymentKeys(
            PaymentReference(
                originalRequestID: RequestID(high: id, low: 1),
                lifecycleID: Text16(low: id),
                acquirerID: Text16(low: 4),
                stan: UInt32(id),
                originalTransmissionTime: Instant(microseconds: 5),
                retrievalReference: Text16(low: id),
                approvalCode: Text16(low: 3)
            ),
            account: Self.account
        )
        return payment
    }

    private func runRound(
        _ archiver: inout PaymentArchiver,
        now: Int64 = 1_000_000_000_000,
        durable: UInt64 = .max
    ) throws {
        for _ in 0..<100_000 {
            let progress = try archiver.step(
                now: Instant(microseconds: now),
                durable: LogSequenceNumber(rawValue: durable)
            )
            if progress == .idle { return }
        }
        Issue.record("a round does not end")
    }

    @Test func memoryDoesNotGrowWithHistoryAndTheDigestStays() throws {
        let directory = Directory()
        let archive = try directory.open()
        let shards = Shards(count: 4)
        var archiver = PaymentArchiver(archive, shards: shards, options: ArchiverOptions())
        var id: UInt64 = 0
        var digest = Digest128()
        var bytes: [Int] = []
        for round in 0..<10 {
            for _ in 0..<8_000 {
                id += 1
                let payment = try closed(id)
                digest.add(payment.digest)
                shards.withPayments(Int(id % 4)) { $0.append(payment) }
            }
            #expect(shards.digest == digest)
            try runRound(&archiver)
            #expect(shards.count == 0, "round \(round)")
            #expect(shards.digest == digest, "round \(round)")
            bytes.append(shards.byteCount)
        }
        #expect(Set(bytes).count == 1, "\(bytes)")
        #expect(archiver.archivedCount == 80_000)
        for id in [1, 8_000, 44_444, 80_000] as [UInt64] {
            let reference = PaymentReference(paymentID: LogSequenceNumber(rawValue: id))
            #expect(try recall(reference, in: archive) == Recalled(payment: closed(id), match: .identifier))
        }
    }

    private struct Recalled: Equatable {
        var payment: PaymentRecord
        var match: MatchRule
    }

    private func recall(
        _ reference: PaymentReference,
        in archive: PaymentArchive,
        account: CardToken = account,
        amount: Int64? = nil
    ) throws -> Recalled? {
        try archive.recall(reference, account: account, amount: amount).found
            .map { Recalled(payment: $0.payment, match: $0.match) }
    }

    @Test func aPaymentIsRecalledByAnyOfItsKeysButOnlyForItsAccount() throws {
        let directory = Directory()
        let shards = Shards(count: 1)
        for id in UInt64(1)...2_000 { let payment = try closed(id); shards.withPayments(0) { $0.append(payment) } }
        var archiver = PaymentArchiver(try directory.open(), shards: shards, options: ArchiverOptions())
        try runRound(&archiver)
        // A restart in between.
        let archive = try directory.open()
        let text = { (id: UInt64) in Text16(low: id) }
        let cases: [(PaymentReference, MatchRule)] = [
            (PaymentReference(paymentID: LogSequenceNumber(rawValue: 77)), .identifier),
            (PaymentReference(originalRequestID: RequestID(high: 77, low: 1), lifecycleID: text(78)), .identifier),
            (PaymentReference(originalRequestID: RequestID(high: 77, low: 2), lifecycleID: text(77)), .lifecycle),
            (
                PaymentReference(acquirerID: text(4), stan: 77, originalTransmissionTime: Instant(microseconds: 5)),
                .trace
            ),
            (PaymentReference(retrievalReference: text(77), approvalCode: text(3)), .retrieval),
        ]
        for (reference, match) in cases {
            #expect(try recall(reference, in: archive) == Recalled(payment: closed(77), match: match))
            #expect(try recall(reference, in: archive, account: CardToken(high: 7, low: 10)) == nil)
        }
        let retrieval = cases[4].0
        #expect(try recall(retrieval, in: archive, amount: 1_000)?.match == .retrieval)
        #expect(try recall(retrieval, in: archive, amount: 999) == nil)
        #expect(try recall(PaymentReference(), in: archive) == nil)
        #expect(try recall(PaymentReference(paymentID: LogSequenceNumber(rawValue: 2_001)), in: archive) == nil)
    }

    @Test func whatIsOpenOrNewOrNotDurableStays() throws {
        let directory = Directory()
        let archive = try directory.open()
        let shards = Shards(count: 1)
        var held = try closed(1)
        held.cleared = 400
        let recent = try closed(2, at: 995_000_000)
        let volatile = try closed(3, version: 5_000)
        let old = try closed(4, at: 980_000_000)
        for payment in [held, recent, volatile, old] { shards.withPayments(0) { $0.append(payment) } }
        var options = ArchiverOptions()
        options.batchCountMin = 0
        var archiver = PaymentArchiver(archive, shards: shards, options: options)
        try runRound(&archiver, now: 1_000_000_000, durable: 4_999)
        #expect(
            shards.withPayments(0) { payments in (1...4).map { payments.find(id: $0) != nil } } == [
                true, true, true, false,
            ]
        )
        #expect(try archive.payment(4) == old)
        #expect(try archive.payment(1) == nil)
    }

    @Test func aPaymentThatChangesWhileItIsWrittenStays() throws {
        let directory = Directory()
        let archive = try directory.open()
        let shards = Shards(count: 1)
        for id in UInt64(1)...2_000 { let payment = try closed(id); shards.withPayments(0) { $0.append(payment) } }
        var archiver = PaymentArchiver(archive, shards: shards, options: ArchiverOptions())
        var changed = try closed(500, version: 9_000)
        changed.refunded = 10
        changed.approved = 1_010
        while archive.archive.statistics.runCount == 0 {
            _ = try archiver.step(
                now: Instant(microseconds: 1_000_000_000_000),
                durable: LogSequenceNumber(rawValue: .max)
            )
        }
        #expect(shards.withPayments(0) { $0.replace(changed) })
        try runRound(&archiver)
        #expect(shards.count == 1)
        #expect(shards.withPayments(0) { $0.find(id: 500) } == changed)
        let recalled = try archive.recall(
            PaymentReference(paymentID: LogSequenceNumber(rawValue: 500)),
            account: Self.account,
            amount: nil
        )
        #expect(recalled.appendCount == archive.archive.appendCount)
        // Closed again and quiet, its newest image counts.
        changed.reversed = 10
        #expect(shards.withPayments(0) { $0.replace(changed) })
        var options = ArchiverOptions()
        options.batchCountMin = 0
        var second = PaymentArchiver(archive, shards: shards, options: options)
        try runRound(&second)
        #expect(shards.count == 0)
        #expect(try archive.payment(500) == changed)
        #expect(recalled.appendCount != archive.archive.appendCount)
    }

    @Test func duringASnapshotNothingLeavesTheShard() throws {
        let directory = Directory()
        let archive = try directory.open()
        let shards = Shards(count: 2)
        for id in UInt64(1)...4_000 {
            let payment = try closed(id)
            shards.withPayments(Int(id % 2)) { $0.append(payment) }
        }
        shards.copied.withLock { $0 = [1] }
        var archiver = PaymentArchiver(archive, shards: shards, options: ArchiverOptions())
        try runRound(&archiver)
        #expect(shards.withPayments(0) { $0.count } == 0 && shards.withPayments(1) { $0.count } == 2_000)
        shards.copied.withLock { $0 = [] }
        let written = archive.archive.statistics.entryCount
        try runRound(&archiver)
        #expect(shards.count == 0)
        #expect(archive.archive.statistics.entryCount == written, "what is archived already is not written again")
    }

    @Test func fewPaymentsWaitForOthersButNotForEver() throws {
        let directory = Directory()
        let archive = try directory.open()
        let shards = Shards(count: 1)
        for id in UInt64(1)...10 { let payment = try closed(id); shards.withPayments(0) { $0.append(payment) } }
        var archiver = PaymentArchiver(archive, shards: shards, options: ArchiverOptions())
        let start: Int64 = 1_000_000_000_000
        try runRound(&archiver, now: start)
        try runRound(&archiver, now: start + 59_000_000)
        #expect(shards.count == 10 && archive.archive.statistics.runCount == 0)
        try runRound(&archiver, now: start + 60_000_000)
        #expect(shards.count == 0 && archive.archive.statistics.entryCount == 10)
    }

    @Test func anIncompleteArchiveAnswersNothing() throws {
        let directory = Directory()
        let shards = Shards(count: 1)
        for id in UInt64(1)...2_000 { let payment = try closed(id); shards.withPayments(0) { $0.append(payment) } }
        var archiver = PaymentArchiver(try directory.open(), shards: shards, options: ArchiverOptions())
        try runRound(&archiver)
        let run = try #require(FileSystem.names(inDirectory: directory.path).first { $0.hasSuffix(".run") })
        try FileSystem.remove(directory.path + "/" + run)
        let archive = try directory.open()
        #expect(archive.archive.findings.map(\.file) == [run])
        #expect(throws: ArchiveError.incomplete) { try archive.payment(5) }
        #expect(throws: ArchiveError.incomplete) {
            try recall(PaymentReference(lifecycleID: Text16(low: 5)), in: archive)
        }
        // With the whole journal replayed, memory has what the archive lacks.
        #expect(try PaymentArchive(archive.archive, isCoveredByMemory: true).payment(5) == nil)
    }
}
