import Platform

/// One line on standard error that counts up while a person watches.
struct ProgressLine {
    let total: Int
    let noun: String
    let isShown: Bool

    /// Shows how far it is.
    func show(_ done: Int) {
        guard isShown else { return }
        let text = "\r\(Figures.grouped(done)) of \(Figures.grouped(total)) \(noun)\u{1B}[K"
        try? StandardStream.write(text, to: .error)
    }

    /// Takes the line away.
    func clear() {
        guard isShown else { return }
        try? StandardStream.write("\r\u{1B}[K", to: .error)
    }
}
