/// Reads a configuration file: lines of `key = value`, a part of TOML 1.0.
///
/// A value is a string in double quotes (escapes `\"` and `\\`), a whole number (underscores between digits are fine),
/// a number with decimals such as a version (`1.3`),
/// `true` or `false`, or a list of strings or numbers in brackets on one line. `#` starts a comment. Tables, dates, and
/// texts over several lines are not part of it. Keys are the long options' names without the dashes.
enum ConfigurationFile {
    /// The longest file that is read, in bytes.
    static let byteCountMax = 1_048_576

    /// Split by scalars: to a `Character`, CR and LF together are one.
    private static func lines(of text: String) -> [Substring] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Reads the whole text.
    ///
    /// - Parameter path: For messages.
    static func parse(_ text: String, path: String) throws(ConfigurationError) -> SettingValues {
        var values = SettingValues()
        var firstLines: [Setting: Int] = [:]
        for (index, raw) in lines(of: text).enumerated() {
            let source = ConfigurationError.Source.file(path, line: index + 1)
            var scanner = LineScanner(raw, source: source)
            scanner.skipBlanks()
            if scanner.isAtEnd { continue }
            let key = scanner.bareKey()
            guard !key.isEmpty else { throw .malformed(source, reason: "a line must be: key = value") }
            guard let setting = Setting.named(key) else {
                throw .unknownKey(source, key: key, nearest: Setting.nearest(to: key).rawValue)
            }
            if let first = firstLines[setting] { throw .repeatedKey(source, key: key, firstLine: first) }
            firstLines[setting] = index + 1
            try scanner.expectEquals(after: key)
            values[setting] = SettingValues.Entry(texts: try scanner.value(), source: source)
            try scanner.expectEnd()
        }
        return values
    }
}

/// One line of the file, read from left to right.
private struct LineScanner {
    private var rest: Substring.UnicodeScalarView
    private let source: ConfigurationError.Source

    init(_ line: Substring, source: ConfigurationError.Source) {
        rest = line.unicodeScalars
        self.source = source
        if rest.last == "\r" { rest.removeLast() }
    }

    /// Whether nothing but a comment is left.
    var isAtEnd: Bool { rest.isEmpty || rest.first == "#" }

    mutating func skipBlanks() {
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    }

    /// Letters, digits, `-` and `_`.
    mutating func bareKey() -> String {
        let word = rest.prefix { $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_" }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    mutating func expectEquals(after key: String) throws(ConfigurationError) {
        skipBlanks()
        guard rest.first == "=" else {
            throw .malformed(source, reason: "\"\(key)\" must be followed by = and a value")
        }
        rest.removeFirst()
        skipBlanks()
    }

    mutating func expectEnd() throws(ConfigurationError) {
        skipBlanks()
        guard isAtEnd else { throw .malformed(source, reason: "\"\(String(rest))\" is left after the value") }
    }

    mutating func value() throws(ConfigurationError) -> [String] {
        guard rest.first == "[" else { return [try scalar()] }
        rest.removeFirst()
        var values: [String] = []
        skipBlanks()
        while rest.first != "]" {
            values.append(try scalar())
            skipBlanks()
            if rest.first == "," {
                rest.removeFirst()
                skipBlanks()
            } else if rest.first != "]" {
                throw .malformed(source, reason: "a list must be: [value, value]")
            }
        }
        rest.removeFirst()
        return values
    }

    private mutating func scalar() throws(ConfigurationError) -> String {
        if rest.first == "\"" { return try quoted() }
        let word = String(bareKey())
        if word == "true" || word == "false" { return word }
        let digits = word.unicodeScalars.filter { $0 != "_" }
        guard let first = word.first, first != "_", word.last != "_", !word.contains("__"),
            digits.allSatisfy({ ("0"..."9").contains($0) })
        else {
            throw .malformed(
                source,
                reason: "a value must be a \"string\" in double quotes, a whole number, true or false"
            )
        }
        guard rest.first == "." else { return String(String.UnicodeScalarView(digits)) }
        rest.removeFirst()
        let decimals = rest.prefix { ("0"..."9").contains($0) }
        guard !decimals.isEmpty else {
            throw .malformed(source, reason: "digits must follow the point in \"\(word).\"")
        }
        rest = rest.dropFirst(decimals.count)
        return String(String.UnicodeScalarView(digits)) + "." + String(decimals)
    }

    private mutating func quoted() throws(ConfigurationError) -> String {
        rest.removeFirst()
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "\"" { return String(text) }
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            guard let escaped = rest.popFirst(), escaped == "\"" || escaped == "\\" else {
                throw .malformed(source, reason: "after a backslash only \" or another backslash may follow")
            }
            text.append(escaped)
        }
        throw .malformed(source, reason: "a string must end with a double quote")
    }
}
