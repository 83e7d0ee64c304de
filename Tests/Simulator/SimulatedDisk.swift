import Glibc
import Platform

/// A disk in memory with a page cache: what was written is seen at once, and outlives a loss of power only once it was
/// synchronized. It fails when told to.
// SAFETY: a simulation runs on one thread.
final class SimulatedDisk: @unchecked Sendable {
    /// What happens at one call.
    enum Fault {
        /// It does part of its work and fails; later calls work.
        case error
        /// It does part of its work, and the process ends in it.
        case end
    }

    /// What a file holds.
    final class Contents {
        /// What a process sees.
        var bytes: [UInt8]
        /// What is on the platter.
        var durable: [UInt8]
        /// Sectors seen and not synchronized.
        var dirty: Set<Int> = []
        /// How many bits of what was last written are not there: where it is one, what is left looks like a whole
        /// block with a changed bit.
        var lostBitCount = 0
        /// Whether durable bytes were damaged.
        var isDamaged = false

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            durable = bytes
        }

        /// Power goes: only what is durable is left.
        func loseWhatIsNotDurable() {
            // A kernel that forgot what it could not write left sectors that are not dirty and differ.
            lostBitCount += zip(bytes.indices, bytes).reduce(0) { sum, next in
                sum + (next.1 ^ (next.0 < durable.count ? durable[next.0] : 0)).nonzeroBitCount
            }
            dirty = []
            bytes = durable
        }

        /// Writes zeros up to the end, durably.
        func clear(from offset: Int) {
            bytes.replaceSubrange(offset..., with: repeatElement(0, count: bytes.count - offset))
            durable = bytes
            dirty = []
            lostBitCount = 0
        }

        /// Makes one sector durable as it is seen.
        func keep(_ sector: Int) {
            let start = sector * SimulatedDisk.sectorByteCount
            let end = min(start + SimulatedDisk.sectorByteCount, bytes.count)
            if durable.count < end { durable += repeatElement(0, count: end - durable.count) }
            durable.replaceSubrange(start..<end, with: bytes[start..<end])
        }
    }

    static let sectorByteCount = 512

    private(set) lazy var journal = SimulatedDirectory(self, holdsSegments: true)
    private(set) lazy var snapshots = SimulatedDirectory(self)
    private(set) lazy var archive = SimulatedDirectory(self)
    private var directories: [SimulatedDirectory] { [journal, snapshots, archive] }
    var random: SeededRandom
    private var armed: (calls: Int, fault: Fault)?
    /// Whether the process has ended, so that nothing it does has an effect.
    private(set) var isGone = false
    /// Whether there is no room for anything more.
    var isFull = false
    /// Whether a call failed since this was set to false: whoever complains of the disk then has a reason.
    var hasFailed = false
    /// One synchronization in so many takes long; 0 for none.
    var slowOneIn = 0
    /// Told how long, in microseconds.
    var passTime: (Int64) -> Void = { _ in }
    /// Whether synchronizing does nothing: no disk may do this, and a simulation must notice.
    var liesAboutSynchronizing = false
    /// How often anything was written to the journal.
    var journalWriteCount = 0
    var transcript = Transcript()

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    // MARK: Faults

    /// Has the call fail that comes after so many others.
    func arm(_ fault: Fault, after calls: Int) { armed = (calls, fault) }

    /// Has no call fail.
    func disarm() { armed = nil }

    /// The process has ended, by whatever: the files stay as it saw them.
    func processEnded() {
        isGone = false
        armed = nil
    }

    /// Power goes: of what was not synchronized, any part stays.
    func losePower() { for directory in directories { directory.losePower(&random) } }

    /// The same files, without faults and with everything durable as it is seen.
    ///
    /// - Parameter isWhole: With the segments that were removed, and without snapshots and archive.
    func copy(isWhole: Bool) -> SimulatedDisk {
        let copy = SimulatedDisk(seed: 1)
        copy.journal.take(journal, withRemoved: isWhole)
        if !isWhole {
            copy.snapshots.take(snapshots, withRemoved: false)
            copy.archive.take(archive, withRemoved: false)
        }
        return copy
    }

    /// Counts a call, and fails it if it is its turn.
    func call(_ operation: String) throws(PlatformError) {
        var fails = isGone
        if let (calls, fault) = armed {
            if calls > 0 {
                armed = (calls - 1, fault)
            } else {
                armed = nil
                fails = true
                if fault == .end { isGone = true }
                CoverageMark.reach("disk: a call failed or was the last")
            }
        }
        guard fails else { return }
        hasFailed = true
        throw .system(code: EIO, operation: operation, subject: "the simulated disk")
    }

    /// Fails where there is no room.
    func requireRoom(for name: String) throws(PlatformError) {
        guard isFull else { return }
        hasFailed = true
        CoverageMark.reach("disk: there was no room")
        throw .system(code: ENOSPC, operation: "reserve space for", subject: name)
    }

    // MARK: Contents

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to contents: Contents) throws(PlatformError) {
        let wasGone = isGone
        do throws(PlatformError) {
            if offset + bytes.count > contents.bytes.count { try requireRoom(for: "a file that grows") }
            try call("write")
        } catch {
            if !wasGone { writePart(of: bytes, at: offset, to: contents) }
            throw error
        }
        put(bytes, at: offset, to: contents)
    }

    /// A failed write may have written anything of what it should.
    private func writePart(of bytes: UnsafeRawBufferPointer, at offset: Int, to contents: Contents) {
        guard offset + bytes.count <= contents.bytes.count else { return }
        CoverageMark.reach("disk: a write was short")
        let size = Self.sectorByteCount
        for start in stride(from: 0, to: bytes.count, by: size) where Bool.random(using: &random) {
            let range = start..<min(start + size, bytes.count)
            put(UnsafeRawBufferPointer(rebasing: bytes[range]), at: offset + start, to: contents)
        }
        contents.lostBitCount = zip(contents.bytes[offset...], bytes).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int, to contents: Contents) {
        guard !bytes.isEmpty else { return }
        let end = offset + bytes.count
        if contents.bytes.count < end {
            contents.bytes += repeatElement(0, count: end - contents.bytes.count)
        }
        contents.bytes.replaceSubrange(offset..<end, with: bytes)
        contents.lostBitCount = 0
        contents.dirty.formUnion(offset / Self.sectorByteCount...(end - 1) / Self.sectorByteCount)
    }

    func synchronize(_ contents: Contents) throws(PlatformError) {
        let wasGone = isGone
        do throws(PlatformError) {
            try call("synchronize")
        } catch {
            if !wasGone { synchronizePart(of: contents) }
            throw error
        }
        if random.oneIn(slowOneIn) {
            CoverageMark.reach("disk: a synchronization was slow")
            passTime(Int64(random.pick([3_000, 40_000, 900_000])))
        }
        if liesAboutSynchronizing { return }
        for sector in contents.dirty { contents.keep(sector) }
        contents.dirty = []
    }

    /// Of what was dirty any part is durable; the kernel may take the rest for clean, and never write it.
    private func synchronizePart(of contents: Contents) {
        CoverageMark.reach("disk: a synchronization failed")
        let forgets = Bool.random(using: &random)
        for sector in contents.dirty.sorted() where Bool.random(using: &random) {
            contents.keep(sector)
            contents.dirty.remove(sector)
        }
        if !isGone, forgets {
            CoverageMark.reach("disk: the kernel forgot what it could not write")
            contents.dirty = []
        }
    }

    func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int,
        from contents: Contents
    ) throws(PlatformError) -> Int {
        try call("read")
        guard offset < contents.bytes.count else { return 0 }
        let end = min(offset + buffer.count, contents.bytes.count)
        contents.bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<end])) }
        return end - offset
    }
}
