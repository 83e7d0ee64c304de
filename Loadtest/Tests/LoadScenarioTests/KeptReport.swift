import LoadReport
import Platform

/// What a scenario reports, kept for the test instead of being printed: a test that expects a check to fail must not
/// leave FAILED in a log in which somebody looks for the test that did.
final class KeptReport: Sendable {
    private let kept = Locked<[String]>([])

    /// Writes here.
    var console: Console {
        Console(coloured: false) { [self] line in kept.withLock { $0.append(line) } }
    }

    /// Everything so far, for a message about what should not have happened.
    var text: String { kept.withLock { $0.joined(separator: "\n") } }

    /// The checks that did not hold, as their sentences.
    var failed: [String] {
        let mark = "  FAILED  "
        return kept.withLock { lines in
            lines.filter { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
        }
    }
}
