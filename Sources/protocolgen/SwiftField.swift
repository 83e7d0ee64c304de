/// A field as the Swift code has it: its type, how it is read, how a view reads it, and how it is written.
struct SwiftField {
    let name: String
    let type: String
    /// An expression that reads and judges, with `reader`.
    let read: String
    /// The same for a frame that surely has the field.
    let presentRead: String
    /// A condition that judges alone, with `reader`; nil where anything is fine, or where no view has such a field.
    let condition: String?
    /// An expression that reads without judging, with `reader`.
    let view: String
    /// A statement that writes, with `writer`.
    let write: String
    let description: String
    /// The schema version that it came with.
    let since: Int
    /// What it is where it is not given: of an appended field what zero bytes say.
    let standard: String?

    /// - Parameter base: What an offset is added to, such as `base`; nil in a message's or group's own block.
    init(_ field: Schema.Field, base: String? = nil) {
        let place = base.map { field.offset == 0 ? $0 : "\($0) + \(field.offset)" } ?? "\(field.offset)"
        let name = swiftName(field.name)
        self.name = name
        description = field.description
        let plan = SwiftField.plan(field, at: place)
        type = plan.type
        since = field.since
        standard = plan.type.hasSuffix("?") ? "nil" : field.since > 1 ? SwiftField.zero(field) : nil
        read = SwiftField.guarded(plan.read, field)
        presentRead = plan.read
        condition = plan.condition
        view = SwiftField.guarded(plan.view ?? plan.read, field)
        write = plan.write?(name) ?? "writer.put(\(name), at: \(place))"
    }

    /// A field that came later is, in a frame of an earlier version, what zero bytes say.
    private static func guarded(_ expression: String, _ field: Schema.Field) -> String {
        guard field.since > 1 else { return expression }
        let (keyword, rest) =
            expression.hasPrefix("try ") ? ("try ", String(expression.dropFirst(4))) : ("", expression)
        return "\(keyword)reader.version < \(field.since) ? \(zero(field)) : \(rest)"
    }

    private static func zero(_ field: Schema.Field) -> String {
        switch field.type {
        case .primitive(let type) where type.name == "optionalCurrencyCode": "nil"
        case .primitive(let type) where type.name == "timestamp": "Instant.epoch"
        case .primitive(let type) where type.name == "lsn": "LogSequenceNumber.zero"
        case .primitive(let type) where type.primitive == .char: "Text16()"
        case .primitive(let type) where type.length > 1: "[UInt8](repeating: 0, count: \(type.length))"
        case .primitive: "0"
        case .enumeration(let type) where type.name == "yesNo": "false"
        case .enumeration(let type): "." + swiftName(type.values.first { $0.value == 0 }?.name ?? "")
        case .set: "[]"
        case .composite: "nil"
        }
    }

    private struct Plan {
        let type: String
        let read: String
        var condition: String?
        var view: String?
        var write: ((String) -> String)?
    }

    private static func plan(_ field: Schema.Field, at place: String) -> Plan {
        switch field.type {
        case .primitive(let type): primitivePlan(field, type, at: place)
        case .enumeration(let type): enumerationPlan(field, type, at: place)
        case .set(let type): setPlan(field, type, at: place)
        case .composite(let type): compositePlan(field, type, at: place)
        }
    }

    private static func enumerationPlan(_ field: Schema.Field, _ type: EnumerationType, at place: String) -> Plan {
        if type.name == "yesNo" { return Plan(type: "Bool", read: "try reader.bool(at: \(place), \"\(field.name)\")") }
        let name = swiftTypeName(type.name)
        if field.isOptional {
            return Plan(type: "\(name)?", read: "try reader.optionalEnumeration(at: \(place), \"\(field.name)\")")
        }
        return Plan(
            type: name,
            read: "try reader.enumeration(at: \(place), \"\(field.name)\")",
            condition: "reader.hasEnumeration(\(name).self, at: \(place))",
            view: "reader.storedEnumeration(at: \(place))"
        )
    }

    private static func setPlan(_ field: Schema.Field, _ type: SetType, at place: String) -> Plan {
        let name = swiftTypeName(type.name)
        let stored = "\(name)(rawValue: reader.stored(at: \(place)))"
        guard isStrict(type) else { return Plan(type: name, read: stored) }
        let known = "0x" + hexadecimal(type.choices.reduce(0) { $0 | 1 << $1.value }, digits: 2)
        return Plan(
            type: name,
            read: "try reader.optionSet(at: \(place), \"\(field.name)\", known: \(known))",
            condition: "reader.hasOptions(at: \(place), known: \(name).RawValue(\(known)))",
            view: stored
        )
    }

    private static func compositePlan(_ field: Schema.Field, _ type: CompositeType, at place: String) -> Plan {
        let name = swiftTypeName(type.name)
        if type.isIdentifier {
            if field.isOptional {
                return Plan(type: "\(name)?", read: "reader.optionalIdentifier(at: \(place))")
            }
            return Plan(
                type: name,
                read: "try reader.identifier(at: \(place), \"\(field.name)\")",
                condition: "reader.hasIdentifier(at: \(place))",
                view: "reader.storedIdentifier(at: \(place))"
            )
        }
        if field.isOptional {
            return Plan(
                type: "\(name)?",
                read: "try \(name)(optionalIn: reader, at: \(place))",
                write: { "\($0)?.encode(with: writer, at: \(place))" }
            )
        }
        return Plan(
            type: name,
            read: "try \(name)(reader, at: \(place))",
            write: { "\($0).encode(with: writer, at: \(place))" }
        )
    }

    private static func primitivePlan(_ field: Schema.Field, _ type: PrimitiveType, at place: String) -> Plan {
        let tail = "at: \(place), \"\(field.name)\""
        switch type.name {
        case "timestamp":
            return Plan(
                type: "Instant",
                read: "try reader.instant(\(tail))",
                condition: "reader.hasInstant(at: \(place))",
                view: "reader.storedInstant(at: \(place))"
            )
        case "optionalTimestamp": return Plan(type: "Instant?", read: "try reader.optionalInstant(\(tail))")
        case "lsn": return Plan(type: "LogSequenceNumber", read: "reader.lsn(at: \(place))")
        case "merchantCategory":
            return Plan(
                type: "MerchantCategory",
                read: "try reader.category(\(tail))",
                condition: "reader.hasCategory(at: \(place))",
                view: "reader.storedCategory(at: \(place))"
            )
        case "expiryMonth": return Plan(type: "ExpiryMonth?", read: "try reader.expiryMonth(\(tail))")
        case "currencyCode":
            return Plan(
                type: "Currency",
                read: "try reader.currency(\(tail))",
                condition: "reader.hasCurrency(at: \(place))",
                view: "reader.judged(reader.storedCurrency(at: \(place)))"
            )
        case "optionalCurrencyCode":
            return Plan(
                type: "Currency?",
                read: "try reader.optionalCurrency(\(tail))",
                condition: "reader.hasOptionalCurrency(at: \(place))",
                view: "reader.storedCurrency(at: \(place))"
            )
        case "countryCode":
            return Plan(
                type: "Country",
                read: "try reader.country(\(tail))",
                condition: "reader.hasCountry(at: \(place))",
                view: "reader.judged(reader.storedCountry(at: \(place)))"
            )
        case "lastFour":
            return Plan(
                type: "Text16",
                read: "try reader.digits(at: \(place), count: 4, \"\(field.name)\")",
                write: { "writer.put(\($0), at: \(place), count: 4)" }
            )
        case "utf8x64": return Plan(type: "Text64", read: "try reader.text64(\(tail))")
        default: return numberPlan(field, type, at: place)
        }
    }

    private static func numberPlan(_ field: Schema.Field, _ type: PrimitiveType, at place: String) -> Plan {
        if type.primitive == .char {
            return Plan(
                type: "Text16",
                read: "try reader.text(at: \(place), count: \(type.length), \"\(field.name)\")",
                condition: "reader.hasText(at: \(place), count: \(type.length))",
                view: "reader.storedText(at: \(place), count: \(type.length))",
                write: { "writer.put(\($0), at: \(place), count: \(type.length))" }
            )
        }
        if type.length > 1 {
            return Plan(
                type: "[UInt8]",
                read: "reader.bytes(at: \(place), count: \(type.length))",
                write: { "writer.put(\($0), at: \(place), count: \(type.length))" }
            )
        }
        let swiftType = type.primitive.rawValue.replacing("uint", with: "UInt").replacing("int", with: "Int")
        let hasRange = type.minimum != nil || type.maximum != nil
        let (minimum, maximum) = (grouped(type.minimum ?? "0"), grouped(type.maximum ?? "0"))
        let range = "in: \(minimum)...\(maximum)"
        if type.isOptional {
            let stored = "reader.storedOptional(at: \(place))"
            return Plan(
                type: "\(swiftType)?",
                read: hasRange ? "try reader.optionalInteger(at: \(place), \"\(field.name)\", \(range))" : stored,
                condition: hasRange ? "reader.hasOptionalInteger(at: \(place), \(range))" : nil,
                view: stored
            )
        }
        return Plan(
            type: swiftType,
            read: hasRange
                ? "try reader.integer(at: \(place), \"\(field.name)\", \(range))" : "reader.stored(at: \(place))",
            condition: hasRange
                ? "reader.hasInteger(at: \(place), in: \(swiftType)(\(minimum))...\(maximum))" : nil,
            view: "reader.stored(at: \(place))"
        )
    }
}

/// A set whose unknown bits are refused rather than ignored.
func isStrict(_ type: SetType) -> Bool { type.name == "requestFlags" }

/// A name of the schema as Swift's guidelines write it: `requestId` is `requestID`.
func swiftName(_ name: String) -> String {
    var words = ""
    var rest = name[...]
    while let first = rest.popFirst() {
        words.append(first)
        guard first.isLowercase, let short = ["Id", "Lsn"].first(where: { rest.hasPrefix($0) }) else { continue }
        let after = rest.dropFirst(short.count)
        guard after.isEmpty || after == "s" || after.first?.isUppercase == true else { continue }
        words += short.uppercased()
        rest = after
    }
    return words
}

/// The type that stands for a type of the schema: one of Domain's where there is one.
func swiftTypeName(_ name: String) -> String {
    switch name {
    case "requestId": "RequestID"
    case "cardToken": "CardToken"
    case "identifier": "InstanceID"
    case "cardPresence": "Presence"
    case "decision": "DecisionBlock"
    case "event": "EventBlock"
    case "optionalRequestId": "RequestID"
    case "payment": "PaymentBlock"
    case "card": "CardBlock"
    case "principal": "PrincipalBlock"
    default: name.prefix(1).uppercased() + name.dropFirst()
    }
}

/// The enumerations and sets that Domain, or Swift, has already.
let domainTypeNames: Set<String> = [
    "YesNo",
    "Presence", "EntryMode", "Initiator", "Outcome", "Reason", "RetryClass", "CheckSet", "Check", "RequestKind",
    "CardStatus", "AuthorizationKind", "RoundingRule", "MatchRule", "ListKind",
    "ListMatch", "ListChange", "PaymentStatus", "PaymentFlags",
    "ReplacementReason", "Scopes", "AlternativeKind",
]

/// Digits in groups of three, as the formatter wants literals.
func grouped(_ number: String) -> String {
    let negative = number.hasPrefix("-")
    let digits = Array(negative ? String(number.dropFirst()) : number)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0, digits.count > 3 { text.append("_") }
        text.append(digit)
    }
    return negative ? "-" + text : text
}

/// The number in hexadecimal with at least so many digits.
func hexadecimal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
