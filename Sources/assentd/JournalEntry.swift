import Logging
import Platform

/// One log event as the system's journal takes it (systemd.journal-fields(7)).
struct JournalEntry {
    /// Names and values, in the order in which they are written.
    let fields: [(name: String, value: String)]

    /// The most of one value, in Unicode scalars.
    private static let scalarCountMax = 2_048

    /// - Parameter id: The message id, for events that the catalog explains.
    init(_ event: LogEvent, id: String?, metadata: Logger.Metadata) {
        let details = metadata.map { (key: $0.key, value: "\($0.value)") }.sorted { $0.key < $1.key }
        let texts = details.map { "\($0.key)=\(StructuredLogHandler.logfmtValue($0.value))" }
        let message = (["\(event.message)"] + texts).joined(separator: " ")
        var fields: [(name: String, value: String)] = [
            ("MESSAGE", message), ("PRIORITY", Self.priority(of: event.level)), ("SYSLOG_IDENTIFIER", "assentd"),
        ]
        if let id { fields.append(("MESSAGE_ID", id)) }
        fields += [("CODE_FILE", event.file), ("CODE_LINE", "\(event.line)"), ("CODE_FUNC", event.function)]
        fields += details.map { (Self.name(of: $0.key), $0.value) }
        self.fields = fields.map { ($0.name, StructuredLogHandler.cut($0.value, Self.scalarCountMax)) }
    }

    /// A field's name is upper-case letters, digits and underscores; ours begin with a prefix of their own.
    static func name(of key: String) -> String {
        let letters = key.uppercased().unicodeScalars.map { scalar -> Character in
            ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
        }
        return "ASSENT_" + String(letters.prefix(56))
    }

    /// As in syslog(3).
    static func priority(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "7"
        case .info: "6"
        case .notice: "5"
        case .warning: "4"
        case .error: "3"
        case .critical: "2"
        }
    }
}
