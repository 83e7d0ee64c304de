/// The tables that the hand-written codec walks: where each field lies on the wire and in its structure, and its rule.
extension CGenerator {
    /// Names of values and bits.
    var names: String {
        var source = SourceText()
        for type in schema.types {
            switch type {
            case .enumeration(let type) where type.name != "yesNo": values(type.name, type.values, in: &source)
            case .set(let type): values(type.name, type.choices, in: &source)
            default: break
            }
        }
        for case .enumeration(let type) in schema.types where type.name != "yesNo" {
            let name = cName(type.name)
            source.line("const char *assent_\(name)_name(int32_t value) { return name_of(&values_\(name), value); }")
        }
        return source.text
    }

    private func values(_ name: String, _ values: [NamedValue], in source: inout SourceText) {
        let name = cName(name)
        source.block("static const struct value list_\(name)[] = {", "};") { source in
            for value in values { source.line("{\(value.value), \"\(value.name)\"},") }
        }
        source.line("static const struct values values_\(name) = {list_\(name), \(values.count)};")
        source.line()
    }

    /// Fields, groups, texts and messages.
    var tables: String {
        var source = SourceText()
        for case .composite(let type) in schema.types where !type.isIdentifier {
            let name = cName(type.name)
            fields("composite_\(name)", type.block, of: "assent_\(name)", in: &source)
            source.line(
                "static const struct composite composite_\(name) = "
                    + "{composite_\(name)_fields, \(type.block.fields.count)};"
            )
            source.line()
        }
        for message in schema.messages { parts(message, in: &source) }
        source.line("/* Room for an entry of any group. */")
        source.block("union any_entry {", "};") { source in
            for message in schema.messages {
                for group in message.groups {
                    source.line("\(entryName(message, group)) \(cName(message.name))_\(cName(group.name));")
                }
            }
        }
        source.line()
        source.block("static const struct layout layouts[] = {", "};") { source in
            for message in schema.messages.sorted(by: { $0.id < $1.id }) { layout(message, in: &source) }
        }
        return source.text
    }

    private func parts(_ message: Schema.Message, in source: inout SourceText) {
        let name = cName(message.name)
        for group in message.groups {
            let part = "\(name)_\(cName(group.name))"
            fields(part, group.block, of: entryName(message, group), in: &source)
            texts(part, group.data, of: entryName(message, group), in: &source)
        }
        fields(name, message.block, of: messageName(message), in: &source)
        texts(name, message.data, of: messageName(message), in: &source)
        if !message.block.growth.isEmpty {
            let steps = message.block.growth.map { "{\($0.version), \($0.byteCountBefore)}" }.joined(separator: ", ")
            source.line("static const struct step \(name)_steps[] = {\(steps)};")
        }
        guard !message.groups.isEmpty else { return }
        source.block("static const struct group_layout \(name)_groups[] = {", "};") { source in
            for group in message.groups {
                let part = "\(name)_\(cName(group.name))"
                let entry = entryName(message, group)
                source.line("{\"\(group.name)\", \(group.block.byteCount), \(group.maximum), sizeof(\(entry)),")
                source.line(" offsetof(\(messageName(message)), \(cName(group.name))),")
                source.line(" \(list("\(part)_fields", group.block.fields.count)),")
                source.line(" \(list("\(part)_texts", group.data.count))},")
            }
        }
        source.line()
    }

    private func layout(_ message: Schema.Message, in source: inout SourceText) {
        let name = cName(message.name)
        let size = message.isEmpty ? "0" : "sizeof(\(messageName(message)))"
        let ids = [message.id, reply(to: message)?.id ?? 0].map { "0x" + hexadecimal($0, digits: 4) }
        source.line("{\"\(message.name)\", \(ids[0]), \(ids[1]), \(message.since),")
        source.line(" \(message.block.byteCount), \(size), \(list("\(name)_fields", message.block.fields.count)),")
        source.line(" \(list("\(name)_groups", message.groups.count)), \(list("\(name)_texts", message.data.count)),")
        source.line(" \(list("\(name)_steps", message.block.growth.count))},")
    }

    /// What answers a request.
    private func reply(to message: Schema.Message) -> Schema.Message? {
        schema.messages.first { $0.name == (message.name == "Ping" ? "Pong" : message.name + "Reply") }
    }

    private func list(_ name: String, _ count: Int) -> String { count == 0 ? "NULL, 0" : "\(name), \(count)" }

    private func texts(_ name: String, _ data: [Schema.DataField], of type: String, in source: inout SourceText) {
        guard !data.isEmpty else { return }
        source.block("static const struct text_layout \(name)_texts[] = {", "};") { source in
            for data in data {
                let place = "offsetof(\(type), \(cName(data.name)))"
                source.line("{\"\(data.name)\", \(data.type.maximum), \(data.type.isMultiline),")
                source.line(" \(place)},")
            }
        }
    }

    private func fields(_ name: String, _ block: Schema.Block, of type: String, in source: inout SourceText) {
        guard !block.fields.isEmpty else { return }
        source.block("static const struct field \(name)_fields[] = {", "};") { source in
            for field in block.fields {
                let rule = CRule(field)
                let place = field.isReserved ? "0" : "offsetof(\(type), \(cName(field.name)))"
                let presence = "offsetof(\(type), has_\(cName(field.name)))"
                let numbers = "\(field.offset), \(field.type.byteCount), \(field.since), \(field.mayBeMissing)"
                source.line("{\"\(field.name)\", \(rule.kind), \(numbers),")
                source.line(" \(place),")
                if rule.hasPresence { source.line(" \(presence),") }
                let none = rule.hasPresence ? "" : "0, "
                source.line(" \(none)\(rule.low), \(rule.high), \(rule.values), \(rule.composite)},")
            }
        }
    }
}

/// By which rule the C codec judges a field.
private struct CRule {
    var kind = ""
    var low = "0"
    var high = "0"
    var values = "NULL"
    var composite = "NULL"
    var hasPresence = false

    init(_ field: Schema.Field) {
        if field.isReserved {
            kind = "KIND_RESERVED"
            return
        }
        switch field.type {
        case .enumeration(let type):
            kind = type.name == "yesNo" ? "KIND_BOOL" : "KIND_ENUM"
            if type.name != "yesNo" { values = "&values_\(cName(type.name))" }
        case .set(let type):
            kind = "KIND_SET"
            values = "&values_\(cName(type.name))"
            if isStrict(type) { high = "\(type.choices.reduce(0) { $0 | 1 << $1.value })" }
        case .composite(let type) where type.isIdentifier:
            kind = "KIND_ID"
            low = type.name == "requestId" ? "ASSENT_ZERO_REQUEST_ID" : "ASSENT_INVALID_FIELD"
        case .composite(let type):
            kind = "KIND_COMPOSITE"
            composite = "&composite_\(cName(type.name))"
            hasPresence = field.isOptional
        case .primitive(let type): primitive(type)
        }
    }

    private mutating func primitive(_ type: PrimitiveType) {
        switch type.name {
        case "currencyCode", "optionalCurrencyCode", "countryCode": kind = "KIND_LETTERS"
        case "lastFour": kind = "KIND_DIGITS"
        case "utf8x64": kind = "KIND_PADDED_TEXT"
        case "expiryMonth": kind = "KIND_MONTH"
        default:
            if type.primitive == .char {
                kind = "KIND_CHARACTERS"
            } else if type.length > 1 {
                kind = "KIND_BYTES"
            } else if type.primitive == .int64 {
                kind = "KIND_SIGNED"
                low = type.minimum.map { "INT64_C(\($0))" } ?? "INT64_MIN"
                high = type.maximum.map { "INT64_C(\($0))" } ?? "INT64_MAX"
            } else {
                precondition([.uint8, .uint16, .uint32, .uint64].contains(type.primitive), "the C codec reads these")
                kind = "KIND_UNSIGNED"
                low = type.minimum ?? "0"
                high = type.maximum.map { "INT64_C(\($0))" } ?? "INT64_MAX"
            }
        }
    }
}
