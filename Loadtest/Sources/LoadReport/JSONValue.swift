/// A JSON value that keeps the order of its members, so that two reports compare line by line.
public enum JSONValue: Sendable {
    case string(String)
    case integer(Int64)
    /// Written with at most three decimals.
    case number(Double)
    case boolean(Bool)
    case array([JSONValue])
    case object([(String, JSONValue)])

    /// A count.
    public static func count(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }

    /// Nanoseconds, written in microseconds.
    public static func microseconds(_ nanoseconds: UInt64) -> JSONValue { .number(Double(nanoseconds) / 1_000) }

    /// The value as indented text with a line feed at the end.
    public var text: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .string(let value): text += Self.quoted(value)
        case .integer(let value): text += String(value)
        case .number(let value): text += Self.decimal(value)
        case .boolean(let value): text += value ? "true" : "false"
        case .array(let values):
            Self.writeList(values.map { ("", $0) }, "[", "]", to: &text, indent: indent)
        case .object(let members):
            Self.writeList(members.map { (Self.quoted($0.0) + ": ", $0.1) }, "{", "}", to: &text, indent: indent)
        }
    }

    private static func writeList(
        _ members: [(String, JSONValue)],
        _ open: String,
        _ close: String,
        to text: inout String,
        indent: Int
    ) {
        text += open
        for (index, member) in members.enumerated() {
            text += index == 0 ? "\n" : ",\n"
            text += String(repeating: "  ", count: indent + 1) + member.0
            member.1.write(to: &text, indent: indent + 1)
        }
        if !members.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
        text += close
    }

    private static func decimal(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "0" }
        let thousandths = Int64((value * 1_000).rounded())
        let sign = thousandths < 0 ? "-" : ""
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1_000)
        guard rest > 0 else { return sign + String(whole) }
        var digits = String(rest + 1_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
