import Client
import Cryptography
import Domain
import Foundation
import Merkle
import Platform
import Testing
import Wire

/// Receipts that a client of a real daemon keeps, and what they prove against an operator who has the log's key.
@Suite struct ReceiptTests {
    private struct Asked {
        let request: Authorize
        let decision: DecisionBlock
    }

    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var file: String { scratch.path + "/receipts" }

    private func makeKey(_ name: String) throws -> SignerKey {
        let path = "\(scratch.path)/\(name).key"
        let made = try run(
            try Place.program("assentctl"),
            ["audit", "keygen", "--name", "bank.example/\(name)", "--output-file", path]
        )
        try #require(made.status == 0, "\(made.errors)")
        try Data(made.output.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/\(name).pub"))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try SignerKey(parsing: text.split(separator: "\n")[0])
    }

    private func verify(_ log: String?, key: String = "audit") throws -> CLIResult {
        try run(
            try Place.program("assent-verify"),
            ["receipts", file, "--key", "\(scratch.path)/\(key).pub"] + (log.map { ["--log", $0] } ?? [])
        )
    }

    private func daemon() throws -> DaemonUnderTest {
        try DaemonUnderTest.ready(
            scratch,
            ["--audit", "--audit-key", scratch.path + "/audit.key", "--audit-interval", "1"]
        )
    }

    /// Asks for decisions pipelined, some of which are declined.
    private func ask(_ client: inout Client, _ card: CardToken, _ count: Int) throws -> [Asked] {
        let requests = (0..<count).map { Traffic.authorize(card, $0 % 5 == 4 ? 1_000_000 : 100 + Int64($0)) }
        return try zip(requests, client.callAll(requests, returning: AuthorizeReply.self)).map {
            Asked(request: $0, decision: try $1.get().decision)
        }.sorted { $0.decision.lsn < $1.decision.lsn }
    }

    /// Asks for receipts until all are there.
    private func keep(_ client: inout Client, _ decided: [Asked]) throws {
        for one in decided {
            var receipts = try ReceiptFile(file)
            while true {
                let reply = try client.call(
                    ReceiptGet(
                        requestID: one.request.requestID,
                        transmissionTime: one.request.transmissionTime,
                        previousLSN: receipts.lastLSN
                    ),
                    returning: ReceiptGetReply.self
                )
                #expect(reply.lsn == one.decision.lsn)
                if reply.state == .given {
                    try receipts.keep(reply, of: one.request.requestID, answered: one.decision)
                    break
                }
                #expect(reply.state == .pending)
                Pause.milliseconds(50)
            }
            #expect(receipts.lastLSN == one.decision.lsn)
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func whatTheOperatorOmitsAltersOrReordersIsNamed() async throws {
        try await onOwnThread {
            let key = try makeKey("audit")
            let daemon = try daemon()
            let (card, other) = (CardToken.make(), CardToken.make())
            for one in [card, other] { _ = try daemon.ask(Traffic.create(one, limit: 100_000), CardCreateReply.self) }
            var client = Client(daemon.unix)
            var stranger = Client(daemon.unix)
            #expect(try client.connect().features.contains(.receipts))
            var decided: [Asked] = []
            for _ in 0..<3 {
                // Others' decisions come between.
                decided += try ask(&client, card, 10)
                _ = try ask(&stranger, other, 5)
                _ = try daemon.ask(Traffic.configure("velocity.2", "count>99 in 1h flag"), ConfigSetReply.self)
                try keep(&client, Array(decided.suffix(10)))
            }
            // Nobody gets one for what is not known, or of a record that is no decision.
            let unknown = ReceiptGet(requestID: .make(), transmissionTime: Traffic.now, previousLSN: .zero)
            #expect(try client.call(unknown, returning: ReceiptGetReply.self).state == .none)
            try daemon.stop()

            let audit = scratch.path + "/data/audit"
            let whole = try verify(audit)
            #expect(whole.status == 0, "\(whole.errors)")
            #expect(whole.output.contains("every decision is in the log"), "\(whole.output)")
            #expect(try verify(nil).status == 0)

            let log = try ExportedLog(audit)
            let victim = decided[11]
            let (place, id) = (Int(victim.decision.lsn.rawValue) - 1, victim.request.requestID)
            let name = "record \(victim.decision.lsn), request \(id.description.filter { $0 != "-" })"

            func expect(_ what: String, _ finding: String, _ change: (inout [RecordEntry]) -> Void) throws {
                var entries = log.entries
                change(&entries)
                let forged = "\(scratch.path)/\(what)"
                try ExportedLog(entries: entries).write(to: forged, signedBy: key)
                // The log alone is as good as any.
                let alone = try run(
                    try Place.program("assent-verify"),
                    ["log", forged, "--key", scratch.path + "/audit.pub"]
                )
                #expect(alone.status == 0, "\(what): \(alone.errors)")
                let found = try verify(forged)
                #expect(found.status == 1 && found.errors.contains("\(name): \(finding)"), "\(what): \(found.errors)")
            }
            try expect("dropped", "omitted: the log has no record of it") { $0.remove(at: place) }
            try expect("altered", "altered: the log has another record of it") { entries in
                // A byte of the amount that was asked for.
                entries[place] = entries[place].changed(open: { $0[35] ^= 1 })
            }
            try expect("swapped", "reordered: the log has it as record \(place + 2)") { $0.swapAt(place, place + 1) }
            try expect("moved", "reordered: the log has it as record \(log.entries.count)") { entries in
                entries.append(entries.remove(at: place))
            }
            try expect("cut", "omitted: the log ends with record \(place)") { $0.removeSubrange(place...) }
            try expect("replaced", "omitted: the log has no record of it") { entries in
                entries[place] = entries[place].changed(open: { $0[2] ^= 1 })
            }
            try expect("elsewhere", "the log is of another journal") { entries in
                entries = entries.map { $0.changed(journal: [UInt8](repeating: 7, count: 16)) }
            }
            try checkForgedReceipts(key, audit, victim.decision)
        }
    }

    /// A receipt that says something else than its record, one that is missing, and one that is changed.
    private func checkForgedReceipts(_ key: SignerKey, _ log: String, _ decision: DecisionBlock) throws {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        let notes = try Receipt.notes(in: bytes)
        let index = try #require(notes.firstIndex { $0.text.contains("\nrecord \(decision.lsn)\n") })
        func write(_ notes: [SignedNote]) throws {
            try Data(notes.map(\.encoded).joined().utf8).write(to: URL(fileURLWithPath: file))
        }
        var receipt = try Receipt(parsing: notes[index].text)
        receipt.decision.approvedAmount += 1
        var forged = notes
        forged[index] = SignedNote(text: receipt.text)
        try key.sign(&forged[index])
        try write(forged)
        let other = try verify(log)
        #expect(other.status == 1, "\(other.errors)")
        #expect(
            other.errors.contains("altered: the record says approved \(decision.approvedAmount)"),
            "\(other.errors)"
        )

        var fewer = notes
        fewer.remove(at: index)
        try write(fewer)
        let missing = try verify(log)
        #expect(missing.status == 1, "\(missing.errors)")
        #expect(missing.errors.contains("has no receipt for record \(decision.lsn)"), "\(missing.errors)")

        _ = try makeKey("second")
        try write(notes)
        #expect(try verify(log, key: "second").status == 1, "nobody else's key will do")
        // Every byte of one counts.
        let one = Array(notes[0].encoded.utf8)
        let policy = try TrustPolicy(logs: [key.verifier], witnesses: [])
        for place in one.indices {
            var changed = one
            changed[place] ^= 1
            let isRefused =
                (try? Receipt.notes(in: changed).map { (note) in try Receipt.open(note, policy: policy) }) == nil
            #expect(isRefused, "byte \(place)")
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func withoutASignedLogThereAreNone() async throws {
        try await onOwnThread {
            let daemon = try DaemonUnderTest.ready(scratch, ["--audit"])
            var client = Client(daemon.unix)
            #expect(try !client.connect().features.contains(.receipts))
            let question = ReceiptGet(requestID: .make(), transmissionTime: Traffic.now, previousLSN: .zero)
            let refusal = #expect(throws: ClientError.self) {
                try client.call(question, returning: ReceiptGetReply.self)
            }
            if case .rejected(let rejection) = refusal {
                #expect(rejection.knownCode == .receiptsOff)
            } else {
                Issue.record("\(String(describing: refusal))")
            }
            try daemon.stop()
        }
    }
}

extension RecordEntry {
    /// The entry with something else in it, or in another place.
    fileprivate func changed(
        lsn: UInt64? = nil,
        journal: [UInt8]? = nil,
        configuration: SHA256Digest? = nil,
        open change: (inout [UInt8]) -> Void = { _ in }
    ) -> RecordEntry {
        var open = open
        change(&open)
        return RecordEntry(
            kind: kind,
            lsn: lsn ?? self.lsn,
            time: time,
            journal: journal ?? self.journal,
            configuration: configuration ?? self.configuration,
            commitments: commitments,
            open: open
        )
    }
}

/// A log as a dishonest operator can make it: every entry, hash, tile and signature is as it should be.
private struct ExportedLog {
    let entries: [RecordEntry]

    init(entries: [RecordEntry]) { self.entries = entries }

    init(_ directory: String) throws {
        let note = try SignedNote(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: directory + "/checkpoint"))))
        var entries: [RecordEntry] = []
        var check = try LogCheck(try Checkpoint(parsing: note.text)) { path throws(MerkleError) in
            FileManager.default.contents(atPath: directory + "/" + path).map { Array($0) }
        }
        _ = try check.run(visit: { entry, _ throws(MerkleError) in entries.append(entry) })
        self.entries = entries
    }

    /// Numbers the entries anew, links their configurations, builds the tree and signs it.
    func write(to directory: String, signedBy key: SignerKey) throws {
        let hasher = try TreeHasher()
        var builder = TreeBuilder()
        var configuration = SHA256Digest.zero
        var tiles: [(Tile, [UInt8])] = []
        var bundle: [UInt8] = []
        for (index, entry) in entries.enumerated() {
            let entry = entry.changed(lsn: UInt64(index) + 1, configuration: configuration)
            let bytes = entry.encoded
            let leaf = bytes.withUnsafeBytes { hasher.leaf($0) }
            if RecordEntry.changesConfiguration(kind: entry.kind) {
                configuration = RecordEntry.configuration(after: configuration, leaf: leaf, hasher: hasher.plain)
            }
            EntryBundle.append(bytes, to: &bundle)
            builder.append(leaf, hasher: hasher) { tiles.append(($0.tile, Tile.bytes($0.hashes))) }
            if (index + 1) % Tile.fullWidth == 0 || index + 1 == entries.count {
                let width = index % Tile.fullWidth + 1
                tiles.append((Tile(.entries, index: UInt64(index / Tile.fullWidth), width: width), bundle))
                bundle = []
            }
        }
        for (tile, hashes) in builder.partialTiles { tiles.append((tile, Tile.bytes(hashes))) }
        for (tile, bytes) in tiles {
            let url = URL(fileURLWithPath: directory + "/" + tile.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(bytes).write(to: url)
        }
        let head = Checkpoint(origin: key.verifier.name, size: builder.size, root: builder.root(hasher))
        var note = SignedNote(text: head.text)
        try key.sign(&note)
        try Data(note.encoded.utf8).write(to: URL(fileURLWithPath: directory + "/checkpoint"))
    }
}
