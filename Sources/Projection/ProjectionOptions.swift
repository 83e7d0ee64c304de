/// Where a projection is and how it works.
public struct ProjectionOptions: Sendable {
    /// The SQLite file; `-wal` and `-shm` lie beside it while it is open.
    public var path: String
    /// How often to look for new records, in milliseconds.
    public var pollMilliseconds: Int64 = 250
    /// The most records in one transaction.
    public var recordCountMax = 20_000
    /// While more records come in a second than this, decisions need the processors and the disk.
    public var loadedRecordsPerSecond: UInt64 = 50_000
    /// Then a transaction is followed by a pause of so many times its own time; 0 for none.
    public var loadedRestFactor: Int64 = 15
    /// What is left free for the journal, in bytes; a twentieth of the file system where that is less.
    public var reserveByteCount: UInt64 = 1 << 30
    /// The first pause after a failure, in milliseconds; each further one is twice as long, up to 64 times.
    public var retryMilliseconds: Int64 = 500
    /// A file up to this size is checked page by page when it is opened.
    public var checkByteCountMax: UInt64 = 1 << 30
    /// How long one question may take, in milliseconds.
    public var questionMilliseconds: Int64 = 5_000
    /// How many readers may ask at once.
    public var readerCount = 4

    /// Whether the thread takes the lowest priority. Tests that wait for it on a busy machine do without.
    var isIdle = true

    /// The most pages that the file may have; `nil` for no limit. For tests of a full disk.
    var pageCountMax: Int?

    /// The part of the file system that may be left for the journal at most: 20 for a twentieth.
    var reserveShare: UInt64 = 20

    /// The defaults for a file.
    public init(path: String) { self.path = path }
}
