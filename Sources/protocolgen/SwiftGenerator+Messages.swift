extension SwiftGenerator {
    /// A message's value, its decoder and its encoder.
    func message(_ message: Schema.Message) -> String {
        var source = SourceText()
        let fields = message.block.fields.filter { !$0.isReserved }.map { SwiftField($0) }
        source.line(Self.banner)
        source.line()
        let groupFields = message.groups.flatMap { group in group.block.fields.map { SwiftField($0) } }
        if usesDomain(fields + groupFields) {
            source.line("public import Domain")
            source.line()
        }
        source.documentation(message.description)
        let conformance = message.isFixedSize ? "FixedSizeMessage" : "WireMessage"
        source.block("public struct \(swiftName(message.name)): \(conformance) {") { source in
            source.documentation("Template 0x\(hexadecimal(message.id, digits: 4)).")
            source.line("@inlinable public static var templateID: UInt16 { 0x\(hexadecimal(message.id, digits: 4)) }")
            source.documentation("Bytes of the root block.")
            source.line("@inlinable public static var blockLength: UInt16 { \(message.block.byteCount) }")
            source.line()
            var properties = fields.map(SwiftProperty.init)
            for group in message.groups {
                let type = "[\(entryName(group))]"
                properties.append(SwiftProperty(name: group.name, type: type, description: group.description))
            }
            properties += message.data.map(property)
            declarations(properties, in: &source)
            source.line()
            decoder(message, fields, in: &source)
            encoder(message, fields, in: &source)
        }
        for group in message.groups {
            source.line()
            source.block("extension \(swiftName(message.name)) {") { source in entry(group, in: &source) }
        }
        return source.text
    }

    private func property(_ data: Schema.DataField) -> SwiftProperty {
        SwiftProperty(name: data.name, type: "String", description: data.description)
    }

    private func usesDomain(_ fields: [SwiftField]) -> Bool {
        var ours: Set<String> = ["Int64", "UInt64", "UInt32", "UInt16", "UInt8", "Bool", "[UInt8]"]
        for type in schema.types {
            switch type {
            case .composite(let type) where !type.isIdentifier: ours.insert(swiftTypeName(type.name))
            case .enumeration, .set: ours.insert(swiftTypeName(type.name))
            case .primitive, .composite: break
            }
        }
        ours.subtract(domainTypeNames)
        return fields.contains { !ours.contains($0.type.replacing("?", with: "")) }
    }

    private func decoder(_ message: Schema.Message, _ fields: [SwiftField], in source: inout SourceText) {
        source.documentation("Reads and judges a body.")
        source.line("public init(decoding body: UnsafeRawBufferPointer, header: FrameHeader) throws(WireError) {")
        if Self.viewed.contains(message.name) {
            source.line("    let view = try View(body, header: header)")
            for field in fields { source.line("    \(field.name) = view.\(field.name)") }
            for data in message.data {
                source.line("    \(data.name) = String(decoding: view.\(data.name), as: UTF8.self)")
            }
            source.line("}")
            return
        }
        let binding = message.block.fields.isEmpty ? "_" : "let reader"
        var inner = SourceText()
        readerLines(message, "Self", binding: binding, in: &inner)
        reads(message.block, fields, in: &inner)
        let mutability = message.isFixedSize ? "let" : "var"
        inner.line("\(mutability) rest = BodyReader(body, header: header)")
        for group in message.groups {
            inner.line("\(group.name) = try \(entryName(group)).decode(&rest)")
        }
        for data in message.data { readText(data, in: &inner, outer: 8) }
        inner.line("try rest.end()")
        for line in inner.text.split(separator: "\n") { source.line("    \(line)") }
        source.line("}")
    }

    /// Reads a text where the reader of the rest stands.
    private func readText(_ data: Schema.DataField, in source: inout SourceText, outer: Int) {
        let function = data.type.isMultiline ? "longText" : "text"
        let read = "rest.\(function)(\"\(data.name)\", maximum: \(grouped(String(data.type.maximum))))"
        source.call("\(data.name) = String", ["decoding: try \(read)", "as: UTF8.self"], outer: outer)
    }

    private func encoder(_ message: Schema.Message, _ fields: [SwiftField], in source: inout SourceText) {
        if !message.isFixedSize {
            source.line()
            source.documentation("The bytes of the root block, groups and data.")
            source.block("public var bodyByteCount: Int {") { source in
                var terms = ["\(message.block.byteCount)"]
                for group in message.groups {
                    terms.append("4")
                    terms.append("\(group.name).reduce(0) { $0 + $1.byteCount }")
                }
                for data in message.data { terms.append(contentsOf: textSize(data)) }
                source.sum(terms)
            }
        }
        source.line()
        source.documentation("Writes the body.")
        source.block("public func encode(into target: UnsafeMutableRawBufferPointer) {") { source in
            let mutability = message.isFixedSize ? "let" : "var"
            source.line("\(mutability) writer = BodyWriter(target, blockLength: Self.blockLength)")
            for field in fields { source.line(field.write) }
            for group in message.groups { source.line("\(entryName(group)).encode(\(group.name), with: &writer)") }
            for data in message.data { source.line(textWrite(data)) }
            source.line("writer.end()")
        }
        sizeChecks(message, in: &source)
    }

    private func sizeChecks(_ message: Schema.Message, in source: inout SourceText) {
        let byteFields = message.block.fields.filter { SwiftField($0).type == "[UInt8]" && !$0.isReserved }
        guard !message.isFixedSize || !byteFields.isEmpty else { return }
        source.line()
        source.documentation("Checks texts, groups and byte fields against the schema's limits.")
        source.block("public func checkSizes() throws(WireError) {") { source in
            for field in byteFields {
                let name = swiftName(field.name)
                source.line("try checkBytes(\(name).count, \"\(field.name)\", width: \(field.type.byteCount))")
            }
            for group in message.groups {
                let maximum = grouped(String(group.maximum))
                source.line("try checkGroup(\(group.name).count, \"\(group.name)\", maximum: \(maximum))")
                guard !group.data.isEmpty else { continue }
                source.block("for entry in \(group.name) {") { source in
                    for data in group.data { source.line(textCheck(data, prefix: "entry.")) }
                }
            }
            for data in message.data { source.line(textCheck(data)) }
        }
    }

    private func textCheck(_ data: Schema.DataField, prefix: String = "") -> String {
        "try checkText(\(prefix)\(data.name), \"\(data.name)\", maximum: \(grouped(String(data.type.maximum))))"
    }

    private func textSize(_ data: Schema.DataField) -> [String] {
        ["\(data.type.lengthPrimitive.byteCount)", "\(data.name).utf8.count"]
    }

    private func textWrite(_ data: Schema.DataField) -> String {
        let function = data.type.isMultiline ? "longText" : "text"
        return "writer.\(function)(\(data.name), maximum: \(grouped(String(data.type.maximum))))"
    }

    /// `cards` holds values of `Card`… named apart from everything else: `CardsEntry`.
    private func entryName(_ group: Schema.Group) -> String { swiftTypeName(group.name) + "Entry" }

    private func entry(_ group: Schema.Group, in source: inout SourceText) {
        let fields = group.block.fields.filter { !$0.isReserved }.map { SwiftField($0) }
        source.documentation("One of `\(group.name)`.")
        source.block("public struct \(entryName(group)): Equatable, Sendable {") { source in
            declarations(fields.map(SwiftProperty.init) + group.data.map(property), in: &source)
            source.line()
            entryDecoder(group, fields, in: &source)
            source.line()
            source.block("fileprivate var byteCount: Int {") { source in
                let terms = ["\(group.block.byteCount)"] + group.data.flatMap(textSize)
                source.sum(terms)
            }
            source.line()
            source.block(
                "fileprivate static func encode(_ entries: [Self], with writer: inout BodyWriter) {"
            ) { source in
                let maximum = grouped(String(group.maximum))
                let length = group.block.byteCount
                source.line("writer.group(blockLength: \(length), count: entries.count, maximum: \(maximum))")
                source.block("for entry in entries {") { source in
                    source.line("writer.entry(blockLength: \(length))")
                    for field in fields { source.line(prefixed(field)) }
                    for data in group.data {
                        source.line(textWrite(data).replacing("(\(data.name),", with: "(entry.\(data.name),"))
                    }
                }
            }
        }
    }

    private func prefixed(_ field: SwiftField) -> String {
        field.write.hasPrefix("writer.put(")
            ? field.write.replacing("writer.put(", with: "writer.put(entry.") : "entry." + field.write
    }

    private func entryDecoder(_ group: Schema.Group, _ fields: [SwiftField], in source: inout SourceText) {
        let name = "\"\(group.name)\""
        let unread = group.block.fields.isEmpty
        if unread {
            source.line("private init(_ rest: inout BodyReader) throws(WireError) {")
        } else {
            let tail = group.data.isEmpty ? "" : ", _ rest: inout BodyReader"
            source.line("private init(_ reader: BlockReader\(tail)) throws(WireError) {")
        }
        var inner = SourceText()
        reads(group.block, fields, in: &inner)
        for data in group.data { readText(data, in: &inner, outer: 12) }
        for line in inner.text.split(separator: "\n") { source.line("    \(line)") }
        source.line("}")
        source.line()
        source.block("fileprivate static func decode(_ rest: inout BodyReader) throws(WireError) -> [Self] {") {
            source in
            let maximum = grouped(String(group.maximum))
            let length = group.block.byteCount
            source.line("let head = try rest.group(\(name), blockLength: \(length), maximum: \(maximum))")
            source.line("var entries: [Self] = []")
            source.block("for _ in 0..<head.count {") { source in
                let read = "try rest.entry(\(name), blockLength: head.blockLength)"
                if unread {
                    source.line("_ = \(read)")
                    source.line("entries.append(try Self(&rest))")
                } else {
                    source.line("let reader = \(read)")
                    source.line("entries.append(try Self(reader\(group.data.isEmpty ? "" : ", &rest")))")
                }
            }
            source.line("return entries")
        }
    }
}
