import Domain
import Foundation
import Journal
import Reexecution
import Testing

@testable import Authorization

/// What an auditor finds who decides everything again (`assent-verify replay`): with a real daemon's journal, and with
/// that of an operator who has the log's key and has written another history.
@Suite struct PolicyProofTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func makeKey() throws {
        let path = scratch.path + "/audit.key"
        let made = try run(
            try Place.program("assentctl"),
            ["audit", "keygen", "--name", "bank.example/audit", "--output-file", path]
        )
        try #require(made.status == 0, "\(made.errors)")
        try Data(made.output.utf8).write(to: URL(fileURLWithPath: scratch.path + "/audit.pub"))
    }

    private func daemon(_ data: String) throws -> DaemonUnderTest {
        try DaemonUnderTest.ready(scratch, data: data, ["--audit", "--audit-key", scratch.path + "/audit.key"])
    }

    private func verify(_ command: String, _ directory: String) throws -> CLIResult {
        try run(
            try Place.program("assent-verify"),
            [command, "\(scratch.path)/\(directory)", "--key", scratch.path + "/audit.pub"]
        )
    }

    @discardableResult
    private func ctl(_ arguments: String...) throws -> CLIResult {
        let result = try assentctl(["--connect", "unix:\(scratch.path)/a.sock"] + arguments)
        #expect([0, 1].contains(result.status), "\(arguments): \(result.errors)")
        return result
    }

    /// One of each kind, and of each kind of window.
    private static let counters = [
        "currency in 1h", "card,merchant in 31d", "distinct merchant by card in 1h up to 2", "min by card in 1d",
        "max by card in 1d", "declines by card in 1h", "card in day Europe/Berlin",
        "currency in week UTC", "max by currency in month America/New_York EST5EDT,M3.2.0,M11.1.0",
    ]

    /// Something of everything that decisions depend on.
    private func makeHistory() throws {
        let card = try #require(
            try ctl("card", "create", "--limit", "1000.00 EUR", "--activate", "-q", "--last-four", "4242").lines.first
        )
        func authorize(_ amount: String, _ more: String...) throws -> [String: Any] {
            try assentctl(
                ["--connect", "unix:\(scratch.path)/a.sock", "authorize", "--card", card, "--amount", amount]
                    + ["-o", "json"] + more
            ).object()
        }
        try ctl("config", "set", "velocity.2", "count>3 in 1h decline")
        for (index, counter) in Self.counters.enumerated() {
            try ctl("config", "set", "counter.\(index + 1)", counter)
        }
        try ctl("config", "set", "merchant-block.contains", "CASINO")
        try ctl("list", "create", "hot", "merchant", "--owner", "risk")
        try ctl("rule", "add", "hot", "merchant.id in list('hot')", "--reason", "merchant-blocked", "--shadow")
        try ctl("rule", "promote", "hot")
        let payment = try #require((try authorize("100.00", "--lifecycle-id", "MCC0001")["payment"] as? NSNumber))
        try ctl("payment", "increment", "\(payment)", "--amount", "20.00")
        try ctl("payment", "reverse", "\(payment)", "--amount", "30.00")
        try ctl("payment", "clear", "--card", card, "--lifecycle-id", "MCC0001", "--amount", "80.00 EUR", "--final")
        try ctl("payment", "reverse", "--card", card, "--lifecycle-id", "VISA77")
        _ = try authorize("5.00", "--lifecycle-id", "VISA77")
        for shop in 1...3 { _ = try authorize("2.00", "--merchant-id", "SHOP-\(shop)") }
        for amount in ["10.00", "20.00", "30.00", "5000.00"] { _ = try authorize(amount) }
        try ctl("card", "freeze", card)
        _ = try authorize("1.00")
        try ctl("card", "unfreeze", card)
        try ctl("config", "set", "velocity.2", "none")
        let new = try #require(
            try ctl("card", "replace", card, "--reason", "stolen", "--last-four", "1881", "-o", "json").object()[
                "token"
            ]
        )
        try ctl("authorize", "--card", "\(new)", "--amount", "12.00")
        try ctl("card", "limits", "\(new)", "--limit", "500.00")
        try ctl("authorize", "--card", "\(new)", "--amount", "490.00")
        _ = try authorize("1.00")
    }

    private func records(of data: String) throws -> (identity: JournalIdentity, records: [JournalRecord]) {
        let storage = try FileJournalStorage(directory: "\(scratch.path)/\(data)/journal")
        let identity = try #require(try Journal.identity(in: storage))
        var follower = JournalFollower(storage, identity: identity, from: 1)
        var records: [JournalRecord] = []
        // The daemon has signed the last record before it ended.
        let checkpoint = try String(contentsOfFile: "\(scratch.path)/\(data)/audit/checkpoint", encoding: .utf8)
        let last = try #require(UInt64(checkpoint.split(separator: "\n")[1]))
        try follower.read(upTo: last) { record in
            records.append(JournalRecord(record))
            return .proceed
        }
        return (identity, records)
    }

    /// A data directory with these records, that the real daemon has hashed and signed.
    private func forge(_ data: String, _ records: [JournalRecord], _ identity: JournalIdentity) throws {
        let directory = "\(scratch.path)/\(data)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/data")
        where !["journal", "audit", "snapshots", "archive", "projection"].contains(where: name.hasPrefix) {
            try FileManager.default.copyItem(atPath: "\(scratch.path)/data/\(name)", toPath: "\(directory)/\(name)")
        }
        var options = JournalOptions()
        options.newIdentity = identity
        let journal = try Journal.open(
            options: options,
            storage: try FileJournalStorage(directory: directory + "/journal")
        ) { _ in .applied }
        try journal.start(onDurable: { _ in }, onFailure: { Issue.record("the journal failed: \($0)") })
        for record in records {
            try journal.waitForRoom(byteCount: record.payload.count)
            _ = record.payload.withUnsafeBytes { journal.append(kind: record.kind, time: record.time, payload: $0) }
        }
        try journal.waitUntilDurable(journal.lastLSN)
        journal.close()
        try daemon(data).stop()
    }

    /// The last decision of a kind, made another: nothing else follows from it, so that a daemon takes it.
    private func changed(
        _ records: [JournalRecord],
        where isWanted: (AuthorizationEvent) -> Bool,
        _ change: (inout AuthorizationEvent) -> Void
    ) throws -> (lsn: UInt64, records: [JournalRecord]) {
        var records = records
        for (index, record) in records.enumerated().reversed() where record.kind == EventKind.authorization.rawValue {
            var event = try record.payload.withUnsafeBytes { try AuthorizationEvent(decoding: $0) }
            guard isWanted(event) else { continue }
            change(&event)
            let bytes = [UInt8](unsafeUninitializedCapacity: AuthorizationEvent.encodedByteCountMax) { buffer, count in
                count = event.encode(into: UnsafeMutableRawBufferPointer(buffer))
            }
            records[index] = record.with(bytes)
            return (record.lsn, records)
        }
        throw CocoaError(.fileReadUnknown)
    }

    @Test(.timeLimit(.minutes(20)))
    func everyDecisionIsMadeAgainAndAForgedOneIsNamed() async throws {
        try await onOwnThread {
            try makeKey()
            let daemon = try daemon("data")
            try makeHistory()
            try daemon.stop()
            let whole = try verify("replay", "data")
            #expect(whole.status == 0, "\(whole.errors)")
            let (identity, records) = try records(of: "data")
            let decided = records.filter { $0.kind <= EventKind.lifecycle.rawValue }.count
            #expect(whole.output.contains("\(decided), each made again and the same to the byte"), "\(whole.output)")
            #expect(whole.output.contains("\(records.count - decided), each judged again"))

            func expect(_ name: String, _ lsn: UInt64, _ finding: String, _ forged: [JournalRecord]) throws {
                try forge(name, forged, identity)
                // Tree and signature are as good as any.
                let log = try verify("log", name + "/audit")
                #expect(log.status == 0, "\(name): \(log.errors)")
                let replay = try verify("replay", name)
                #expect(replay.status == 1, "\(name): \(replay.output)")
                #expect(replay.errors.contains("record \(lsn) \(finding)"), "\(name): \(replay.errors)")
            }
            // Unchanged records make a log that is as good.
            try forge("same", records, identity)
            #expect(try verify("replay", "same").status == 0)
            func isFitting(_ event: AuthorizationEvent) -> Bool {
                event.request.amount <= event.observation.balances.available
            }
            let kind = try changed(records, where: { $0.decision.outcome == .declined && isFitting($0) }) { event in
                event.decision.outcome = .approved
                event.decision.reason = .approved
                event.decision.approvedAmount = event.request.amount
                event.decision.balances?.held += event.request.amount
                event.decision.expiresAt = event.time.advanced(byMicroseconds: 86_400_000_000)
            }
            try expect(
                "kinder",
                kind.lsn,
                "says: approved, approved, 100 minor units; by the core it is: declined",
                kind.records
            )
            let hard = try changed(records, where: { $0.decision.outcome == .approved }) { event in
                event.decision.outcome = .declined
                event.decision.reason = .suspectedFraud
                event.decision.approvedAmount = 0
                event.decision.expiresAt = nil
            }
            try expect("harder", hard.lsn, "says: declined, suspectedFraud, 0 minor units; by the core", hard.records)
            let seen = try changed(records, where: { $0.decision.outcome == .declined }) { event in
                event.observation.transactionLimit = 100
            }
            try expect("other sight", seen.lsn, "says: declined", seen.records)
            // What was counted over all cards: nothing, it says.
            let held = try changed(
                records,
                where: { $0.decision.outcome == .approved && ($0.observation.counters[0]?.count ?? 0) > 1 },
                { $0.observation.counters.clear() }
            )
            try expect("other counts", held.lsn, "says: approved", held.records)
            for (index, counter) in Self.counters.enumerated() {
                let other = try changed(
                    records,
                    where: { ($0.observation.counters[index] ?? (0, 0)) != (0, 0) },
                    { event in
                        let (count, sum) = event.observation.counters[index] ?? (0, 0)
                        let isAmount = counter.hasPrefix("min") || counter.hasPrefix("max")
                        event.observation.counters.set(
                            index,
                            count: isAmount ? count : count + 1,
                            sum: isAmount ? sum + 1 : sum
                        )
                    }
                )
                try expect("counter \(index + 1)", other.lsn, "says: ", other.records)
            }
            // What was asked, changed in the journal alone: the log has another record.
            let asked = try changed(records, where: { $0.decision.outcome == .approved }) { $0.request.amount += 1 }
            try expect("other amount", asked.lsn, "says: approved", asked.records)
            checkDamage(records)
        }
    }

    /// Records that are damaged, missing or swapped, as no log with a tree over them would be taken: they are refused,
    /// or they are of another history that could have been; nothing ends the program.
    private func checkDamage(_ records: [JournalRecord]) {
        for index in records.indices {
            var missing = records
            let record = missing.remove(at: index)
            let refused = refusal(of: missing)
            if index == 0 { #expect(refused != nil, "its card was not made") }
            var swapped = records
            swapped.swapAt(index, records.count - 1 - index)
            _ = refusal(of: swapped)
            for bit in stride(from: 613 * index % 1_999, to: record.payload.count * 8, by: 1_999) {
                var payload = record.payload
                payload[bit / 8] ^= 1 << (bit % 8)
                var damaged = records
                damaged[index] = record.with(payload)
                _ = refusal(of: damaged)
            }
        }
        #expect(refusal(of: records) == nil)
        #expect(refusal(of: records + [records[0]]) != nil, "a card is made twice")
    }

    private func refusal(of records: [JournalRecord]) -> ReexecutionError? {
        var reexecution = Reexecution()
        for record in records {
            let failure = record.payload.withUnsafeBytes { payload -> ReexecutionError? in
                do throws(ReexecutionError) { try reexecution.take(record.view(of: payload)) } catch { return error }
                return nil
            }
            if let failure { return failure }
        }
        return nil
    }
}

extension JournalRecord {
    /// With other bytes.
    fileprivate func with(_ payload: [UInt8]) -> JournalRecord {
        payload.withUnsafeBytes { JournalRecord(view(of: $0)) }
    }

    fileprivate func view(of payload: UnsafeRawBufferPointer) -> JournalRecordView {
        JournalRecordView(lsn: lsn, position: position, kind: kind, time: time, payload: payload)
    }
}
