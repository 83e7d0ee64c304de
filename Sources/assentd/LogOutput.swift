import Platform

/// Writes log lines one by one and never waits: where nobody reads, lines are dropped and counted. Event loops log, and
/// so does the way to the end; neither may depend on whoever reads the log.
final class LogOutput: Sendable {
    /// Where all of the daemon's lines go.
    static let standardError = LogOutput { StandardStream.writeWithoutWaiting($0, to: .error) }

    private let write: @Sendable (String) -> Bool
    private let dropped = Locked<UInt64>(0)

    /// - Parameter write: Writes a text of at most `StandardStream.wholeWriteByteCountMax` bytes and says whether it
    ///   was written; never waits.
    init(_ write: @escaping @Sendable (String) -> Bool) { self.write = write }

    /// Writes a line, or counts it as dropped.
    ///
    /// - Parameters:
    ///   - line: Ends with a line feed.
    ///   - report: Makes the line that says how many were dropped, written before the next that can be.
    func put(_ line: String, report: (UInt64) -> String) {
        dropped.withLock { count in
            if count > 0, write(report(count)) { count = 0 }
            if count > 0 || !write(line) { count += 1 }
        }
    }
}
