/// The file DATA/backups: which directories of backups a daemon knows, and up to which record each has the journal, so
/// that it removes no file of the journal that one of them still wants.
///
/// A line for each: its id, the record, the time in microseconds since 1970.
public struct BackedUpRecords: Equatable, Sendable {
    /// A directory of backups.
    public struct Directory: Equatable, Sendable {
        /// Its id: 32 hexadecimal digits.
        public let id: String
        /// It has all records up to this one.
        public var lsn: UInt64
        /// When that was noted, microseconds since 1970.
        public var time: Int64

        /// Joins the fields.
        public init(id: String, lsn: UInt64, time: Int64) {
            self.id = id
            self.lsn = lsn
            self.time = time
        }
    }

    /// The file's name in a data directory.
    public static let fileName = "backups"
    /// More bytes than the file ever has.
    public static let byteCountMax = 8_192

    /// The directories, as they stand in the file.
    public var directories: [Directory] = []
    /// How many lines say nothing. Each stands for a directory that has no record, which keeps every file.
    public private(set) var unreadableCount = 0

    /// None.
    public init() {}

    /// Reads the file.
    public init(parsing bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 3, let lsn = UInt64(words[1]), let time = Int64(words[2]) {
                directories.append(Directory(id: String(words[0]), lsn: lsn, time: time))
            } else {
                unreadableCount += 1
                directories.append(Directory(id: String(words.first ?? "?"), lsn: 0, time: 0))
            }
        }
    }

    /// The file's contents.
    public var bytes: [UInt8] { Array(directories.map { "\($0.id) \($0.lsn) \($0.time)\n" }.joined().utf8) }

    /// The same for a journal that was restored up to a record: of what came after it nobody has anything any more.
    ///
    /// - Parameter source: The directory that it was restored from.
    func restored(from source: Directory) -> BackedUpRecords {
        var records = self
        records.directories = directories.filter { $0.id != source.id }.map {
            Directory(id: $0.id, lsn: min($0.lsn, source.lsn), time: $0.time)
        }
        records.directories.append(source)
        return records
    }
}
