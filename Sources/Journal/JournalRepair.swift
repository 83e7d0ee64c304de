internal import Platform

/// What would make a damaged journal one that a start accepts. Worked out in memory: nothing is changed until `apply`.
///
/// What can be proven to be what was written is restored: a single changed bit, found by two checksums; a segment's
/// header, which follows from its neighbours. Where that does not help, the journal is cut at the damage, and the plan
/// says which records go, also the good ones behind it.
public struct JournalRepair: Sendable {
    /// One thing that would be done.
    public struct Step: Equatable, Sendable {
        /// What it is.
        public enum Action: Equatable, Sendable {
            /// One bit is turned back; every checksum then fits. No record goes.
            case restoreBit
            /// A segment's header is written anew from its neighbours'. No record goes.
            case restoreHeader
            /// A file that was cut short gets its length back, filled with zeros.
            case extend
            /// A torn last write is dropped, as the next start would; nobody was told that it is durable.
            case dropTornTail
            /// Everything from here on goes.
            case cut
        }

        /// What it is.
        public let action: Action
        /// The file.
        public let segment: String
        /// Bytes from the file's start.
        public let offset: UInt64
        /// What was found there.
        public let finding: String
        /// What is done about it, in words.
        public let explanation: String
        /// The records that go with a cut and can be read well, in ascending order.
        public var goodRecordsLost: [ClosedRange<UInt64>] = []
        /// The records that were there and cannot be read; their number is known only if a later one can be.
        public var unreadableRecordsLost: [ClosedRange<UInt64>] = []
    }

    /// In the order in which they were found to be needed; empty when the journal is whole.
    public internal(set) var steps: [Step] = []
    /// Why it cannot be repaired; nil when the steps suffice.
    public internal(set) var obstacle: String?
    /// The last record of the journal as it would be.
    public internal(set) var lastLSN: UInt64 = 0
    /// Whether the oldest segments were removed, so that a start needs a snapshot.
    public internal(set) var beginsLater = false
    /// Files with bytes that change.
    public internal(set) var changedSegments: [String] = []
    /// Files that go.
    public internal(set) var removedSegments: [String] = []

    let directory: String
    let changes: [String: OverlayStorage.Changes]

    /// Carries the steps out. The caller has locked the directory against other processes.
    ///
    /// Every file that changes is copied first, and every file that goes is renamed: both get the suffix, so that the
    /// damaged journal can be had back. Interrupted, it can be planned and carried out again.
    ///
    /// - Parameter suffix: Something that no file in the directory ends with yet.
    public func apply(suffix: String) throws(JournalError) {
        precondition(obstacle == nil, "only a plan that suffices is carried out")
        do throws(PlatformError) {
            for name in changedSegments { try copy(name, to: name + suffix) }
            try FileSystem.synchronizeDirectory(directory)
            // The newest goes first: at any time there is a whole journal or one whose end is missing.
            for name in removedSegments.reversed() {
                try FileSystem.rename(directory + "/" + name, to: directory + "/" + name + suffix)
            }
            try FileSystem.synchronizeDirectory(directory)
            for name in changedSegments { try change(name) }
        } catch {
            throw .storage(error)
        }
    }

    private func copy(_ name: String, to copyName: String) throws(PlatformError) {
        let source = try FileDescriptor.open(directory + "/" + name, .read)
        let target = try FileDescriptor.open(directory + "/" + copyName, .create)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        var offset: UInt64 = 0
        while true {
            let count = try source.read(into: buffer, at: offset)
            if count == 0 { break }
            try target.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
            offset += UInt64(count)
        }
        try target.synchronize()
    }

    private func change(_ name: String) throws(PlatformError) {
        guard let changes = changes[name] else { return }
        let file = try FileDescriptor.open(directory + "/" + name, .readWrite)
        var pages = changes.pages
        if let byteCount = changes.byteCount {
            let size = UInt64(OverlayStorage.pageByteCount)
            for offset in stride(from: try file.byteCount() / size * size, to: byteCount, by: Int(size)) {
                if pages[offset] == nil { pages[offset] = try page(of: file, at: offset) }
            }
        }
        for offset in pages.keys.sorted() {
            guard let bytes = pages[offset] else { continue }
            // SAFETY: the array outlives the call.
            let outcome = bytes.withUnsafeBytes { bytes in
                Result { () throws(PlatformError) in try file.write(bytes, at: offset) }
            }
            try outcome.get()
        }
        try file.synchronize()
    }

    /// A page, with zeros where the file has ended.
    private func page(of file: borrowing FileDescriptor, at offset: UInt64) throws(PlatformError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: OverlayStorage.pageByteCount, alignment: 4_096)
        defer { buffer.deallocate() }
        Memory.clear(buffer)
        _ = try file.read(into: buffer, at: offset)
        return Array(buffer)
    }
}
