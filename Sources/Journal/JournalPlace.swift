/// Where a journal goes on: what its next block must say of what came before it.
///
/// Two histories of one journal that differ anywhere before a place have other checksums there, as every block's header
/// has the checksum of the one before.
public struct JournalPlace: Hashable, Sendable {
    /// The next record.
    public var lsn: UInt64
    /// The next block's number.
    public var sequence: UInt64
    /// The checksum of the last block's header; 0 before the first.
    public var checksum: UInt32

    /// Joins the three.
    public init(lsn: UInt64, sequence: UInt64, checksum: UInt32) {
        self.lsn = lsn
        self.sequence = sequence
        self.checksum = checksum
    }

    /// A journal's beginning.
    public static let start = JournalPlace(lsn: 1, sequence: 1, checksum: 0)
}
