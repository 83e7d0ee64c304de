import Platform

/// Why the configuration cannot be used; each case says where and what would be right. Ends the daemon with status 78,
/// or 64 where the command line is to blame.
enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// Where a value was given.
    enum Source: Equatable, CustomStringConvertible {
        case commandLine
        case file(String, line: Int)

        var description: String {
            switch self {
            case .commandLine: "command line"
            case .file(let path, let line): "\(path):\(line)"
            }
        }
    }

    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// A line is none of the forms that the file may have.
    case malformed(Source, reason: String)
    /// No such setting.
    case unknownKey(Source, key: String, nearest: String)
    /// The setting has a value already.
    case repeatedKey(Source, key: String, firstLine: Int)
    /// The value is not one that the setting takes.
    case invalidValue(Source, key: String, value: String, expected: String)

    /// The error in a sentence, however long the value is.
    var description: String { sentence.bounded }

    private var sentence: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .malformed(let source, let reason): "\(source): \(reason)"
        case .unknownKey(let source, let key, let nearest):
            "\(source): there is no setting \"\(key)\"; the nearest is \"\(nearest)\""
        case .repeatedKey(let source, let key, let firstLine):
            "\(source): \"\(key)\" was set on line \(firstLine) already"
        case .invalidValue(let source, let key, let value, let expected):
            "\(source): \(key) cannot be \"\(value)\": it must be \(expected)"
        }
    }

    /// Whether the command line is to blame, rather than the file.
    var isUsage: Bool {
        switch self {
        case .malformed(.commandLine, _), .unknownKey(.commandLine, _, _), .repeatedKey(.commandLine, _, _),
            .invalidValue(.commandLine, _, _, _):
            true
        case .malformed, .unknownKey, .repeatedKey, .invalidValue, .unreadable: false
        }
    }
}
