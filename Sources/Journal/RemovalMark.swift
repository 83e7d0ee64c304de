internal import Platform

/// What says that the oldest segments were removed on purpose: an empty file whose name has the number of the
/// oldest one that may be there. Without it a journal begins with its first segment, and anything else is a file
/// that got lost.
///
/// It is a name, and nothing in a file, so that no bit of it can change; it is durable before a segment goes.
enum RemovalMark {
    private static let prefix = "removed-before-"

    /// The mark of a journal whose oldest segment may be this one.
    static func name(_ index: UInt64) -> String { prefix + SegmentHeader.fileName(index) }

    /// The oldest segment that may be there; 0 where nothing was removed.
    static func index(in names: [String]) -> UInt64 {
        names.compactMap { index(ofFile: $0) }.max() ?? 0
    }

    private static func index(ofFile name: String) -> UInt64? {
        name.hasPrefix(prefix) ? SegmentHeader.index(ofFile: String(name.dropFirst(prefix.count))) : nil
    }

    /// Says, durably, that the segments before one may be gone.
    static func put(_ index: UInt64, in storage: any JournalStorage) throws(PlatformError) {
        let names = try storage.names()
        guard Self.index(in: names) < index else { return }
        _ = try storage.create(name(index), byteCount: 0) { true }
        try storage.synchronizeNames()
        for name in names where Self.index(ofFile: name) != nil { try storage.remove(name) }
    }
}
