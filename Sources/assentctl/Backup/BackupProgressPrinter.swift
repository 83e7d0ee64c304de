import Backup
import Platform

/// Says on standard error how far a backup is: a bar on a terminal, else a line every ten seconds, as JSON where the
/// output is that; and keeps to a rate.
final class BackupProgressPrinter {
    private let isTerminal: Bool
    private let isJSON: Bool
    /// Bytes a second; 0 for as many as there can be.
    private let rate: UInt64
    private let write: (String) -> Void
    private let began: Int64
    private var lastAt: Int64
    private static let barWidth: UInt64 = 24

    /// - Parameter rate: MiB/s at most; 0 for no limit.
    init(
        _ format: OutputFormat,
        rate: Int = 0,
        isTerminal: Bool = Terminal.isErrorOutput,
        now: Int64 = Clock.monotonicNanoseconds(),
        write: @escaping (String) -> Void = { try? StandardStream.write($0, to: .error) }
    ) {
        self.isTerminal = isTerminal
        isJSON = format == .json || format == .jsonl
        self.rate = UInt64(rate) << 20
        self.write = write
        began = now
        lastAt = now
    }

    /// Shows it when it is time to, and waits while it is too fast.
    func watch(_ progress: BackupProgress) {
        pace(progress)
        show(progress, now: Clock.monotonicNanoseconds())
    }

    func show(_ progress: BackupProgress, now: Int64) {
        guard now - lastAt >= (isTerminal ? 200_000_000 : 10_000_000_000) else { return }
        lastAt = now
        let seconds = max(1, UInt64(now - began) / 1_000_000_000)
        if isTerminal {
            let done = Self.barWidth * min(progress.lsn, progress.lastLSN) / max(1, progress.lastLSN)
            let bar =
                String(repeating: "=", count: Int(done))
                + String(repeating: " ", count: Int(Self.barWidth - done))
            write(
                "\r\(progress.phase.rawValue) [\(bar)] \(Figures.share(progress.lsn, of: progress.lastLSN)), record "
                    + "\(Figures.grouped(progress.lsn)), \(Figures.bytes(progress.byteCount)), "
                    + "\(Figures.bytes(progress.byteCount / seconds))/s\u{1B}[K"
            )
        } else if isJSON {
            let fields = [
                Field("phase", progress.phase.rawValue), Field("lsn", progress.lsn),
                Field("lastLsn", progress.lastLSN), Field("bytes", progress.byteCount), Field("seconds", seconds),
            ]
            write(JSONValue.object(fields).compact + "\n")
        } else {
            write(
                "\(progress.phase.rawValue): record \(progress.lsn) of \(progress.lastLSN), "
                    + "\(Figures.bytes(progress.byteCount))\n"
            )
        }
    }

    /// Takes the bar away.
    func clear() {
        if isTerminal { write("\r\u{1B}[K") }
    }

    private func pace(_ progress: BackupProgress) {
        guard rate > 0 else { return }
        let (due, isLong) = progress.byteCount.multipliedReportingOverflow(by: 1_000)
        let ahead = Int64(clamping: (isLong ? 0 : due) / rate) - (Clock.monotonicNanoseconds() - began) / 1_000_000
        if ahead >= 2 { Pause.milliseconds(min(ahead, 1_000)) }
    }
}
