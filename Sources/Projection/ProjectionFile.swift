internal import GRDB
internal import Platform

/// Opens, checks, makes and removes the SQLite file.
struct ProjectionFile {
    let options: ProjectionOptions
    /// The journal's identity in words, which the file must name.
    let journal: String

    /// Opens the file and checks that it can be used, or makes it when there is none.
    ///
    /// - Parameters:
    ///   - durableLSN: No sound file has more records than are durable.
    ///   - firstLSN: The first record that a new file gets.
    func open(durableLSN: UInt64, firstLSN: () throws(ProjectionError) -> UInt64) throws(ProjectionError)
        -> DatabasePool
    {
        let isNew = !FileSystem.exists(options.path)
        let pool = try translated { try DatabasePool(path: options.path, configuration: configuration) }
        do throws(ProjectionError) {
            let hasNothing = isNew ? true : try isEmpty(pool)
            if hasNothing {
                let first = try firstLSN()
                try translated {
                    try pool.write { try ProjectionSchema.create($0, journal: journal, firstLSN: first) }
                }
            } else {
                try check(pool, durableLSN: durableLSN)
            }
            return pool
        } catch {
            try? pool.close()
            throw error
        }
    }

    /// Sees to it that nobody but the daemon's user can read the file. SQLite gives what it puts beside it the same
    /// mode.
    func makePrivate() throws(ProjectionError) {
        do throws(PlatformError) {
            let file = try FileDescriptor.open(options.path, .ownerOnly)
            try file.close()
        } catch {
            throw .file(error)
        }
    }

    /// Removes the file and what lies beside it.
    func remove() throws(ProjectionError) {
        for suffix in ["", "-wal", "-shm", "-journal"] where FileSystem.exists(options.path + suffix) {
            do throws(PlatformError) {
                try FileSystem.remove(options.path + suffix)
            } catch {
                throw .file(error)
            }
        }
    }

    /// Removes what SQLite keeps beside a file that is no longer the one it was.
    func removeCompanions() {
        for suffix in ["-wal", "-shm"] { try? FileSystem.remove(options.path + suffix) }
    }

    /// Bytes in the file, without what SQLite has beside it; 0 when there is none.
    var byteCount: UInt64 { Self.byteCount(options.path) }

    /// Bytes in the file and in the log that SQLite has beside it.
    var wholeByteCount: UInt64 { byteCount + Self.byteCount(options.path + "-wal") }

    private static func byteCount(_ path: String) -> UInt64 {
        guard let file = try? FileDescriptor.open(path, .read) else { return 0 }
        return (try? file.byteCount()) ?? 0
    }

    private var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.label = "projection"
        configuration.maximumReaderCount = options.readerCount
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cell_size_check = ON")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            guard !database.configuration.readonly else {
                try database.execute(sql: "PRAGMA cache_size = -8192")
                return
            }
            // Checkpoints are rare and large: each one synchronizes the disk that the journal writes to.
            try database.execute(sql: "PRAGMA cache_size = -65536")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 8192")
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        return configuration
    }

    private func isEmpty(_ pool: DatabasePool) throws(ProjectionError) -> Bool {
        try translated { try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") == 0 } }
    }

    private func check(_ pool: DatabasePool, durableLSN: UInt64) throws(ProjectionError) {
        let isSmall = byteCount <= options.checkByteCountMax
        try translated {
            try pool.read { database in
                guard try Int.fetchOne(database, sql: "PRAGMA application_id") == ProjectionSchema.applicationID else {
                    throw ProjectionError.unusable("another program wrote it")
                }
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version")
                guard version == ProjectionSchema.version else {
                    throw ProjectionError.unusable("it has schema version \(version ?? 0)")
                }
                if isSmall, let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(1)"), finding != "ok" {
                    throw ProjectionError.unusable(finding)
                }
                guard let row = try Row.fetchOne(database, sql: "SELECT journal, lsn FROM projection") else {
                    throw ProjectionError.unusable("it does not say how far it is")
                }
                guard try row.text(0) == journal else {
                    throw ProjectionError.unusable("it belongs to another journal")
                }
                let lsn = try row.integer(1)
                guard lsn >= 0, UInt64(lsn) <= durableLSN else {
                    throw ProjectionError.unusable("it has record \(lsn), and the journal ends at \(durableLSN)")
                }
            }
        }
    }
}
