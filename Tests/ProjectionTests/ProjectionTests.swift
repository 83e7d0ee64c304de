import Domain
import Foundation
import GRDB
import Ledger
import Platform
import Randomness
import Testing

@testable import Projection

@Suite(.timeLimit(.minutes(20))) struct ProjectionTests {
    @Test func whatIsDecidedCanBeAskedSoonAfter() throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        let first = try harness.authorize(card: 1, amount: 1_250)
        try harness.authorize(card: 1, amount: 9_999_999_999_999)
        let unknown = try harness.authorize(card: 99, amount: 5)
        try harness.settle()
        let page = try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 10)
        #expect(page.payments.map(\.lsn) == [unknown, LogSequenceNumber(rawValue: 3), first])
        #expect(page.payments.map(\.status) == [.declined, .declined, .pending])
        #expect(page.payments.map(\.amounts.held) == [0, 0, 1_250])
        #expect(
            page.payments[2].merchantName.string == "Corner shop" && page.payments[2].card == ProjectionHarness.token(1)
        )
        #expect(page.payments[0].reason == .cardUnknown && page.payments[0].card == ProjectionHarness.token(99))
        #expect(page.lsn == unknown && page.next == nil)
        let figures = harness.projection.figures
        #expect(figures.lsn == unknown.rawValue && figures.lagRecordCount == 0 && figures.lagMicroseconds == 0)
        #expect(figures.rowCount > 5 && figures.problem.isEmpty && figures.firstLSN == 1)
    }

    @Test func theThreadHasTheLowestPriority() throws {
        let harness = try ProjectionHarness { $0.isIdle = true }
        try harness.settle()
        var policies: [Substring?] = []
        // A thread of another test may end between the listing and the look at it; then look again.
        for _ in 0..<1_000 where !policies.contains("5") {
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
            let threads = tasks.compactMap {
                try? String(contentsOfFile: "/proc/self/task/\($0)/stat", encoding: .utf8)
            }
            // proc(5): field 41 is the policy; SCHED_IDLE is 5. The name, in parentheses, is field 2.
            policies = threads.filter { $0.contains("(projection)") }
                .map { $0.split(separator: ")").last?.split(separator: " ")[38] }
        }
        #expect(policies.contains("5"))
    }

    /// GRDB runs a transaction on the thread that asks for it; on another the priority would be lost.
    @Test func aTransactionRunsOnTheThreadThatAsksForIt() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "assent-\(UUID().uuidString)").path
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        let file = ProjectionFile(options: ProjectionOptions(path: path), journal: "x")
        let pool = try file.open(durableLSN: 0) { 1 }
        let found = Monitor<[Bool]>([])
        let thread = try WorkerThread(name: "idle") {
            try? IdlePriority.take()
            let inside = try? pool.write { _ in IdlePriority.isTaken }
            found.update { $0 = [IdlePriority.isTaken, inside ?? false] }
        }
        thread.join()
        #expect(found.read { $0 } == [true, true])
        try pool.close()
    }

    @Test func sqlite3ReadsTheFileWhileItIsWritten() throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        for amount in 1...100 { try harness.authorize(card: 1, amount: Int64(amount)) }
        try harness.settle()
        #expect(try harness.tool("SELECT count(*), sum(approved) FROM payment") == "100|5050")
        #expect(try harness.tool("SELECT sum(amount) FROM entry") == "0")
        #expect(
            try harness.tool(
                "SELECT sum(debit_high) - sum(credit_high), sum(debit_low) - sum(credit_low) FROM movement"
            ) == "0|0"
        )
        #expect(try harness.tool("SELECT lsn FROM projection") == "101")
        #expect(try harness.tool("PRAGMA integrity_check") == "ok")
    }

    /// The sums of chunks and the entries themselves say the same, and the journal's segments join.
    @Test func manySegmentsAndTransactionsEndInTheSameFileAsOne() throws {
        let harness = try ProjectionHarness(segmentByteCount: 5 << 20) { $0.recordCountMax = 997 }
        for card in 1...20 { try harness.makeCard(UInt64(card), limit: 5_000_000) }
        var random = SeededRandom(seed: 20_261_121)
        for number in 0..<30_000 {
            let day = Int64.random(in: 0..<5, using: &random)
            let time = ProjectionHarness.now.advanced(byMicroseconds: Int64(number) * 1_000)
            try harness.authorize(
                card: UInt64.random(in: 1...22, using: &random),
                amount: Int64.random(in: 1...9_000, using: &random),
                at: time,
                sent: time.advanced(byMicroseconds: -day * 86_400_000_000),
                merchant: "Shop \(number % 700)"
            )
        }
        try harness.settle()
        #expect(try FileManager.default.contentsOfDirectory(atPath: harness.directory + "/journal").count > 2)
        let dump = try harness.tool(".dump")
        #expect(dump.count > 1_000_000)
        let sums = """
            SELECT sum(abs(d)) FROM (
                SELECT abs((m.debit_high << 32) + m.debit_low - sum(max(e.amount, 0)))
                    + abs((m.credit_high << 32) + m.credit_low - sum(max(-e.amount, 0))) AS d
                FROM movement m JOIN entry e ON e.id >> 18 = m.chunk AND e.day = m.day AND e.currency = m.currency
                    AND e.phase = m.phase AND e.account = m.account
                GROUP BY m.chunk, m.day, m.currency, m.phase, m.account)
            """
        #expect(try harness.tool(sums) == "0")
        try harness.restartProjection(
            after: {
                for suffix in ["", "-wal", "-shm"] {
                    try? FileManager.default.removeItem(atPath: harness.path + suffix)
                }
            },
            options: { $0.recordCountMax = 1_000_000 }
        )
        try harness.settle()
        #expect(try harness.tool(".dump") == dump)
    }

    @Test func itGoesOnWhereItStopped() throws {
        let harness = try ProjectionHarness()
        try harness.makeCard(1)
        try harness.authorize(card: 1, amount: 1)
        try harness.settle()
        try harness.restartProjection {
            try harness.authorize(card: 1, amount: 2)
        }
        try harness.settle()
        #expect(try harness.tool("SELECT count(*) FROM payment") == "2")
        #expect(harness.projection.figures.rebuildCount == 0)
    }
}
