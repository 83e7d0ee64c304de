import Client
import Domain
import Foundation
import Glibc
import Platform
import Randomness
import Testing
import Wire

/// Proves that damage is refused with its place, that nothing is changed by refusing, and that only a torn tail is cut.
@Suite struct DamagedJournalTests {
    /// Where a block of a journal lies: read from its header, independently of the daemon's code.
    private struct Block {
        let offset: Int
        let byteCount: Int
        let recordCount: Int
    }

    private enum Damage: CaseIterable {
        /// One bit of a record.
        case record
        /// One bit of a block's header.
        case header
        /// One bit of the segment's header.
        case segment
        /// A block that was never written, or was erased.
        case lost
        /// A block with what belongs elsewhere: a write that the disk misdirected.
        case misplaced
        /// The file's last page.
        case length
    }

    @Test(.timeLimit(.minutes(20)), arguments: Damage.allCases)
    private func damageBeforeTheEndIsRefusedWithItsPlace(damage: Damage) async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            var random = SeededRandom.announced(for: "damage, \(damage)")
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 100_000), CardCreateReply.self)
            var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
            // Each waits for its answer, so each has a block of its own.
            for _ in 0..<20 { _ = try connection.call(Traffic.authorize(card, 100), returning: AuthorizeReply.self) }
            let before = try daemon.ask(Digest(), DigestReply.self)
            try daemon.stop()

            let segment = try #require(try scratch.segments().first)
            let whole = try Data(contentsOf: URL(fileURLWithPath: segment))
            let blocks = blocks(in: whole)
            try #require(blocks.count > 20)
            let block = blocks[Int.random(in: 5..<15, using: &random)]
            var damaged = whole
            func flip(_ place: Int) { damaged[place] ^= 1 << UInt8.random(in: 0...7, using: &random) }
            var reported = block.offset
            switch damage {
            case .record: flip(block.offset + Int.random(in: 64..<block.byteCount, using: &random))
            case .header: flip(block.offset + Int.random(in: 0..<64, using: &random))
            case .segment:
                flip(Int.random(in: 0..<4_096, using: &random))
                reported = 0
            case .lost: damaged.resetBytes(in: block.offset..<block.offset + 4_096)
            case .misplaced:
                let other = blocks[2].offset
                damaged.replaceSubrange(block.offset..<block.offset + 4_096, with: whole[other..<other + 4_096])
            case .length:
                damaged.removeLast(4_096)
                reported = 0
            }
            try damaged.write(to: URL(fileURLWithPath: segment))

            let refused = try DaemonUnderTest(scratch)
            let name = "0000000000000000.segment"
            let context = "seed \(random.seed), block at \(block.offset)"
            #expect(try refused.process.waitForEnd() == .exited(76), "\(context) \(refused.process.report)")
            let last = refused.process.lines().last ?? ""
            #expect(last.contains("corrupt at byte \(reported) of \(name)"), "\(context) said \(last)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: segment)) == damaged, "\(context): nothing was changed")

            // With the bytes as they were, everything is there.
            try whole.write(to: URL(fileURLWithPath: segment))
            let restored = try DaemonUnderTest.ready(scratch, ["--verify"])
            #expect(try restored.ask(Digest(), DigestReply.self) == before)
            try restored.stop()
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func aTornLastBlockIsDroppedAndReported() async throws {
        try await onOwnThread {
            let scratch = try Scratch()
            let daemon = try DaemonUnderTest.ready(scratch)
            let card = CardToken.make()
            _ = try daemon.ask(Traffic.create(card, limit: 100_000), CardCreateReply.self)
            var connection = try Connection(to: daemon.unix, options: DaemonUnderTest.patience)
            for _ in 0..<5 { _ = try connection.call(Traffic.authorize(card, 100), returning: AuthorizeReply.self) }
            let before = try daemon.ask(Digest(), DigestReply.self)
            // One record over many sectors, alone in the last block.
            let names = (0..<300).map { "MERCHANT \($0)" }.joined(separator: ",")
            let change = Traffic.configure("merchant-block.exact", names)
            _ = try daemon.ask(change, ConfigSetReply.self)
            try daemon.kill()

            let segment = try #require(try scratch.segments().first)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: segment))
            let block = try #require(blocks(in: bytes).last)
            try #require(block.recordCount == 1 && block.byteCount > 2_048)
            // The disk wrote the first half of the block's sectors, and lost power.
            let torn = block.offset + block.byteCount / 1_024 * 512
            bytes.replaceSubrange(
                torn..<block.offset + block.byteCount,
                with: repeatElement(0, count: block.byteCount - torn + block.offset)
            )
            try bytes.write(to: URL(fileURLWithPath: segment))

            let restarted = try DaemonUnderTest.ready(scratch)
            let dropped = try #require(UInt64(try restarted.recovery("torn_tail_bytes")))
            #expect(dropped > 0)
            #expect(
                restarted.process.lines().contains { $0.contains("level=warning") && $0.contains("bytes=\(dropped)") }
            )
            #expect(try restarted.ask(Status(), StatusReply.self).tornTailBytes == dropped)
            #expect(try restarted.ask(Digest(), DigestReply.self) == before, "the state before the torn block")
            // The change is wholly absent, and can be sent again.
            let fate = QueryByRequestID(requestID: change.requestID, transmissionTime: change.transmissionTime)
            #expect(try restarted.ask(fate, QueryByRequestIDReply.self).found == .unknown)
            #expect(try restarted.ask(change, ConfigSetReply.self).lsn == before.lsn.next)
            try restarted.kill()
            let again = try DaemonUnderTest.ready(scratch)
            #expect(try again.recovery("torn_tail_bytes") == "0", "the tail was cut once")
            #expect(try again.ask(Digest(), DigestReply.self).lsn == before.lsn.next)
            try again.stop()
        }
    }

    /// Walks a segment's blocks, at multiples of 4,096, by their headers: magic, records at 40, bytes at 44.
    private func blocks(in segment: Data) -> [Block] {
        func word(_ offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(segment[offset + $1]) << (8 * $1) }
        }
        var blocks: [Block] = []
        var offset = 4_096
        while offset + 64 <= segment.count, word(offset) == 0x4B4C_4241 {
            blocks.append(Block(offset: offset, byteCount: word(offset + 44), recordCount: word(offset + 40)))
            offset += (word(offset + 44) + 4_095) / 4_096 * 4_096
        }
        return blocks
    }
}
