internal import Checksum
internal import Platform

/// Which runs make up the archive. Two files with the same contents, written one after the other: whatever happens, one
/// of them is whole, and the files that it names are there.
///
///     0  u64  magic      8 u32  format version    12 u32  bytes of an image
///     16 u64, 24 u64  owner                       32 u64, 40 u64  identity
///     48 u64  sequence   56 u64  next run         64 u64  rebuilt through, all ones when complete    72 u64  runs
///     80 u64  complete through (not in version 1)
///     88 for each run: u64  number, u64  entries, u64  bytes in the file, u64  highest version
///     then u32  CRC-32C of all before, u32  zero
struct Manifest: Equatable {
    struct Entry: Equatable {
        var number: UInt64
        var entryCount: UInt64
        var byteCount: UInt64
        var versionMax: UInt64
    }

    static let magic: UInt64 = 0x314E_414D_4153_5341
    static let version: UInt32 = 2
    static let fileNames = ["manifest.0", "manifest.1"]
    /// By version.
    private static func headByteCount(_ version: UInt32) -> Int { version == 1 ? 80 : 88 }
    private static let entryByteCount = 32
    private static let tailByteCount = 8

    var imageByteCount: Int
    var owner: ArchiveOwner
    /// Drawn when the archive was made.
    var identity: ArchiveIdentity
    /// Counts what was written.
    var sequence: UInt64
    var nextRun: UInt64
    /// How far a rebuilding has come; nil when the archive is complete.
    var rebuiltThrough: UInt64?
    /// Up to which version nothing is missing, whatever archive was there before; 0 for one that was made empty.
    var completeThrough: UInt64 = 0
    var runs: [Entry]

    var bytes: [UInt8] {
        var words: [UInt64] = [
            Self.magic, UInt64(Self.version) | UInt64(imageByteCount) << 32, owner.high, owner.low, identity.high,
            identity.low, sequence, nextRun, rebuiltThrough ?? .max, UInt64(runs.count), completeThrough,
        ]
        for run in runs { words += [run.number, run.entryCount, run.byteCount, run.versionMax] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * words.count + Self.tailByteCount)
        for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        let checksum = UInt64(bytes.withUnsafeBytes { CRC32C.checksum($0) })
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Nil when the bytes are not a whole manifest of this format; what follows one is ignored.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.headByteCount(1) + Self.tailByteCount, bytes.word(0) == Self.magic,
            (1...Self.version).contains(bytes.halfWord(8)), bytes.word(72) <= UInt64(ArchiveOptions.runCountLimit)
        else { return nil }
        let runCount = Int(bytes.word(72))
        let head = Self.headByteCount(bytes.halfWord(8))
        let end = head + runCount * Self.entryByteCount
        guard bytes.count >= end + Self.tailByteCount,
            bytes.word(end) == UInt64(CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<end])))
        else { return nil }
        imageByteCount = Int(bytes.halfWord(12))
        owner = ArchiveOwner(high: bytes.word(16), low: bytes.word(24))
        identity = ArchiveIdentity(high: bytes.word(32), low: bytes.word(40))
        sequence = bytes.word(48)
        nextRun = bytes.word(56)
        rebuiltThrough = bytes.word(64) == .max ? nil : bytes.word(64)
        completeThrough = bytes.halfWord(8) == 1 ? 0 : bytes.word(80)
        runs = (0..<runCount).map { index in
            let start = head + index * Self.entryByteCount
            return Entry(
                number: bytes.word(start),
                entryCount: bytes.word(start + 8),
                byteCount: bytes.word(start + 16),
                versionMax: bytes.word(start + 24)
            )
        }
    }

    init(imageByteCount: Int, owner: ArchiveOwner, identity: ArchiveIdentity, rebuiltThrough: UInt64?) {
        self.imageByteCount = imageByteCount
        self.owner = owner
        self.identity = identity
        self.rebuiltThrough = rebuiltThrough
        sequence = 0
        nextRun = 1
        runs = []
    }

    /// Reads one copy; nil when it is not there or not whole.
    static func read(_ name: String, from storage: any ArchiveStorage) throws(PlatformError) -> Manifest? {
        let file = try storage.open(name)
        let byteCountMax = headByteCount(version) + ArchiveOptions.runCountLimit * entryByteCount + tailByteCount
        let buffer = PageBuffer(pageCount: byteCountMax / RunFormat.pageByteCount + 1)
        let count = try file.read(into: buffer.bytes, at: 0)
        return Manifest(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
    }

    /// Writes both copies, each through a new file and durable before the other is touched.
    func write(to storage: any ArchiveStorage) throws(PlatformError) {
        let bytes = bytes
        let names = try storage.names()
        for name in Self.fileNames {
            let new = name + RunFormat.unfinishedSuffix
            if names.contains(new) { try storage.remove(new) }
            let file = try storage.create(new)
            // `bytes.withUnsafeBytes` would lose the error's type.
            let buffer = PageBuffer(pageCount: bytes.count / RunFormat.pageByteCount + 1)
            buffer.bytes.copyBytes(from: bytes)
            try file.write(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<bytes.count]), at: 0)
            try file.synchronize()
            try storage.rename(new, to: name)
            try storage.synchronizeNames()
        }
    }
}

/// Tells archives apart: drawn at random when one is made.
public struct ArchiveIdentity: Equatable, Sendable {
    /// The high half.
    public let high: UInt64
    /// The low half.
    public let low: UInt64

    /// Any two words.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
