import Foundation
import Merkle
import Testing

/// `assent-verify` takes what the Python implementation writes, and nothing that was changed in it.
@Suite final class ForeignLogTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
    }

    private func make(_ count: Int, old: Int = 0) throws {
        let end = try Programs.python("make", scratch.directory, "\(count)", "\(old)")
        try #require(end.status == 0, "\(end.errors)")
    }

    private func verifyLog() throws -> End {
        try Programs.verify(
            "log",
            scratch.directory,
            "--key",
            scratch.path("log.key"),
            "--witness",
            scratch.path("witness.key")
        )
    }

    @Test(arguments: [1, 2, 255, 256, 257, 700])
    func aLogWithItsProofsIsTaken(count: Int) throws {
        let old = (count + 1) / 2
        try make(count, old: old)
        let end = try verifyLog()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.contains("entries        \(count) of "))
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path("proofs")) {
            let proof = try Programs.verify(
                "proof",
                scratch.path("proofs/\(name)"),
                "--key",
                try scratch.text("log.key"),
                "--witness",
                try scratch.text("witness.key")
            )
            #expect(proof.status == 0, "\(proof.errors)")
            let record = proof.output.split(separator: "\n").first { $0.hasPrefix("record ") }
            #expect(record?.split(separator: " ").last == name.dropLast(".tlog-proof".count))
        }
        let consistency = try Programs.verify(
            "consistency",
            scratch.path("consistency"),
            "--old",
            scratch.path("old-checkpoint"),
            "--key",
            scratch.path("log.key")
        )
        #expect(consistency.status == 0, "\(consistency.errors)")
        #expect(consistency.output.contains("from size  \(old)\n"))
        let checkpoint = try Programs.verify("checkpoint", scratch.path("checkpoint"), "--key", scratch.path("log.key"))
        #expect(checkpoint.status == 0)
    }

    private enum Tampering: CaseIterable {
        case editEntry, editOpenText, deleteEntry, insertEntry, swapEntries, cutBundle, dropBundle, editHashes
        case cutHashes, dropHashes, editUpperHashes, editEntryWithItsHash, forgeCheckpoint, olderCheckpoint
    }

    @Test(arguments: Tampering.allCases)
    private func whatWasDoneToALogIsFoundAndNamed(tampering: Tampering) throws {
        try make(700, old: 300)
        let first = "tile/entries/000"
        var bundle = try scratch.read(first)
        let ranges = try EntryBundle.entries(bundle, count: 256)
        func entry(_ index: Int) -> [UInt8] { Array(bundle[ranges[index]]) }
        func write(_ entries: [[UInt8]]) throws {
            var changed: [UInt8] = []
            for entry in entries { EntryBundle.append(entry, to: &changed) }
            try scratch.write(first, changed)
        }
        let all = ranges.indices.map(entry)
        let wanted: String
        switch tampering {
        case .editEntry:
            bundle[ranges[99].lowerBound + 16] ^= 1
            try scratch.write(first, bundle)
            wanted = "entry 99 (record 100) is not the one whose hash is in tile/0/000"
        case .editOpenText:
            bundle[ranges[7].upperBound - 1] ^= 0x20
            try scratch.write(first, bundle)
            wanted = "entry 7 (record 8) is not the one whose hash is in tile/0/000"
        case .deleteEntry:
            try write(Array(all[..<40] + all[41...]))
            wanted = "tile/entries/000: this is no entry bundle: it has 255 entries, not 256"
        case .insertEntry:
            try write(Array(all[..<40] + [all[40]] + all[40..<255]))
            wanted = "tile/entries/000, entry 41: it is record 41, where record 42 belongs"
        case .swapEntries:
            try write(Array(all[..<40] + [all[41], all[40]] + all[42...]))
            wanted = "tile/entries/000, entry 40: it is record 42, where record 41 belongs"
        case .cutBundle:
            try scratch.write(first, Array(bundle.dropLast()))
            wanted = "tile/entries/000: this is no entry bundle: its last entry is not whole"
        case .dropBundle:
            try scratch.remove("tile/entries/001")
            wanted = "tile/entries/001 is missing"
        case .editHashes, .cutHashes, .dropHashes:
            var hashes = try scratch.read("tile/0/001")
            hashes[32 * 3] ^= 1
            if tampering == .dropHashes {
                try scratch.remove("tile/0/001")
            } else {
                try scratch.write("tile/0/001", tampering == .editHashes ? hashes : Array(hashes.dropLast(32)))
            }
            wanted =
                switch tampering {
                case .editHashes: "entry 259 (record 260) is not the one whose hash is in tile/0/001"
                case .cutHashes: "tile/0/001: this is no tile tile/0/001: it has 8160 bytes, not 8192"
                default: "tile/0/001 is missing"
                }
        case .editUpperHashes:
            var hashes = try scratch.read("tile/1/000.p/2")
            hashes[40] ^= 1
            try scratch.write("tile/1/000.p/2", hashes)
            wanted = "tile/1/000.p/2 does not have the hashes of what lies below it"
        case .editEntryWithItsHash:
            // Someone who computes all hashes again still has no key.
            let path = "tile/entries/002.p/188"
            var last = try scratch.read(path)
            let place = try EntryBundle.entries(last, count: 188)[150]
            last[place.upperBound - 1] ^= 1
            try scratch.write(path, last)
            var hashes = try scratch.read("tile/0/002.p/188")
            hashes.replaceSubrange(
                150 * 32..<151 * 32,
                with: try TreeHasherForTests.leaf(Array(last[place]))
            )
            try scratch.write("tile/0/002.p/188", hashes)
            wanted = "the 700 entries have the root"
        case .forgeCheckpoint:
            let text = try scratch.text("checkpoint").replacingOccurrences(of: "\n700\n", with: "\n699\n")
            try scratch.write("checkpoint", Array((text + "\n").utf8))
            wanted = "not signed by a key that was given: the signature of python.example/audit is wrong"
        case .olderCheckpoint:
            // Good in itself: who kept the newer one sees it by the size.
            try scratch.write("checkpoint", try scratch.read("old-checkpoint"))
            let end = try verifyLog()
            #expect(end.status == 0)
            #expect(end.output.contains("size           300\n"))
            return
        }
        let end = try verifyLog()
        #expect(end.status == 1)
        #expect(end.errors.contains(wanted), "\(end.errors)")
    }

    @Test func wrongKeysAndFilesHaveTheirExitStatus() throws {
        try make(3)
        let (proof, key) = (scratch.path("proofs/2.tlog-proof"), scratch.path("log.key"))
        #expect(try Programs.verify("proof", proof, "--key", key).status == 0)
        // Another log's key.
        let other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        let stranger = try Programs.verify("proof", proof, "--key", other)
        #expect(stranger.status == 1)
        #expect(stranger.errors.contains("it is signed by python.example/audit"))
        // A witness that has not signed.
        let unwitnessed = try Programs.verify("checkpoint", scratch.path("checkpoint"), "--key", key, "--witness", key)
        #expect(unwitnessed.status == 64, "a log's key is no witness's")
        #expect(try Programs.verify("proof", proof, "--key", key, "--quorum", "1").status == 64)
        #expect(try Programs.verify("proof", proof, "--key", other.dropLast().description).status == 64)
        #expect(try Programs.verify("proof", proof).status == 64)
        #expect(try Programs.verify("proof", scratch.path("none"), "--key", key).status == 66)
        #expect(try Programs.verify("proof", key, "--key", key).status == 65)
        #expect(try Programs.verify("log", scratch.path("none"), "--key", key).status == 66)
    }

    /// Keys 1 to 3 follow one another over 300 and 700 records; key 4 is that of a fork.
    @Test func aReplacedKeyIsFollowed() throws {
        try make(700, old: 300)
        let chain = ["--key", scratch.path("rotated/key-1"), "--rotations", scratch.path("rotated/rotations")]
        let wanted = ["300 by 1", "300 by 2", "700 by 2", "700 by 3"]
        for size in [300, 700] {
            for key in 1...4 {
                let checkpoint = scratch.path("rotated/checkpoint-\(size)-by-\(key)")
                let end = try Programs.verify(["checkpoint", checkpoint] + chain)
                let isWanted = wanted.contains("\(size) by \(key)")
                #expect(end.status == (isWanted ? 0 : 1), "\(size) by \(key): \(end.errors)")
            }
        }
        let late = try Programs.verify(["checkpoint", scratch.path("rotated/checkpoint-700-by-1")] + chain)
        #expect(late.errors.contains("was replaced over 300 records, and has signed a tree of 700"), "\(late.errors)")
        let keys = try Programs.verify(["keys"] + chain)
        #expect(keys.output.contains("signs now     \(try scratch.text("rotated/key-3"))\n"), "\(keys.output)")
        let forked = try Programs.verify(["keys"] + chain + ["--rotations", scratch.path("rotated/fork")])
        #expect(forked.status == 1)
        #expect(forked.errors.contains("the chain of keys forks"), "\(forked.errors)")
        let stranger = try Programs.verify([
            "keys", "--key", scratch.path("rotated/key-4"), "--rotations", scratch.path("rotated/rotations"),
        ])
        #expect(stranger.status == 64, "\(stranger.errors)")

        // A copy of the log comes with its statements.
        try scratch.write("checkpoint", try scratch.read("rotated/checkpoint-700-by-3"))
        try scratch.write("rotations", try scratch.read("rotated/rotations"))
        let first = ["log", scratch.directory, "--key", scratch.path("rotated/key-1")]
        let whole = try Programs.verify(first)
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(whole.output.contains("key replaced   over 300 records at "), "\(whole.output)")
        let python = try Programs.python("log", scratch.directory, try scratch.text("rotated/key-1"))
        #expect(python.output == "700\n", "\(python.errors)")
        try scratch.remove("rotations")
        #expect(try Programs.verify(first).status == 1, "without the statement the key is a stranger's")
    }

    /// What AUDIT.md shows is what the Python implementation makes, to the byte.
    @Test func theStatementThatIsDocumentedIsOne() throws {
        try make(7, old: 4)
        let document = try String(contentsOf: Programs.document("AUDIT.md"), encoding: .utf8)
        let made = String(decoding: try scratch.read("rotated/rotations"), as: UTF8.self)
        let first = made.components(separatedBy: "assent/key-rotation/v1\n")[1]
        let shown = ("assent/key-rotation/v1\n" + first).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
        #expect(document.contains(shown))
    }
}
