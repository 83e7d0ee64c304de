import Client
import Domain
import Foundation
import Glibc
import Platform
import Randomness
import Testing
import Wire

/// Proves that `assentctl journal` names damage of every kind, restores what can be restored, and drops no good record
/// without saying which.
@Suite struct JournalToolTests {
    /// A journal of 41 records in two segments or more, each in a block of its own, and its bytes.
    private final class Sample {
        let scratch: Scratch
        let state: DigestReply
        let files: [(path: String, bytes: Data)]
        var first: Data { files[0].bytes }
        /// Where each block of the first segment starts.
        let blocks: [Int]

        /// - Parameter hasSnapshot: Whether a snapshot was made of all records.
        init(hasSnapshot: Bool = false) throws {
            scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 100_000), CardCreateReply.self)
            var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
            for _ in 0..<40 { _ = try connection.call(Traffic.authorize(card, 100), returning: AuthorizeReply.self) }
            state = try daemon.ask(Digest(), DigestReply.self)
            if hasSnapshot { _ = try daemon.ask(SnapshotMake(), SnapshotMakeReply.self) }
            try daemon.stop()
            files = try scratch.segments().map { ($0, try Data(contentsOf: URL(fileURLWithPath: $0))) }
            let first = files[0].bytes
            blocks = stride(from: 4_096, to: first.count, by: 4_096).filter {
                first[$0] == 0x41 && first[$0 + 1] == 0x42
            }
        }

        var directory: String { scratch.path + "/data" }

        func write(_ bytes: Data, to index: Int = 0) throws {
            try bytes.write(to: URL(fileURLWithPath: files[index].path))
        }

        func tool(_ arguments: String...) throws -> CLIResult {
            try run(Place.program("assentctl"), ["journal"] + arguments + [directory])
        }

        func files(endingWith suffix: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: directory + "/journal").filter {
                $0.contains(suffix)
            }.sorted()
        }

        /// The daemon starts on it, decides everything again, and has this state.
        func expectState(lsn: LogSequenceNumber, isSame: Bool) throws {
            let daemon = try DaemonUnderTest.ready(scratch, ["--verify"])
            let digest = try daemon.ask(Digest(), DigestReply.self)
            #expect(digest.lsn == lsn)
            if isSame { #expect(digest == state) }
            try daemon.stop()
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aWholeJournalIsSaidToBeWholeAndShown() async throws {
        try await onOwnThread {
            let sample = try Sample()
            let verified = try sample.tool("verify", "-o", "json")
            #expect(verified.status == 0, "\(verified.errors)")
            let object = try verified.object()
            #expect(object["whole"] as? Bool == true && object["closedInOrder"] as? Bool == true)
            #expect(object["records"] as? Int == 41 && object["lastLsn"] as? Int == 41)
            let repaired = try sample.tool("repair", "--yes")
            #expect(repaired.status == 0 && repaired.errors.contains("nothing to do"))
            let records = try sample.tool("inspect", "--from", "1", "--to", "3", "-o", "jsonl")
            #expect(records.status == 0 && records.lines.count == 3)
            #expect(records.lines[0].contains("cardCreated") && records.lines[0].contains("\"offset\":4160"))
            #expect(records.lines[2].contains("approved"))
            #expect(records.lines[2].contains("held 100 EUR"), "\(records.lines[2])")
            #expect(try sample.tool("inspect").output.contains("0000000000000000.segment"))
            #expect(try sample.tool("inspect", "--from", "99").errors.contains("no such record"))
            try sample.expectState(lsn: LogSequenceNumber(rawValue: 41), isSame: true)
        }
    }

    /// What can be proven is restored: the state is the same to the last bit, and nothing goes.
    @Test(
        .timeLimit(.minutes(20)),
        arguments: ["record", "block header", "segment header", "many bits of it", "length"]
    )
    func whatCanBeProvenIsRestoredWithoutLosingARecord(damage: String) async throws {
        try await onOwnThread {
            var random = SeededRandom.announced(for: "repair, \(damage)")
            let sample = try Sample()
            var bytes = sample.first
            let block = sample.blocks[Int.random(in: 3..<30, using: &random)]
            var place = block
            func flip(_ byte: Int) { bytes[byte] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            switch damage {
            case "record":
                let length = Int(bytes[block + 44]) | Int(bytes[block + 45]) << 8
                flip(block + Int.random(in: 64..<length, using: &random))
            case "block header": flip(block + Int.random(in: 0..<64, using: &random))
            case "segment header":
                flip(Int.random(in: 0..<4_096, using: &random))
                place = 0
            case "many bits of it":
                for byte in 0..<64 { bytes[byte] = UInt8.random(in: 0...255, using: &random) }
                place = 0
            default:
                bytes.removeLast(5_000)
                place = 0
            }
            try sample.write(bytes)
            let context = "seed \(random.seed)"

            let verified = try sample.tool("verify")
            #expect(verified.status == 65, "\(context)")
            #expect(
                verified.errors.contains("0000000000000000.segment at byte \(place)"),
                "\(context) \(verified.errors)"
            )
            #expect(verified.errors.contains("Expected: "), "\(context) \(verified.errors)")
            let planned = try sample.tool("repair", "-o", "jsonl")
            #expect(planned.status == 65 && planned.errors.contains("nothing was changed"), "\(context)")
            #expect(planned.lines.count == 1 && !planned.output.contains("\"cut\""), "\(context) \(planned.output)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: sample.files[0].path)) == bytes, "\(context)")

            let repaired = try sample.tool("repair", "--yes")
            #expect(repaired.status == 0, "\(context) \(repaired.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: sample.files[0].path)) == sample.first, "\(context)")
            let kept = try sample.files(endingWith: ".before-repair-")
            try #require(kept.count == 1)
            let old = sample.directory + "/journal/" + kept[0]
            #expect(try Data(contentsOf: URL(fileURLWithPath: old)) == bytes, "\(context): the damage is kept")
            #expect(try sample.tool("verify").status == 0)
            try sample.expectState(lsn: LogSequenceNumber(rawValue: 41), isSame: true)
        }
    }

    /// What cannot be restored is cut away, and every record that goes is named before.
    @Test(.timeLimit(.minutes(20)), arguments: ["garbage", "lost", "misplaced", "two bits", "missing"])
    func aCutNamesEveryRecordThatGoes(damage: String) async throws {
        try await onOwnThread {
            var random = SeededRandom.announced(for: "cut, \(damage)")
            let sample = try Sample()
            var bytes = sample.first
            let number = Int.random(in: 3..<30, using: &random)
            let block = sample.blocks[number]
            let range = block..<block + 4_096
            switch damage {
            case "garbage": for byte in range { bytes[byte] = UInt8.random(in: 0...255, using: &random) }
            case "lost": bytes.resetBytes(in: range)
            case "misplaced":
                bytes.replaceSubrange(range, with: sample.first[sample.blocks[1]..<sample.blocks[1] + 4_096])
            case "two bits":
                bytes[block + 100] ^= 1
                bytes[block + 200] ^= 4
            default: break
            }
            let context = "seed \(random.seed), block \(number)"
            if damage == "missing" {
                try FileManager.default.removeItem(atPath: sample.files[0].path)
                let verified = try sample.tool("verify")
                #expect(verified.status == 65 && verified.errors.contains("missing"), "\(verified.errors)")
                let planned = try sample.tool("repair", "--yes")
                #expect(planned.status == 65 && planned.errors.contains("cannot be repaired"), "\(planned.errors)")
                return
            }
            try sample.write(bytes)
            let planned = try sample.tool("repair", "-o", "jsonl")
            #expect(planned.status == 65, "\(context)")
            let step = try #require(
                JSONSerialization.jsonObject(with: Data((planned.lines.last ?? "").utf8)) as? [String: Any]
            )
            // Each record has a block of its own, so the block's number is that of the record before it.
            let lost = number + 1
            #expect(step["action"] as? String == "cut", "\(context)")
            #expect(step["unreadableRecordsLost"] as? String == "\(lost)", "\(context) \(planned.output)")
            #expect(step["goodRecordsLost"] as? String == "\(lost + 1)-41", "\(context) \(planned.output)")
            #expect(planned.errors.contains("Good up to record \(number)"), "\(context) \(planned.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: sample.files[0].path)) == bytes, "\(context)")

            let repaired = try sample.tool("repair", "--yes")
            #expect(repaired.status == 0, "\(context) \(repaired.errors)")
            // Everything that was changed or removed is beside, as it was.
            for (path, original) in sample.files where FileManager.default.fileExists(atPath: path) == false {
                let kept = try #require(
                    try sample.files(endingWith: path.split(separator: "/").last.map(String.init) ?? "").first
                )
                #expect(try Data(contentsOf: URL(fileURLWithPath: sample.directory + "/journal/" + kept)) == original)
            }
            #expect(try sample.files(endingWith: "0000000000000000.segment.before-repair-").count == 1)
            try sample.expectState(lsn: LogSequenceNumber(rawValue: UInt64(number)), isSame: false)
        }
    }

    /// A start refuses a journal that ends before its snapshot.
    @Test(.timeLimit(.minutes(20)))
    func aCutBeforeASnapshotIsRefusedUnlessTheSnapshotIsSetAside() async throws {
        try await onOwnThread {
            let sample = try Sample(hasSnapshot: true)
            var bytes = sample.first
            bytes[sample.blocks[10] + 100] ^= 1
            bytes[sample.blocks[10] + 200] ^= 4
            try sample.write(bytes)
            let refused = try sample.tool("repair", "--yes")
            #expect(refused.status == 65 && refused.errors.contains("holds all up to record 41"), "\(refused.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: sample.files[0].path)) == bytes)
            let cut = try sample.tool("repair", "--yes", "--set-snapshots-aside")
            #expect(cut.status == 0 && cut.errors.contains("set aside"), "\(cut.errors)")
            let snapshots = try FileManager.default.contentsOfDirectory(atPath: sample.directory + "/snapshots")
            #expect(snapshots.contains { $0.contains(".snapshot.before-repair-") }, "\(snapshots)")
            try sample.expectState(lsn: LogSequenceNumber(rawValue: 10), isSame: false)
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aDirectoryInUseOrWithoutAJournalIsRefused() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            for command in ["verify", "inspect", "repair"] {
                let busy = try run(Place.program("assentctl"), ["journal", command, scratch.path + "/data"])
                #expect(busy.status == 75 && busy.errors.contains("Stop the daemon first"), "\(busy.errors)")
                let absent = try run(Place.program("assentctl"), ["journal", command, scratch.path + "/nowhere"])
                #expect(absent.status == 66, "\(absent.errors)")
                let empty = try run(Place.program("assentctl"), ["journal", command, scratch.path])
                #expect(empty.status == 66 && empty.errors.contains("no journal"), "\(empty.errors)")
            }
            try daemon.stop()
        }
    }
}
