import Platform

/// How far something is, in one line of standard error where that is a terminal.
struct Progress {
    private let total: UInt64
    private let noun: String
    private let isShown = Terminal.isErrorOutput
    private var percent: UInt64 = 0

    init(total: UInt64, noun: String) {
        self.total = max(total, 1)
        self.noun = noun
    }

    mutating func show(_ count: UInt64) {
        let reached = UInt64(Double(count) / Double(total) * 100)
        guard isShown, reached > percent else { return }
        percent = reached
        try? StandardStream.write("\r\(reached) % of \(total) \(noun)", to: .error)
    }

    /// Leaves the line to what is written next.
    func end() {
        if percent > 0 { try? StandardStream.write("\r\u{1B}[K", to: .error) }
    }
}
