import Foundation

/// Turns the XML into a `Schema`, and refuses what the generator would not do justice to.
struct SchemaParser {
    private var types: [String: TypeDefinition] = [:]
    private var typeOrder: [TypeDefinition] = []
    private var texts: [String: VariableText] = [:]
    private var groupMaxima: [String: Int] = [:]

    /// Parses a schema.
    ///
    /// - Throws: `SchemaError`, with the line.
    static func parse(_ data: Data) throws(SchemaError) -> Schema {
        var parser = SchemaParser()
        return try parser.schema(try XMLElement.parse(data))
    }

    private mutating func schema(_ root: XMLElement) throws(SchemaError) -> Schema {
        guard root.name == "sbe:messageSchema" else { throw root.error("the root must be <sbe:messageSchema>") }
        guard root.attributes["byteOrder"] == "littleEndian" else { throw root.error("byteOrder must be littleEndian") }
        var messages: [Schema.Message] = []
        for child in root.children {
            if child.name == "types" {
                for type in child.children { try add(type) }
            } else if child.name == "sbe:message" {
                messages.append(try message(child))
            } else {
                throw child.error("<\(child.name)> is not known here")
            }
        }
        for (index, message) in messages.enumerated() where messages[..<index].contains(where: { $0.id == message.id })
        {
            throw root.error("template id \(message.id) is used twice")
        }
        return Schema(
            id: try root.requiredNumber("id"),
            version: try root.requiredNumber("version"),
            types: typeOrder,
            messages: messages
        )
    }

    private mutating func add(_ element: XMLElement) throws(SchemaError) {
        let name = try element.required("name")
        guard types[name] == nil, texts[name] == nil, groupMaxima[name] == nil else {
            throw element.error("\(name) is defined twice")
        }
        switch element.name {
        case "type": register(.primitive(try primitiveType(element)))
        case "enum":
            let type = EnumerationType(
                name: name,
                encoding: try primitive(element, "encodingType"),
                description: try element.required("description"),
                values: try namedValues(element, "validValue")
            )
            register(.enumeration(type))
        case "set":
            let type = SetType(
                name: name,
                encoding: try primitive(element, "encodingType"),
                description: try element.required("description"),
                choices: try namedValues(element, "choice")
            )
            register(.set(type))
        case "composite": try addComposite(element, name: name)
        default: throw element.error("<\(element.name)> is not known here")
        }
    }

    private mutating func register(_ type: TypeDefinition) {
        types[type.name] = type
        typeOrder.append(type)
    }

    private mutating func addComposite(_ element: XMLElement, name: String) throws(SchemaError) {
        let memberNames = element.children.compactMap { $0.attributes["name"] }
        if name == "messageHeader" { return }
        if memberNames == ["length", "varData"] {
            texts[name] = VariableText(
                name: name,
                lengthPrimitive: try primitive(element.children[0], "primitiveType"),
                maximum: try element.children[0].requiredNumber("maxValue"),
                description: try element.required("description")
            )
        } else if memberNames == ["blockLength", "numInGroup"] {
            groupMaxima[name] = try element.children[1].requiredNumber("maxValue")
        } else {
            let type = CompositeType(
                name: name,
                description: try element.required("description"),
                block: try block(element.children)
            )
            register(.composite(type))
        }
    }

    private func primitive(_ element: XMLElement, _ attribute: String) throws(SchemaError) -> Primitive {
        let text = try element.required(attribute)
        guard let primitive = Primitive(rawValue: text) else { throw element.error("\(text) is not a primitive type") }
        return primitive
    }

    private func primitiveType(_ element: XMLElement) throws(SchemaError) -> PrimitiveType {
        PrimitiveType(
            name: try element.required("name"),
            primitive: try primitive(element, "primitiveType"),
            length: element.attributes["length"].flatMap { Int($0) } ?? 1,
            isOptional: element.attributes["presence"] == "optional",
            minimum: element.attributes["minValue"],
            maximum: element.attributes["maxValue"],
            description: element.attributes["description"] ?? ""
        )
    }

    private func namedValues(_ element: XMLElement, _ childName: String) throws(SchemaError) -> [NamedValue] {
        var values: [NamedValue] = []
        for child in element.children {
            guard child.name == childName, let value = Int(child.text.trimmingCharacters(in: .whitespacesAndNewlines))
            else { throw child.error("a <\(childName)> with a number is needed here") }
            guard !values.contains(where: { $0.value == value }) else { throw child.error("\(value) is used twice") }
            values.append(
                NamedValue(
                    name: try child.required("name"),
                    value: value,
                    description: try child.required("description")
                )
            )
        }
        return values
    }

    private func message(_ element: XMLElement) throws(SchemaError) -> Schema.Message {
        let since = try sinceVersion(element)
        return Schema.Message(
            name: try element.required("name"),
            id: try element.requiredNumber("id"),
            since: since,
            description: try element.required("description"),
            block: try block(element.children.filter { $0.name == "field" }, messageSince: since),
            groups: try groups(element),
            data: try data(element)
        )
    }

    private func sinceVersion(_ element: XMLElement) throws(SchemaError) -> Int {
        element.attributes["sinceVersion"] == nil ? 1 : try element.requiredNumber("sinceVersion")
    }

    private func groups(_ element: XMLElement) throws(SchemaError) -> [Schema.Group] {
        var groups: [Schema.Group] = []
        for child in element.children where child.name == "group" {
            guard !child.children.contains(where: { $0.name == "group" }) else {
                throw child.error("groups within groups are not supported")
            }
            let dimension = try child.required("dimensionType")
            guard let maximum = groupMaxima[dimension] else { throw child.error("\(dimension) is not a group size") }
            groups.append(
                Schema.Group(
                    name: try child.required("name"),
                    description: try child.required("description"),
                    maximum: maximum,
                    block: try block(child.children.filter { $0.name == "field" }),
                    data: try data(child)
                )
            )
        }
        return groups
    }

    private func data(_ element: XMLElement) throws(SchemaError) -> [Schema.DataField] {
        var fields: [Schema.DataField] = []
        for child in element.children where child.name == "data" {
            let typeName = try child.required("type")
            guard let type = texts[typeName] else { throw child.error("\(typeName) is not variable-length data") }
            fields.append(
                Schema.DataField(
                    name: try child.required("name"),
                    description: try child.required("description"),
                    type: type
                )
            )
        }
        return fields
    }

    /// Lays out fields, references and inline types one after the other, or where their `offset` says.
    ///
    /// - Parameter messageSince: The version that the message came with; nil where nothing can be appended.
    private func block(_ elements: [XMLElement], messageSince: Int? = nil) throws(SchemaError) -> Schema.Block {
        var fields: [Schema.Field] = []
        var end = 0
        var latest = 1
        for element in elements {
            let type: TypeDefinition
            if element.name == "type" {
                type = .primitive(try primitiveType(element))
            } else {
                let typeName = try element.required("type")
                guard let known = types[typeName] else { throw element.error("\(typeName) is not a type") }
                type = known
            }
            let description: String
            if let comment = element.comment {
                description = comment
            } else {
                description = try element.required("description")
            }
            let offset = element.attributes["offset"].flatMap { Int($0) } ?? end
            guard offset >= end else { throw element.error("offset \(offset) overlaps the field before") }
            let since = try sinceVersion(element)
            guard messageSince != nil || since == 1 else {
                throw element.error("fields are appended to the root blocks of messages alone")
            }
            guard since >= latest, since == 1 || since > messageSince ?? 1 else {
                throw element.error("fields are appended: sinceVersion may not fall, and is later than the message's")
            }
            guard since == 1 || type.takesZero(isOptional: isOptional(element, type)) else {
                throw element.error("a field that is appended must have a meaning for zero bytes")
            }
            latest = since
            fields.append(
                Schema.Field(
                    name: try element.required("name"),
                    type: type,
                    isOptional: isOptional(element, type),
                    offset: offset,
                    since: since,
                    description: description
                )
            )
            end = offset + type.byteCount
        }
        return Schema.Block(fields: fields, byteCount: end)
    }

    /// SBE gives `<ref>` no presence: the type's name stands for it.
    private func isOptional(_ element: XMLElement, _ type: TypeDefinition) -> Bool {
        element.attributes["presence"] == "optional" || type.name == "optionalRequestId"
    }
}

extension TypeDefinition {
    /// Whether zero bytes are a value: what a frame of an earlier version reads as.
    fileprivate func takesZero(isOptional: Bool) -> Bool {
        switch self {
        case .primitive(let type):
            type.name == "optionalCurrencyCode"
                || !type.isOptional && (type.minimum ?? "0") == "0"
                    && type.name != "currencyCode" && type.name != "countryCode"
        case .enumeration(let type): !isOptional && type.values.contains { $0.value == 0 }
        case .set: true
        case .composite: isOptional
        }
    }
}
