/// Makes the declarations and tables of the C client and puts them between their markers.
///
/// The rest of `assent.h` and `assent.c` is written by hand and stays as it is.
struct CGenerator {
    let schema: Schema

    static let headerPath = "Protocol/clients/c/assent.h"
    static let sourcePath = "Protocol/clients/c/assent.c"

    /// The header with its declarations renewed.
    func renewed(header: String) throws(CError) -> String {
        let parts = ["version": version, "vocabulary": vocabulary, "messages": messages]
        return try renewed(header, Self.headerPath, parts: parts)
    }

    /// The source with its tables renewed.
    func renewed(source: String) throws(CError) -> String {
        try renewed(source, Self.sourcePath, parts: ["names": names, "tables": tables])
    }

    private func renewed(_ text: String, _ path: String, parts: [String: String]) throws(CError) -> String {
        let document: (text: String, names: Set<String>)
        do throws(MarkedPartsError) {
            document = try MarkedParts.c.renewed(text) { parts[$0] }
        } catch {
            throw CError(path: path, problem: error.problem)
        }
        for name in parts.keys.sorted() where !document.names.contains(name) {
            throw CError(path: path, problem: "\(name) has no marker")
        }
        return document.text
    }

    private var version: String {
        "#define ASSENT_SCHEMA_ID \(schema.id)u\n#define ASSENT_SCHEMA_VERSION \(schema.version)u\n"
    }

    /// Templates, enumerations and sets.
    private var vocabulary: String {
        var source = SourceText()
        source.cComment("Which message a frame carries.")
        source.block("enum assent_template {", "};") { source in
            for message in schema.messages {
                let name = "ASSENT_TEMPLATE_\(cName(message.name).uppercased())"
                source.line("\(name) = 0x\(hexadecimal(message.id, digits: 4)),")
            }
        }
        for type in schema.types {
            if case .enumeration(let type) = type, type.name != "yesNo" { enumeration(type, in: &source) }
            if case .set(let type) = type { set(type, in: &source) }
        }
        return source.text
    }

    private func enumeration(_ type: EnumerationType, in source: inout SourceText) {
        let name = cName(type.name)
        source.line()
        source.cComment(type.description)
        source.block("enum assent_\(name) {", "};") { source in
            for value in type.values {
                source.cComment(value.description)
                source.line("ASSENT_\(name.uppercased())_\(cName(value.name).uppercased()) = \(value.value),")
            }
        }
        source.cComment("The name of one, or NULL.")
        source.line("const char *assent_\(name)_name(int32_t value);")
    }

    private func set(_ type: SetType, in source: inout SourceText) {
        source.line()
        source.cComment("Bits. " + type.description)
        for choice in type.choices {
            source.cComment(choice.description)
            let name = "ASSENT_\(cName(type.name).uppercased())_\(cName(choice.name).uppercased())"
            source.line("#define \(name) (\(type.cType == "uint64_t" ? "UINT64_C" : "UINT32_C")(1) << \(choice.value))")
        }
    }

    /// Composites, messages and the union of all messages.
    private var messages: String {
        var source = SourceText()
        for case .composite(let type) in schema.types where !type.isIdentifier {
            source.cComment(type.description)
            source.block("typedef struct assent_\(cName(type.name)) {", "} assent_\(cName(type.name));") { source in
                members(type.block, in: &source)
            }
            source.line()
        }
        for message in schema.messages {
            for group in message.groups {
                let name = entryName(message, group)
                source.cComment("One of `\(group.name)`. \(group.description)")
                source.block("typedef struct \(name) {", "} \(name);") { source in
                    members(group.block, in: &source)
                    for data in group.data { member(data, in: &source) }
                }
                source.line()
            }
            self.message(message, in: &source)
        }
        source.cComment("A message: which one, and its fields.")
        source.block("typedef struct assent_message {", "} assent_message;") { source in
            source.line("uint16_t template_id;")
            source.block("union {", "} as;") { source in
                for message in schema.messages where !message.isEmpty {
                    source.line("\(messageName(message)) \(cName(message.name));")
                }
            }
        }
        return source.text
    }

    private func message(_ message: Schema.Message, in source: inout SourceText) {
        guard !message.isEmpty else { return }
        source.cComment(message.description)
        source.block("typedef struct \(messageName(message)) {", "} \(messageName(message));") { source in
            members(message.block, in: &source)
            for group in message.groups {
                source.cComment("\(group.description) At most \(group.maximum) of `\(entryName(message, group))`.")
                source.line("assent_group \(cName(group.name));")
            }
            for data in message.data { member(data, in: &source) }
        }
        source.line()
    }

    private func members(_ block: Schema.Block, in source: inout SourceText) {
        for field in block.fields where !field.isReserved {
            source.cComment(field.type.cRemark(field))
            if case .composite(let type) = field.type, !type.isIdentifier, field.isOptional {
                source.line("bool has_\(cName(field.name));")
            }
            source.line(field.type.cDeclaration(cName(field.name)))
        }
    }

    private func member(_ data: Schema.DataField, in source: inout SourceText) {
        source.cComment("\(data.description) At most \(data.type.maximum) bytes.")
        source.line("assent_text \(cName(data.name));")
    }

    /// The C type of a group's entries.
    func entryName(_ message: Schema.Message, _ group: Schema.Group) -> String {
        "\(messageName(message))_\(cName(group.name))_entry"
    }

    /// The C type of a message, whose prefix keeps it apart from the client's own types.
    func messageName(_ message: Schema.Message) -> String { "assent_msg_\(cName(message.name))" }
}

extension Schema.Message {
    /// Whether it is a header alone.
    var isEmpty: Bool { block.fields.isEmpty && groups.isEmpty && data.isEmpty }
}

extension Schema.Field {
    /// Whether it has a null value: by its own presence, or its type's.
    var mayBeMissing: Bool {
        if case .primitive(let type) = type { return isOptional || type.isOptional }
        return isOptional
    }
}

extension SetType {
    /// At least as wide as an int, so that no operator widens it unasked.
    var cType: String { encoding == .uint64 ? "uint64_t" : "uint32_t" }
}

extension TypeDefinition {
    /// A member of a structure.
    fileprivate func cDeclaration(_ name: String) -> String {
        switch self {
        case .enumeration(let type): type.name == "yesNo" ? "bool \(name);" : "int32_t \(name);"
        case .set(let type): "\(type.cType) \(name);"
        case .composite(let type): type.isIdentifier ? "assent_id \(name);" : "assent_\(cName(type.name)) \(name);"
        case .primitive(let type):
            if type.primitive == .char || type.name.hasPrefix("utf8") {
                "char \(name)[\(type.length + 1)];"
            } else if type.length > 1 {
                "unsigned char \(name)[\(type.length)];"
            } else {
                "\(type.primitive)_t \(name);"
            }
        }
    }

    /// What a member's comment says: the field's description and what its values are.
    fileprivate func cRemark(_ field: Schema.Field) -> String {
        var words = field.description
        switch self {
        case .enumeration(let type) where type.name != "yesNo":
            words += " enum assent_\(cName(type.name))" + (field.isOptional ? ", or ASSENT_NONE." : ".")
        case .primitive(let type) where type.primitive == .int64 && field.mayBeMissing:
            words += " ASSENT_NULL for none."
        default: break
        }
        return words
    }
}

extension SourceText {
    /// Adds a comment, broken before column 120.
    fileprivate mutating func cComment(_ comment: String) {
        var rest = comment.replacing("*/", with: "* /").split(separator: " ")[...]
        var isFirst = true
        while !rest.isEmpty {
            var current = isFirst ? "/*" : "  "
            while let word = rest.first, current.count + word.count + 4 <= 104 || current.count <= 2 {
                current += " " + word
                rest.removeFirst()
            }
            line(rest.isEmpty ? current + " */" : current)
            isFirst = false
        }
    }
}

/// A name of the schema as C writes it: `merchantName` is `merchant_name`.
func cName(_ name: String) -> String {
    var result = ""
    for character in name {
        if character.isUppercase, !result.isEmpty { result.append("_") }
        result.append(contentsOf: character.lowercased())
    }
    return result
}

/// Why the C client cannot be renewed.
struct CError: Error, CustomStringConvertible {
    let path: String
    let problem: String

    var description: String { "\(path): \(problem)" }
}
