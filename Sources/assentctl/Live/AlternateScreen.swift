import Platform

/// The terminal's second screen without a cursor (xterm, "DECSET 1049" and "DECTCEM"); `leave` brings the first one
/// back as it was.
struct AlternateScreen {
    init() { try? StandardStream.write("\u{1B}[?1049h\u{1B}[?25l", to: .output) }

    /// Draws the lines from the top, in one write so that nothing flickers.
    func draw(_ lines: [String]) {
        let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
        try? StandardStream.write("\u{1B}[H" + text + "\u{1B}[J", to: .output)
    }

    func leave() { try? StandardStream.write("\u{1B}[?25h\u{1B}[?1049l", to: .output) }
}
