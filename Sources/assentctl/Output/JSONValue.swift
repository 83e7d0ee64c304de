/// A value of JSON (RFC 8259) whose objects keep the order in which their members were written.
///
/// Numbers are integers only: money is a decimal string beside its minor units, so no reader rounds it.
indirect enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case wide(Int128)
    case string(String)
    case array([JSONValue])
    case object([Field])
}

/// One member of a JSON object, one column of CSV.
struct Field: Equatable, Sendable {
    /// In camelCase; once released it is never renamed.
    let name: String
    let value: JSONValue

    init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }

    init(_ name: String, _ value: String) { self.init(name, .string(value)) }

    init(_ name: String, _ value: String?) { self.init(name, value.map(JSONValue.string) ?? .null) }

    init(_ name: String, _ value: UInt64) { self.init(name, .unsigned(value)) }

    init(_ name: String, _ value: Int64?) { self.init(name, value.map(JSONValue.integer) ?? .null) }

    init(_ name: String, _ value: Int128) { self.init(name, .wide(value)) }

    init(_ name: String, _ value: Bool) { self.init(name, .boolean(value)) }
}

extension JSONValue {
    /// The value without white space, on one line.
    var compact: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// The value indented by two spaces a level; ends without a line feed.
    var pretty: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .boolean(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += String(number)
        case .unsigned(let number): text += String(number)
        case .wide(let number): text += String(number)
        case .string(let content): JSONValue.quote(content, to: &text)
        case .array(let elements):
            JSONValue.writeList(elements, brackets: ("[", "]"), to: &text, indent: indent) { element, text, indent in
                element.write(to: &text, indent: indent)
            }
        case .object(let fields):
            JSONValue.writeList(fields, brackets: ("{", "}"), to: &text, indent: indent) { field, text, indent in
                JSONValue.quote(field.name, to: &text)
                text += indent == nil ? ":" : ": "
                field.value.write(to: &text, indent: indent)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element],
        brackets: (String, String),
        to text: inout String,
        indent: Int?,
        element write: (Element, inout String, Int?) -> Void
    ) {
        text += brackets.0
        let inner = indent.map { $0 + 2 }
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if let inner { text += "\n" + String(repeating: " ", count: inner) }
            write(element, &text, inner)
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += brackets.1
    }

    /// Quotes as RFC 8259, section 7; every control character (C1 and DEL too) is escaped, so that a merchant's name
    /// cannot steer a terminal.
    private static func quote(_ content: String, to text: inout String) {
        text += "\""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where isUnprintable(scalar):
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    text += "\\u" + hexadecimal(UInt32(unit), digits: 4)
                }
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

/// Whether a terminal might act on the character, show the rest of the line in another order, or show nothing at all,
/// so that two names look the same, rather than print it.
func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x80 else { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    // Jamo and the like that print nothing are letters to Unicode; variation selectors choose a form of what is before.
    default: return scalar.properties.isDefaultIgnorableCodePoint && !(0xFE00...0xFE0F).contains(scalar.value)
    }
}

/// A number in lower-case hexadecimal, with leading zeros up to the number of digits.
func hexadecimal(_ value: some BinaryInteger, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
