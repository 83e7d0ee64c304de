/// The schema, as far as it is used: SBE 1.0 with types, enums, sets, composites, flat groups and data.
struct Schema {
    let id: Int
    let version: Int
    let types: [TypeDefinition]
    let messages: [Message]

    /// A message: its root block, then groups, then data.
    struct Message {
        let name: String
        let id: Int
        /// The schema version that it came with.
        let since: Int
        let description: String
        let block: Block
        let groups: [Group]
        let data: [DataField]

        /// Whether every frame of it has the same length.
        var isFixedSize: Bool { groups.isEmpty && data.isEmpty }
    }

    /// Fields at fixed offsets.
    struct Block {
        let fields: [Field]
        let byteCount: Int

        /// The versions since the first in which fields were appended, with the bytes that there were before.
        var growth: [(version: Int, byteCountBefore: Int)] {
            var growth: [(version: Int, byteCountBefore: Int)] = []
            for field in fields where field.since > (growth.last?.version ?? 1) {
                growth.append((field.since, field.offset))
            }
            return growth
        }
    }

    /// A field of a block or a member of a composite.
    struct Field {
        let name: String
        let type: TypeDefinition
        let isOptional: Bool
        let offset: Int
        /// The schema version that it came with, where that is later than its message's; else 1.
        let since: Int
        let description: String

        var isReserved: Bool { name == "reserved" }
    }

    /// A repeating group.
    struct Group {
        let name: String
        let description: String
        let maximum: Int
        let block: Block
        let data: [DataField]
    }

    /// Variable-length data.
    struct DataField {
        let name: String
        let description: String
        let type: VariableText
    }
}

/// A type of the schema.
enum TypeDefinition {
    case primitive(PrimitiveType)
    case enumeration(EnumerationType)
    case set(SetType)
    case composite(CompositeType)

    var name: String {
        switch self {
        case .primitive(let type): type.name
        case .enumeration(let type): type.name
        case .set(let type): type.name
        case .composite(let type): type.name
        }
    }

    var byteCount: Int {
        switch self {
        case .primitive(let type): type.primitive.byteCount * type.length
        case .enumeration(let type): type.encoding.byteCount
        case .set(let type): type.encoding.byteCount
        case .composite(let type): type.block.byteCount
        }
    }

    /// As the tables name it: `int64`, `char[3]`, `uint8 enum`.
    var layout: String {
        switch self {
        case .primitive(let type): type.length == 1 ? type.primitive.rawValue : "\(type.primitive)[\(type.length)]"
        case .enumeration(let type): "\(type.encoding) enum"
        case .set(let type): "\(type.encoding) set"
        case .composite: "composite"
        }
    }
}

/// A primitive type of SBE.
enum Primitive: String {
    case char, int8, int16, int32, int64, uint8, uint16, uint32, uint64

    var byteCount: Int {
        switch self {
        case .char, .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32: 4
        case .int64, .uint64: 8
        }
    }
}

/// A named number, or a fixed number of characters or bytes.
struct PrimitiveType {
    let name: String
    let primitive: Primitive
    let length: Int
    let isOptional: Bool
    let minimum: String?
    let maximum: String?
    let description: String
}

/// Numbers with names.
struct EnumerationType {
    let name: String
    let encoding: Primitive
    let description: String
    let values: [NamedValue]
}

/// Bits with names.
struct SetType {
    let name: String
    let encoding: Primitive
    let description: String
    let choices: [NamedValue]
}

/// A value of an enumeration, or a bit of a set.
struct NamedValue {
    let name: String
    let value: Int
    let description: String
}

/// Fields that belong together.
struct CompositeType {
    let name: String
    let description: String
    let block: Schema.Block

    /// Whether it is a 128-bit identifier.
    var isIdentifier: Bool { block.fields.map(\.name) == ["high", "low"] }
}

/// Text after its length.
struct VariableText {
    let name: String
    let lengthPrimitive: Primitive
    let maximum: Int
    let description: String

    /// Whether line feed and tab are fine in it.
    var isMultiline: Bool { lengthPrimitive == .uint32 }
}
