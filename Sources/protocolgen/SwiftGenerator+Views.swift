extension SwiftGenerator {
    /// A view: judged once, then read in place.
    func view(_ message: Schema.Message) -> String {
        var source = SourceText()
        let fields = message.block.fields.filter { !$0.isReserved }.map { SwiftField($0) }
        source.line(Self.banner)
        source.line()
        source.line("public import Domain")
        source.line()
        source.block("extension \(swiftName(message.name)) {") { source in
            source.documentation(
                "A body read in place: judged once when made, then every property is a load. It allocates nothing, and "
                    + "is good for as long as the bytes that it was made from."
            )
            source.line("@frozen")
            source.block("public struct View {") { source in
                source.line("@usableFromInline let reader: BlockReader")
                for data in message.data {
                    source.documentation(data.description + " UTF-8, in place.")
                    source.line("public let \(data.name): UnsafeRawBufferPointer")
                }
                source.line()
                viewInitialiser(message, fields, in: &source)
                for field in fields {
                    source.line()
                    source.documentation(field.description)
                    source.line("@inlinable")
                    if field.since > 1 {
                        source.block("public var \(field.name): \(field.type) {") { $0.line(field.view) }
                    } else {
                        source.line("public var \(field.name): \(field.type) { \(field.view) }")
                    }
                }
            }
        }
        return source.text
    }

    private func viewInitialiser(_ message: Schema.Message, _ fields: [SwiftField], in source: inout SourceText) {
        source.documentation("Judges a body by every rule of the specification.")
        source.line("@inlinable")
        source.block("public init(_ body: UnsafeRawBufferPointer, header: FrameHeader) throws(WireError) {") { source in
            let name = swiftName(message.name)
            readerLines(message, name, binding: "let reader", in: &source)
            source.line("if !Self.isSound(reader) { try Self.judge(reader) }")
            source.line("self.reader = reader")
            source.line("var rest = BodyReader(body, header: header)")
            for data in message.data {
                let maximum = grouped(String(data.type.maximum))
                source.line("\(data.name) = try rest.text(\"\(data.name)\", maximum: \(maximum))")
            }
            source.line("try rest.end()")
        }
        let versions = [1] + message.block.growth.map(\.version)
        source.line()
        source.documentation("Whether every field of the root block keeps its rule.")
        source.line("@inlinable")
        source.block("static func isSound(_ reader: BlockReader) -> Bool {") { source in
            for version in versions {
                if version > 1 { source.line("guard reader.version >= \(version) else { return true }") }
                conditions(judged(message.block, fields, since: version), in: &source)
            }
            source.line("return true")
        }
        source.line()
        source.documentation("Says which field of the root block breaks its rule, the first one of them.")
        source.line("@usableFromInline")
        source.block("static func judge(_ reader: BlockReader) throws(WireError) {") { source in
            for version in versions {
                if version > 1 { source.line("guard reader.version >= \(version) else { return }") }
                for field in judged(message.block, fields, since: version) { source.line(field.judgement) }
            }
        }
    }

    /// A statement that leaves with false unless the fields keep their rules.
    private func conditions(_ judged: [JudgedField], in source: inout SourceText) {
        guard !judged.isEmpty else { return }
        for (index, field) in judged.enumerated() {
            let end = index == judged.count - 1 ? "" : ","
            source.line((index == 0 ? "guard " : "    ") + field.condition + end)
        }
        source.line("else { return false }")
    }

    /// A field whose bytes may break a rule, a reserved one included.
    private struct JudgedField {
        /// An expression that says whether they keep it.
        let condition: String
        /// A statement that throws what they break.
        let judgement: String
    }

    /// The judged fields that came with a version, in the order of the block.
    private func judged(_ block: Schema.Block, _ fields: [SwiftField], since version: Int) -> [JudgedField] {
        var remaining = fields[...]
        return block.fields.compactMap { field in
            if field.isReserved {
                guard field.since == version else { return nil }
                let place = "at: \(field.offset), count: \(field.type.byteCount)"
                return JudgedField(
                    condition: "reader.isAbsent(\(place))",
                    judgement: "try reader.zeros(\(place), \"reserved\")"
                )
            }
            guard let next = remaining.popFirst(), next.since == version, next.presentRead.hasPrefix("try ") else {
                return nil
            }
            guard let condition = next.condition else {
                preconditionFailure("a view has a field \(next.name) that nothing judges")
            }
            return JudgedField(condition: condition, judgement: "let _: \(next.type) = \(next.presentRead)")
        }
    }

    /// The enumeration over all messages.
    func anyMessage() -> String {
        var source = SourceText()
        let names = schema.messages.map { (type: swiftName($0.name), name: caseName($0.name)) }
        source.line(Self.banner)
        source.line()
        source.documentation("Any message of the schema.")
        source.block("public enum AnyMessage: Equatable, Sendable {") { source in
            for (message, names) in zip(schema.messages, names) {
                source.documentation(message.description)
                source.line("case \(names.name)(\(names.type))")
            }
            source.line()
            source.documentation("Reads and judges a body by the template in its header.")
            source.line("///")
            source.documentation(
                "- Throws: `WireError`, when the template is unknown or the specification refuses the body."
            )
            source.block(
                "public init(decoding body: UnsafeRawBufferPointer, header: FrameHeader) throws(WireError) {"
            ) { source in
                source.line("switch header.templateID {")
                for names in names {
                    source.line("case \(names.type).templateID:")
                    source.line("    self = .\(names.name)(try \(names.type)(decoding: body, header: header))")
                }
                source.line("default: throw WireError(templateID: header.templateID, problem: .unknownTemplate)")
                source.line("}")
            }
            source.line()
            source.documentation("The message as a value of its own type.")
            source.block("public var message: any WireMessage {") { source in
                source.line("switch self {")
                for names in names { source.line("case .\(names.name)(let message): message") }
                source.line("}")
            }
        }
        return source.text
    }

    private func caseName(_ name: String) -> String {
        let swift = swiftName(name)
        return swift.prefix(1).lowercased() + swift.dropFirst()
    }
}
