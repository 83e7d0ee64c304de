import Glibc

/// A bar on standard error that is only drawn when a person watches (standard error is a terminal).
public struct ProgressBar: Sendable {
    private let title: String
    private let visible: Bool

    /// A bar with a title of up to 24 characters.
    public init(title: String) {
        self.title = title
        visible = isatty(STDERR_FILENO) == 1
    }

    /// Draws the bar at a share from 0 to 1, with a note after it.
    public func show(_ share: Double, note: String = "") {
        guard visible else { return }
        let clamped = min(1, max(0, share))
        let filled = Int(clamped * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        write("\r\u{1B}[K\(Format.left(title, 24)) \(bar) \(Format.right(Format.percent(clamped), 7))  \(note)")
    }

    /// Takes the bar away.
    public func finish() {
        guard visible else { return }
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        var copy = text
        copy.withUTF8 { bytes in _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }
}
