extension String {
    /// How many terminal cells the text takes: wide East Asian characters and emoji two, combining marks none
    /// (Unicode Standard Annex 11).
    var displayWidth: Int {
        reduce(0) { $0 + $1.displayWidth }
    }

    /// The text with what a terminal might act on made visible: `ESC` becomes `\x1b`, a line feed `\n`.
    var printable: String {
        guard unicodeScalars.contains(where: isUnprintable) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case _ where !isUnprintable(scalar): text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x100: text += "\\x" + hexadecimal(scalar.value, digits: 2)
            default: text += "\\u" + hexadecimal(scalar.value, digits: 4)
            }
        }
        return text
    }

    /// The text in at most so many cells; `…` marks what was cut off.
    func truncated(to width: Int) -> String {
        guard displayWidth > width else { return self }
        guard width > 0 else { return "" }
        var text = ""
        var used = 0
        for character in self {
            guard used + character.displayWidth <= width - 1 else { break }
            used += character.displayWidth
            text.append(character)
        }
        return text + "…"
    }

    /// The text followed or preceded by spaces up to so many cells.
    func padded(to width: Int, alignment: Alignment) -> String {
        let padding = String(repeating: " ", count: Swift.max(0, width - displayWidth))
        return alignment == .right ? padding + self : self + padding
    }
}

extension Character {
    /// How many terminal cells the character takes: 0, 1 or 2.
    var displayWidth: Int {
        if unicodeScalars.contains("\u{FE0F}") { return 2 }
        return unicodeScalars.reduce(0) { Swift.max($0, $1.displayWidth) }
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return properties.isEmojiPresentation || isEastAsianWide ? 2 : 1
    }

    /// The blocks whose East_Asian_Width is W or F.
    private var isEastAsianWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
