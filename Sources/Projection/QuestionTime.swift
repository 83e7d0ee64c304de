internal import GRDB
internal import GRDBSQLite
internal import Platform

/// The time that one question has: SQLite gives up by itself when it is over.
final class QuestionTime {
    /// How many of SQLite's own steps go by between two looks at the clock: a fraction of a millisecond.
    private static let stepCount: Int32 = 4_096

    private let end: Int64

    /// - Parameter milliseconds: From now on.
    init(milliseconds: Int64) {
        end = Clock.monotonicNanoseconds() + milliseconds * 1_000_000
    }

    /// Whether it is over.
    var isOver: Bool { Clock.monotonicNanoseconds() >= end }

    /// Whether half of it is over: time to answer with what there is, where that can be continued.
    func isHalfOver(of milliseconds: Int64) -> Bool {
        Clock.monotonicNanoseconds() >= end - milliseconds * 500_000
    }

    /// Runs the body; a statement in it that takes longer than there is time for ends with SQLITE_INTERRUPT.
    func bounding<Result>(_ database: Database, _ body: () throws -> Result) throws -> Result {
        let connection = database.sqliteConnection
        // SAFETY: the handler is taken away before this function returns, and `self` lives until then.
        sqlite3_progress_handler(
            connection,
            Self.stepCount,
            { context in
                guard let context else { return 0 }
                return Unmanaged<QuestionTime>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
        defer {
            sqlite3_progress_handler(connection, 0, nil, nil)
            withExtendedLifetime(self) {}
        }
        return try body()
    }
}
