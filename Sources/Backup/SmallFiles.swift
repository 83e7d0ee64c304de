internal import Cryptography
internal import Platform

/// The files beside the journal that cannot be made again from it, one behind the other in one stream. The directory is
/// the daemon's user's and a backup may be root's: no symbolic link in it is followed.
///
/// For each: u16 bytes of its path, the path below the data directory, u32 its mode, u64 its bytes, these. Then u16 0
/// and u64 the number of files. Little-endian. What never changes comes first, so that the parts of the stream which
/// another backup has are the same there.
struct SmallFiles {
    /// One file, and up to where it is taken.
    struct Entry {
        let path: String
        let mode: UInt32
        /// Its bytes, where they were read already.
        var bytes: [UInt8]?
        var byteCount: UInt64
    }

    static let saltKey = "salt.key"
    static let auditDirectory = "audit"
    static let endedPrefix = "audit-ended-"
    static let checkpoint = "audit/checkpoint"
    static let checkpoints = "audit/checkpoints"
    private static let anchors = ["audit/anchors", "audit/ethereum"]
    private static let others = ["audit/salt-commitment", "audit/accepted-restore", "audit/rotations"]
    static let secretMode: UInt32 = 0o600
    static let plainMode: UInt32 = 0o640
    private static let checkpointByteCountMax = 1 << 20

    private let dataDirectory: String
    private(set) var entries: [Entry] = []

    /// Looks which files there are. What is signed is looked at now, so that whoever reads the journal's end
    /// afterwards has all records that were signed.
    init(_ dataDirectory: String) throws(BackupError) {
        self.dataDirectory = dataDirectory
        do throws(PlatformError) {
            for name in try FileSystem.names(inDirectory: dataDirectory) where name.hasPrefix(Self.endedPrefix) {
                try addAll(in: name)
            }
            try add(Self.saltKey, mode: Self.secretMode)
            for name in Self.others { try add(name, mode: Self.plainMode) }
            for name in Self.anchors where FileSystem.isDirectory("\(dataDirectory)/\(name)") { try addAll(in: name) }
            try add(Self.checkpoints, mode: Self.plainMode)
            // Both are replaced as a whole now and then, so they are read at once.
            try addContents(Self.checkpoint, byteCountMax: Self.checkpointByteCountMax)
            try addContents(BackedUpRecords.fileName, byteCountMax: BackedUpRecords.byteCountMax)
        } catch {
            throw .storage(error)
        }
    }

    private mutating func add(_ path: String, mode: UInt32) throws(PlatformError) {
        guard FileSystem.exists("\(dataDirectory)/\(path)") else { return }
        let byteCount = try FileDescriptor.open(path, beneath: dataDirectory).byteCount()
        entries.append(Entry(path: path, mode: mode, bytes: nil, byteCount: byteCount))
    }

    private mutating func addContents(_ path: String, byteCountMax: Int) throws(PlatformError) {
        guard FileSystem.exists("\(dataDirectory)/\(path)") else { return }
        let file = try FileDescriptor.open(path, beneath: dataDirectory)
        let bytes = try FileSystem.contents(of: file, byteCountMax: byteCountMax)
        entries.append(Entry(path: path, mode: Self.plainMode, bytes: bytes, byteCount: UInt64(bytes.count)))
    }

    private mutating func addAll(in directory: String) throws(PlatformError) {
        for name in try FileSystem.names(inDirectory: "\(dataDirectory)/\(directory)") {
            let path = "\(directory)/\(name)"
            if FileSystem.isDirectory("\(dataDirectory)/\(path)") {
                try addAll(in: path)
            } else {
                try add(path, mode: Self.plainMode)
            }
        }
    }

    /// The newest checkpoint's text; nil when there is none.
    var checkpoint: [UInt8]? { entries.last { $0.path == Self.checkpoint }?.bytes }

    /// Hands over the stream, piece by piece.
    func stream(_ put: (UnsafeRawBufferPointer) throws(BackupError) -> Void) throws(BackupError) {
        for entry in entries {
            let path = Array(entry.path.utf8)
            let head = Self.bytes(UInt64(path.count), 2) + path + Self.bytes(UInt64(entry.mode), 4)
            try lend(head + Self.bytes(entry.byteCount, 8), to: put)
            if let bytes = entry.bytes {
                try lend(bytes, to: put)
            } else {
                try copy(entry, put)
            }
        }
        try lend(Self.bytes(0, 2) + Self.bytes(UInt64(entries.count), 8), to: put)
    }

    private func copy(
        _ entry: Entry,
        _ put: (UnsafeRawBufferPointer) throws(BackupError) -> Void
    ) throws(BackupError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4_096)
        defer { buffer.deallocate() }
        let file = try kernel { () throws(PlatformError) in
            try FileDescriptor.open(entry.path, beneath: dataDirectory)
        }
        var offset: UInt64 = 0
        while offset < entry.byteCount {
            let wanted = Int(min(UInt64(buffer.count), entry.byteCount - offset))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
            let count = try read(file, into: part, at: offset)
            guard count == wanted else { throw .storage(.ended(operation: "read", subject: entry.path)) }
            try put(UnsafeRawBufferPointer(part))
            offset += UInt64(count)
        }
    }

    private func read(
        _ file: borrowing FileDescriptor,
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(BackupError) -> Int {
        do throws(PlatformError) { return try file.read(into: buffer, at: offset) } catch { throw .storage(error) }
    }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
    }

    /// Whether a path is one that a backup may have.
    static func isExpected(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            !path.utf8.contains(0)
        else { return false }
        return path == saltKey || path == BackedUpRecords.fileName
            || (first == auditDirectory || first.hasPrefix(endedPrefix)) && parts.count > 1
    }
}

/// Takes the stream of small files apart.
struct SmallFilesReader {
    private enum State {
        case length
        case path(Int)
        case head(String)
        case contents(left: UInt64)
        case count
        case ended
    }

    /// What comes out.
    enum Piece {
        /// A file begins.
        case file(path: String, mode: UInt32)
        /// Bytes of the file that began last.
        case bytes(UnsafeRawBufferPointer)
    }

    private var state = State.length
    private var held: [UInt8] = []
    private var fileCount: UInt64 = 0

    /// Whether all of the stream has come.
    var isEnded: Bool { if case .ended = state { true } else { false } }

    /// Takes the next bytes.
    ///
    /// - Returns: What is wrong with the stream; nil when nothing is.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer,
        _ visit: (Piece) throws(BackupError) -> Void
    ) throws(BackupError) -> String? {
        var rest = bytes
        while true {
            switch state {
            case .length:
                guard let word = hold(2, &rest) else { return nil }
                let length = Int(Self.number(word))
                state = length == 0 ? .count : .path(length)
            case .path(let length):
                guard let word = hold(length, &rest) else { return nil }
                guard let path = String(validating: word, as: UTF8.self), SmallFiles.isExpected(path) else {
                    return "a file that no backup has"
                }
                state = .head(path)
            case .head(let path):
                guard let word = hold(12, &rest) else { return nil }
                fileCount += 1
                try visit(.file(path: path, mode: UInt32(Self.number(Array(word[..<4])))))
                state = .contents(left: Self.number(Array(word[4...])))
            case .contents(let left):
                if left == 0 {
                    state = .length
                    continue
                }
                guard !rest.isEmpty else { return nil }
                let count = Int(min(left, UInt64(rest.count)))
                try visit(.bytes(UnsafeRawBufferPointer(rebasing: rest[..<count])))
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                state = .contents(left: left - UInt64(count))
            case .count:
                guard let word = hold(8, &rest) else { return nil }
                guard Self.number(word) == fileCount else { return "another number of files" }
                state = .ended
            case .ended:
                return rest.isEmpty ? nil : "something behind the last file"
            }
        }
    }

    private mutating func hold(_ count: Int, _ rest: inout UnsafeRawBufferPointer) -> [UInt8]? {
        let taken = min(count - held.count, rest.count)
        held += rest[..<taken]
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        guard held.count == count else { return nil }
        defer { held.removeAll(keepingCapacity: true) }
        return held
    }

    private static func number(_ bytes: [UInt8]) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
