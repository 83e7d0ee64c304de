extension String {
    /// The text for a message to people, however long what it repeats of somebody's input is: of a word with more than
    /// 256 characters the beginning and the end are left, and of the whole 4,096; what was left out is counted.
    ///
    /// - Complexity: linear in the text.
    public var bounded: String {
        var text = String.UnicodeScalarView()
        var rest = unicodeScalars[...]
        while !rest.isEmpty {
            let word = rest.prefix { !$0.properties.isWhitespace }
            let (head, tail) = BoundedText.wordEnds
            let leftOut = word.count - head - tail
            if word.count > BoundedText.wordCountMax {
                text += word.prefix(head)
                text += "…(\(leftOut) characters)…".unicodeScalars
                text += word.suffix(tail)
            } else {
                text += word
            }
            rest = rest[word.endIndex...]
            if let blank = rest.popFirst() { text.append(blank) }
        }
        let leftOut = text.count - BoundedText.countMax
        guard leftOut > 0 else { return String(text) }
        return String(text.prefix(BoundedText.countMax)) + "… (\(leftOut) characters more)"
    }
}

/// The lengths of what a message repeats, in Unicode scalars.
private enum BoundedText {
    /// The longest word that is left whole.
    static let wordCountMax = 256
    /// What is left of a longer one, at its beginning and at its end.
    static let wordEnds = (head: 160, tail: 60)
    /// The longest text.
    static let countMax = 4_096
}
