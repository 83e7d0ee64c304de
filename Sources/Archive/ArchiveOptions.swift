/// What an archive holds and how much memory and work it may take. The limits that matter are all here.
public struct ArchiveOptions: Sendable {
    /// Bytes of one record's image, a multiple of 8 from 8 to 4,064. Fixed for the life of an archive.
    public let imageByteCount: Int
    /// The most memory that filters of all runs may keep, in bytes. Filters beyond it are read from their files.
    public var filterByteCountMax = 64 << 20
    /// Runs are not merged into ones with more entries than this; it bounds what one merge takes in memory (about
    /// 10 bytes an entry) and on disk.
    public var runEntryCountMax = 1 << 22
    /// How many runs of like size are merged into one, 2 to 16.
    public var mergeFanIn = 8

    /// How many runs an archive can have, 16 to 4,096; beyond it nothing is added. With the default sizes the last one
    /// has room for some billions of entries.
    public var runCountMax = ArchiveOptions.runCountLimit

    /// The identity of an archive that is made; `nil`: a random one. For simulations, which repeat to the byte.
    package var newIdentity: ArchiveIdentity?

    /// The defaults for images of this size.
    public init(imageByteCount: Int) { self.imageByteCount = imageByteCount }

    /// The highest `runCountMax`, which bounds a manifest.
    static let runCountLimit = 4_096
    /// How many ids one fingerprint's lookup gives at most, the newest of them.
    public static let matchCountMax = 64

    /// What is wrong with these options; `nil` when they can be used.
    public var complaint: String? {
        if !(8...4_064).contains(imageByteCount) || imageByteCount % 8 != 0 {
            return "an archive's images must have a multiple of 8 bytes, 8 to 4064"
        }
        if !(2...16).contains(mergeFanIn) { return "the number of runs merged at once must be from 2 to 16" }
        if !(1 << 10...1 << 24).contains(runEntryCountMax) {
            return "the most entries of a merged run must be from 1024 to 16777216"
        }
        if !(16...Self.runCountLimit).contains(runCountMax) {
            return "the number of an archive's runs must be from 16 to \(Self.runCountLimit)"
        }
        if filterByteCountMax < 0 { return "the memory for filters must not be negative" }
        return nil
    }
}

/// Whose records an archive holds: a journal's identity. An archive of another owner is never read.
public struct ArchiveOwner: Equatable, Sendable {
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
