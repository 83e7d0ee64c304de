import Domain
import Logging
import Platform

/// How a log line looks.
enum LogFormat: Sendable {
    /// `time=… level=info message="listening" endpoint=unix:…`
    case logfmt
    /// One JSON object.
    case json
}

/// Writes each log line with one system call, which never waits: to standard error, as logfmt or JSON, or to the
/// system's journal as fields; metadata in the order of its keys.
struct StructuredLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let format: LogFormat
    private let threshold: LogThreshold
    private let journal: SystemJournal?

    /// - Parameter journal: Where entries go; `nil`, or when it takes none: standard error.
    init(format: LogFormat, threshold: LogThreshold, journal: SystemJournal? = nil) {
        self.format = format
        self.threshold = threshold
        self.journal = journal
    }

    /// That of the whole process.
    var logLevel: Logger.Level {
        get { threshold.level }
        set { threshold.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { $1 }
        let messageID = fields.removeValue(forKey: MessageID.key)
        if let journal {
            let entry = JournalEntry(event, id: messageID.map { "\($0)" }, metadata: fields)
            if journal.write(entry.fields) { return }
        }
        let time = Instant(microseconds: Clock.now())
        let line = Self.shortLine(
            format,
            time: time,
            level: event.level,
            message: "\(event.message)",
            fields: fields.map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
        )
        LogOutput.standardError.put(line) { count in
            Self.shortLine(
                format,
                time: time,
                level: .warning,
                message: "log lines were dropped",
                fields: [("lines", "\(count)")]
            )
        }
    }

    /// One line with its end, in no more bytes than a pipe takes whole: where it would have more, long texts are cut.
    static func shortLine(
        _ format: LogFormat,
        time: Instant,
        level: Logger.Level,
        message: String,
        fields: [(key: String, value: String)]
    ) -> String {
        var line = line(format, time: time, level: level, message: message, fields: fields) + "\n"
        var scalarCountMax = 1_024
        while line.utf8.count > StandardStream.wholeWriteByteCountMax {
            line =
                Self.line(
                    format,
                    time: time,
                    level: level,
                    message: cut(message, scalarCountMax),
                    fields: scalarCountMax > 0 ? fields.map { ($0.key, cut($0.value, scalarCountMax)) } : []
                ) + "\n"
            scalarCountMax /= 2
        }
        return line
    }

    static func cut(_ text: String, _ scalarCountMax: Int) -> String {
        guard text.unicodeScalars.count > scalarCountMax else { return text }
        return String(text.unicodeScalars.prefix(scalarCountMax)) + "…"
    }

    /// One line without its end.
    static func line(
        _ format: LogFormat,
        time: Instant,
        level: Logger.Level,
        message: String,
        fields: [(key: String, value: String)]
    ) -> String {
        let all = [("time", "\(time)"), ("level", level.rawValue), ("message", message)] + fields
        switch format {
        case .logfmt:
            return all.map { "\($0.0)=\(logfmtValue($0.1))" }.joined(separator: " ")
        case .json:
            return "{" + all.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",") + "}"
        }
    }

    static func logfmtValue(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "\"" && $0 != "=" }
        return isPlain && !text.isEmpty ? text : quoted(text)
    }

    /// A JSON string (RFC 8259, section 7).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
