import Checksum
import Platform

// Damage to what lies on the disk.

extension Simulation {
    /// Something done to durable bytes, and how to take it back.
    struct Damage {
        /// What is damaged.
        enum Place {
            /// A block whose first record this is, by segment and bytes.
            case journal(firstLSN: UInt64, segment: String, Range<Int>)
            case snapshot(UInt64)
            case archive
        }

        let what: String
        let place: Place
        /// Whether only what comes next can tell.
        var isSoundInItself = false
        /// How often the journal was written to before.
        var writeCount: Int
        let mend: () -> Void
    }

    /// Damages a block of the journal, in a way that recovery can notice; nil where there is nothing to damage.
    ///
    /// - Parameter isLastSpared: Whether the last block may not be it, which has nothing behind it.
    func damageJournal(isLastSpared: Bool) -> Damage? {
        let blocks = auditor.blocks.filter { $0.recordCount > 0 && disk.journal.files[$0.segment] != nil }
        guard blocks.count >= 3 else { return nil }
        let hasTail = isLastSpared || !random.oneIn(4)
        let place = hasTail ? random.below(blocks.count - 1) : blocks.count - 1
        let block = blocks[place]
        guard let contents = disk.journal.files[block.segment], contents.bytes.count > block.offset else { return nil }
        let before = (seen: contents.bytes, durable: contents.durable)
        let range = block.offset..<block.offset + block.byteCount
        var what = "damage: a bit was flipped"
        var isSoundInItself = false
        var seen = contents.bytes
        switch hasTail ? random.below(5) : 0 {
        case 0, 1:
            CoverageMark.reach("damage: a bit was flipped")
            if !hasTail { CoverageMark.reach("damage: a bit was flipped in the last block") }
            seen[range.lowerBound + random.below(range.count)] ^= 1 << UInt8(random.below(8))
        case 2:
            what = "damage: a block was never written"
            CoverageMark.reach("damage: a block was never written")
            isSoundInItself = true
            for index in range { seen[index] = 0 }
        case 3:
            what = "damage: a block was written to a wrong place"
            CoverageMark.reach("damage: a block was written to a wrong place")
            let other = blocks[place + 1]
            guard let source = disk.journal.files[other.segment]?.bytes else { return nil }
            let count = min(block.byteCount, other.byteCount)
            seen.replaceSubrange(
                block.offset..<block.offset + count,
                with: source[other.offset..<other.offset + count]
            )
        default:
            what = "damage: a block of another history"
            CoverageMark.reach("damage: a block of another history")
            Self.forge(&seen, block)
            isSoundInItself = true
        }
        contents.bytes = seen
        contents.durable = seen
        contents.dirty = []
        return Damage(
            what: what,
            place: .journal(firstLSN: block.firstLSN, segment: block.segment, range),
            isSoundInItself: isSoundInItself,
            writeCount: disk.journalWriteCount
        ) {
            // Only the damaged block: others may have been written since.
            contents.bytes.replaceSubrange(range, with: before.seen[range])
            contents.durable.replaceSubrange(range, with: before.durable[range])
        }
    }

    /// Makes a block what it could have been: every checksum of its own is right, and the next one follows another.
    private static func forge(_ bytes: inout [UInt8], _ block: JournalAuditor.Block) {
        func checksum(_ range: Range<Int>) -> [UInt8] {
            let value = bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[range])) }
            return withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let record = block.offset + 64
        let payload = bytes.withUnsafeBytes {
            Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: record + 4, as: UInt32.self)))
        }
        // The record's time: nothing but the chain tells.
        bytes[record + 16] ^= 1
        bytes.replaceSubrange(record..<record + 4, with: checksum(record + 4..<record + 32 + payload))
        let end = block.offset + block.byteCount
        bytes.replaceSubrange(block.offset + 52..<block.offset + 56, with: checksum(record..<end))
        bytes.replaceSubrange(
            block.offset + 60..<block.offset + 64,
            with: checksum(block.offset..<block.offset + 60)
        )
    }

    /// Damages the newest snapshot, where the one before it or the journal can take its place.
    func damageSnapshot() -> Damage? {
        let names = disk.snapshots.sortedNames.filter { $0.hasSuffix(".snapshot") }
        guard let name = names.last, let contents = disk.snapshots.files[name],
            let lsn = UInt64(name.prefix(16), radix: 16), !contents.bytes.isEmpty,
            disk.journal.removed.isEmpty || names.dropLast().contains(where: { !isSnapshotDamaged($0) })
        else { return nil }
        contents.isDamaged = true
        if random.oneIn(3) {
            CoverageMark.reach("damage: a snapshot was cut short")
            contents.bytes.removeLast(1 + random.below(contents.bytes.count))
        } else {
            CoverageMark.reach("damage: a bit of a snapshot was flipped")
            let block = 4_096 * random.below(max(1, contents.bytes.count / 4_096))
            // A block's header, or what it says that follows.
            let payloadByteCount =
                contents.bytes.count < block + 64
                ? 0 : JournalAuditor.word(contents.bytes, block + 32, UInt32.self)
            let payload = Int(min(payloadByteCount, 4_096 - 64))
            let place = block + (random.oneIn(3) || payload == 0 ? random.below(64) : 64 + random.below(payload))
            contents.bytes[min(place, contents.bytes.count - 1)] ^= 1 << UInt8(random.below(8))
        }
        contents.durable = contents.bytes
        return Damage(what: "damage of a snapshot", place: .snapshot(lsn), writeCount: disk.journalWriteCount) {}
    }

    func isSnapshotDamaged(_ name: String) -> Bool { disk.snapshots.files[name]?.isDamaged ?? false }

    /// Damages a file of the archive, which must come back from the journal.
    func damageArchive() -> Damage? {
        guard let name = disk.archive.sortedNames.isEmpty ? nil : random.pick(disk.archive.sortedNames),
            let contents = disk.archive.files[name], !contents.bytes.isEmpty
        else { return nil }
        CoverageMark.reach("damage: a bit of the archive was flipped")
        archiveDamages += 1
        contents.bytes[random.below(contents.bytes.count)] ^= 1 << UInt8(random.below(8))
        contents.durable = contents.bytes
        return Damage(what: "damage of the archive", place: .archive, writeCount: disk.journalWriteCount) {}
    }
}
