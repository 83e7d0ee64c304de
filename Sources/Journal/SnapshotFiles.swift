public import Platform

/// The snapshots in a storage, by the newest record that each one holds.
public enum SnapshotFiles {
    private static let suffix = ".snapshot"
    /// The end of the name that a snapshot has before it is whole.
    static let passingSuffix = ".snapshot.part"
    private static let digitCount = 16

    /// The name of the snapshot with a newest record: so names sort as ages do.
    public static func name(lsn: UInt64) -> String {
        let digits = String(lsn, radix: 16)
        return String(repeating: "0", count: digitCount - digits.count) + digits + suffix
    }

    static func passingName(lsn: UInt64) -> String { name(lsn: lsn) + ".part" }

    /// The newest record of the snapshot with this name; nil for any other name.
    public static func lsn(ofFile name: String) -> UInt64? {
        guard name.utf8.count == digitCount + suffix.utf8.count, name.hasSuffix(suffix),
            let lsn = UInt64(name.prefix(digitCount), radix: 16), Self.name(lsn: lsn) == name
        else { return nil }
        return lsn
    }

    /// The newest records of all snapshots, newest first.
    public static func list(in storage: any JournalStorage) throws(PlatformError) -> [UInt64] {
        try storage.names().compactMap { lsn(ofFile: $0) }.sorted(by: >)
    }

    /// Removes what an interrupted writer has left.
    public static func removePassing(in storage: any JournalStorage) throws(PlatformError) {
        for name in try storage.names() where name.hasSuffix(passingSuffix) {
            CoverageMark.reach("snapshot: an unfinished one was removed")
            try storage.remove(name)
        }
    }

    /// Removes all but the newest so many.
    public static func removeOldest(in storage: any JournalStorage, keeping count: Int) throws(PlatformError) {
        precondition(count >= 1, "the newest snapshot stays")
        for lsn in try list(in: storage).dropFirst(count) { try storage.remove(name(lsn: lsn)) }
    }
}
