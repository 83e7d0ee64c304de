import Domain
import Foundation
import Ledger
import Platform
import Testing

@testable import Projection

/// Files that cannot be used are made anew; what cannot be helped is waited for.
@Suite(.timeLimit(.minutes(20))) struct DamageTests {
    private func filled() throws -> ProjectionHarness {
        let harness = try ProjectionHarness()
        // Opened before there is anything: a file that is missed later counts as made anew.
        while harness.projection.figures.state != .following {}
        try harness.makeCard(1)
        for number in 1...2_000 { try harness.authorize(card: 1, amount: 7, merchant: "Shop \(number)") }
        try harness.settle()
        return harness
    }

    private func edit(_ path: String, _ change: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(filePath: path))
        change(&data)
        try data.write(to: URL(filePath: path))
    }

    private func expectWhole(_ harness: ProjectionHarness, rebuilds: UInt64 = 1) throws {
        try harness.settle()
        #expect(try harness.tool("SELECT count(*) FROM payment") == "2000")
        #expect(try harness.tool("PRAGMA integrity_check") == "ok")
        #expect(harness.projection.figures.rebuildCount == rebuilds)
        #expect(harness.projection.figures.problem.isEmpty)
        let search = PaymentCriteria()
        #expect(try harness.projection.payments(search, before: nil, countMax: 5).payments.count == 5)
    }

    @Test(arguments: ["header", "middle", "end", "empty", "short", "text"])
    func aDamagedFileIsMadeAnew(where place: String) throws {
        let harness = try filled()
        try harness.restartProjection {
            try edit(harness.path) { data in
                switch place {
                case "header": data.replaceSubrange(0..<64, with: Data(repeating: 0xFF, count: 64))
                case "middle":
                    for page in stride(from: 8_192, to: data.count, by: 4_096) {
                        data.replaceSubrange(page..<page + 100, with: Data(repeating: 0xA5, count: 100))
                    }
                case "end": data.removeLast(data.count / 2)
                case "empty": data.removeAll()
                case "short": data.removeLast(data.count - 50)
                default: data = Data(String(repeating: "not a database\n", count: 5_000).utf8)
                }
            }
        }
        // An empty file is what SQLite takes for a new one.
        try expectWhole(harness, rebuilds: place == "empty" ? 0 : 1)
    }

    @Test(arguments: [
        "PRAGMA user_version = 999", "PRAGMA application_id = 1", "UPDATE projection SET journal = 'x'",
        "UPDATE projection SET lsn = 999999", "DELETE FROM projection", "DROP TABLE entry",
        "UPDATE projection SET lsn = 17",
    ])
    func aFileThatIsNotOursOrContradictsItselfIsMadeAnew(sql: String) throws {
        let harness = try filled()
        try harness.restartProjection {
            let queue = Process()
            queue.executableURL = URL(filePath: "/usr/bin/env")
            queue.arguments = ["sqlite3", harness.path, sql]
            try queue.run()
            queue.waitUntilExit()
            #expect(queue.terminationStatus == 0)
        }
        try expectWhole(harness)
    }

    @Test func aFileThatIsDeletedIsMadeAnew() throws {
        let harness = try filled()
        try harness.restartProjection {
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: harness.path + suffix) }
        }
        try expectWhole(harness)
        #expect(harness.projection.figures.reason == "there was no file")
    }

    @Test func aFileThatIsDeletedOrReplacedUnderTheThreadIsMadeAnew() throws {
        let harness = try filled()
        try FileManager.default.removeItem(atPath: harness.path)
        #expect(harness.waitForRebuilds(1))
        try expectWhole(harness)
        #expect(harness.projection.figures.reason.contains("deleted"))
        // Another's in its place.
        let other = try filled()
        other.projection.stop()
        try FileManager.default.removeItem(atPath: harness.path)
        try FileManager.default.moveItem(atPath: other.path, toPath: harness.path)
        #expect(harness.waitForRebuilds(2))
        try expectWhole(harness, rebuilds: 2)
    }

    @Test func onlyTheOwnerMayReadIt() throws {
        let harness = try filled()
        func mode(_ suffix: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: harness.path + suffix)
            return try #require(attributes[.posixPermissions] as? Int)
        }
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(suffix) == 0o600) }
        try harness.restartProjection {
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: harness.path)
        }
        try expectWhole(harness, rebuilds: 0)
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(suffix) == 0o600) }
    }

    @Test func itIsMadeAnewWhenAskedForWhileItServes() throws {
        let harness = try filled()
        for count in 1...3 as ClosedRange<UInt64> {
            harness.projection.rebuild()
            #expect(harness.waitForRebuilds(count))
            try expectWhole(harness, rebuilds: count)
        }
        #expect(harness.projection.figures.reason == "somebody asked for it")
    }

    /// What cannot be made again is not thrown away.
    @Test func aFileThatServesIsKeptWhereTheJournalIsDamaged() throws {
        let harness = try filled()
        let segment = harness.directory + "/journal/0000000000000000.segment"
        let whole = try Data(contentsOf: URL(filePath: segment))
        func damage(_ place: Int) throws {
            let file = try FileHandle(forUpdating: URL(filePath: segment))
            try file.seek(toOffset: UInt64(place))
            try file.write(contentsOf: [whole[place] ^ 0x10])
            try file.close()
        }
        // In the first block's first record.
        try damage(4_096 + 100)
        harness.projection.rebuild()
        let isSaid = harness.projection.wait(milliseconds: ProjectionHarness.waitMilliseconds) {
            harness.projection.figures.problem.contains("not made anew")
        }
        #expect(isSaid, "\(harness.projection.figures)")
        #expect(harness.projection.figures.rebuildCount == 0 && harness.projection.figures.problem.contains("segment"))
        #expect(try harness.tool("SELECT count(*) FROM payment") == "2000")
        // What comes is followed as ever.
        try harness.authorize(card: 1, amount: 7)
        try harness.settle()
        #expect(try harness.tool("SELECT count(*) FROM payment") == "2001")
        // Mended, it is made anew.
        let file = try FileHandle(forUpdating: URL(filePath: segment))
        try file.seek(toOffset: UInt64(4_096 + 100))
        try file.write(contentsOf: [whole[4_096 + 100]])
        try file.close()
        harness.projection.rebuild()
        #expect(harness.waitForRebuilds(1))
        try harness.settle()
        #expect(harness.projection.figures.problem.isEmpty)
        #expect(try harness.tool("SELECT count(*) FROM payment") == "2001")
    }

    /// The page that a question comes to is damaged while the thread has no reason to look at it.
    @Test func aQuestionThatFindsDamageHasTheFileMadeAnew() throws {
        let harness = try filled()
        try harness.restartProjection(
            after: {
                try edit(harness.path) { data in
                    for page in stride(from: 8_192, to: data.count, by: 4_096) {
                        data.replaceSubrange(page..<page + 100, with: Data(repeating: 0xA5, count: 100))
                    }
                }
            },
            options: { $0.checkByteCountMax = 0 }
        )
        _ = try? harness.projection.payments(PaymentCriteria(), before: nil, countMax: 500)
        #expect(harness.waitForRebuilds(1))
        try expectWhole(harness, rebuilds: harness.projection.figures.rebuildCount)
    }

    @Test func aFullDiskIsWaitedForAndWhatIsThereCanBeAsked() throws {
        let harness = try filled()
        try harness.restartProjection(options: { $0.pageCountMax = 1 })
        for number in 1...500 { try harness.authorize(card: 1, amount: 3, merchant: "New \(number)") }
        #expect(harness.waitUntilWaiting())
        #expect(harness.projection.figures.problem.contains("full"), "\(harness.projection.figures)")
        let figures = harness.projection.figures
        #expect((1...500).contains(figures.lagRecordCount) && figures.lagMicroseconds > 0)
        let page = try harness.projection.payments(PaymentCriteria(), before: nil, countMax: 1)
        #expect(page.payments.first?.lsn.rawValue == figures.lsn)
        try harness.restartProjection()
        try harness.settle()
        #expect(try harness.tool("SELECT count(*) FROM payment") == "2500")
        #expect(harness.projection.figures.rebuildCount == 0)
    }

    @Test func roomForTheJournalIsNeverTaken() throws {
        let harness = try filled()
        try harness.restartProjection(options: {
            $0.reserveByteCount = .max
            $0.reserveShare = 1
        })
        try harness.authorize(card: 1, amount: 3)
        #expect(harness.waitUntilWaiting())
        #expect(harness.projection.figures.problem.contains("left for the journal"))
        #expect(harness.projection.figures.lsn == 2_001)
    }
}
