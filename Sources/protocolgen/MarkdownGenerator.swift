/// Makes the tables of the specification and puts them between their markers.
///
/// A marker is `<!-- generated: NAME -->`, and `<!-- end -->` closes it. Everything else in the document stays.
struct MarkdownGenerator {
    let schema: Schema
    let examples: [Example]

    /// The document with every table renewed.
    ///
    /// - Throws: `MarkdownError`, when a marker names no table, is not closed, or a message has no marker.
    func renewed(_ text: String) throws(MarkdownError) -> String {
        let document: (text: String, names: Set<String>)
        do throws(MarkedPartsError) {
            document = try MarkedParts.markdown.renewed(text, table)
        } catch {
            throw MarkdownError(problem: error.problem)
        }
        for message in schema.messages where !document.names.contains("message \(message.name)") {
            throw MarkdownError(problem: "\(message.name) has no marker")
        }
        return document.text
    }

    private func table(_ name: String) -> String? {
        let words = name.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case "templates": return templates
        case "types": return primitiveTypes
        case "texts": return texts
        case "message" where words.count == 2:
            return schema.messages.first { $0.name == words[1] }.map(message)
        case "composite" where words.count == 2:
            for case .composite(let type) in schema.types where type.name == words[1] { return block(type.block) }
        case "enum" where words.count == 2:
            for case .enumeration(let type) in schema.types where type.name == words[1] {
                return values(type.values, title: "value")
            }
        case "set" where words.count == 2:
            for case .set(let type) in schema.types where type.name == words[1] {
                return values(type.choices, title: "bit")
            }
        case "example" where words.count == 2: return examples.first { $0.name == words[1] }.map(example)
        default: break
        }
        return nil
    }

    private var templates: String {
        var rows = ["| template | message | block | groups and data | |", "|---|---|---|---|---|"]
        for message in schema.messages.sorted(by: { $0.id < $1.id }) {
            let parts = message.groups.map(\.name) + message.data.map(\.name)
            rows.append(
                "| 0x\(hexadecimal(message.id, digits: 4)) | [\(message.name)](#\(message.name.lowercased())) | "
                    + "\(message.block.byteCount) | \(parts.joined(separator: ", ")) | \(message.description) |"
            )
        }
        return lines(rows)
    }

    private var primitiveTypes: String {
        var rows = ["| type | layout | bytes | meaning |", "|---|---|---|---|"]
        for type in schema.types {
            if case .composite(let composite) = type, !composite.isIdentifier { continue }
            rows.append("| \(type.name) | \(type.layout) | \(type.byteCount) | \(type.meaning) |")
        }
        return lines(rows)
    }

    private var texts: String {
        var seen: [VariableText] = []
        let fields = schema.messages.flatMap { $0.data + $0.groups.flatMap(\.data) }
        for field in fields where !seen.contains(where: { $0.name == field.type.name }) { seen.append(field.type) }
        var rows = ["| type | length | bytes at most | meaning |", "|---|---|---|---|"]
        for type in seen.sorted(by: { $0.maximum < $1.maximum }) {
            rows.append("| \(type.name) | \(type.lengthPrimitive) | \(type.maximum) | \(type.description) |")
        }
        return lines(rows)
    }

    private func message(_ message: Schema.Message) -> String {
        let template = "0x\(hexadecimal(message.id, digits: 4)) (\(message.id))"
        var text = "Template \(template), block of \(message.block.byteCount) bytes. \(message.description)"
        if message.since > 1 { text += " Since version \(message.since)." }
        for step in message.block.growth {
            text += " Before version \(step.version) the block had \(step.byteCountBefore) bytes."
        }
        text += "\n"
        if !message.block.fields.isEmpty { text += "\n" + block(message.block) }
        for group in message.groups {
            let parts = "a block of \(group.block.byteCount) bytes\(group.data.isEmpty ? "" : " and then its data")"
            text += "\nThen the group `\(group.name)`: at most \(group.maximum) entries, each \(parts). "
            text += group.description + "\n"
            if !group.block.fields.isEmpty { text += "\n" + block(group.block) }
            if !group.data.isEmpty { text += "\n" + data(group.data) }
        }
        if !message.data.isEmpty {
            text += "\nThen the data, in this order:\n\n" + data(message.data)
        }
        return text
    }

    private func block(_ block: Schema.Block) -> String {
        var rows = ["| offset | bytes | field | type | null | meaning |", "|---|---|---|---|---|---|"]
        for field in block.fields {
            rows.append(
                "| \(field.offset) | \(field.type.byteCount) | \(field.name) | \(field.type.name) | \(null(field)) | "
                    + "\(field.isReserved ? "Must be zero." : field.description)"
                    + "\(field.since > 1 ? " Since version \(field.since)." : "") |"
            )
        }
        return lines(rows)
    }

    private func null(_ field: Schema.Field) -> String {
        switch field.type {
        case .enumeration(let type): return field.isOptional ? (type.encoding == .uint16 ? "65535" : "255") : ""
        case .set: return ""
        case .composite: return field.isOptional ? "all zero" : ""
        case .primitive(let type):
            if type.name == "optionalCurrencyCode" { return "all zero" }
            return type.isOptional ? "-2^63" : ""
        }
    }

    private func data(_ fields: [Schema.DataField]) -> String {
        var rows = ["| data | type | meaning |", "|---|---|---|"]
        for field in fields { rows.append("| \(field.name) | \(field.type.name) | \(field.description) |") }
        return lines(rows)
    }

    private func values(_ values: [NamedValue], title: String) -> String {
        var rows = ["| \(title) | name | meaning |", "|---|---|---|"]
        for value in values { rows.append("| \(value.value) | \(value.name) | \(value.description) |") }
        return lines(rows)
    }

    private func lines(_ rows: [String]) -> String { rows.joined(separator: "\n") + "\n" }
}

/// What is wrong with the document's markers.
struct MarkdownError: Error, CustomStringConvertible {
    let problem: String

    var description: String { "Protocol/README.md: \(problem)" }
}

extension TypeDefinition {
    /// What a table says of it: its description, and the range that numbers have.
    fileprivate var meaning: String {
        switch self {
        case .primitive(let type): type.description
        case .enumeration(let type): type.description
        case .set(let type): type.description
        case .composite(let type): type.description
        }
    }
}
